"""Streams and WebSockets that are open, and requests to the auth service."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import websockets

from services.auth.subscribers import Verb, answering
from shared.contracts.accounts import AuthReply, PublicKeysWanted
from shared.errors import Unauthenticated, Unavailable
from tests.gateway.serving import served
from tests.gateway.world import ALICE, World
from tests.telemetry.numbers import count, until


@pytest.fixture
async def world(tmp_path: Path) -> Any:
    async with World(tmp_path, port=0, heartbeat_s=0.2).running() as built:
        yield built


async def test_an_event_stream_is_counted_while_it_is_open_and_its_length_is_no_duration(world: World) -> None:
    series = {"surface": "stories", "method": "GET", "route": "/api/events"}
    requests = count("gateway", "http_requests_total", **series, status="200")
    durations = count("gateway", "http_request_duration_seconds_count", **series)
    async with served(world) as at, at.client(ALICE) as http:
        async with http.stream("GET", "/api/events"):
            await until("gateway", "http_streams_open", 1, kind="sse")
        await until("gateway", "http_streams_open", 0, kind="sse")
        await until("gateway", "http_requests_total", requests + 1, **series, status="200")
    assert count("gateway", "http_request_duration_seconds_count", **series) == durations


async def test_a_websocket_is_counted_while_it_is_open(world: World) -> None:
    async with served(world) as at:
        url = f"ws://127.0.0.1:{at.port}/ws/notifications?token={ALICE}"
        async with websockets.connect(url) as socket:
            await socket.send("ping")
            assert json.loads(await socket.recv())["type"] == "pong"
            await until("gateway", "http_streams_open", 1, kind="websocket")
        await until("gateway", "http_streams_open", 0, kind="websocket")


def _refuse(_: Any, __: Any) -> AuthReply:
    raise Unauthenticated


def _away(_: Any, __: Any) -> AuthReply:
    raise Unavailable("The database does not answer.")


def _crash(_: Any, __: Any) -> AuthReply:
    raise RuntimeError("a bug")


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [(lambda *_: AuthReply(), "done"), (_refuse, "rejected"), (_away, "unavailable"), (_crash, "unavailable")],
)
async def test_auth_requests_by_their_outcome(handler: Callable[..., AuthReply], outcome: str) -> None:
    series = {"request": "testing", "outcome": outcome}
    before = count("auth", "auth_request_duration_seconds_count", **series)
    with ThreadPoolExecutor(1) as pool:
        verb = Verb("testing", PublicKeysWanted, handler)
        await answering(verb, None, pool, lambda: None)(b"{}")  # type: ignore[arg-type]
    assert count("auth", "auth_request_duration_seconds_count", **series) == before + 1
