"""What every WebSocket of ours does besides telling: it checks where it is opened from, answers pings, and ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from services.gateway.deps import Deps
from services.gateway.feed import Subscriber
from shared.ending import end
from shared.telemetry.metrics_measure import stream as measured

REFUSED = 1008
GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
_PONG = '{"type":"pong"}'


def welcome(socket: WebSocket, deps: Deps) -> bool:
    """Whether the page that opens it may."""
    allowed = deps.settings.websocket_origins
    return not allowed or socket.headers.get("origin", "") in allowed


async def serve(socket: WebSocket, live: Subscriber, telling: Coroutine[Any, Any, None]) -> None:
    """Tells until the client leaves or the subscription ends, which also is how a slow client is cut."""
    tasks = [asyncio.create_task(_answer_pings(socket)), asyncio.create_task(telling)]
    try:
        with measured("websocket"):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*tasks)
    if live.closed:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(TRY_AGAIN_LATER if live.lost else GOING_AWAY)


async def send(socket: WebSocket, deps: Deps, message: str) -> None:
    """Sends a message to a client that takes it in time. Raises `TimeoutError`."""
    async with asyncio.timeout(deps.settings.feed_send_s):
        await socket.send_text(message)


async def _answer_pings(socket: WebSocket) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if _is_ping(message.get("text") or ""):
            await socket.send_text(_PONG)


def _is_ping(text: str) -> bool:
    if text.strip().lower() == "ping":
        return True
    try:
        told = msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return False
    return isinstance(told, dict) and told.get("type") == "ping"
