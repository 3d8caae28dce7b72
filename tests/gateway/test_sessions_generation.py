"""The five steps of a session: every field takes effect, every step out of order is refused."""

from __future__ import annotations

import asyncio
import re
import uuid

import pytest

from shared.contracts import commands as c
from shared.contracts.orders import ClipsOrder, CompositionOrder, Overlay, PicturesOrder
from tests.gateway.session_world import approved, clips, cut, film, images, shown
from tests.gateway.world import ALICE, World


def _asked(world: World, kind: type) -> list:
    return [one for one, _ in world.asked if isinstance(one, kind)]


async def test_a_session_from_prompt_to_film(world: World) -> None:
    world.delay_s = 0.02
    drawn = await images(world, num_images=3, aspect_ratio="9:16")
    session = drawn["session_id"]
    assert str(uuid.UUID(session)) == session
    assert list(drawn) == ["session_id", "status", "images"]
    assert (drawn["status"], [one["index"] for one in drawn["images"]]) == ("completed", [0, 1, 2])
    assert len({one["url"].partition("?")[0] for one in drawn["images"]}) == 3
    async with world.client(ALICE) as http:
        chosen = [drawn["images"][2]["url"], drawn["images"][0]["url"]]
        saved = await http.post(
            "/api/save-approved-images", json={"session_id": session, "approved_image_urls": chosen}
        )
        assert saved.json() == {"status": "success", "session_id": session, "approved_count": 2}
        body = {"session_id": session, "video_prompt": "around", "num_clips": 2, "duration": 8.0}
        moved = (await http.post("/api/generate-clips", json=body)).json()
        assert list(moved) == ["session_id", "status", "clips"]
        assert [(one["index"], one["duration"]) for one in moved["clips"]] == [(0, 8.0), (1, 8.0)]
        urls = [one["url"] for one in moved["clips"]]
        saved = await http.post("/api/save-approved-clips", json={"session_id": session, "approved_clip_urls": urls})
        assert saved.json() == {"status": "success", "session_id": session, "approved_count": 2}
        done = await film(http, session)
        assert (done.status_code, list(done.json())) == (200, ["session_id", "status", "video_url"])
        assert done.json()["video_url"].partition("?")[0].endswith("final.mp4")
    assert (await shown(world, session))["status"] == "completed"
    created = _asked(world, c.CreateTask)[0]
    assert (created.brief.topic, created.brief.aspect_ratio) == ("man buys hat", "9:16")
    assert (created.surface, created.workflow, created.auto) == ("sessions", "session", True)
    assert created.order == PicturesOrder(count=3)
    orders = [one.order for one in _asked(world, c.RequestSegment)]
    assert orders == [
        ClipsOrder(count=2, prompt="around", duration_ms=8_000),
        CompositionOrder(overlays=(Overlay(text="Chapter 1", start_ms=0, duration_ms=2_000),)),
    ]
    assert [one.rpartition("/")[2] for one in _asked(world, c.ApproveResults)[0].keys] == [
        "images-3.png",
        "images-1.png",
    ]


async def test_defaults(world: World) -> None:
    session = await approved(world)
    created = _asked(world, c.CreateTask)[0]
    assert (created.order, created.brief.aspect_ratio) == (PicturesOrder(count=4), "16:9")
    async with world.client(ALICE) as http:
        moved = await http.post("/api/generate-clips", json={"session_id": session, "video_prompt": "x"})
    assert [one["duration"] for one in moved.json()["clips"]] == [8.0] * 4
    seeds = {created.brief.seed}
    await images(world)
    await images(world, seed=7)
    seeds |= {one.brief.seed for one in _asked(world, c.CreateTask)}
    assert len(seeds) == 3
    assert 7 in seeds


async def test_images_out_of_range(world: World) -> None:
    async with world.client(ALICE) as http:
        for wrong in (
            {"prompt": ""}, {"prompt": " \n\t"}, {"prompt": "x" * 1001}, {"prompt": None}, {"prompt": 5},
            {"num_images": 0}, {"num_images": 9}, {"num_images": "many"}, {"aspect_ratio": "2:1"}, {"seed": -1},
        ):  # fmt: skip
            answer = await http.post("/api/generate-images", json={"prompt": "x", **wrong})
            assert answer.status_code == 422, wrong
    assert not world.asked


async def test_prompts_are_cleaned(world: World) -> None:
    async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
        body = b'{"prompt": " a\\u0000b\\u001b ", "num_images": 1}'
        assert (await http.post("/api/generate-images", content=body)).status_code == 200
        broken = b'{"prompt": "half a pair: \\ud800"}'
        assert (await http.post("/api/generate-images", content=broken)).status_code == 422
    assert _asked(world, c.CreateTask)[0].brief.topic == "a b"
    for ratio in ("1:1", "4:3", "3:4"):
        await images(world, aspect_ratio=ratio, num_images=1)


async def test_clips_out_of_range(world: World) -> None:
    session = await approved(world, num_images=1)
    async with world.client(ALICE) as http:
        for wrong in (
            {"video_prompt": ""}, {"video_prompt": "x" * 1001}, {"num_clips": 0}, {"num_clips": 11}, {"duration": 0.9},
            {"duration": 10.1}, {"duration": "NaN"}, {"session_id": "../x"}, {"session_id": ""},
        ):  # fmt: skip
            body = {"session_id": session, "video_prompt": "x", **wrong}
            assert (await http.post("/api/generate-clips", json=body)).status_code == 422, wrong


