"""Storage statistics, and limits that hold before anything is written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.gateway.storage import FILES_PER_PROJECT, Kept, gib
from shared.contracts.commands import CreateTask, FinalizeProject
from shared.errors import Unavailable
from tests.gateway.project_world import PROMPT, ask, error, finalized, opened, preview, project
from tests.gateway.world import ALICE, BOB, World

GIB = 2**30


async def stats(world: World, token: str = ALICE) -> dict[str, Any]:
    answer = await ask(world, "GET", "/storage/stats", token=token)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_contracts_example() -> None:
    assert Kept(5_368_709_120, 125, 53_687_091_200, 248).described() == {
        "total_bytes": 5_368_709_120,
        "total_gb": 5.0,
        "file_count": 125,
        "limit_bytes": 53_687_091_200,
        "limit_gb": 50.0,
        "file_limit": 248,
        "usage_percent": 10.0,
        "file_usage_percent": 50.4,
        "warnings": [],
    }


def test_warnings_come_before_the_limit() -> None:
    assert Kept(79 * GIB, 1, 100 * GIB, 10).described()["warnings"] == []
    assert Kept(80 * GIB, 9, 100 * GIB, 10).described()["warnings"] == [
        "Storage usage is at 80.0% of the limit",
        "File usage is at 90.0% of the limit",
    ]


def test_the_limit_itself_may_be_reached() -> None:
    kept = Kept(10, 4, 20, 8)
    assert kept.holds(4, 10)
    assert not kept.holds(5, 1)
    assert not kept.holds(1, 11)
    assert Kept(10, 9, 20, 8).holds(0, 10)
    assert gib(GIB // 2) == 0.5


async def test_by_default_there_are_fifty_gigabytes_and_248_files(world: World) -> None:
    told = await stats(world)
    assert (told["total_bytes"], told["file_count"]) == (0, 0)
    assert (told["limit_bytes"], told["limit_gb"], told["file_limit"]) == (50 * GIB, 50.0, 248)
    assert (told["usage_percent"], told["file_usage_percent"], told["warnings"]) == (0.0, 0.0, [])


async def test_bytes_count_everything_and_files_those_of_projects(world: World) -> None:
    name = await project(world)
    kept = await world.artifacts.list("users/1")
    told = await stats(world)
    assert told["total_bytes"] == sum(one.size_bytes for one in kept)
    assert told["file_count"] == FILES_PER_PROJECT
    files = await world.artifacts.list(f"users/1/output/projects/{name}")
    assert len(files) == FILES_PER_PROJECT
    assert (await stats(world, BOB))["total_bytes"] == 0
    await ask(world, "DELETE", f"/projects/{name}?confirmed=true")
    after = await stats(world)
    assert after["file_count"] == 0
    assert after["total_bytes"] == told["total_bytes"] - sum(one.size_bytes for one in files)


async def test_without_the_bucket_nobody_can_tell(world: World) -> None:
    world.artifacts.down = True
    error(await ask(world, "GET", "/storage/stats"), 503, "SERVICE_UNAVAILABLE")
    error(await ask(world, "POST", "/generate/project", {"prompt": PROMPT}), 503, "SERVICE_UNAVAILABLE")


async def test_a_preview_is_refused_when_its_project_would_not_fit(tmp_path: Path) -> None:
    async with World(tmp_path, storage_file_limit=7).running() as world:
        await project(world)
        before = await world.artifacts.list("")
        asked = len(world.asked)
        told = error(await ask(world, "POST", "/generate/project", {"prompt": PROMPT}), 507, "STORAGE_LIMIT_EXCEEDED")
        assert told["message"] == "Storage limit would be exceeded"
        assert (told["details"]["file_count"], told["details"]["file_limit"]) == (4, 7)
        assert await world.artifacts.list("") == before
        assert not [one for one, _ in world.asked[asked:] if isinstance(one, CreateTask)]


async def test_finalize_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    async with World(tmp_path, storage_file_limit=4).running() as world:
        first, second = [(await preview(world))["preview_id"] for _ in range(2)]
        assert (await finalized(world, first)).status_code == 200
        before = await world.artifacts.list("")
        error(await finalized(world, second), 507, "STORAGE_LIMIT_EXCEEDED")
        assert await world.artifacts.list("") == before
        assert len([one for one, _ in world.asked if isinstance(one, FinalizeProject)]) == 1
        # The same again writes nothing, so that nothing is refused.
        assert (await finalized(world, first)).json()["project_name"] == "the-kite"
        assert (await ask(world, "DELETE", "/projects/the-kite?confirmed=true")).status_code == 200
        assert (await finalized(world, second)).status_code == 200


async def test_bytes_have_a_limit_too(tmp_path: Path) -> None:
    async with World(tmp_path, storage_limit_bytes=60_000).running() as world:
        name, other = await opened(world), (await preview(world))["preview_id"]
        await world.artifacts.put_bytes("users/1/input/large.png", b"x" * 59_000, "image/png")
        world.deps.storage.changed("1")
        assert (await stats(world))["warnings"] == [
            f"Storage usage is at {(await stats(world))['usage_percent']}% of the limit"
        ]
        error(await finalized(world, other), 507, "STORAGE_LIMIT_EXCEEDED")
        error(await ask(world, "POST", "/generate/project", {"prompt": PROMPT}), 507, "STORAGE_LIMIT_EXCEEDED")
        error(await ask(world, "POST", f"/projects/{name}/render"), 507, "STORAGE_LIMIT_EXCEEDED")
        assert world.numbers.last == 0
        assert (await preview(world, BOB))["preview_id"]


async def test_many_at_once_do_not_get_past_the_limit(tmp_path: Path) -> None:
    async with World(tmp_path, storage_file_limit=3 * FILES_PER_PROJECT).running() as world:
        ids = [(await preview(world))["preview_id"] for _ in range(6)]
        answers = await asyncio.gather(*(finalized(world, one) for one in ids))
        assert sorted(one.status_code for one in answers) == [200] * 3 + [507] * 3
        assert (await stats(world))["file_count"] == 12


async def test_health_tells_what_everybody_keeps(world: World) -> None:
    await project(world)
    await project(world, BOB)
    async with world.client() as http:
        answer = await http.get("/api/v1/health")
        assert answer.status_code == 200
        told = answer.json()
        assert told.pop("storage_usage_gb") >= 0
        assert told == {
            "status": "healthy", "version": "1.0.0", "storage_limit_gb": 50.0, "file_count": 8, "file_limit": 248
        }  # fmt: skip
        world.artifacts.down = True
        sad = await http.get("/api/v1/health")
    assert (sad.status_code, sad.json()["status"], sad.json()["file_count"]) == (503, "unhealthy", 8)
    assert sad.headers["cache-control"] == "no-store"


async def test_health_without_views_is_sad_but_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> Any:
        raise Unavailable("The views are not ready yet.")

    for name in ("checkpoint", "stored_bytes", "project_count"):
        monkeypatch.setattr(world.views, name, away)
    async with world.client() as http:
        answer = await http.get("/api/v1/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
