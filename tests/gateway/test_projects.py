"""Surface B from a prompt to a project: previews, what becomes of them, and their names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.projects_answers import FinalizedOut, PreviewOut, WorkingOut
from services.gateway.projects_wording import names_for, size_bytes
from services.tasks import project_files, project_previews
from services.tasks.project_checks import is_name, settled
from services.tasks.project_handlers import Projects
from shared.contracts.commands import CreateTask, FinalizeProject
from shared.contracts.orders import ScreenplayOrder
from shared.errors import ConcurrencyConflict
from tests.gateway.project_world import API, PREVIEW_FIELDS, PROMPT, ask, error, finalized, preview, project
from tests.gateway.world import ALICE, BOB, REASON, World, screenplay


@pytest.fixture
async def unlimited(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, rate_limit=10**6).running() as built:
        yield built


def created(world: World) -> CreateTask:
    """The last task that was asked for."""
    return [one for one, _ in world.asked if isinstance(one, CreateTask)][-1]


async def test_a_prompt_becomes_a_preview(world: World) -> None:
    wishes = {"sceneCount": 8, "duration": 180, "style": "dark and moody"}
    told = await preview(world, language="en", preferences=wishes)
    assert told.keys() == PREVIEW_FIELDS
    assert PreviewOut.model_validate(told).model_dump() == told
    assert re.fullmatch(r"preview_[0-9a-f]{32}", told["preview_id"])
    assert (len(told["scenes"]), len(told["sequences"]), len(told["characters"])) == (8, 8, 1)
    assert sum(one["duration"] for one in told["scenes"]) == 180.0
    command = created(world)
    assert command.order == ScreenplayOrder(language="en", scene_count=8, duration_s=180.0, style="dark and moody")
    assert (command.surface, command.workflow, command.auto) == ("projects", "screenplay", True)
    assert (command.brief.topic, command.task) == (PROMPT, told["preview_id"])


BARE: list[dict[str, Any]] = [
    {}, {"language": "en"}, {"preferences": None}, {"preferences": {}}, {"more": 1},
    {"preferences": {"sceneCount": None, "duration": None, "style": None, "more": 1}},
]  # fmt: skip


async def test_everything_but_the_prompt_is_optional(world: World) -> None:
    for body in BARE:
        await preview(world, **body)
        assert created(world).order == ScreenplayOrder(language="en")


async def test_languages_are_codes(world: World) -> None:
    for language, code in [("fr", "fr"), (" ES", "es"), ("pt-BR", "pt"), ("zh_Hans", "zh")]:
        await preview(world, language=language)
        assert created(world).order == ScreenplayOrder(language=code)


NO_REQUESTS: list[tuple[Any, str]] = [
    ({}, "prompt"), ({"prompt": ""}, "prompt"), ({"prompt": " \n\u200b\x00"}, "prompt"),
    ({"prompt": None}, "prompt"), ({"prompt": 7}, "prompt"), ({"prompt": "x" * 2_001}, "prompt"),
    ({"prompt": "x", "language": "klingon"}, "language"), ({"prompt": "x", "language": "xx"}, "language"),
    ({"prompt": "x", "language": 1}, "language"), ({"prompt": "x", "preferences": "dark"}, "preferences"),
    ({"prompt": "x", "preferences": {"sceneCount": 2}}, "preferences.sceneCount"),
    ({"prompt": "x", "preferences": {"sceneCount": 13}}, "preferences.sceneCount"),
    ({"prompt": "x", "preferences": {"sceneCount": 3.5}}, "preferences.sceneCount"),
    ({"prompt": "x", "preferences": {"sceneCount": "many"}}, "preferences.sceneCount"),
    ({"prompt": "x", "preferences": {"duration": 0}}, "preferences.duration"),
    ({"prompt": "x", "preferences": {"duration": -5}}, "preferences.duration"),
    ({"prompt": "x", "preferences": {"duration": 7_201}}, "preferences.duration"),
    ({"prompt": "x", "preferences": {"duration": 5, "sceneCount": 6}}, "preferences"),
    ({"prompt": "x", "preferences": {"style": "x" * 201}}, "preferences.style"),
    ([], "body"), ("prompt", "body"), (None, "body"),
]  # fmt: skip


async def test_what_is_no_request_is_400_by_field(unlimited: World) -> None:
    for body, field in NO_REQUESTS:
        told = error(await ask(unlimited, "POST", "/generate/project", body), 400, "VALIDATION_ERROR")
        assert field in told["details"], (body, told)
    assert not [one for one, _ in unlimited.asked if isinstance(one, CreateTask)]


async def test_a_body_that_is_no_json_is_400(world: World) -> None:
    for content in (b"{", b"\xff\xfe", b'{"prompt": "x"', b'{"prompt": "x", "preferences": {"duration": NaN}}'):
        async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
            answer = await http.post(f"{API}/generate/project", content=content)
        told = error(answer, 400, "VALIDATION_ERROR")
        assert told["message"]
    async with world.client(ALICE) as http:  # what curl -d sends without a header
        form = await http.post(f"{API}/generate/project", data={"prompt": "x"})
    error(form, 400, "VALIDATION_ERROR")


async def test_the_estimate_is_what_will_be_written(world: World) -> None:
    told = await preview(world, preferences={"sceneCount": 12})
    name = (await finalized(world, told["preview_id"])).json()["project_name"]
    files = await world.artifacts.list(f"users/1/output/projects/{name}")
    assert len(files) == told["estimated_file_count"]
    written_mb = sum(one.size_bytes for one in files) / 10**6
    assert told["estimated_size_mb"] == pytest.approx(written_mb, abs=0.0006)


def test_the_estimate_knows_the_files_of_a_project() -> None:
    play = settled(screenplay(PROMPT, ScreenplayOrder(scene_count=5, duration_s=33.3)))
    assert size_bytes(play) == pytest.approx(sum(map(len, project_files.documents(play).values())), abs=20)


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True))
def test_names_are_those_that_the_rules_try(wanted: str) -> None:
    names = list(names_for(wanted))
    assert names == list(project_previews.names_for(wanted))
    assert all(map(is_name, names))


async def test_finalizing_makes_a_project(world: World) -> None:
    shown = await preview(world)
    answer = await finalized(world, shown["preview_id"])
    assert answer.status_code == 200
    told = answer.json()
    assert FinalizedOut.model_validate(told).model_dump() == told
    assert told["project_name"] == shown["project_name"] == "the-kite"
    assert told["project_path"] == "s3://talewright/users/1/output/projects/the-kite"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["created_at"])
    assert (await ask(world, "GET", "/projects/the-kite")).json()["created_at"] == told["created_at"]
    names = [one.key.rsplit("/", 1)[1] for one in await world.artifacts.list("users/1/output/projects/the-kite")]
    assert names == ["characters.json", "project.json", "scenes.json", "sequences.json"]


async def test_finalizing_twice_is_the_same_project(world: World) -> None:
    shown = await preview(world)
    first, again = [await finalized(world, shown["preview_id"]) for _ in range(2)]
    assert first.json() == again.json()
    together = await asyncio.gather(*(finalized(world, shown["preview_id"]) for _ in range(4)))
    assert [one.json() for one in together] == [first.json()] * 4
    assert (await ask(world, "GET", "/projects/list")).json() == {"projects": ["the-kite"], "total_count": 1}
    assert (await ask(world, "GET", f"/generate/project/{shown['preview_id']}")).json()["project_name"] == "the-kite"


async def test_the_same_prompt_gives_names_with_numbers(world: World) -> None:
    for number in range(1, 4):
        shown = await preview(world)
        name = "the-kite" if number == 1 else f"the-kite-{number}"
        assert shown["project_name"] == name
        assert (await finalized(world, shown["preview_id"])).json()["project_name"] == name
    assert (await preview(world, BOB))["project_name"] == "the-kite"
    await ask(world, "DELETE", "/projects/the-kite-2?confirmed=true")
    assert (await preview(world))["project_name"] == "the-kite-2"


async def test_a_preview_is_shown_again_without_being_written_again(world: World) -> None:
    shown = await preview(world)
    asked = len(world.asked)
    assert (await ask(world, "GET", f"/generate/project/{shown['preview_id']}")).json() == shown
    assert not [one for one, _ in world.asked[asked:] if isinstance(one, CreateTask)]


async def test_what_takes_longer_is_202_and_can_be_looked_at(tmp_path: Path) -> None:
    async with World(tmp_path, generate_wait_s=0.05).running() as world:
        world.media = "rest"
        answer = await ask(world, "POST", "/generate/project", {"prompt": PROMPT})
        assert answer.status_code == 202
        told = answer.json()
        assert told == {"preview_id": told["preview_id"], "status": "processing"}
        assert WorkingOut.model_validate(told).model_dump() == told
        path = f"/generate/project/{told['preview_id']}"
        assert ((again := await ask(world, "GET", path)).status_code, again.json()) == (202, told)
        error(await finalized(world, told["preview_id"]), 404, "RESOURCE_NOT_FOUND")
        await world.wake()
        async with asyncio.timeout(5):
            while (done := await ask(world, "GET", path)).status_code == 202:
                await asyncio.sleep(0.01)
        assert done.json().keys() == PREVIEW_FIELDS
        assert (await finalized(world, told["preview_id"])).status_code == 200


async def test_views_that_are_behind_do_not_lose_a_preview(tmp_path: Path) -> None:
    async with World(tmp_path, generate_wait_s=0, view_wait_s=0).running() as world:
        world.projecting.cancel()
        answer = await ask(world, "POST", "/generate/project", {"prompt": PROMPT})
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")


async def test_a_screenplay_that_cannot_be_written_is_500_with_its_reason(world: World) -> None:
    world.media = "failed"
    told = error(await ask(world, "POST", "/generate/project", {"prompt": PROMPT}), 500, "INTERNAL_SERVER_ERROR")
    assert told["message"] == f"Project generation failed: {REASON}"
    preview_id = created(world).task
    error(await ask(world, "GET", f"/generate/project/{preview_id}"), 500, "INTERNAL_SERVER_ERROR")
    error(await finalized(world, preview_id), 404, "RESOURCE_NOT_FOUND")


async def test_previews_that_are_not_there(world: World) -> None:
    for preview_id in ("preview_none", "1", "x" * 200, "../..", "%2e%2e", "a/b", "прев", "p\x00q"):
        answer = await finalized(world, preview_id)
        assert error(answer, 404, "RESOURCE_NOT_FOUND")["message"] == "Preview ID not found"
    for wrong in ("", "x" * 201):
        error(await finalized(world, wrong), 400, "VALIDATION_ERROR")
    assert not [one for one, _ in world.asked if isinstance(one, FinalizeProject)]


async def test_previews_belong_to_their_user_and_tasks_of_other_surfaces_are_none(world: World) -> None:
    shown = await preview(world)
    path = f"/generate/project/{shown['preview_id']}"
    error(await ask(world, "GET", path, token=BOB), 404, "RESOURCE_NOT_FOUND")
    error(await finalized(world, shown["preview_id"], BOB), 404, "RESOURCE_NOT_FOUND")
    async with world.client(ALICE) as http:
        story = (await http.post("/api/task/new", json={"topic": "x"})).json()["task_id"]
        await http.post(f"/api/task/{story}/execute/1")
        assert (await http.get("/api/task/mytasks")).json()["task_ids"] == [story]
        assert (await http.get("/v1/video/tasks")).json()["tasks"] == []
    error(await finalized(world, str(story)), 404, "RESOURCE_NOT_FOUND")
    error(await ask(world, "GET", f"/generate/project/{story}"), 404, "RESOURCE_NOT_FOUND")


async def test_previews_expire(tmp_path: Path) -> None:
    async with World(tmp_path, preview_ttl_s=1).running() as world:
        shown = await preview(world)
        path = f"/generate/project/{shown['preview_id']}"
        assert (await ask(world, "GET", path)).status_code == 200
        await asyncio.sleep(1.1)
        error(await ask(world, "GET", path), 404, "RESOURCE_NOT_FOUND")
        error(await finalized(world, shown["preview_id"]), 404, "RESOURCE_NOT_FOUND")


async def test_the_rules_have_the_last_word_on_expiry(world: World) -> None:
    shown = await preview(world)
    world.routes |= Projects(world.artifacts, preview_ttl_ms=0).routes
    told = error(await finalized(world, shown["preview_id"]), 404, "RESOURCE_NOT_FOUND")
    assert told["message"] == "Preview ID not found"


async def test_a_preview_whose_file_is_gone_is_not_found_and_its_key_is_not_told(world: World) -> None:
    shown = await preview(world)
    await world.artifacts.delete_below(f"users/1/output/texts/{shown['preview_id']}")
    for answer in (
        await ask(world, "GET", f"/generate/project/{shown['preview_id']}"),
        await finalized(world, shown["preview_id"]),
    ):
        assert error(answer, 404, "RESOURCE_NOT_FOUND")["message"] == "Preview ID not found"


async def test_the_same_request_sent_twice_is_one_preview_and_one_project(world: World) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = [await ask(world, "POST", "/generate/project", {"prompt": PROMPT}, **key) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert [int(one.headers["x-ratelimit-remaining"]) for one in (first, again)] == [99, 98]
    other = await ask(world, "POST", "/generate/project", {"prompt": "another"}, **key)
    error(other, 400, "VALIDATION_ERROR")
    body = {"preview_id": first.json()["preview_id"]}
    made = [await ask(world, "POST", "/generate/finalize", body, **key) for _ in range(2)]
    assert made[0].json() == made[1].json()
    assert (await ask(world, "GET", "/projects/list")).json()["total_count"] == 1


async def test_in_flight_it_is_409(world: World) -> None:
    world.delay_s = 0.3
    key = {"Idempotency-Key": "k"}
    first = asyncio.create_task(ask(world, "POST", "/generate/project", {"prompt": PROMPT}, **key))
    await asyncio.sleep(0.1)
    error(await ask(world, "POST", "/generate/project", {"prompt": PROMPT}, **key), 409, "CONFLICT")
    assert (await first).status_code == 200


async def test_after_a_failure_the_same_key_tries_again(world: World) -> None:
    key = {"Idempotency-Key": "k"}
    world.media = "failed"
    first = await ask(world, "POST", "/generate/project", {"prompt": PROMPT}, **key)
    world.media = "done"
    again = await ask(world, "POST", "/generate/project", {"prompt": PROMPT}, **key)
    assert (first.status_code, again.status_code) == (500, 200)


async def test_who_leaves_finds_his_preview(world: World) -> None:
    world.media = "rest"
    leaving = asyncio.create_task(ask(world, "POST", "/generate/project", {"prompt": PROMPT}))
    while not world.resting:
        await asyncio.sleep(0.01)
    leaving.cancel()
    await world.wake()
    path = f"/generate/project/{created(world).task}"
    async with asyncio.timeout(5):
        while (await ask(world, "GET", path)).status_code != 200:
            await asyncio.sleep(0.01)


async def test_a_lost_race_is_409_and_an_outage_503(world: World) -> None:
    shown = await preview(world)
    real = world.ask

    async def lost(command: Any, command_id: str) -> Any:
        raise ConcurrencyConflict("Others kept changing project the-kite.")

    world.ask = lost  # type: ignore[method-assign]
    error(await finalized(world, shown["preview_id"]), 409, "CONFLICT")
    world.ask = real  # type: ignore[method-assign]
    world.down = True
    answer = await finalized(world, shown["preview_id"])
    error(answer, 503, "SERVICE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "2"
    world.down = False
    assert await project(world) == "the-kite"
