"""Surface B: the form of every error, those of the framework too, and tokens."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.projects_answers import LoginOut, RefreshOut
from tests.gateway.project_world import API, ask, error
from tests.gateway.world import ALICE, World

USER = {"username": "user@example.com", "password": "secure_password"}


async def test_unknown_routes_and_methods(world: World) -> None:
    for path in ("/nowhere", "", "/", "/projects", "/projects/", "/projects/list/", "/projects/a/b", "/generate"):
        error(await ask(world, "GET", path), 404, "RESOURCE_NOT_FOUND")
    answer = await ask(world, "PUT", "/generate/project", {})
    told = error(answer, 405, "METHOD_NOT_ALLOWED")
    assert (answer.headers["allow"], told["message"]) == ("POST", "Method Not Allowed")
    async with world.client() as http:
        assert set((await http.get("/api/v1x")).json()) == {"detail"}


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Bearer ", "Basic abc", f"bearer{ALICE}", "Bearer"])
async def test_without_a_token_that_counts(world: World, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with world.client("", **headers) as http:
        answers = [
            await http.get(f"{API}/projects/list"),
            await http.get(f"{API}/storage/stats"),
            await http.post(f"{API}/generate/project", content=b"{"),
            await http.request("DELETE", f"{API}/projects/x"),
        ]
    for answer in answers:
        told = error(answer, 401, "AUTHENTICATION_ERROR")
        assert told["message"] == "Could not validate credentials"
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_details_are_by_field(world: World) -> None:
    body = {"id": "scene 1", "number": "x", "title": "", "characters": ["char_1", 2], "key_actions": [""]}
    told = error(await ask(world, "POST", "/projects/p/scenes", body), 400, "VALIDATION_ERROR")
    assert told["message"] == "Invalid request data"
    assert told["details"].keys() == {"id", "number", "title", "characters.1", "key_actions.0"}
    assert all(isinstance(said, str) and said for said in told["details"].values())
    told = error(await ask(world, "GET", "/projects/list?limit=x&offset=-1"), 400, "VALIDATION_ERROR")
    assert told["details"].keys() == {"limit", "offset"}


async def test_what_was_sent_is_not_echoed(world: World) -> None:
    for body in ({"username": "a", "password": ["hunter2"]}, {"username": 1, "password": "hunter2" * 200}):
        answer = await ask(world, "POST", "/auth/login", body, token="")
        error(answer, 400, "VALIDATION_ERROR")
        assert "hunter2" not in answer.text


async def test_login(world: World) -> None:
    world.accounts.passwords[USER["username"]] = USER["password"]
    answer = await ask(world, "POST", "/auth/login", USER, token="")
    assert answer.status_code == 200
    told = answer.json()
    assert LoginOut.model_validate(told).model_dump() == told
    assert told["token_type"] == "bearer"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    wrong = await ask(world, "POST", "/auth/login", {**USER, "password": "x"}, token="")
    assert error(wrong, 401, "AUTHENTICATION_ERROR")["message"] == "Invalid credentials"


async def test_a_refresh_token_stays_good(world: World) -> None:
    world.accounts.passwords[USER["username"]] = USER["password"]
    tokens = (await ask(world, "POST", "/auth/login", USER, token="")).json()
    body = {"refresh_token": tokens["refresh_token"]}
    for _ in range(2):
        answer = await ask(world, "POST", "/auth/refresh", body, token="")
        assert answer.status_code == 200
        assert RefreshOut.model_validate(answer.json()).model_dump() == answer.json()
        assert answer.headers["cache-control"] == "no-store"
    spent = await ask(world, "POST", "/auth/refresh", {"refresh_token": "ey" * 400}, token="")
    assert error(spent, 401, "AUTHENTICATION_ERROR")["message"] == "Invalid or expired refresh token"
    for wrong in ({}, {"refresh_token": ""}, {"refresh_token": 1}, None):
        error(await ask(world, "POST", "/auth/refresh", wrong, token=""), 400, "VALIDATION_ERROR")


async def test_an_auth_service_that_is_away_is_503(world: World) -> None:
    world.accounts.down = True
    for path, body in (("/auth/login", USER), ("/auth/refresh", {"refresh_token": "x"})):
        answer = await ask(world, "POST", path, body, token="")
        error(answer, 503, "SERVICE_UNAVAILABLE")
        assert answer.headers["retry-after"] == "2"


async def test_every_operation_is_described_with_its_errors(world: World) -> None:
    described: dict[str, Any] = world.app.openapi()
    form = {"$ref": "#/components/schemas/ProjectErrorOut"}
    for path, operations in described["paths"].items():
        for method, told in operations.items():
            if path.startswith(API):
                assert told.get("description"), (method, path, told)
                for status, answer in told["responses"].items():
                    schema = answer["content"]["application/json"]["schema"]
                    sad = path.endswith("/health") and status == "503"  # tells what it knows
                    assert (schema == form) == (int(status) >= 400 and not sad), (method, path, status)
                    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining"} <= answer["headers"].keys()
                assert "422" not in told["responses"]
                assert "429" in told["responses"]
    generate = described["paths"][f"{API}/generate/project"]["post"]["responses"]
    assert {"200", "202", "400", "401", "429", "500", "507"} <= generate.keys()
    example = generate["507"]["content"]["application/json"]["example"]["error"]
    assert (example["code"], example["message"]) == ("STORAGE_LIMIT_EXCEEDED", "Storage limit would be exceeded")
