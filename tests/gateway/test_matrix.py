"""The authorization matrix: every route of every surface × {no token, bad tokens, another user's object, one's own}.

The tokens are real ones, verified as in production; a route that is not in the tables fails the test.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.gateway.tokens import TokenVerifier
from shared.contracts.accounts import AUDIENCE, ISSUER, PublicKey
from tests.gateway.session_world import PNG
from tests.gateway.test_videos import VIDEO
from tests.gateway.world import World

KEY, OTHER_KEY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PEM = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


def token(user: int, lives_s: int = 900, key: Any = KEY, algorithm: str = "EdDSA", **changed: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": str(user), "username": f"user{user}", "admin": False, "iat": now,
        "exp": now + lives_s, "jti": "j", "auth_time": now, **changed,
    }  # fmt: skip
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "k1"})


ALICE, BOB, ADMIN = token(1), token(2), token(3, admin=True)
BAD = {
    "none": "",
    "garbage": "Bearer nonsense",
    "empty": "Bearer ",
    "another scheme": "Basic dXNlcjpwYXNz",
    "expired": f"Bearer {token(1, lives_s=-3600)}",
    "signed by a stranger": f"Bearer {token(1, key=OTHER_KEY)}",
    "for another audience": f"Bearer {token(1, aud='elsewhere')}",
    "unsigned": f"Bearer {token(1, key=None, algorithm='none')}",
    "signed with the public key": f"Bearer {token(1, key='x' * 40, algorithm='HS256')}",
}

Ids = dict[str, str]
Call = tuple[str, str, dict[str, Any]]
"""Method, path as the document declares it, and how to ask: `json`, `params`, `files`; ids are filled in."""

OWNED: list[Call] = [
    ("GET", "/api/task/{task_id}/progress", {}),
    ("GET", "/api/task/{task_id}/info", {}),
    ("GET", "/api/task/{task_id}/resource", {"params": {"segmentId": 1}}),
    ("GET", "/api/resource", {"params": {"url": "generated_stories/{task_id}/script_data.json"}}),
    ("PUT", "/api/task/{task_id}/myresource/{segmentId}", {"json": "script"}),
    ("POST", "/api/task/{task_id}/execute/{segmentId}", {"params": {"redo": "true"}}),
    ("GET", "/api/task/{task_id}/events", {}),
    ("DELETE", "/api/task/{task_id}", {}),
    ("GET", "/v1/video/tasks/{video}", {}),
    ("GET", "/v1/images/tasks/{video}", {}),
    ("POST", "/v1/images/{video}-1", {}),
    ("POST", "/v1/video/tasks/{video}/retry", {}),
    ("DELETE", "/v1/video/tasks/{video}", {}),
    ("GET", "/api/sessions/{session_id}", {}),
    ("GET", "/api/sessions/{session_id}/costs", {}),
    ("POST", "/api/save-approved-images", {"json": {"session_id": "{session_id}", "approved_image_urls": ["{image}"]}}),
    ("POST", "/api/generate-clips", {"json": {"session_id": "{session_id}", "video_prompt": "x", "num_clips": 1}}),
    ("POST", "/api/save-approved-clips", {"json": {"session_id": "{session_id}", "approved_clip_urls": ["{clip}"]}}),
    ("POST", "/api/compose-final-video", {"json": {"session_id": "{session_id}"}}),
    ("GET", "/api/storage/files/{file_key}/presigned-url", {}),
    ("DELETE", "/api/storage/files/{file_key}", {}),
    ("GET", "/api/v1/generate/project/{preview_id}", {}),
    ("POST", "/api/v1/generate/finalize", {"json": {"preview_id": "{preview_id}"}}),
    ("POST", "/api/v1/projects/open", {"json": {"project_name": "{project_name}"}}),
    ("GET", "/api/v1/projects/{project_name}", {}),
    ("PATCH", "/api/v1/projects/{project_name}/scenes/{scene_id}", {"json": {"title": "New"}}),
    ("POST", "/api/v1/projects/{project_name}/scenes", {"json": {"id": "scene_9", "number": 9, "title": "X"}}),
    ("PATCH", "/api/v1/projects/{project_name}/characters/{character_id}", {"json": {"name": "Mira"}}),
    ("PATCH", "/api/v1/projects/{project_name}/sequences/{sequence_id}", {"json": {"total_duration": 12.0}}),
    ("DELETE", "/api/v1/projects/{project_name}/scenes/{scene_id}", {"params": {"confirmed": "true"}}),
    ("POST", "/api/v1/projects/{project_name}/render", {}),
    ("DELETE", "/api/v1/projects/{project_name}", {"params": {"confirmed": "true"}}),
]
"""What belongs to somebody."""

OPEN_TO_USERS: list[Call] = [
    ("POST", "/api/task/new", {"json": {"topic": "x"}}),
    ("GET", "/api/task/mytasks", {}),
    ("GET", "/api/events", {}),
    ("GET", "/api/budget", {}),
    ("POST", "/v1/video", {"json": VIDEO}),
    ("GET", "/v1/video/tasks", {}),
    ("POST", "/v1/auth/refresh", {}),
    ("GET", "/api/auth/me", {}),
    ("POST", "/api/generate-images", {"json": {"prompt": "man buys hat", "num_images": 1}}),
    ("GET", "/api/sessions/", {}),
    ("POST", "/api/storage/upload-input", {"files": {"file": ("a.png", PNG, "image/png")}}),
    ("POST", "/api/storage/upload-prompt-config", {"json": {"config_data": {}, "session_id": "s"}}),
    ("GET", "/api/storage/files", {"params": {"folder": "input"}}),
    ("POST", "/api/v1/generate/project", {"json": {"prompt": "a haunted mansion"}}),
    ("GET", "/api/v1/projects/list", {}),
    ("GET", "/api/v1/storage/stats", {}),
    ("GET", "/api/v1/usage/stats", {}),
    ("POST", "/api/v1/projects/close", {"json": {"save": False}}),
]
"""What every user may do for himself."""

ADMINISTRATION: list[Call] = [
    ("GET", "/api/workflows", {}),
    ("GET", "/api/workflows/{name}", {}),
    ("PUT", "/api/workflows/{name}", {"json": {"segments": []}}),
    ("DELETE", "/api/workflows/{name}", {}),
]

ENDLESS = frozenset(("/api/events", "/api/task/{task_id}/events"))
DECLARED = {"{video}-1": "{image_id}", "{video}": "{task_id}"}


async def keys() -> tuple[PublicKey, ...]:
    return (PublicKey(kid="k1", pem=PEM),)


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, TokenVerifier(keys), rate_limit=10_000).running() as world:
        yield world


async def prepared(world: World) -> Ids:
    """One of everything, made by Alice."""
    ids = {"segmentId": "1", "name": "story", "scene_id": "scene_1", "character_id": "char_1", "sequence_id": "seq_1"}
    async with world.client(ALICE) as http:
        made = (await http.post("/api/task/new", json={"topic": "x"})).json()
        ids["task_id"] = str(made["task_id"])
        await http.post(f"/api/task/{ids['task_id']}/execute/1")
        ids["video"] = (await http.post("/v1/video", json=VIDEO)).json()["task_id"]
        drawn = (await http.post("/api/generate-images", json={"prompt": "x", "num_images": 1})).json()
        ids["session_id"], ids["image"] = drawn["session_id"], drawn["images"][0]["url"]
        body = {"session_id": ids["session_id"]}
        await http.post("/api/save-approved-images", json={**body, "approved_image_urls": [ids["image"]]})
        clips = (await http.post("/api/generate-clips", json={**body, "video_prompt": "x", "num_clips": 1})).json()
        ids["clip"] = clips["clips"][0]["url"]
        await http.post("/api/save-approved-clips", json={**body, "approved_clip_urls": [ids["clip"]]})
        upload = await http.post("/api/storage/upload-input", files={"file": ("a.png", PNG, "image/png")})
        ids["file_key"] = upload.json()["key"]
        preview = (await http.post("/api/v1/generate/project", json={"prompt": "a haunted mansion"})).json()
        ids["preview_id"] = preview["preview_id"]
        final = await http.post("/api/v1/generate/finalize", json={"preview_id": ids["preview_id"]})
        ids["project_name"] = final.json()["project_name"]
        await http.post("/api/v1/projects/open", json={"project_name": ids["project_name"]})
    await world.settled()
    return ids


async def ask(http: httpx.AsyncClient, call: Call, ids: Ids, **headers: str) -> httpx.Response:
    method, path, how = call
    return await http.request(method, path.format(**ids), headers=headers, **filled(how, ids))


def filled(how: Any, ids: Ids) -> Any:
    if isinstance(how, dict):
        return {name: filled(value, ids) for name, value in how.items()}
    if isinstance(how, list):
        return [filled(value, ids) for value in how]
    return how.format(**ids) if isinstance(how, str) else how


def declared(path: str) -> str:
    for ours, theirs in DECLARED.items():
        path = path.replace(ours, theirs)
    return path


def test_every_guarded_route_is_in_the_matrix(tmp_path: Path) -> None:
    paths = World(tmp_path).app.openapi()["paths"]
    secured = {(m.upper(), path) for path, ms in paths.items() for m, told in ms.items() if told.get("security")}
    listed = {(method, declared(path)) for method, path, _ in (*OWNED, *OPEN_TO_USERS, *ADMINISTRATION)}
    assert secured == listed


@pytest.mark.parametrize("kind", BAD)
async def test_without_a_token_that_counts_nothing_is_done(guarded: World, kind: str) -> None:
    ids = dict.fromkeys(
        ("task_id", "segmentId", "video", "session_id", "image", "clip", "file_key", "preview_id", "project_name",
         "scene_id", "character_id", "sequence_id", "name"), "1"
    )  # fmt: skip
    headers = {"Authorization": BAD[kind]} if BAD[kind] else {}
    async with guarded.client("") as http:
        for call in (*OWNED, *OPEN_TO_USERS, *ADMINISTRATION):
            answer = await ask(http, call, ids, **headers)
            assert answer.status_code == 401, (call, answer.text)
            assert answer.headers["www-authenticate"] == "Bearer"
            if call[1].startswith("/api/v1"):
                assert answer.json()["error"]["code"] == "AUTHENTICATION_ERROR"
            else:
                assert answer.json() == {"detail": "Could not validate credentials"}
    assert not guarded.asked


async def test_another_users_object_does_not_exist(guarded: World) -> None:
    ids = await prepared(guarded)
    before = await guarded.store.last_position()
    async with guarded.client(BOB) as http:
        for call in OWNED:
            answer = await ask(http, call, ids)
            expected = 403 if "{file_key}" in call[1] else 404
            assert answer.status_code == expected, (call, answer.text)
    commits = await guarded.store.read(before, await guarded.store.last_position())
    assert {commit.stream.category for commit in commits} <= {"usage"}


REFUSED_TO_THE_OWNER: dict[str, int] = {
    "/v1/video/tasks/{video}/retry": 409,  # it did not fail
    "/api/task/{task_id}/myresource/{segmentId}": 422,  # the body is no script
    "/api/save-approved-clips": 400,  # the clip was dropped when clips were made again
    "/api/compose-final-video": 400,  # nothing is approved now
    "/api/v1/projects/close": 400,  # the project was deleted
}


async def test_ones_own_is_open(guarded: World) -> None:
    ids = await prepared(guarded)
    async with guarded.client(ALICE) as http:
        for call in (*OPEN_TO_USERS[:-1], *OWNED, OPEN_TO_USERS[-1]):
            if call[1] not in ENDLESS:
                answer = await ask(http, call, ids)
                expected = REFUSED_TO_THE_OWNER.get(call[1])
                assert answer.status_code == expected or (not expected and answer.is_success), (call, answer.text)


async def test_administration_is_for_administrators(guarded: World) -> None:
    async with guarded.client(ALICE) as http:
        for call in ADMINISTRATION:
            assert (await ask(http, call, {"name": "story"})).status_code == 403, call
    async with guarded.client(ADMIN) as http:
        for call in ADMINISTRATION:
            assert (await ask(http, call, {"name": "story"})).status_code in (200, 400, 404), call
