"""Server-sent events: a task's, or all of one's own, live and from any point of the past."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header, Query, Request, Response

from services.gateway.access import UserOrQuery, owner_of
from services.gateway.catchup import stream
from services.gateway.deps import deps_of
from services.gateway.frames import Cursor, parse_cursor
from services.gateway.routes.tasks import TaskId, task_of
from services.gateway.schemas import ErrorOut, Responses
from services.gateway.streaming import EventStream

After = Annotated[str, Query(max_length=40, description="The id of the last event you saw; 0 for all of the past.")]
Last = Annotated[str, Header(alias="Last-Event-ID", max_length=40)]


async def mine(request: Request, user: UserOrQuery, after: After = "", last_event_id: Last = "") -> Response:
    """The events of all of one's tasks."""
    deps = deps_of(request)
    chunks = stream(deps.feed, deps.events, owner_of(user), cursor=_cursor(last_event_id, after))
    return EventStream(chunks, deps.settings.feed_send_s)


async def of_task(
    request: Request, user: UserOrQuery, task_id: TaskId, after: After = "", last_event_id: Last = ""
) -> Response:
    """The events of one task."""
    deps, owner = deps_of(request), owner_of(user)
    task = await task_of(deps, owner, task_id)
    cursor = _cursor(last_event_id, after)
    chunks = stream(deps.feed, deps.events, owner, task.task, cursor, max(0, task.created_position - 1))
    return EventStream(chunks, deps.settings.feed_send_s)


def _cursor(last_event_id: str, after: str) -> Cursor | None:
    """Where to go on: what the client saw last counts more than where it first began."""
    text = last_event_id or after
    return parse_cursor(text) if text else None


def add(app: FastAPI) -> None:
    """The routing table."""
    told: Responses = {200: {"content": {"text/event-stream": {}}, "description": "A stream without an end."}}
    app.get("/api/events", tags=["events"], response_class=Response, responses=told)(mine)
    lost: Responses = {**told, 404: {"model": ErrorOut, "description": "Task not found"}}
    app.get("/api/task/{task_id}/events", tags=["events"], response_class=Response, responses=lost)(of_task)
