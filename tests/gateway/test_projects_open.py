"""Surface B: open, close, list, look at and delete projects."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from services.gateway.projects_answers import ClosedOut, OpenedOut, ProjectDeletedOut, ProjectsOut, WholeProjectOut
from tests.gateway.project_world import API, ask, error, opened, project, whole
from tests.gateway.world import ALICE, BOB, World


async def open_it(world: World, name: str, **headers: str) -> Any:
    return await ask(world, "POST", "/projects/open", {"project_name": name}, **headers)


async def close(world: World, body: Any = None) -> Any:
    return await ask(world, "POST", "/projects/close", body)


async def retitled(world: World, name: str, title: str) -> None:
    answer = await ask(world, "PATCH", f"/projects/{name}/scenes/scene_1", {"title": title})
    assert answer.status_code == 200, answer.text


async def title_of(world: World, name: str) -> str:
    return str((await whole(world, name))["scenes"][0]["title"])


async def test_an_open_project_tells_its_numbers(world: World) -> None:
    name = await project(world, preferences={"sceneCount": 4})
    answer = await open_it(world, name)
    assert answer.status_code == 200
    told = answer.json()
    assert OpenedOut.model_validate(told).model_dump() == told
    assert (told["project_name"], told["scene_count"], told["character_count"], told["sequence_count"]) == (
        name,
        4,
        1,
        4,
    )
    assert told["created_at"] == told["modified_at"]
    again = await open_it(world, name)
    assert (again.status_code, again.json()) == (200, told)
    shown = await whole(world, name)
    assert WholeProjectOut.model_validate(shown).model_dump() == shown
    assert (shown["open"], shown["unsaved"]) == (True, False)


async def test_a_project_whose_files_were_changed_is_refused(world: World) -> None:
    name = await project(world)
    scenes = [one.key for one in await world.artifacts.list("users/1/output/projects") if "scenes" in one.key]
    await world.artifacts.put_bytes(scenes[0], b"[]", "application/json")
    told = error(await open_it(world, name), 400, "PROJECT_ERROR")
    assert told["message"] == "Project file corrupted or invalid"
    assert not (await whole(world, name))["open"]


async def test_closing_with_save_keeps_the_changes(world: World) -> None:
    name = await opened(world)
    await retitled(world, name, "New")
    shown = await whole(world, name)
    assert (shown["unsaved"], shown["scenes"][0]["title"]) == (True, "New")
    answer = await close(world, {"save": True})
    assert (answer.status_code, answer.json()) == (200, {"message": "Project closed successfully", "saved": True})
    assert ClosedOut.model_validate(answer.json())
    shown = await whole(world, name)
    assert (shown["open"], shown["unsaved"], shown["scenes"][0]["title"]) == (False, False, "New")
    assert shown["modified_at"] > shown["created_at"]
    assert len(await world.artifacts.list(f"users/1/output/projects/{name}")) == 4
    assert (await open_it(world, name)).status_code == 200


async def test_closing_without_save_reverts(world: World) -> None:
    name = await opened(world)
    before = await title_of(world, name)
    await retitled(world, name, "New")
    answer = await close(world, {"save": False})
    assert answer.json() == {"message": "Project closed successfully", "saved": False}
    assert await title_of(world, name) == before


@pytest.mark.parametrize("body", [None, {}])
async def test_closing_saves_unless_told(world: World, body: Any) -> None:
    name = await opened(world)
    await retitled(world, name, "New")
    assert (await close(world, body)).json()["saved"] is True
    assert await title_of(world, name) == "New"


async def test_closing_nothing_is_refused(world: World) -> None:
    told = error(await close(world, {"save": True}), 400, "PROJECT_ERROR")
    assert told["message"] == "No project is open"
    await opened(world)
    await close(world, {"save": True})
    error(await close(world, {"save": True}), 400, "PROJECT_ERROR")
    error(await close(world, {"save": "perhaps"}), 400, "VALIDATION_ERROR")


async def test_the_one_opened_last_is_closed(world: World) -> None:
    first, second = await opened(world), await opened(world)
    await close(world)
    assert [(await whole(world, name))["open"] for name in (first, second)] == [True, False]
    await close(world)
    assert not (await whole(world, first))["open"]


async def test_a_repeated_close_closes_no_second_project(world: World) -> None:
    first, second = await opened(world), await opened(world)
    key = {"Idempotency-Key": "k"}
    for _ in range(2):
        assert (await ask(world, "POST", "/projects/close", {"save": True}, **key)).status_code == 200
    assert [(await whole(world, name))["open"] for name in (first, second)] == [True, False]


async def test_a_close_whose_gateway_died_goes_on_with_the_same_project(tmp_path: Path) -> None:
    async with World(tmp_path, idempotency_lease_s=0.05).running() as world:
        first, key = await opened(world), {"Idempotency-Key": "k"}
        remove = world.idempotency.remove

        async def forget_nothing(name: str) -> None:
            """The gateway died: its record stays."""

        world.idempotency.remove, world.down = forget_nothing, True  # type: ignore[method-assign]
        assert (await ask(world, "POST", "/projects/close", {"save": True}, **key)).status_code == 503
        world.idempotency.remove, world.down = remove, False  # type: ignore[method-assign]
        second = await opened(world)
        await asyncio.sleep(0.1)
        assert (await ask(world, "POST", "/projects/close", {"save": True}, **key)).status_code == 200
        assert [(await whole(world, name))["open"] for name in (first, second)] == [False, True]


async def test_the_list_is_newest_first_and_in_pages(world: World) -> None:
    assert (await ask(world, "GET", "/projects/list")).json() == {"projects": [], "total_count": 0}
    names = [await project(world) for _ in range(3)][::-1]
    answer = await ask(world, "GET", "/projects/list")
    assert answer.json() == {"projects": names, "total_count": 3}
    assert ProjectsOut.model_validate(answer.json())
    page = await ask(world, "GET", "/projects/list?limit=2&offset=1")
    assert page.json() == {"projects": names[1:], "total_count": 3}
    assert (await ask(world, "GET", "/projects/list?offset=3")).json() == {"projects": [], "total_count": 3}
    for query in ("limit=0", "limit=1001", "limit=x", "offset=-1", "offset=99999999999999999999"):
        error(await ask(world, "GET", f"/projects/list?{query}"), 400, "VALIDATION_ERROR")
    assert (await ask(world, "GET", "/projects/list", token=BOB)).json() == {"projects": [], "total_count": 0}


async def test_deleting_needs_a_confirmation(world: World) -> None:
    name = await project(world)
    for query in ("", "?confirmed=false", "?confirmed=0", "?confirmed=perhaps", "?confirmed="):
        told = error(await ask(world, "DELETE", f"/projects/{name}{query}"), 400, "VALIDATION_ERROR")
        assert "confirmed" in told["details"]
    assert (await whole(world, name))["project_name"] == name


async def test_a_deleted_project_is_gone(world: World) -> None:
    name = await opened(world)
    answer = await ask(world, "DELETE", f"/projects/{name}?confirmed=true")
    assert answer.json() == {"message": "Project deleted successfully", "deleted_project": name}
    assert ProjectDeletedOut.model_validate(answer.json())
    assert await world.artifacts.list("users/1/output/projects") == []
    assert (await ask(world, "GET", "/projects/list")).json() == {"projects": [], "total_count": 0}
    error(await ask(world, "DELETE", f"/projects/{name}?confirmed=true"), 404, "RESOURCE_NOT_FOUND")
    error(await open_it(world, name), 404, "RESOURCE_NOT_FOUND")
    error(await ask(world, "GET", f"/projects/{name}"), 404, "RESOURCE_NOT_FOUND")
    error(await ask(world, "PATCH", f"/projects/{name}/scenes/scene_1", {"title": "x"}), 404, "RESOURCE_NOT_FOUND")
    error(await ask(world, "POST", f"/projects/{name}/render"), 404, "RESOURCE_NOT_FOUND")
    error(await close(world), 400, "PROJECT_ERROR")
    assert await project(world) == name


async def test_two_who_delete_at_once_find_it_gone(world: World) -> None:
    name = await project(world)
    answers = await asyncio.gather(*(ask(world, "DELETE", f"/projects/{name}?confirmed=true") for _ in range(3)))
    assert {one.status_code for one in answers} <= {200, 404}
    assert 200 in {one.status_code for one in answers}


NAMES = [
    "..", "../..", ".", "%2e%2e", "..%2f..%2fetc", "a/b", "/", "//", "\\..\\", "x" * 300, "x" * 301, "проект", "名前",
    "THE-KITE", "the-kite/", " the-kite", "the-kite\n", "the-kite\x00", "*", "the_kite", "'; DROP TABLE tasks;--", "~",
    "users/1/output/projects/the-kite", "\u202ethe-kite", "the-kite?", "the-kite#", "con", "-", "1", "",
]  # fmt: skip


async def test_names_are_never_paths(tmp_path: Path) -> None:
    async with World(tmp_path, rate_limit=10**6).running() as world:
        await project(world)
        await world.settled()
        position, files = await world.store.last_position(), await world.artifacts.list("")
        for name in NAMES:
            for method, path, body in calls_about(name):
                answer = await ask(world, method, path, body)
                assert answer.status_code in (400, 404, 405), (method, path, answer.text)
                if answer.request.url.path.startswith(API):  # else the client itself has gone up
                    assert answer.json()["error"]["code"]
        commits = await world.store.read(position, await world.store.last_position())
        assert {commit.stream.category for commit in commits} <= {"usage"}
        assert await world.artifacts.list("") == files


def calls_about(name: str) -> list[tuple[str, str, Any]]:
    calls: list[tuple[str, str, Any]] = [("POST", "/projects/open", {"project_name": name})]
    for way in {quote(name, safe=""), quote(name, safe="/%")}:
        calls += [
            ("GET", f"/projects/{way}", None),
            ("DELETE", f"/projects/{way}?confirmed=true", None),
            ("POST", f"/projects/{way}/render", None),
            ("POST", f"/projects/{way}/scenes", {"id": "scene_9", "number": 9, "title": "x"}),
            ("PATCH", f"/projects/{way}/scenes/scene_1", {"title": "x"}),
            ("DELETE", f"/projects/{way}/scenes/scene_1?confirmed=true", None),
            ("PATCH", f"/projects/{way}/characters/char_1", {"name": "x"}),
            ("PATCH", f"/projects/{way}/sequences/seq_1", {"total_duration": 5}),
        ]
    return calls


async def test_a_name_with_half_a_character_is_400(world: World) -> None:
    async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
        for content in (b'{"project_name": "\\ud800"}', b'{"project_name": "a\\u0000"}'):
            answer = await http.post(f"{API}/projects/open", content=content)
            assert answer.status_code in (400, 404)


async def test_projects_that_are_called_like_routes(world: World) -> None:
    """A name is chosen by the writer; wherever it stands in a path, the path's own words come first."""
    error(await ask(world, "GET", "/projects/open"), 404, "RESOURCE_NOT_FOUND")
    error(await ask(world, "GET", "/projects/close"), 404, "RESOURCE_NOT_FOUND")
    error(await ask(world, "PUT", "/projects/list"), 405, "METHOD_NOT_ALLOWED")
