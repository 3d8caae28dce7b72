"""`WS /ws/{session_id}`: how a session goes on, from where it stands when the socket opens.

The id is the capability: who knows it may watch. A token is not needed, but one that is given must be the owner's.
What is refused is accepted first and closed with a code of its own, since browsers tell a page nothing else.
"""

from __future__ import annotations

import contextlib

import msgspec
from fastapi import FastAPI, WebSocket

from services.gateway.access import owner_of, principal_of
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import UNAUTHENTICATED as NOT_YOU
from services.gateway.feed import Subscriber, Told
from services.gateway.sessions_steps import NOT_FOUND
from services.gateway.sessions_watch import Frame, Tick, Watch, begin, evolve, frame, ticked
from services.gateway.sessions_wording import SURFACE
from services.gateway.sockets import REFUSED, TRY_AGAIN_LATER, send, serve, welcome
from services.gateway.views import TaskView
from shared.errors import NotFound, TalewrightError, Unauthenticated, Unavailable

UNKNOWN, UNAUTHENTICATED = 4404, 4401
_LOOKS = 5
_TICK = msgspec.json.Decoder(Tick)
_ENCODER = msgspec.json.Encoder()


async def watch(socket: WebSocket, session_id: str) -> None:
    """Serves one client until it leaves, falls behind or the gateway ends."""
    deps = deps_of(socket)
    if not welcome(socket, deps):
        await socket.close(REFUSED)
        return
    await socket.accept()
    try:
        task = await _session(socket, deps, session_id)
    except Unauthenticated:
        await socket.close(UNAUTHENTICATED, NOT_YOU)
    except NotFound:
        await socket.close(UNKNOWN, NOT_FOUND)
    except TalewrightError as error:
        await socket.close(TRY_AGAIN_LATER, error.message[:100])
    else:
        with deps.feed.subscribe(task.owner, task.task) as live:
            await serve(socket, live, _tell(socket, deps, live, task))


async def _session(socket: WebSocket, deps: Deps, session: str) -> TaskView:
    task = await deps.views.find_task(session)
    if task is None or task.surface != SURFACE or task.status == "deleted":
        raise NotFound(NOT_FOUND)
    if socket.headers.get("authorization") or socket.query_params.get("token"):
        principal = await principal_of(socket, query=True)
        if owner_of(principal) != task.owner:
            raise NotFound(NOT_FOUND)
    return task


async def _tell(socket: WebSocket, deps: Deps, live: Subscriber, task: TaskView) -> None:
    """Frames of what the views show now, and of all that happens from there on; nothing is told twice."""
    state, position = await _beginning(deps, task)
    last = frame(state)
    await send(socket, deps, _text(last))
    while found := await live.take():
        for told in found:
            for following in _after(state, told, position):
                state = following
                if (now := frame(state)) != last:
                    await send(socket, deps, _text(now))
                    last = now
        if state.deleted:
            await socket.close(UNKNOWN, NOT_FOUND)
            return


async def _beginning(deps: Deps, task: TaskView) -> tuple[Watch, int]:
    """The session as it is, and the position up to which that holds: what comes later waits in the queue by now."""
    with contextlib.suppress(Unavailable):  # then the views say what they know
        await deps.reach.reached(await deps.events.last_position())
    for _ in range(_LOOKS):
        charges = await deps.views.charges(task.owner, task.task)
        before, task = task, await deps.views.task(task.owner, task.task) or task
        if before.position == task.position:  # so the charges are of this moment too
            break
    return begin(task, charges), task.position


def _after(state: Watch, told: Told, position: int) -> list[Watch]:
    """The states that one thing from the feed leads through."""
    if told.commit is None:
        return [ticked(state, _TICK.decode(told.message))] if told.message else []
    if told.position <= position:
        return []
    states = []
    for event in told.commit.events:
        state = evolve(state, event)
        states.append(state)
    return states


def _text(told: Frame) -> str:
    return _ENCODER.encode(told).decode()


def add(app: FastAPI) -> None:
    """The routing table. It must stand after `/ws/notifications`."""
    app.websocket("/ws/{session_id}")(watch)
