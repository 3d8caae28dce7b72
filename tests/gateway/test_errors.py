"""Error forms by prefix, size limits, request ids and health."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI

from services.gateway.errors import error_response, status_of
from shared import errors as e
from shared.telemetry.trace_context import TRACEPARENT, continued
from tests.gateway.world import ALICE, World


async def test_unknown_routes_answer_with_detail(world: World) -> None:
    async with world.client(ALICE) as http:
        for path in ["/nowhere", "/api/nowhere", "/v1/nowhere", "/api/task", "/api/task/1/progress/"]:
            answer = await http.get(path)
            assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


async def test_unknown_routes_below_projects_answer_with_error(world: World) -> None:
    async with world.client() as http:
        answer = await http.get("/api/v1/nowhere")
    error = answer.json()["error"]
    assert answer.status_code == 404
    assert set(error) == {"code", "message", "details", "suggested_action"}
    assert error["code"] == "RESOURCE_NOT_FOUND"


async def test_a_wrong_method_is_405(world: World) -> None:
    async with world.client(ALICE) as http:
        answer = await http.post("/api/task/mytasks")
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (e.Invalid, 400), (e.NotFound, 404), (e.OutOfOrder, 400), (e.Busy, 409), (e.Forbidden, 403),
        (e.Unauthenticated, 401), (e.QuotaExceeded, 429), (e.ConcurrencyConflict, 409), (e.Unavailable, 503),
        (e.Undecodable, 500), (e.Rejected, 400),
    ],
)  # fmt: skip
def test_every_error_has_a_status(kind: type[e.TalewrightError], status: int) -> None:
    assert status_of(kind()) == status


def test_a_project_client_sees_400_for_a_bad_body() -> None:
    answer = error_response("/api/v1/projects", 422, [{"loc": ["body"], "msg": "bad", "type": "x"}])
    told = json.loads(bytes(answer.body))["error"]
    assert (answer.status_code, told["code"]) == (400, "VALIDATION_ERROR")
    assert told["details"] == {"body": "bad"}


async def test_a_bug_is_500_in_the_surfaces_form_and_tells_nothing(world: World) -> None:
    async def burst() -> None:
        raise ZeroDivisionError("secret")

    app: FastAPI = world.app
    app.get("/api/burst", include_in_schema=False)(burst)  # all worlds share their routes
    app.get("/api/v1/burst", include_in_schema=False)(burst)
    async with world.client() as http:
        plain, wrapped = await http.get("/api/burst"), await http.get("/api/v1/burst")
    assert (plain.status_code, plain.json()) == (500, {"detail": "Internal Server Error"})
    assert wrapped.json()["error"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in plain.text + wrapped.text
    assert plain.headers["x-request-id"]


async def _chunks(n: int):
    for _ in range(n):
        yield b" " * 100_000


async def test_bodies_are_limited_with_and_without_a_length(world: World) -> None:
    async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
        declared = await http.post("/api/task/new", content=b" " * 1_000_001)
        chunked = await http.post("/api/task/new", content=_chunks(11))
        keyed = await http.post("/api/task/new", content=_chunks(11), headers={"Idempotency-Key": "big"})
        form = await http.put(
            "/api/task/1/myresource/1", content=_chunks(11), headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        within = await http.post("/api/task/new", content=_chunks(9))
    for answer in (declared, chunked, keyed):
        assert (answer.status_code, answer.json()) == (413, {"detail": "The body is too large"})
    assert form.status_code in (404, 413)
    assert within.status_code == 422


async def test_every_answer_has_an_id_and_safe_headers(world: World) -> None:
    async with world.client() as http:
        given = await http.get("/nowhere", headers={"X-Request-ID": "abc-1"})
        drawn = await http.get("/nowhere", headers={"X-Request-ID": "not valid\t!"})
    assert given.headers["x-request-id"] == "abc-1"
    assert len(drawn.headers["x-request-id"]) == 16
    assert drawn.headers["x-content-type-options"] == "nosniff"


async def test_a_trace_goes_on_into_commands(world: World) -> None:
    seen = []
    ask = world.ask

    async def spy(command: object, command_id: str):
        seen.append(TRACEPARENT.get())
        return await ask(command, command_id)

    world.ask = spy  # type: ignore[method-assign]
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with world.client(ALICE) as http:
        headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
        await http.post("/api/task/new", json={"topic": "x"}, headers=headers)
        await http.post("/api/task/new", json={"topic": "x"}, headers={"traceparent": "rubbish"})
    assert seen[0].startswith(f"00-{trace}-")
    assert seen[0][36:52] != "00f067aa0ba902b7"
    assert continued(seen[1])[3:35] == seen[1][3:35]


async def test_health_tells_the_truth(world: World) -> None:
    async with world.client() as http:
        well = await http.get("/health")
        assert well.status_code == 200
        told = well.json()
        assert (told["status"], told["database"]) == ("healthy", "connected")
        assert told["services"] == {"orchestrator": "ready", "websocket": "ready"}
        root = (await http.get("/")).json()
        assert {"status", "service", "version"} <= set(root)
        world.artifacts.down = True
        assert (await http.get("/health")).status_code == 503
        world.artifacts.down, world.bus.auth_down = False, True
        assert (await http.get("/")).json()["checks"]["auth"] == {"ok": False}
        world.bus.auth_down, world.bus.down = False, True
        assert (await http.get("/health")).json()["services"]["websocket"] == "unavailable"
        world.bus.down = False
        world.views.close()
        world.file.rename(world.file.with_name("elsewhere.db"))
        gone = await http.get("/health")
    assert (gone.status_code, gone.json()["database"]) == (503, "disconnected")
