"""Approving: which files a URL means, what may follow what, and whose sessions these are."""

from __future__ import annotations

from urllib.parse import quote

from shared.contracts import commands as c
from tests.gateway.session_world import approved, clips, cut, film, images, shown
from tests.gateway.world import ALICE, BOB, World

LOST = {"detail": "Session not found"}


async def test_urls_are_matched_by_key_however_they_are_written(world: World) -> None:
    drawn = await images(world)
    session, urls = drawn["session_id"], [one["url"] for one in drawn["images"]]
    plain = urls[0].partition("?")[0]
    key = plain.partition("talewright/")[2]
    forms = [urls[0], plain, key, f"/{key}", plain.replace(key, quote(key, safe="")), f"https://cdn.example/{key}?x=1"]
    async with world.client(ALICE) as http:
        for form in forms:
            body = {"session_id": session, "approved_image_urls": [form]}
            answer = await http.post("/api/save-approved-images", json=body)
            assert answer.json().get("approved_count") == 1, form
        again = (await http.get(f"/api/sessions/{session}")).json()["assets"]
        body = {"session_id": session, "approved_image_urls": [again[1]["url"], urls[3], urls[1], again[3]["url"]]}
        assert (await http.post("/api/save-approved-images", json=body)).json()["approved_count"] == 2
    keys = [one for one, _ in world.asked if isinstance(one, c.ApproveResults)][-1].keys
    assert [one[-5:] for one in keys] == ["2.png", "4.png"]


async def test_urls_of_anything_else_are_refused(world: World) -> None:
    mine, other = await images(world), await images(world)
    foreign = await images(world, BOB)
    before = await world.store.last_position()
    async with world.client(ALICE) as http:
        for url in (
            other["images"][0]["url"],
            foreign["images"][0]["url"],
            mine["images"][0]["url"].replace("images-1", "images-9"),
            mine["images"][0]["url"].replace("users/1", "users/2"),
            mine["images"][0]["url"].replace("/images-1", "/../r1/images-1"),
            "http://[",
            "x",
        ):
            body = {"session_id": mine["session_id"], "approved_image_urls": [mine["images"][1]["url"], url]}
            answer = await http.post("/api/save-approved-images", json=body)
            assert answer.status_code == 400, url
            assert answer.json() == {"detail": "An approved URL does not belong to this session"}
        for urls in ([], None, [""], ["x"] * 101):
            body = {"session_id": mine["session_id"], "approved_image_urls": urls}
            assert (await http.post("/api/save-approved-images", json=body)).status_code == 422
    assert await world.store.last_position() == before


async def test_steps_out_of_order_are_400(world: World) -> None:
    drawn = await images(world)
    session = drawn["session_id"]
    moving = {"session_id": session, "video_prompt": "x"}
    async with world.client(ALICE) as http:
        for path, body in (
            ("/api/generate-clips", moving),
            ("/api/compose-final-video", {"session_id": session}),
            ("/api/save-approved-clips", {"session_id": session, "approved_clip_urls": [drawn["images"][0]["url"]]}),
        ):
            answer = await http.post(path, json=body)
            assert answer.status_code == 400, path
            assert isinstance(answer.json()["detail"], str)
        body = {"session_id": session, "approved_image_urls": [drawn["images"][0]["url"]]}
        assert (await http.post("/api/save-approved-images", json=body)).status_code == 200
        assert (await film(http, session)).json() == {"detail": "Approve clips of this session first"}
        await http.post("/api/generate-clips", json=moving)
        assert (await film(http, session)).status_code == 400


async def test_going_back_drops_what_came_after(world: World) -> None:
    session = await cut(world, num_clips=3)
    async with world.client(ALICE) as http:
        assert (await film(http, session)).status_code == 200
        again = (await film(http, session, text_overlays=[])).json()
        assert again["status"] == "completed"
        assets = (await shown(world, session))["assets"]
        assert [one["type"] for one in assets] == ["image"] * 2 + ["video"] * 3 + ["final"]
        redone = await clips(world, session, num_clips=1)
        assert len(redone["clips"]) == 1
        now = await shown(world, session)
        assert (now["status"], now["final_video_url"]) == ("reviewing_clips", None)
        assert [one["type"] for one in now["assets"]] == ["image", "image", "video"]
        body = {"session_id": session, "approved_image_urls": [now["assets"][1]["url"]]}
        assert (await http.post("/api/save-approved-images", json=body)).status_code == 200
        now = await shown(world, session)
        assert (now["status"], [one["approved"] for one in now["assets"]]) == ("images_approved", [False, True])
        old = {"session_id": session, "approved_clip_urls": [redone["clips"][0]["url"]]}
        assert (await http.post("/api/save-approved-clips", json=old)).status_code == 400


async def test_other_users_and_other_surfaces_tasks_are_not_found(world: World) -> None:
    session = await approved(world)
    async with world.client(ALICE) as http:
        number = (await http.post("/api/task/new", json={"topic": "x"})).json()["task_id"]
        bodies = [("no-such", ALICE), (str(number), ALICE), (session, BOB)]
    before = await world.store.last_position()
    for wanted, token in bodies:
        async with world.client(token) as http:
            for path, more in (
                ("/api/save-approved-images", {"approved_image_urls": ["x"]}),
                ("/api/generate-clips", {"video_prompt": "x"}),
                ("/api/save-approved-clips", {"approved_clip_urls": ["x"]}),
                ("/api/compose-final-video", {}),
            ):
                answer = await http.post(path, json={"session_id": wanted, **more})
                assert (answer.status_code, answer.json()) == (404, LOST), (path, wanted)
    assert await world.store.last_position() == before
