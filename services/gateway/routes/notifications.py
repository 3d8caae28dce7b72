"""`WS /ws/notifications?token=`: finished and failed segments, progress, and pong for ping.

A token that does not count is refused before the handshake (HTTP 403; a close code would come too late).
"""

from __future__ import annotations

import asyncio
import contextlib

import msgspec
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect

from services.gateway.access import owner_of, principal_of
from services.gateway.deps import Deps, deps_of
from services.gateway.feed import Subscriber
from shared.errors import TalewrightError

REFUSED = 1008
GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
_PONG = '{"type":"pong"}'


async def notifications(socket: WebSocket) -> None:
    """Serves one client until it leaves, falls behind or the gateway ends."""
    deps = deps_of(socket)
    if not _welcome(socket, deps):
        await socket.close(REFUSED)
        return
    try:
        principal = await principal_of(socket, query=True)
    except TalewrightError:
        await socket.close(REFUSED)
        return
    with deps.feed.subscribe(owner_of(principal)) as live:
        await socket.accept()
        await _serve(socket, deps, live)


def _welcome(socket: WebSocket, deps: Deps) -> bool:
    allowed = deps.settings.websocket_origins
    return not allowed or socket.headers.get("origin", "") in allowed


async def _serve(socket: WebSocket, deps: Deps, live: Subscriber) -> None:
    tasks = [asyncio.create_task(_answer_pings(socket)), asyncio.create_task(_tell(socket, deps, live))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if live.closed:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(TRY_AGAIN_LATER if live.lost else GOING_AWAY)


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


async def _tell(socket: WebSocket, deps: Deps, live: Subscriber) -> None:
    while found := await live.take():
        for told in found:
            for message in await deps.notices.of(told):
                await asyncio.wait_for(socket.send_text(message), deps.settings.feed_send_s)


def add(app: FastAPI) -> None:
    """The routing table. It must stand before `/ws/{session_id}`."""
    app.websocket("/ws/notifications")(notifications)
