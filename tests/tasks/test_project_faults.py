"""Projects when commands come again, others are faster, or the bucket is away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from shared.artifacts.memory import MemoryArtifactStore
from shared.artifacts.port import StoredObject
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.errors import ConcurrencyConflict, Unavailable
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Metadata, StreamName
from tests.tasks.project_house import NAME, House
from tests.tasks.project_world import ME, PLAY, scene


@pytest.fixture
def house() -> House:
    return House()


async def test_a_late_redelivery_does_not_bring_a_deleted_project_back(house: House) -> None:
    await house.preview()
    first = await house.finalize(command_id="same")
    await house.ask(c.DeleteProject(**ME))
    assert await house.finalize(command_id="same") == replace(first, repeated=True)
    assert not (await house.state()).exists
    assert (await house.finalize(command_id="wanted anew")).name == NAME
    assert (await house.state()).exists


async def test_two_finalizations_at_once_make_one_project_each(house: House) -> None:
    await house.preview("preview_1")
    await house.preview("preview_2", replace(PLAY, style="noir"))
    asked = ["preview_1", "preview_2", "preview_1", "preview_2"]
    replies = await asyncio.gather(*(house.finalize(preview) for preview in asked))
    assert replies[0].name == replies[2].name != replies[1].name == replies[3].name
    assert {reply.name for reply in replies} == {NAME, f"{NAME}-2"}
    for name in (NAME, f"{NAME}-2"):
        assert (await house.types(name)).count("ProjectCreated") == 1
        assert (await house.ask(c.OpenProject(owner="7", project=name))).position


async def test_nothing_is_appended_while_the_bucket_is_away(house: House) -> None:
    await house.opened()
    await house.retitle("Dusk")
    before = await house.types()
    house.bucket.down = True
    for command in (c.CloseProject(**ME, save=True), c.FinalizeProject(owner="7", preview="preview_1")):
        with pytest.raises(Unavailable):
            await house.ask(command)
    assert await house.types() == before
    house.bucket.down = False
    assert (await house.close(save=True)).position


async def test_older_files_that_cannot_be_removed_go_with_the_next_save(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.opened()
    await house.retitle("Dusk")

    async def away(_: str) -> int:
        raise Unavailable("The artifact store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(house.bucket, "delete_below", away)
        assert not (await house.close(save=True)).repeated
    assert await house.versions() == ["v1", "v4"]
    await house.ask(c.OpenProject(**ME))
    await house.retitle("Dawn")
    await house.close(save=True)
    assert await house.versions() == ["v7"]


async def test_a_delete_while_the_bucket_is_away_is_finished_by_its_redelivery(house: House) -> None:
    await house.opened()
    house.bucket.down = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await house.ask(c.DeleteProject(**ME), "delete")
    assert (await house.types()).count("ProjectDeleted") == 1
    house.bucket.down = False
    assert len(await house.keys()) == 4
    reply = await house.ask(c.DeleteProject(**ME), "delete")
    assert (reply.repeated, reply.position, await house.keys()) == (True, await house.store.last_position(), [])


async def test_a_late_purge_spares_the_project_that_has_the_name_now(house: House) -> None:
    await house.opened()
    house.bucket.down = True
    with pytest.raises(Unavailable):
        await house.ask(c.DeleteProject(**ME), "delete")
    house.bucket.down = False
    await house.finalize(await house.preview("preview_2"))
    assert await house.versions() == ["v1", "v4"]
    await house.ask(c.DeleteProject(**ME), "delete")
    assert await house.versions() == ["v4"]
    assert (await house.ask(c.OpenProject(**ME))).position


async def test_any_command_that_comes_again_later_changes_nothing(house: House) -> None:
    await house.preview()
    commands: list[Any] = [
        c.FinalizeProject(owner="7", preview="preview_1"),
        c.OpenProject(**ME),
        c.AddScene(**ME, scene=scene(3)),
        c.ModifyScene(**ME, scene_id="scene_1", title="Dusk"),
        c.ModifyScene(**ME, scene_id="scene_1", title="Dawn"),
        c.RemoveScene(**ME, scene_id="scene_3"),
        c.ModifyCharacter(**ME, character_id="char_1", name="Bo"),
        c.ModifySequence(**ME, sequence_id="seq_2", total_duration=9.0),
        c.CloseProject(**ME, save=True),
        c.OpenProject(**ME),
        c.ModifyScene(**ME, scene_id="scene_1", duration=20.0),
        c.CloseProject(**ME, save=False),
        c.OpenProject(**ME),
        c.ModifyScene(**ME, scene_id="scene_1", duration=30.0),
        c.CloseProject(**ME, save=True),
    ]
    replies = []
    for done, command in enumerate(commands, 1):
        replies.append(await house.ask(command, f"id-{done}"))
        state, keys, position = await house.state(), await house.keys(), await house.store.last_position()
        for number in range(done):
            again = await house.ask(commands[number], f"id-{number + 1}")
            assert again == replace(replies[number], repeated=True)
        assert (await house.state(), await house.keys(), await house.store.last_position()) == (state, keys, position)
    await house.ask(c.OpenProject(**ME))


class Rushing(MemoryArtifactStore):
    """A bucket during whose first write or read somebody else is faster."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Any] = []

    async def _others(self) -> None:
        while self.meanwhile:
            await self.meanwhile.pop()()

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> StoredObject:
        await self._others()
        return await super().put_bytes(key, data, media_type)

    async def get_bytes(self, key: str, limit_bytes: int = 4_000_000) -> bytes:
        await self._others()
        return await super().get_bytes(key, limit_bytes)


