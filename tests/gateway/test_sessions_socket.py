"""`WS /ws/{session_id}` over a real server."""

from __future__ import annotations

import asyncio
import json

import pytest
import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.gateway.feed import Told
from shared.contracts import commands as c
from tests.gateway.serving import Served, served
from tests.gateway.session_world import approved, images
from tests.gateway.world import ALICE, BOB, World

FIELDS = ["event", "session_id", "progress", "message", "status", "stage", "current_cost"]


@pytest.fixture
async def world(tmp_path):
    async with World(tmp_path, port=0, feed_queue=20, feed_send_s=1).running() as built:
        yield built


def socket(at: Served, session: str, query: str = "", **more):
    return websockets.connect(f"ws://127.0.0.1:{at.port}/ws/{session}{query}", proxy=None, **more)


async def heard(ws) -> dict:
    return json.loads(await asyncio.wait_for(ws.recv(), 5))


async def until(ws, event: str) -> list[dict]:
    frames = [await heard(ws)]
    while frames[-1]["event"] != event:
        frames.append(await heard(ws))
    return frames


async def begun(world: World, path: str = "/api/generate-images", **body: object) -> str:
    async with world.client(ALICE) as http:
        late = {"Prefer": "respond-async"}
        return str((await http.post(path, json=body, headers=late)).json()["session_id"])


async def test_it_tells_where_a_session_stands_and_how_it_goes_on(world: World) -> None:
    world.media = "rest"
    session = await begun(world, prompt="hat", num_images=4)
    await world.settled()
    async with served(world) as at, socket(at, session) as ws:
        first = await heard(ws)
        assert list(first) == FIELDS
        assert first == {
            "event": "image_generation_progress", "session_id": session, "progress": 0.0,
            "message": "Generating image 1 of 4", "status": "generating_images", "stage": "images", "current_cost": 0.0,
        }  # fmt: skip
        await world.finish("1", session, 1, 1)
        frames = await until(ws, "image_generation_complete")
        assert [one["progress"] for one in frames] == [0.25, 0.5, 0.75, 1.0, 1.0]
        assert frames[1]["message"] == "Generating image 2 of 4"
        assert (frames[-1]["status"], frames[-1]["current_cost"]) == ("reviewing_images", 0.012)
        async with socket(at, session) as late:
            assert await heard(late) == frames[-1]


async def test_workers_messages_move_a_long_step(world: World) -> None:
    session = await approved(world, num_images=2)
    world.media = "rest"
    await begun(world, "/api/generate-clips", session_id=session, video_prompt="x")
    await world.settled()

    async def tick(item: int, fraction: float) -> None:
        told = {"segment": 2, "run": 2, "kind": "animate_picture", "item": item, "fraction": fraction}
        await world.deps.notices.tick("1", session, json.dumps(told).encode())

    async with served(world) as at, socket(at, session) as ws:
        assert (await heard(ws))["event"] == "clip_generation_progress"
        for item, fraction, progress in ((1, 0.5, 0.25), (2, 0.5, 0.5), (1, 0.1, None), (2, 1.0, 0.55), (1, 0.5, 0.75)):
            await tick(item, fraction)
            if progress is not None:  # what would fall, or says nothing new, is not told
                assert (await heard(ws))["progress"] == progress
        await world.finish("1", session, 2, 2)
        frames = await until(ws, "clip_generation_complete")
        assert [one["progress"] for one in frames] == sorted(one["progress"] for one in frames)
        assert frames[-1]["current_cost"] == 0.006 + 0.24


async def test_failures_and_approvals_are_told(world: World) -> None:
    drawn = await images(world, num_images=1)
    session = drawn["session_id"]
    async with served(world) as at, socket(at, session) as ws, at.client(ALICE) as http:
        assert (await heard(ws))["event"] == "image_generation_complete"
        body = {"session_id": session, "approved_image_urls": [drawn["images"][0]["url"]]}
        await http.post("/api/save-approved-images", json=body)
        told = await heard(ws)
        assert (told["event"], told["status"]) == ("images_approved", "images_approved")
        world.media = "failed"
        await http.post("/api/generate-clips", json={"session_id": session, "video_prompt": "x"})
        frames = await until(ws, "clip_generation_failed")
        assert frames[-1]["message"] == "Clip generation failed: the painter ran out of blue"
        assert (frames[-1]["status"], frames[-1]["stage"]) == ("failed", "clips")
        await world.ask(c.DeleteTask(owner="1", task=session), "gone")
        with pytest.raises(ConnectionClosed) as closed:
            await until(ws, "never")
        assert closed.value.rcvd.code == 4404


@pytest.mark.parametrize("session", ["no-such", "1", "x" * 500, "%00", "a%20b"])
async def test_unknown_sessions_are_closed_with_4404(world: World, session: str) -> None:
    async with world.client(ALICE) as http:
        await http.post("/api/task/new", json={"topic": "x"})
    async with served(world) as at, socket(at, session) as ws:
        with pytest.raises(ConnectionClosed) as closed:
            await heard(ws)
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4404, "Session not found")


async def test_a_token_is_checked_if_one_is_given(world: World) -> None:
    session = (await images(world, num_images=1))["session_id"]
    async with served(world) as at:
        bearer = {"Authorization": f"Bearer {ALICE}"}
        for query, headers in (("", {}), (f"?token={ALICE}", {}), ("", bearer), ("?other=1", {})):
            async with socket(at, session, query, additional_headers=headers) as ws:
                assert (await heard(ws))["session_id"] == session
        for query, code in ((f"?token={BOB}", 4404), ("?token=wrong", 4401)):
            async with socket(at, session, query) as ws:
                with pytest.raises(ConnectionClosed) as closed:
                    await heard(ws)
            assert closed.value.rcvd.code == code


async def test_pings_are_answered_and_noise_is_not(world: World) -> None:
    session = (await images(world, num_images=1))["session_id"]
    async with served(world) as at, socket(at, session) as ws:
        await heard(ws)
        for noise in ("hello", "[]", b"\x00\xff"):
            await ws.send(noise)
        await ws.send('{"type": "ping"}')
        assert await heard(ws) == {"type": "pong"}


async def test_origins_slow_clients_and_the_end(tmp_path, world: World) -> None:
    session = (await images(world, num_images=1))["session_id"]
    async with served(world) as at, socket(at, session) as ws:
        await heard(ws)
        for _ in range(21):
            world.deps.feed.publish("1", session, Told(message='{"segment_id": 1}'))
        with pytest.raises(ConnectionClosed) as closed:
            await heard(ws)
        assert closed.value.rcvd.code == 1013
        async with socket(at, session) as other:
            await heard(other)
            at.server.should_exit = True
            with pytest.raises(ConnectionClosed) as closed:
                await heard(other)
            assert closed.value.rcvd.code in (1001, 1012)


async def test_a_page_from_elsewhere_is_refused_if_configured(tmp_path) -> None:
    picky = World(tmp_path, port=0, websocket_origins=("https://good.example",))
    async with picky.running() as world:
        session = (await images(world, num_images=1))["session_id"]
        async with served(world) as at:
            async with socket(at, session, origin="https://good.example") as ws:
                await heard(ws)
            with pytest.raises(InvalidStatus):
                await socket(at, session, origin="https://evil.example")


async def test_notifications_are_not_a_session(world: World) -> None:
    async with served(world) as at:
        async with socket(at, "notifications", f"?token={ALICE}") as ws:
            await ws.send("ping")
            assert await heard(ws) == {"type": "pong"}
        with pytest.raises(InvalidStatus):
            await socket(at, "notifications")
