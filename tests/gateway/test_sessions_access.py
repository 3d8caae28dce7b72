"""Who may do what on the sessions surface, and what its documentation says."""

from __future__ import annotations

import re

from tests.gateway.world import ALICE, World

GUARDED = [
    ("GET", "/api/auth/me"),
    ("POST", "/api/generate-images"),
    ("POST", "/api/save-approved-images"),
    ("POST", "/api/generate-clips"),
    ("POST", "/api/save-approved-clips"),
    ("POST", "/api/compose-final-video"),
    ("GET", "/api/sessions/"),
    ("GET", "/api/sessions/{session_id}"),
    ("GET", "/api/sessions/{session_id}/costs"),
    ("POST", "/api/storage/upload-input"),
    ("POST", "/api/storage/upload-prompt-config"),
    ("GET", "/api/storage/files"),
    ("GET", "/api/storage/files/{file_key}/presigned-url"),
    ("DELETE", "/api/storage/files/{file_key}"),
]


async def test_without_a_token_that_counts_it_is_401(world: World) -> None:
    async with world.client() as http:
        for method, path in GUARDED:
            path = path.replace("{session_id}", "x").replace("{file_key}", "users/1/input/x")
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {ALICE}"}):
                answer = await http.request(method, path, headers=headers)
                assert answer.status_code == 401, (method, path)
                assert answer.json() == {"detail": "Could not validate credentials"}
                assert answer.headers["www-authenticate"] == "Bearer"


def test_every_guarded_route_is_in_the_matrix(tmp_path) -> None:
    guarded = {(m.upper(), path) for path, m, told in _operations(tmp_path) if told.get("security")}
    assert guarded == set(GUARDED)


def test_every_route_is_documented_with_its_answers_and_errors(tmp_path) -> None:
    for path, method, told in _operations(tmp_path):
        assert told["summary"], path
        assert told["description"], path
        statuses = told["responses"]
        assert "200" in statuses
        assert {"401", "503"} <= set(statuses), path
        assert method == "get" or "409" in statuses
        for status, answer in statuses.items():
            content = answer["content"]["application/json"]
            assert "schema" in content, (path, status)
            assert status in ("200", "202", "422") or "detail" in content["example"], (path, status)


def _operations(tmp_path) -> list[tuple[str, str, dict]]:
    paths = World(tmp_path).app.openapi()["paths"]
    return [(p, m, told) for p, ms in paths.items() for m, told in ms.items() if "sessions" in told.get("tags", ())]


async def test_the_root_and_health_say_what_the_contract_promises(world: World) -> None:
    async with world.client(Accept="application/json") as http:
        root, health = (await http.get("/")).json(), (await http.get("/health")).json()
    assert root["status"] == "healthy"
    assert root["service"]
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", root["version"])
    assert (health["status"], health["database"]) == ("healthy", "connected")
    assert health["services"] == {"orchestrator": "ready", "websocket": "ready"}
