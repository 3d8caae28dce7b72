"""Surface D: every status, field and error of the contract, and what its users expect beyond."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.commands import CreateTask
from shared.contracts.values import GENRES, LANGUAGES, STYLES, VOICES
from tests.gateway.world import ALICE, BOB, PAGES, REASON, World

VIDEO = {
    "story_topic": "bedtime",
    "art_style": "pixar-art",
    "duration": "short",
    "language": "english",
    "voice_name": "nova",
}
GUESS = "00000000-0000-4000-8000-000000000000"


async def new_video(world: World, **body: object) -> str:
    async with world.client(ALICE) as http:
        answer = await http.post("/v1/video", json={**VIDEO, **body})
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"task_id", "status"}
    assert answer.json()["status"] == "queued"
    return str(UUID(answer.json()["task_id"]))


async def look(world: World, task: str, path: str = "/v1/video/tasks") -> dict[str, Any]:
    async with world.client(ALICE) as http:
        answer = await http.get(f"{path}/{task}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def until(world: World, task: str, status: str) -> dict[str, Any]:
    seen = 0.0
    async with asyncio.timeout(10):
        while (shown := await look(world, task))["status"] != status:
            assert shown["progress"] >= seen
            seen = shown["progress"]
            await asyncio.sleep(0.01)
    return shown


async def test_one_call_makes_a_whole_video(world: World) -> None:
    world.delay_s = 0.02
    video = await until(world, task := await new_video(world), "completed")
    assert video.keys() == {
        "task_id", "status", "progress", "url", "story_title", "story_description", "story_text", "error_message",
        "images", "created_at", "updated_at",
    }  # fmt: skip
    assert (video["progress"], video["error_message"]) == (1.0, None)
    assert (video["story_title"], video["story_description"]) == ("The Kite", "A kite flies.")
    assert video["story_text"].startswith("Page 1 begins. It ends.\n\nPage 2")
    assert f"/final/{task}/" in video["url"]
    assert "X-Amz-Signature" in video["url"]
    assert len(video["images"]) == PAGES
    assert video["images"][1].keys() == {"id", "status", "urls", "subtitles", "created_at", "updated_at"}
    assert video["images"][1]["subtitles"] == "Page 2 begins. It ends."
    assert [image["status"] for image in video["images"]] == ["completed"] * PAGES
    assert video["created_at"].endswith("Z")


async def test_a_video_that_is_queued_or_running_has_no_url(world: World) -> None:
    world.media = "rest"
    video = await look(world, await new_video(world))
    assert (video["status"], video["progress"], video["url"], video["images"]) == ("processing", 0.0, None, [])


async def test_the_brief_is_what_was_asked_for(world: World) -> None:
    world.media = "rest"
    await new_video(
        world, story_topic=" Custom Topic", custom_topic="a kite", art_style="ANIME", language="Czech", duration="long"
    )
    command, _ = world.asked[-1]
    assert isinstance(command, CreateTask)
    brief = command.brief
    assert (brief.genre, brief.topic, brief.style) == ("custom topic", "a kite", "anime")
    assert (brief.language, brief.length, brief.voice) == ("czech", "long", "nova")
    assert (command.surface, command.auto, command.workflow) == ("videos", True, "story")


@pytest.mark.parametrize(
    ("field", "word"),
    [
        *(("story_topic", word) for word in GENRES),
        *(("art_style", word) for word in STYLES),
        *(("duration", word) for word in ("short", "long")),
        *(("language", word) for word in LANGUAGES),
        *(("voice_name", word) for word in VOICES),
    ],
)
async def test_every_documented_word_is_taken(world: World, field: str, word: str) -> None:
    world.media = "rest"
    await new_video(world, **{field: word.title()})


@pytest.mark.parametrize("field", VIDEO)
@pytest.mark.parametrize("value", ["nonsense", None, 3, ""])
async def test_other_words_are_refused_by_name(world: World, field: str, value: object) -> None:
    async with world.client(ALICE) as http:
        answer = await http.post("/v1/video", json={**VIDEO, field: value})
        missing = await http.post("/v1/video", json={k: v for k, v in VIDEO.items() if k != field})
    for refused in (answer, missing):
        assert refused.status_code == 422
        assert isinstance(refused.json()["detail"], str)
        assert field in refused.json()["detail"]
    assert not world.asked


async def test_pictures_of_a_video(world: World) -> None:
    task = await new_video(world)
    await until(world, task, "completed")
    shown = await look(world, task, "/v1/images/tasks")
    assert shown.keys() == {"task_id", "status", "created_at", "updated_at", "story_text", "images"}
    assert shown["images"][0]["id"] == f"{task}-1"
    assert [image["id"] for image in shown["images"]] == [f"{task}-{n}" for n in range(1, PAGES + 1)]


async def test_a_picture_is_drawn_anew_and_the_versions_are_kept(world: World) -> None:
    task = await new_video(world)
    before = await until(world, task, "completed")
    world.media = "rest"
    async with world.client(ALICE) as http:
        answer = await http.post(f"/v1/images/{task}-2")
        assert answer.status_code == 200
        assert answer.json().keys() == {"task_id", "status", "urls", "created_at", "updated_at"}
        assert (answer.json()["task_id"], answer.json()["status"]) == (task, "processing")
        assert len(answer.json()["urls"]) == 1
        again = await http.post(f"/v1/images/{task}-3")
        assert again.status_code == 409
    meanwhile = await look(world, task)
    assert (meanwhile["progress"], meanwhile["images"][1]["status"]) == (1.0, "processing")
    assert bare(meanwhile["url"]) == bare(before["url"])
    await world.wake()
    after = await until(world, task, "completed")
    assert [len(image["urls"]) for image in after["images"]] == [1, 2, 1]
    assert bare(after["images"][1]["urls"][0]) == bare(before["images"][1]["urls"][0])
    assert bare(after["url"]) != bare(before["url"])
    assert after["images"][1]["created_at"] == before["images"][1]["created_at"]


def bare(url: str) -> str:
    return url.partition("?")[0]


async def test_a_redraw_that_fails_leaves_the_video(world: World) -> None:
    task = await new_video(world)
    before = await until(world, task, "completed")
    world.media = "failed"
    async with world.client(ALICE) as http:
        assert (await http.post(f"/v1/images/{task}-1")).status_code == 200
    async with asyncio.timeout(5):
        while not (shown := await look(world, task))["error_message"]:
            await asyncio.sleep(0.01)
    assert (shown["status"], shown["error_message"], bare(shown["url"])) == ("completed", REASON, bare(before["url"]))
    assert [len(image["urls"]) for image in shown["images"]] == [1, 1, 1]


async def test_an_unfinished_video_has_nothing_to_draw_anew(world: World) -> None:
    world.media = "rest"
    task = await new_video(world)
    async with world.client(ALICE) as http:
        answer = await http.post(f"/v1/images/{task}-1")
    assert answer.status_code == 409


async def test_a_failed_video_says_why_and_can_be_tried_again(world: World) -> None:
    world.media = "failed"
    task = await new_video(world)
    failed = await until(world, task, "failed")
    assert (failed["error_message"], failed["url"]) == (REASON, None)
    world.media = "done"
    async with world.client(ALICE) as http:
        answer = await http.post(f"/v1/video/tasks/{task}/retry")
        assert answer.json() == {"task_id": task, "status": "processing"}
        await until(world, task, "completed")
        assert (await http.post(f"/v1/video/tasks/{task}/retry")).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("GET", "/v1/video/tasks/{id}", "Task not found"),
        ("DELETE", "/v1/video/tasks/{id}", "Task not found"),
        ("POST", "/v1/video/tasks/{id}/retry", "Task not found"),
        ("GET", "/v1/images/tasks/{id}", "Task not found"),
        ("POST", "/v1/images/{id}-1", "Image not found"),
    ],
)
async def test_what_is_not_there_or_another_users_is_not_found(
    world: World, method: str, path: str, detail: str
) -> None:
    task = await new_video(world)
    await until(world, task, "completed")
    async with world.client(BOB) as http:
        for other in (task, GUESS, "1", "x" * 300):
            answer = await http.request(method, path.format(id=other))
            assert (answer.status_code, answer.json()) == (404, {"detail": detail})


@pytest.mark.parametrize("image", ["{id}-0", "{id}-4", "{id}", "{id}-", "{id}-x", "-", "{id}-٣", "{id}-99999999"])
async def test_pictures_that_a_video_has_not(world: World, image: str) -> None:
    task = await new_video(world)
    await until(world, task, "completed")
    async with world.client(ALICE) as http:
        answer = await http.post(f"/v1/images/{image.format(id=task)}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Image not found"})


async def test_tasks_of_other_surfaces_are_no_videos(world: World) -> None:
    async with world.client(ALICE) as http:
        task = (await http.post("/api/task/new", json={"topic": "x"})).json()["task_id"]
        assert (await http.get(f"/v1/video/tasks/{task}")).status_code == 404
        assert task in (await http.get("/api/task/mytasks")).json()["task_ids"]
    video = await new_video(world)
    async with world.client(ALICE) as http:
        assert video not in (await http.get("/api/task/mytasks")).json()["task_ids"]


async def test_videos_are_listed_in_pages_and_deleted(world: World) -> None:
    made = [await new_video(world) for _ in range(3)]
    await world.settled()
    async with world.client(ALICE) as http:
        first = (await http.get("/v1/video/tasks?limit=2")).json()
        assert [one["task_id"] for one in first["tasks"]] == made[:0:-1]
        rest = (await http.get(f"/v1/video/tasks?limit=2&before={first['next']}")).json()
        assert [one["task_id"] for one in rest["tasks"]] == made[:1]
        assert "next" not in rest
        assert (await http.delete(f"/v1/video/tasks/{made[0]}")).json() == {"deleted": True}
        assert (await http.get(f"/v1/video/tasks/{made[0]}")).status_code == 404


async def test_the_same_request_sent_twice_is_one_video(world: World) -> None:
    async with world.client(ALICE) as http:
        answers = [await http.post("/v1/video", json=VIDEO, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(world.asked) == 1


async def test_tokens(world: World) -> None:
    world.accounts.passwords["mira@example.com"] = "secret-secret"
    async with world.client() as http:
        form = {"username": "mira@example.com", "password": "secret-secret"}
        answer = await http.post("/v1/auth/token", data=form)
        assert answer.status_code == 200
        assert answer.json().keys() == {"access_token", "token_type"}
        assert answer.json()["token_type"] == "bearer"
        wrong = await http.post("/v1/auth/token", data={**form, "password": "x"})
        assert (wrong.status_code, wrong.json()) == (401, {"detail": "Incorrect username or password"})
        assert (await http.post("/v1/auth/token", json=form)).status_code == 422
        assert (await http.post("/v1/auth/token", data={"username": "x"})).status_code == 422


async def test_refresh_takes_the_bearer_token(world: World) -> None:
    async with world.client(ALICE) as http:
        answer = await http.post("/v1/auth/refresh")
        assert (answer.status_code, answer.json()["token_type"]) == (200, "bearer")
    for token in ("", "nonsense"):
        async with world.client(token) as http:
            refused = await http.post("/v1/auth/refresh")
        assert (refused.status_code, refused.json()) == (401, {"detail": "Could not validate credentials"})
