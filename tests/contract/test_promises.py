"""What the documents promise in words: defaults, options, headers, cookies, limits."""

from __future__ import annotations

import json
import time
from typing import get_args

import pytest

from services.gateway.errors import error_response
from shared.contracts import values
from shared.contracts.commands import CreateTask, RequestSegment
from shared.contracts.orders import CompositionOrder, PicturesOrder, ScreenplayOrder
from tests.contract import surface_d
from tests.gateway.session_world import approved, clips, cut, film, images, shown
from tests.gateway.world import ALICE, World


@pytest.mark.parametrize(
    ("field", "ours"),
    [
        ("story_topic", values.Genre),
        ("art_style", values.Style),
        ("duration", values.Length),
        ("language", values.Language),
        ("voice_name", values.Voice),
    ],
)
def test_the_options_of_a_video_are_the_documented_ones(field: str, ours: object) -> None:
    assert set(get_args(ours)) == set(surface_d.OPTIONS[field])


async def test_login_sets_the_documented_cookie(world: World) -> None:
    await world.accounts.register("u1", "p1")
    async with world.client() as http:
        answer = await http.post("/api/login", json={"username": "u1", "password": "p1"})
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("refresh_token=")
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(attributes)


async def test_rate_limit_headers_stand_on_every_answer_of_projects(world: World) -> None:
    async with world.client(ALICE) as http:
        answers = [
            await http.get("/api/v1/projects/list"),
            await http.get("/api/v1/health"),
            await http.get("/api/v1/no-such-route"),
            await http.post("/api/v1/generate/project", content="{"),
        ]
        other = await http.get("/api/sessions/")
    for answer in answers:
        assert answer.headers["x-ratelimit-limit"] == "100"
        assert int(answer.headers["x-ratelimit-remaining"]) < 100
        assert 0 <= int(answer.headers["x-ratelimit-reset"]) - time.time() <= 61
    assert "x-ratelimit-limit" not in other.headers


async def test_the_limit_warns_at_ninety_and_ends_at_a_hundred(world: World) -> None:
    async with world.client(ALICE) as http:
        answers = [await http.get("/api/v1/projects/list") for _ in range(101)]
    assert "x-ratelimit-warning" not in answers[88].headers
    assert answers[89].headers["x-ratelimit-warning"] == "Approaching rate limit (90/100 requests used)"
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    error = answers[-1].json()["error"]
    retry_after = error["details"].pop("retry_after")
    assert 1 <= retry_after <= 60
    assert error == {
        "code": "RATE_LIMIT_EXCEEDED",
        "message": "Rate limit exceeded: 100 requests per 60 seconds",
        "details": {"limit": 100, "window_seconds": 60},
    }


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "VALIDATION_ERROR"),
        (401, "AUTHENTICATION_ERROR"),
        (403, "AUTHORIZATION_ERROR"),
        (404, "RESOURCE_NOT_FOUND"),
        (429, "RATE_LIMIT_EXCEEDED"),
        (500, "INTERNAL_SERVER_ERROR"),
        (507, "STORAGE_LIMIT_EXCEEDED"),
    ],
)
def test_every_documented_status_of_projects_has_its_code(status: int, code: str) -> None:
    assert code.encode() in error_response("/api/v1/anything", status, "x").body


async def test_defaults_of_a_project(world: World) -> None:
    async with world.client(ALICE) as http:
        assert (await http.post("/api/v1/generate/project", json={"prompt": "a haunted mansion"})).status_code == 200
        preview = await http.post("/api/v1/generate/project", json={"prompt": "x", "preferences": {"style": "dark"}})
        await http.post("/api/v1/generate/finalize", json={"preview_id": preview.json()["preview_id"]})
        await http.post("/api/v1/projects/open", json={"project_name": "the-kite"})
        assert (await http.post("/api/v1/projects/close")).json()["saved"] is True
    orders = [command.order for command, _ in world.asked if isinstance(command, CreateTask)]
    assert orders[0] == ScreenplayOrder(language="en", scene_count=0, duration_s=0.0, style="")
    assert orders[1] == ScreenplayOrder(language="en", scene_count=0, duration_s=0.0, style="dark")


async def test_defaults_of_a_session(world: World) -> None:
    told = await images(world)
    assert len(told["images"]) == 4
    command = world.asked[0][0]
    assert isinstance(command, CreateTask)
    assert command.brief.aspect_ratio == "16:9"
    assert command.order == PicturesOrder(count=4)
    session = await approved(world)
    async with world.client(ALICE) as http:
        answer = await http.post("/api/generate-clips", json={"session_id": session, "video_prompt": "x"})
    assert [one["duration"] for one in answer.json()["clips"]] == [8.0] * 4
    assert (await shown(world, session))["assets"][0]["order_index"] == 0


async def test_texts_and_sound_of_a_film_are_optional(world: World) -> None:
    session = await cut(world)
    async with world.client(ALICE) as http:
        answer = await film(http, session, text_overlays=None)
    assert answer.status_code == 200, answer.text
    orders = [command.order for command, _ in world.asked if isinstance(command, RequestSegment)]
    assert orders[-1] == CompositionOrder(overlays=(), audio=None)


async def test_everything_of_a_clips_request_takes_effect(world: World) -> None:
    session = await approved(world, 2, 0)
    told = await clips(world, session, num_clips=3, duration=1.5)
    assert [one["index"] for one in told["clips"]] == [0, 1, 2]
    assert [one["duration"] for one in told["clips"]] == [1.5] * 3


async def test_sessions_come_ten_at_a_time_from_the_newest(world: World) -> None:
    made = [(await images(world, num_images=1))["session_id"] for _ in range(12)]
    await world.settled()
    async with world.client(ALICE) as http:
        first = [one["id"] for one in (await http.get("/api/sessions/")).json()]
        second = [one["id"] for one in (await http.get("/api/sessions/", params={"offset": 10})).json()]
        third = [one["id"] for one in (await http.get("/api/sessions/", params={"limit": 3})).json()]
    assert first + second == made[::-1]
    assert third == made[:-4:-1]


async def test_files_are_listed_by_folder_and_kind(world: World) -> None:
    session = await cut(world)
    async with world.client(ALICE) as http:
        assert (await film(http, session)).status_code == 200
        counted = {}
        for kind in ("images", "videos", "final", "audio"):
            query = {"folder": "output", "asset_type": kind}
            counted[kind] = (await http.get("/api/storage/files", params=query)).json()["total"]
        missing = await http.get("/api/storage/files")
        page = (await http.get("/api/storage/files", params={"folder": "output", "limit": 1, "offset": 1})).json()
    assert counted == {"images": 2, "videos": 2, "final": 1, "audio": 0}
    assert missing.status_code == 422  # the folder is required
    assert (len(page["files"]), page["total"], page["limit"], page["offset"]) == (1, 5, 1, 1)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/api/docs", "/api/redoc"])
async def test_the_interactive_documentation_is_where_it_should_be(world: World, path: str) -> None:
    async with world.client() as http:
        assert (await http.get(path)).status_code == 200


@pytest.mark.parametrize("field", surface_d.OPTIONS)
async def test_a_video_that_is_described_wrongly_is_refused_in_a_sentence(world: World, field: str) -> None:
    body = json.loads(surface_d.VIDEO)
    async with world.client(ALICE) as http:
        wrong = await http.post("/v1/video", json={**body, field: "nonsense"})
        missing = await http.post("/v1/video", json={name: word for name, word in body.items() if name != field})
    for answer in (wrong, missing):
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/json"
        assert answer.json().keys() == {"detail"}
        assert isinstance(answer.json()["detail"], str)
