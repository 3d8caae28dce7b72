"""Projects over an event store and a bucket: what each command does, and what it refuses."""

from __future__ import annotations

import json

import pytest

from services.tasks.project_files import folder_of
from services.tasks.project_handlers import PREVIEW_TTL_MS
from shared.artifacts.s3 import S3ArtifactStore
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.workflow import STORY
from shared.errors import Invalid, NotFound, OutOfOrder
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import StreamName
from tests.tasks.project_house import DOCUMENTS, NAME, House
from tests.tasks.project_world import ME, PLAY, json_of, scene


@pytest.fixture
def house() -> House:
    return House()


async def test_a_preview_becomes_a_project_with_four_files(house: House) -> None:
    await house.preview()
    reply = await house.finalize()
    assert (reply.name, reply.position, reply.repeated) == (NAME, await house.store.last_position(), False)
    state = await house.state()
    assert (state.screenplay, state.preview) == (PLAY, "preview_1")
    assert [key.rpartition("/")[2] for key in await house.keys()] == DOCUMENTS
    assert await house.versions() == ["v1"]
    assert sorted(one.key for one in state.files) == [f"{folder_of('7', NAME)}/{key}" for key in await house.keys()]
    written = {one.name: await house.bucket.get_bytes(one.key) for one in state.files}
    assert all(len(written[one.name]) == one.size_bytes for one in state.files)
    assert json.loads(written["scenes.json"]) == json_of(PLAY.scenes)


async def test_names_that_are_taken_get_numbers(house: House) -> None:
    names = [(await house.finalize(await house.preview(f"preview_{n}"))).name for n in range(1, 4)]
    assert names == [NAME, f"{NAME}-2", f"{NAME}-3"]
    third = (await house.state(names[2])).screenplay
    assert third is not None
    assert third.name == names[2]
    project = next(key for key in await house.keys(names[2]) if key.endswith("project.json"))
    heading = json.loads(await house.bucket.get_bytes(f"{folder_of('7', names[2])}/{project}"))
    assert heading["name"] == names[2]
    await house.ask(c.DeleteProject(owner="7", project=names[1]))
    assert (await house.finalize(await house.preview("preview_9"))).name == names[1]


async def test_there_is_an_end_to_numbers(house: House) -> None:
    for number in range(1, 101):
        await house.finalize(await house.preview(f"preview_{number}"))
    with pytest.raises(Invalid, match=f"too many projects called '{NAME}'"):
        await house.finalize(await house.preview("preview_101"))
    assert (await house.finalize("preview_100")).name == f"{NAME}-100"
    assert await house.versions(f"{NAME}-100") == ["v1"]


async def test_one_preview_makes_one_project(house: House) -> None:
    await house.preview("other")
    await house.finalize("other")
    await house.preview()
    first = await house.finalize(command_id="same")
    await house.ask(c.DeleteProject(**ME))  # the name before it is free again; still it is that project
    for command_id in ("same", "another"):
        again = await house.finalize(command_id=command_id)
        assert (again.name, again.position, again.repeated) == (f"{NAME}-2", first.position, True)
    assert await house.keys() == []


@pytest.mark.parametrize("preview", ["nothing", "", "a.b", "*", ">", "ü", "preview_1.1"])
async def test_an_unknown_preview_is_not_found(house: House, preview: str) -> None:
    await house.preview()
    with pytest.raises(NotFound, match=r"^Preview not found$"):
        await house.finalize(preview)


async def test_what_is_no_finished_preview_is_not_found(house: House) -> None:
    await house.preview("a-story", surface="stories")
    await house.preview("4711", workflow=STORY)
    await house.task("running")
    await house.preview("deleted")
    await house.append(StreamName("task", "7", "deleted"), 2, e.TaskDeleted())
    await house.preview("lost")
    await house.bucket.delete_below("users/7/output/texts/lost")
    for preview in ("a-story", "4711", "running", "deleted", "lost"):
        with pytest.raises(NotFound, match=r"^Preview not found$"):
            await house.finalize(preview)
    await house.preview("mine")
    with pytest.raises(NotFound, match=r"^Preview not found$"):
        await house.ask(c.FinalizeProject(owner="8", preview="mine"))


async def test_a_preview_is_kept_for_a_day(house: House) -> None:
    await house.preview()
    await house.preview("preview_2")
    house.now_ms += PREVIEW_TTL_MS - 1
    assert (await house.finalize()).name == NAME
    house.now_ms += 1
    with pytest.raises(NotFound, match=r"^Preview not found$"):
        await house.finalize("preview_2")


async def test_a_preview_that_is_no_screenplay_is_refused(house: House) -> None:
    await house.preview()
    await house.bucket.put_bytes("users/7/output/texts/preview_1/r1/screenplay.json", b"{", "application/json")
    with pytest.raises(Invalid, match=r"^Preview file corrupted or invalid$"):
        await house.finalize()


