"""The WebSocket over a real server."""

from __future__ import annotations

import asyncio
import json

import pytest
import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.gateway.feed import Told
from tests.gateway.serving import Served, served
from tests.gateway.test_tasks import new_task
from tests.gateway.world import ALICE, BOB, World


@pytest.fixture
async def world(tmp_path):
    async with World(tmp_path, port=0, feed_queue=20, feed_send_s=1).running() as built:
        yield built


def socket(at: Served, token: str = ALICE, **more):
    return websockets.connect(f"ws://127.0.0.1:{at.port}/ws/notifications?token={token}", proxy=None, **more)


async def _read_on(ws) -> None:
    while True:
        await ws.recv()


async def until(ws, kind: str) -> dict:
    while True:
        told = json.loads(await asyncio.wait_for(ws.recv(), 5))
        if told["type"] == kind:
            return told


async def test_finished_and_failed_segments_are_told(world: World) -> None:
    async with served(world) as at, socket(at) as ws, socket(at, BOB) as other, at.client(ALICE) as http:
        task = await new_task(world)
        await http.post(f"/api/task/{task}/execute/1")
        progress = await until(ws, "progress")
        assert progress == {
            "type": "progress", "task_id": task, "segment_id": 1, "items_done": 1, "items_total": 1, "progress": 0.2,
        }  # fmt: skip
        told = await until(ws, "segment_finished")
        base = f"generated_stories/{task}/"
        assert told == {
            "type": "segment_finished", "task_id": task, "segment_id": 1, "status": "completed",
            "resources": [f"{base}segment_1.txt", f"{base}script_data.json"],
        }  # fmt: skip
        world.media = "failed"
        await http.post(f"/api/task/{task}/execute/2")
        failed = await until(ws, "segment_failed")
        assert (failed["status"], failed["error"]) == ("failed", "the painter ran out of blue")
        tick = {"segment": 2, "run": 2, "kind": "draw_image", "item": 1, "fraction": 0.5}
        await world.deps.notices.tick("1", str(task), json.dumps(tick).encode())
        assert (await until(ws, "progress"))["fraction"] == 0.5
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(other.recv(), 0.2)


async def test_ping_is_answered_in_both_forms(world: World) -> None:
    async with served(world) as at, socket(at) as ws:
        for said in ("ping", ' {"type": "ping"} '):
            await ws.send(said)
            assert json.loads(await asyncio.wait_for(ws.recv(), 5)) == {"type": "pong"}
        for noise in ("hello", "[]", b"\x00\xff", '{"type": 1}'):
            await ws.send(noise)
        await ws.send("ping")
        assert json.loads(await asyncio.wait_for(ws.recv(), 5)) == {"type": "pong"}


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_bad_token_is_refused_at_the_handshake(world: World, token: str) -> None:
    async with served(world) as at:
        with pytest.raises(InvalidStatus) as refused:
            await socket(at, token)
    assert refused.value.response.status_code == 403


async def test_origins_are_refused_only_if_configured(tmp_path) -> None:
    picky = World(tmp_path, port=0, websocket_origins=("https://good.example",))
    async with picky.running() as world, served(world) as at:
        async with socket(at, origin="https://good.example") as ws:
            await ws.send("ping")
        with pytest.raises(InvalidStatus):
            await socket(at, origin="https://evil.example")


async def test_a_client_too_slow_is_closed(world: World) -> None:
    async with served(world) as at, socket(at) as ws:
        while not world.deps.feed.wanted("1", "any"):
            await asyncio.sleep(0.01)
        for _ in range(21):
            world.deps.feed.publish("1", "any", Told(message="x"))
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(_read_on(ws), 5)
    assert closed.value.rcvd.code == 1013


async def test_the_socket_is_closed_when_the_server_stops(world: World) -> None:
    async with served(world) as at, socket(at) as ws:
        at.server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(ws.recv(), 5)
    assert closed.value.rcvd.code in (1001, 1012)
