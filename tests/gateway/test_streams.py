"""Server-sent events over a real server."""

from __future__ import annotations

import asyncio
import json
import socket
import time

import pytest

from services.gateway.feed import Told
from shared.contracts import events as e
from shared.contracts.workflow import STORY
from shared.eventstore.port import StreamName
from tests.gateway.serving import Sse, served
from tests.gateway.test_tasks import new_task, run
from tests.gateway.world import ALICE, BOB, World


@pytest.fixture
async def world(tmp_path):
    async with World(tmp_path, port=0, heartbeat_s=0.2, feed_queue=50, feed_send_s=1).running() as built:
        yield built


async def test_a_task_is_told_from_the_start_and_then_live(world: World) -> None:
    task = await new_task(world)
    await run(world, task, 1)
    async with served(world) as at, at.client(ALICE) as http:
        url = f"/api/task/{task}/events?after=0"
        async with http.stream("GET", url) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["x-accel-buffering"] == "no"
            told = Sse(answer)
            stored = [await told.frame() for _ in range(4)]
            assert [one["event"] for one in stored] == [
                "task.created", "task.segment-requested", "job.completed", "task.segment-completed",
            ]  # fmt: skip
            assert [int(one["id"]) for one in stored] == [1, 2, 3, 4]
            done = json.loads(stored[2]["data"])
            assert done["artifacts"][0]["url"] == f"generated_stories/{task}/script_data.json"
            assert (done["kind"], done["task_id"], done["position"]) == ("write_story", task, 3)
            assert "users/" not in "".join(one["data"] for one in stored)
            await http.post(f"/api/task/{task}/execute/2")
            assert (await told.frame())["id"] == "5"


async def test_others_tasks_are_not_told(world: World) -> None:
    async with served(world) as at, at.client(BOB) as http, http.stream("GET", "/api/events") as answer:
        told = Sse(answer)
        await told.block()
        hers = await new_task(world, ALICE)
        mine = await new_task(world, BOB)
        data = json.loads((await told.frame())["data"])
        assert data["task_id"] == mine != hers


@pytest.mark.parametrize("way", ["header", "query", "both"])
async def test_a_cut_reader_goes_on_where_it_was(world: World, way: str) -> None:
    task = await new_task(world)
    await run(world, task, 2)
    async with served(world) as at, at.client(ALICE) as http:
        headers = {"Last-Event-ID": "3"} if way != "query" else {}
        url = f"/api/task/{task}/events" + {"header": "", "query": "?after=3", "both": "?after=0"}[way]
        async with http.stream("GET", url, headers=headers) as answer:
            assert (await Sse(answer).frame())["id"] == "4"


async def test_events_of_one_commit_have_ids_of_their_own(world: World) -> None:
    stream = StreamName("task", "1", "77")
    first = e.TaskCreated(surface="stories", workflow=STORY, brief=e.Brief(topic="x"), auto=True)
    await world.append(stream, first, e.SegmentRequested(segment=1, run=1))
    await world.settled()
    async with served(world) as at, at.client(ALICE) as http:
        async with http.stream("GET", "/api/task/77/events?after=0") as answer:
            told = Sse(answer)
            assert [(await told.frame())["id"] for _ in range(2)] == ["1-0", "1"]
        async with http.stream("GET", "/api/task/77/events?after=1-0") as answer:
            assert (await Sse(answer).frame())["event"] == "task.segment-requested"


@pytest.mark.parametrize("cursor", ["x", "-1", "1-", "1.5", "9" * 30, "1-0-0"])
async def test_what_is_no_cursor_is_refused(world: World, cursor: str) -> None:
    async with world.client(ALICE) as http:
        assert (await http.get("/api/events", params={"after": cursor})).status_code == 400


async def test_a_token_in_the_query_counts_for_streams_only(world: World) -> None:
    await new_task(world)
    async with served(world) as at, at.client() as http:
        async with http.stream("GET", f"/api/events?after=0&token={ALICE}") as answer:
            assert answer.status_code == 200
            assert (await Sse(answer).frame())["id"] == "1"
        assert (await http.get(f"/api/task/mytasks?token={ALICE}")).status_code == 401


async def test_progress_between_events_has_no_id(world: World) -> None:
    world.media = "rest"
    task = await new_task(world)
    async with served(world) as at, at.client(ALICE) as http:
        await http.post(f"/api/task/{task}/execute/1", headers={"Prefer": "wait=0"})
        async with http.stream("GET", f"/api/task/{task}/events") as answer:
            told = Sse(answer)
            await told.block()
            for fraction in (0.5, 0.25):
                tick = {"segment": 1, "run": 1, "kind": "write_story", "item": 0, "fraction": fraction}
                await world.deps.notices.tick("1", str(task), json.dumps(tick).encode())
            first, second = await told.frame(), await told.frame()
            assert "id" not in first
            assert first["event"] == "progress"
            data = json.loads(first["data"])
            assert (data["items_done"], data["items_total"], data["progress"]) == (0, 1, 0.1)
            assert json.loads(second["data"])["progress"] == 0.1  # never falls
            await world.deps.notices.tick("1", str(task), b"rubbish")


async def test_silence_is_broken_by_heartbeats(world: World) -> None:
    async with served(world) as at, at.client(ALICE) as http, http.stream("GET", "/api/events") as answer:
        told = Sse(answer)
        assert await told.block() == "retry: 1000"
        assert await told.block() == ": beat"


async def test_a_reader_who_does_not_read_is_cut_and_its_queue_let_go(world: World) -> None:
    task = await new_task(world)
    async with served(world) as at:
        reader = socket.create_connection(("127.0.0.1", at.port))
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        path = f"/api/task/{task}/events?token={ALICE}"
        reader.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not world.deps.feed.wanted("1", str(task)):
            await asyncio.sleep(0.01)
        big = Told(frame=b": " + b"x" * 100_000 + b"\n\n")
        for _ in range(400):
            world.deps.feed.publish("1", str(task), big)
            await asyncio.sleep(0)
        deadline = time.monotonic() + 5
        while world.deps.feed.wanted("1", str(task)) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        assert not world.deps.feed.wanted("1", str(task))
        reader.close()


async def test_who_leaves_is_forgotten(world: World) -> None:
    async with served(world) as at, at.client(ALICE) as http:
        async with http.stream("GET", "/api/events") as answer:
            await Sse(answer).block()
            assert world.deps.feed.wanted("1", "any")
        for _ in range(100):
            if not world.deps.feed.wanted("1", "any"):
                break
            await asyncio.sleep(0.02)
        assert not world.deps.feed.wanted("1", "any")


async def test_streams_end_at_once_when_the_server_stops(world: World) -> None:
    async with served(world) as at, at.client(ALICE) as http, http.stream("GET", "/api/events") as answer:
        told = Sse(answer)
        await told.block()
        began = time.monotonic()
        at.server.should_exit = True
        while "closing" not in await told.block():
            pass
        with pytest.raises(StopAsyncIteration):
            await told.block()
        assert time.monotonic() - began < 2