async def test_a_change_during_a_save_is_in_the_files(house: House) -> None:
    bucket = house.bucket = Rushing()
    await house.opened()
    await house.retitle("Dusk")
    bucket.meanwhile = [lambda: house.retitle("Dawn")]
    await house.close(save=True)
    state = await house.state()
    assert (state.open, state.unsaved, await house.versions()) == (False, False, ["v5"])
    assert (await house.ask(c.OpenProject(**ME))).position
    assert state.saved is not None
    assert state.saved.scenes[0].title == "Dawn"


async def test_a_save_during_an_opening_is_no_corruption(house: House) -> None:
    bucket = house.bucket = Rushing()
    await house.opened()
    await house.retitle("Dusk")
    await house.close(save=False)

    async def others_open_change_and_save() -> None:
        await house.ask(c.OpenProject(**ME))
        await house.retitle("Dawn")
        await house.close(save=True)

    bucket.meanwhile = [others_open_change_and_save]
    await house.ask(c.OpenProject(**ME))
    assert (await house.state()).open
    assert (await house.types())[-2:] == ["ProjectClosed", "ProjectOpened"]


async def test_the_same_command_in_two_hands_at_once_is_done_once(house: House) -> None:
    await house.opened()
    for command in (c.AddScene(**ME, scene=scene(3)), c.RemoveScene(**ME, scene_id="scene_3")):
        name = type(command).__name__
        replies = await asyncio.gather(*(house.ask(command, name) for _ in range(5)))
        assert len({reply.position for reply in replies}) == 1
        assert sum(not reply.repeated for reply in replies) == 1
    assert (await house.types())[-2:] == ["SceneAdded", "SceneRemoved"]


class Contested(MemoryEventStore):
    """A store in which somebody else always gets the next version."""

    async def append(
        self, stream: StreamName, expected_version: int, events: Sequence[e.Event], metadata: Metadata
    ) -> int:
        if metadata.causation_id == "unlucky":
            others = replace(metadata, causation_id="others", event_id=f"others-{metadata.event_id}")
            retitled = e.SceneModified(scene=scene(1, title=metadata.event_id))
            await super().append(stream, expected_version, (retitled,), others)
        return await super().append(stream, expected_version, events, metadata)


async def test_who_is_always_too_late_is_told_to_try_again(house: House) -> None:
    house.store = Contested()
    await house.opened()
    with pytest.raises(ConcurrencyConflict, match=f"changing project {NAME}"):
        await house.retitle("Dusk", "unlucky")
