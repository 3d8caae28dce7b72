"""A step of a session: asked for, waited for, and what became of it."""

from __future__ import annotations

import re

import msgspec

from services.gateway.deps import Deps
from services.gateway.errors import GenerationFailed
from services.gateway.sessions_bodies import SESSION_ID
from services.gateway.sessions_keys import chosen
from services.gateway.sessions_watch import FAILURES
from services.gateway.sessions_wording import IMAGES, SURFACE, WORKFLOW, of_segment
from services.gateway.views import ArtifactView, TaskView
from shared.contracts.commands import ApproveResults, CreateTask, RequestSegment
from shared.contracts.orders import Order, PicturesOrder
from shared.contracts.values import Brief
from shared.errors import Busy, NotFound

NOT_FOUND = "Session not found"
_ID = re.compile(SESSION_ID)


class Result(msgspec.Struct, frozen=True):
    """A step after the wait: its files by number, all of them if it is `done`."""

    session: str
    done: bool
    files: list[ArtifactView]


async def session_of(deps: Deps, owner: str, session: str) -> TaskView:
    """A session that is not deleted. Raises `NotFound`, for another user's too."""
    task = await deps.views.task(owner, session) if _ID.fullmatch(session) else None
    if task is None or task.status == "deleted" or task.surface != SURFACE:
        raise NotFound(NOT_FOUND)
    return task


def beginning(owner: str, session: str, brief: Brief, order: PicturesOrder) -> CreateTask:
    """Asks for a new session with its images."""
    return CreateTask(
        owner=owner, task=session, surface=SURFACE, brief=brief, workflow=WORKFLOW, auto=True, order=order
    )


def step(task: TaskView, segment: int, order: Order) -> RequestSegment:
    """Asks for a step, anew if it was done before. One that runs with the same order is joined. Raises `Busy`."""
    if task.running_segment == segment and task.orders.get(segment) != order:
        raise Busy("This step is running with other wishes; ask again when it is done")
    redo = task.current_segment >= segment
    return RequestSegment(owner=task.owner, task=task.task, segment=segment, redo=redo, order=order)


async def approve(deps: Deps, task: TaskView, segment: int, urls: list[str], command_id: str) -> int:
    """Chooses results of a step by their URLs and says how many. Raises `Invalid`, `OutOfOrder`, `Busy`."""
    files = await deps.views.artifacts(task.owner, task.task)
    keys = chosen(urls, (one.key for one in of_segment(files, segment)))
    command = ApproveResults(owner=task.owner, task=task.task, segment=segment, keys=keys)
    reply = await deps.commands.ask(command, command_id)
    await deps.reach.reached(reply.position)
    return len(keys)


async def done(deps: Deps, command: CreateTask | RequestSegment, command_id: str, wait_s: float) -> Result:
    """Asks for it and waits until it is there."""
    segment = command.segment if isinstance(command, RequestSegment) else IMAGES
    with deps.feed.subscribe(command.owner, command.task) as live:
        reply = await deps.commands.ask(command, command_id)
        outcome = await deps.waiting.segment(live, segment, reply.position, wait_s)
    if outcome.state == "gone":
        raise NotFound(NOT_FOUND)
    if outcome.state == "failed":
        reason = outcome.task.error if outcome.task else ""
        raise GenerationFailed(f"{FAILURES[segment]}: {reason}" if reason else FAILURES[segment])
    files = await deps.views.artifacts(command.owner, command.task)
    return Result(command.task, outcome.state == "done", of_segment(files, segment))