async def test_the_sum_of_clips_is_bounded(tmp_path) -> None:
    async with World(tmp_path, clips_total_s=10).running() as world:
        session = await approved(world, num_images=2)
        assert len((await clips(world, session, duration=5))["clips"]) == 2
        async with world.client(ALICE) as http:
            body = {"session_id": session, "video_prompt": "x", "duration": 5.1}
            answer = await http.post("/api/generate-clips", json=body)
    assert answer.status_code == 422
    assert "10 seconds" in answer.json()["detail"]


async def test_overlays_out_of_range(world: World) -> None:
    session = await cut(world)
    async with world.client(ALICE) as http:
        for overlay in (
            {"text": "", "start_time": 0, "duration": 1}, {"text": "x" * 201, "start_time": 0, "duration": 1},
            {"text": "x", "start_time": -0.1, "duration": 1}, {"text": "x", "start_time": 0, "duration": 0},
            {"text": "x", "start_time": 0, "duration": 1e9}, {"text": "x", "start_time": 0}, {"start_time": 0}, None,
        ):  # fmt: skip
            assert (await film(http, session, text_overlays=[overlay])).status_code == 422, overlay
        good = {"text": "x", "start_time": 1, "duration": 0.0001}
        assert (await film(http, session, text_overlays=[good] * 21)).status_code == 422
        assert (await film(http, session, text_overlays=[good] * 20)).status_code == 200
        assert (await film(http, session, text_overlays=None)).status_code == 200


@pytest.mark.parametrize("step", ["images", "clips", "film"])
async def test_a_failed_step_is_500_with_the_reason_and_can_be_asked_for_again(world: World, step: str) -> None:
    session = await cut(world) if step == "film" else await approved(world, num_images=2) if step == "clips" else ""
    path, body, said = {
        "images": ("/api/generate-images", {"prompt": "x"}, "Image generation failed"),
        "clips": ("/api/generate-clips", {"session_id": session, "video_prompt": "x"}, "Clip generation failed"),
        "film": ("/api/compose-final-video", {"session_id": session}, "Video composition failed"),
    }[step]
    world.media = "failed"
    async with world.client(ALICE) as http:
        answer = await http.post(path, json=body)
        assert answer.status_code == 500
        assert answer.json() == {"detail": f"{said}: the painter ran out of blue"}
        if not session:
            session = (await http.get("/api/sessions/")).json()[0]["id"]
        assert (await shown(world, session))["status"] == "failed"
        world.media = "done"
        again = await http.post(path, json=body)
    assert (again.status_code, again.json()["status"]) == (200, "completed")


async def test_after_the_wait_it_is_202_and_goes_on(tmp_path) -> None:
    async with World(tmp_path, generate_wait_s=0.1).running() as world:
        world.media = "rest"
        async with world.client(ALICE) as http:
            answer = await http.post("/api/generate-images", json={"prompt": "x", "num_images": 2})
            assert answer.status_code == 202
            session = answer.json()["session_id"]
            assert answer.json() == {"session_id": session, "status": "processing", "images": []}
            assert (await shown(world, session))["status"] == "generating_images"
            await world.finish("1", session, 1, 1)
            await world.settled()
            urls = [one["url"] for one in (await shown(world, session))["assets"]]
            saved = await http.post(
                "/api/save-approved-images", json={"session_id": session, "approved_image_urls": urls}
            )
            assert saved.json()["approved_count"] == 2
            wanted = {"session_id": session, "video_prompt": "x"}
            now = await http.post("/api/generate-clips", json=wanted, headers={"Prefer": "respond-async"})
            assert (now.status_code, now.headers["preference-applied"]) == (202, "respond-async")
            joined = await http.post("/api/generate-clips", json=wanted, headers={"Prefer": "wait=0"})
            assert joined.status_code == 202
            other = await http.post("/api/generate-clips", json={**wanted, "num_clips": 1})
            assert other.status_code == 409
            body = {"session_id": session, "approved_image_urls": urls}
            assert (await http.post("/api/save-approved-images", json=body)).status_code == 409
    assert len({one.order for one in _asked(world, c.RequestSegment)}) == 1


async def test_a_repeated_request_makes_one_session(world: World) -> None:
    key = {"Idempotency-Key": "once"}
    async with world.client(ALICE) as http:
        body = {"prompt": "x", "num_images": 1}
        first = await http.post("/api/generate-images", json=body, headers=key)
        second = await http.post("/api/generate-images", json=body, headers=key)
        assert first.json() == second.json()
        assert second.headers["idempotency-replayed"] == "true"
        assert len((await http.get("/api/sessions/")).json()) == 1


async def test_a_try_that_died_is_taken_over_with_the_same_session(world: World) -> None:
    key = {"Idempotency-Key": "once"}
    world.media = "rest"
    async with world.client(ALICE) as http:
        body = {"prompt": "x", "num_images": 1}
        lost = asyncio.create_task(http.post("/api/generate-images", json=body, headers=key))
        while not world.asked:
            await asyncio.sleep(0.01)
        lost.cancel()
        await asyncio.gather(lost, return_exceptions=True)
        begun = _asked(world, c.CreateTask)[0].task
        assert re.fullmatch(r"[0-9a-f-]{36}", begun)
        await world.settled()
        assert [one["id"] for one in (await http.get("/api/sessions")).json()] == [begun]
