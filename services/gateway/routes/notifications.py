"""`WS /ws/notifications?token=`: finished and failed segments, progress, and pong for ping.

A token that does not count is refused before the handshake (HTTP 403; a close code would come too late).
"""

from __future__ import annotations

from fastapi import FastAPI, WebSocket

from services.gateway.access import owner_of, principal_of
from services.gateway.deps import Deps, deps_of
from services.gateway.feed import Subscriber
from services.gateway.sockets import REFUSED, send, serve, welcome
from shared.errors import TalewrightError


async def notifications(socket: WebSocket) -> None:
    """Serves one client until it leaves, falls behind or the gateway ends."""
    deps = deps_of(socket)
    if not welcome(socket, deps):
        await socket.close(REFUSED)
        return
    try:
        principal = await principal_of(socket, query=True)
    except TalewrightError:
        await socket.close(REFUSED)
        return
    with deps.feed.subscribe(owner_of(principal)) as live:
        await socket.accept()
        await serve(socket, live, _tell(socket, deps, live))


async def _tell(socket: WebSocket, deps: Deps, live: Subscriber) -> None:
    while found := await live.take():
        for told in found:
            for message in await deps.notices.of(told):
                await send(socket, deps, message)


def add(app: FastAPI) -> None:
    """The routing table. It must stand before `/ws/{session_id}`."""
    app.websocket("/ws/notifications")(notifications)