@pytest.mark.parametrize(
    "name", ["", "nothing", "Haunted-Mansion", "a.b", "*", "../x", "-x", "x" * 64, "haunted-mansion\n"]
)
async def test_unknown_and_impossible_names_are_not_found(house: House, name: str) -> None:
    await house.opened()
    me = {"owner": "7", "project": name}
    for command in (
        c.OpenProject(**me),
        c.CloseProject(**me, save=True),
        c.DeleteProject(**me),
        c.AddScene(**me, scene=scene(3)),
        c.RemoveScene(**me, scene_id="scene_1"),
    ):
        with pytest.raises(NotFound, match=r"^Project not found$"):
            await house.ask(command)
    with pytest.raises(NotFound):
        await house.ask(c.OpenProject(owner="8", project=NAME))


async def test_changes_need_the_project_open(house: House) -> None:
    await house.preview()
    await house.finalize()
    with pytest.raises(OutOfOrder, match="is not open; open it first"):
        await house.retitle("Dusk")


@pytest.mark.parametrize("damage", ["missing", "garbled", "huge", "other"])
async def test_a_project_with_damaged_files_does_not_open(house: House, damage: str) -> None:
    await house.preview()
    await house.finalize()
    files = (await house.state()).files
    scenes = next(one for one in files if one.name == "scenes.json")
    match damage:
        case "missing":
            await house.bucket.delete_below(scenes.key.rpartition("/")[0])
        case "garbled":
            await house.bucket.put_bytes(scenes.key, b"[{", scenes.media_type)
        case "huge":
            await house.bucket.put_bytes(scenes.key, b" " * 4_000_001, scenes.media_type)
        case _:
            data = await house.bucket.get_bytes(scenes.key)
            await house.bucket.put_bytes(scenes.key, data.replace(b"Rain", b"Snow"), scenes.media_type)
    with pytest.raises(Invalid, match=r"^Project file corrupted or invalid$"):
        await house.ask(c.OpenProject(**ME))
    assert await house.types() == ["ProjectCreated"]


async def test_opening_an_open_project_does_not_look_at_its_files(house: House) -> None:
    await house.opened()
    house.bucket.down = True
    assert (await house.ask(c.OpenProject(**ME))).repeated


async def test_a_save_writes_a_new_version_and_removes_the_one_before(house: House) -> None:
    await house.opened()
    await house.retitle("Dusk")
    await house.close(save=True)
    assert await house.versions() == ["v4"]
    state = await house.state()
    assert [one.key.partition(f"{NAME}/")[2] for one in sorted(state.files, key=lambda f: f.name)] == await house.keys()
    assert await house.types() == [
        "ProjectCreated", "ProjectOpened", "SceneModified", "ProjectSaved", "ProjectClosed",
    ]  # fmt: skip
    await house.ask(c.OpenProject(**ME))
    scenes = next(one for one in state.files if one.name == "scenes.json")
    assert json.loads(await house.bucket.get_bytes(scenes.key))[0]["title"] == "Dusk"


async def test_closing_without_changes_or_without_saving_writes_no_files(house: House) -> None:
    await house.opened()
    before = await house.keys()
    await house.close(save=True)
    assert await house.keys() == before
    await house.ask(c.OpenProject(**ME))
    await house.retitle("Dusk")
    await house.close(save=False)
    assert (await house.keys(), (await house.state()).screenplay) == (before, PLAY)
    assert (await house.close(save=True)).repeated
    await house.ask(c.OpenProject(**ME))
    assert await house.keys() == before


async def test_deleting_removes_the_files_of_this_project_only(house: House) -> None:
    await house.opened()
    await house.finalize(await house.preview("preview_2"))
    reply = await house.ask(c.DeleteProject(**ME))
    assert reply.position == await house.store.last_position()
    assert (await house.keys(), await house.versions(f"{NAME}-2")) == ([], ["v1"])
    with pytest.raises(NotFound):
        await house.ask(c.OpenProject(**ME))
    assert (await house.ask(c.DeleteProject(**ME))).repeated


async def test_a_projects_life_on_a_real_event_store_and_a_real_bucket(
    event_store: JetStreamEventStore, artifact_store: S3ArtifactStore
) -> None:
    house = await House(event_store, artifact_store).opened()
    assert await house.versions() == ["v1"]
    await house.ask(c.AddScene(**ME, scene=scene(3, 15.0)))
    await house.retitle("Dusk")
    await house.close(save=True)
    assert await house.versions() == ["v5"]
    await house.ask(c.OpenProject(**ME))
    state = await house.state()
    assert state.screenplay is not None
    assert len(state.screenplay.scenes) == 3
    assert (await house.finalize(await house.preview("preview_2"))).name == f"{NAME}-2"
    await house.ask(c.DeleteProject(**ME))
    assert (await house.keys(), await house.versions(f"{NAME}-2")) == ([], ["v1"])
