"""Usage statistics: what is noted, when it shows, and that nothing is counted twice or lost."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.gateway.projects_operations import OTHER, named
from services.gateway.reach import Reach
from services.gateway.usage import AT_ONCE, Usage
from shared.contracts.commands import RecordUsage, Reply
from shared.contracts.events import RequestNote
from shared.errors import Invalid, Unavailable
from shared.eventstore.handle import Origin
from tests.gateway.project_world import API, ask, project
from tests.gateway.world import ALICE, BOB, World


async def stats(world: World, token: str = ALICE) -> dict[str, Any]:
    answer = await ask(world, "GET", "/usage/stats", token=token)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_who_asked_for_nothing_yet_has_nothing(world: World) -> None:
    assert await stats(world) == {
        "user_id": "user_1",
        "total_requests": 0,
        "successful_requests": 0,
        "failed_requests": 0,
        "total_data_transferred_mb": 0.0,
        "average_response_time_ms": 0.0,
        "operation_counts": {},
        "endpoint_counts": {},
        "first_request_time": None,
        "last_request_time": None,
    }


async def test_ones_own_requests_show_at_once(world: World) -> None:
    await project(world)
    await ask(world, "GET", "/projects/none")
    await ask(world, "GET", "/nowhere/../at/all")
    await ask(world, "POST", "/projects/open", {"project_name": ""})
    told = await stats(world)
    assert (told["total_requests"], told["successful_requests"], told["failed_requests"]) == (5, 2, 3)
    assert told["operation_counts"] == {
        "project_generation": 1, "project_finalization": 1, "project_read": 1, "project_open": 1, "other": 1
    }  # fmt: skip
    assert told["endpoint_counts"] == {
        "/generate/project": 1, "/generate/finalize": 1, "/projects/{project_name}": 1, "/projects/open": 1, OTHER: 1
    }  # fmt: skip
    assert told["total_data_transferred_mb"] > 0.001
    assert told["average_response_time_ms"] > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["first_request_time"])
    assert told["first_request_time"] <= told["last_request_time"]
    again = await stats(world)
    assert again["total_requests"] == 6
    assert again["operation_counts"]["usage_stats"] == 1
    assert again["first_request_time"] == told["first_request_time"]
    assert again["last_request_time"] >= told["last_request_time"]


async def test_each_user_has_his_own(world: World) -> None:
    await ask(world, "GET", "/projects/list")
    await ask(world, "GET", "/health")
    await ask(world, "GET", "/projects/list", token="wrong")
    await ask(world, "GET", "/health", token="")
    assert (await stats(world, BOB))["total_requests"] == 0
    assert (await stats(world))["endpoint_counts"] == {"/projects/list": 1, "/health": 1}


async def test_repeated_requests_count_under_their_own_name(world: World) -> None:
    for _ in range(2):
        await ask(world, "POST", "/projects/open", {"project_name": "none"}, **{"Idempotency-Key": "k"})
    assert (await stats(world))["endpoint_counts"] == {"/projects/open": 2}


async def test_what_the_limit_refuses_is_not_kept(tmp_path: Path) -> None:
    async with World(tmp_path, rate_limit=2).running() as world:
        for _ in range(5):
            await ask(world, "GET", "/projects/list")
        await world.deps.usage.flush("1")
        counted = await world.views.usage("1")
    assert counted is not None
    assert counted.requests == 2


async def test_notes_are_sent_on_without_being_asked_for(tmp_path: Path) -> None:
    async with World(tmp_path, usage_every_s=0.05).running() as world:
        await ask(world, "GET", "/projects/list")
        async with asyncio.timeout(5):
            while await world.views.usage("1") is None:
                await asyncio.sleep(0.01)


async def test_notes_survive_a_tasks_service_that_is_away(tmp_path: Path) -> None:
    async with World(tmp_path, usage_every_s=0.02).running() as world:
        world.down = True
        for _ in range(3):
            await ask(world, "GET", "/projects/list")
        assert (await stats(world))["total_requests"] == 0  # what can be told now
        await asyncio.sleep(0.1)
        world.down = False
        assert (await stats(world))["endpoint_counts"] == {"/projects/list": 3, "/usage/stats": 1}


async def test_a_gateway_that_ends_sends_its_last_notes(tmp_path: Path) -> None:
    world = World(tmp_path, usage_every_s=60)
    async with world.running():
        await ask(world, "GET", "/projects/list")
    (command, _), = world.asked  # fmt: skip
    assert isinstance(command, RecordUsage)
    assert [note.endpoint for note in command.requests] == ["/projects/list"]


async def test_a_batch_whose_answer_is_lost_counts_once(world: World) -> None:
    real, lost = world.ask, []

    async def losing(command: Any, command_id: str) -> Reply:
        reply = await real(command, command_id)
        if not lost:
            lost.append(command_id)
            raise Unavailable("The answer is lost.")
        return reply

    world.ask = losing  # type: ignore[method-assign]
    await ask(world, "GET", "/projects/list")
    for _ in range(3):
        await world.deps.usage.flush_all()
    told = await stats(world)
    assert (told["total_requests"], told["operation_counts"]) == (1, {"project_list": 1})
    names = [command_id for command, command_id in world.asked if isinstance(command, RecordUsage)]
    assert names == [lost[0], lost[0]]


async def test_the_same_batch_delivered_twice_counts_once(world: World) -> None:
    batch = RecordUsage(owner="1", requests=(note(1), note(2)))
    for _ in range(3):
        await world.routes[RecordUsage](world.store, batch, Origin(source="tasks", causation_id="same"))
    await world.settled()
    counted = await world.views.usage("1")
    assert counted is not None
    assert (counted.requests, counted.first_ms, counted.last_ms, counted.took_ms) == (2, 1, 2, 4.0)


# ---- the collector by itself


def note(at_ms: int = 1) -> RequestNote:
    return RequestNote(endpoint="/e", operation="o", status=200, took_ms=2.0, sent_bytes=3, at_ms=at_ms)


class Taker:
    """The tasks service as the collector sees it."""

    def __init__(self) -> None:
        self.taken: list[RecordUsage] = []
        self.fails: Callable[[RecordUsage], Exception | None] = lambda _: None
        self._position = itertools.count(1)

    async def ask(self, command: Any, command_id: str) -> Reply:
        await asyncio.sleep(0)
        if problem := self.fails(command):
            raise problem
        self.taken.append(command)
        return Reply(position=next(self._position))


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def usage(taker: Taker, world: World) -> Usage:
    reach = Reach(world.views, 0.01)
    return Usage(taker, reach, 0.01)


async def test_batches_are_bounded_and_complete(usage: Usage, taker: Taker) -> None:
    for number in range(AT_ONCE * 2 + 1):
        usage.note("1", note(number))
    await asyncio.gather(*(usage.flush("1") for _ in range(5)), usage.flush_all())
    assert [len(one.requests) for one in taker.taken] == [AT_ONCE, AT_ONCE, 1]
    assert [one.at_ms for batch in taker.taken for one in batch.requests] == list(range(AT_ONCE * 2 + 1))
    assert not usage._owners


async def test_what_comes_while_a_batch_is_under_way_goes_with_the_next(usage: Usage, taker: Taker) -> None:
    usage.note("1", note(1))
    sending = asyncio.create_task(usage.flush("1"))
    await asyncio.sleep(0)
    usage.note("1", note(2))
    await sending
    await usage.flush_all()
    assert [one.at_ms for batch in taker.taken for one in batch.requests] == [1, 2]


async def test_a_refused_batch_does_not_hold_up_others(usage: Usage, taker: Taker) -> None:
    taker.fails = lambda command: Invalid("no") if command.owner == "1" else None
    for owner in ("1", "2"):
        usage.note(owner, note())
    await usage.flush_all()
    assert [one.owner for one in taker.taken] == ["2"]
    assert usage._count == 0


async def test_too_many_are_dropped_and_the_log_says_so(
    usage: Usage, taker: Taker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("services.gateway.usage.MOST_WAITING", 3)
    for number in range(5):
        usage.note("1", note(number))
    await usage.flush_all()
    assert "2 usage notes are dropped" in caplog.text
    usage.note("1", note(9))
    await usage.flush_all()
    assert [one.at_ms for batch in taker.taken for one in batch.requests] == [0, 1, 2, 9]


# ---- names


@pytest.mark.parametrize(
    ("method", "path", "endpoint", "operation"),
    [
        ("POST", "/generate/project", "/generate/project", "project_generation"),
        ("GET", "/generate/project/preview_1", "/generate/project/{preview_id}", "preview_read"),
        ("GET", "/projects/list", "/projects/list", "project_list"),
        ("DELETE", "/projects/list", "/projects/{project_name}", "project_deletion"),
        ("GET", "/projects/open", "/projects/{project_name}", "project_read"),
        ("PUT", "/projects/open", "/projects/open", "other"),
        ("PATCH", "/projects/x/scenes/scene_1", "/projects/{project_name}/scenes/{scene_id}", "scene_modification"),
        ("GET", "/projects/a/b/c/d", OTHER, "other"),
        ("GET", "", OTHER, "other"),
        ("GET", "/projects/", OTHER, "other"),
        ("GET", "/health\n", OTHER, "other"),
    ],
)
def test_requests_are_named_by_what_they_ask_for(method: str, path: str, endpoint: str, operation: str) -> None:
    assert named(method, API + path) == (endpoint, operation)


def test_every_route_of_the_surface_has_a_name(world: World) -> None:
    for path, methods in world.app.openapi()["paths"].items():
        for method in methods:
            if path.startswith(API):
                endpoint, operation = named(method.upper(), path)
                assert (API + endpoint, operation != "other") == (path, True)
