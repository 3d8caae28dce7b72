"""Story tasks: create, list, look at, run step by step, delete."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Header, Path, Query, Request, Response
from starlette.convertors import Convertor, register_url_convertor

from services.gateway.access import User, owner_of, principal_of
from services.gateway.answers import answer
from services.gateway.attempts import Attempt, attempt_of
from services.gateway.deps import Deps, deps_of
from services.gateway.estimates import OVER_BUDGET, DryRun, DryRunOut, quoted
from services.gateway.measures import ToldRoute
from services.gateway.schemas import (
    AcceptedOut,
    DeletedOut,
    ErrorOut,
    NewTask,
    ProgressOut,
    Responses,
    TaskOut,
    TasksOut,
)
from services.gateway.seeds import seed_of
from services.gateway.views import TaskView
from services.gateway.wording import described, preferred_wait, told
from shared.clock import new_id
from shared.contracts.commands import CreateTask, DeleteTask, RequestSegment
from shared.contracts.workflow import STORY
from shared.errors import NotFound

SURFACE = "stories"
NOT_FOUND = "Task not found"
LONGEST_LIST = 1_000

TaskId = Annotated[int, Path(ge=0, le=10**18)]


async def create(request: Request, user: User, body: NewTask) -> Response:
    """Creates a task; nothing runs until its first segment is executed."""
    deps, attempt = deps_of(request), attempt_of(request)
    task = attempt.memo or await _draw(deps, attempt)
    command = CreateTask(
        owner=owner_of(user),
        task=task,
        surface="stories",
        brief=body.brief(seed_of(attempt)),
        workflow=body.workflow or STORY.name,
    )
    reply = await deps.commands.ask(command, attempt.command_id)
    await deps.reach.reached(reply.position)
    return answer({"task_id": int(task)})


async def progress(request: Request, user: User, task_id: TaskId) -> Response:
    """How far a task is."""
    return await _progress(request, owner_of(user), str(task_id))


async def progress_quickly(request: Request) -> Response:
    """The same for any number, past FastAPI's solving of dependencies: clients poll this more than all else."""
    user = await principal_of(request)
    return await _progress(request, owner_of(user), str(request.path_params["task_id"]))


class _Number(Convertor[int]):
    """A number of a length that is quick to read."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())


async def _progress(request: Request, owner: str, task: str) -> Response:
    found = await deps_of(request).views.progress(owner, task)
    if found is None:
        raise NotFound(NOT_FOUND)
    return answer(found)


async def mine(
    request: Request,
    user: User,
    limit: Annotated[int, Query(ge=1, le=LONGEST_LIST)] = LONGEST_LIST,
    before: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """One's own tasks, newest first."""
    after = "" if before is None else str(before)
    ids = await deps_of(request).views.task_ids(owner_of(user), SURFACE, limit + 1, after)
    numbers = [int(one) for one in ids[:limit]]
    following = {"next": numbers[-1]} if len(ids) > limit else {}
    return answer({"task_ids": numbers, **following})


async def info(request: Request, user: User, task_id: TaskId) -> Response:
    """Everything known about a task."""
    deps, owner = deps_of(request), owner_of(user)
    task = await task_of(deps, owner, task_id)
    files = await deps.views.artifacts(owner, str(task_id))
    return answer(described(task, files))


async def execute(
    request: Request,
    user: User,
    task_id: TaskId,
    segment_id: Annotated[int, Path(alias="segmentId", ge=-(10**9), le=10**9)],
    redo: bool = False,
    dry_run: DryRun = False,
    prefer: Annotated[str, Header()] = "",
) -> Response:
    """Runs the next segment, a failed one again, or with `redo` a finished one anew.

    The answer is held until the segment is done, for a few seconds at most: `Prefer: wait=N` sets how many (60 at
    most), `Prefer: respond-async` none. A segment that is running already is joined.
    """
    deps = deps_of(request)
    wait_s, applied = preferred_wait(prefer, deps.settings.execute_wait_s)
    command = RequestSegment(owner=owner_of(user), task=str(task_id), segment=segment_id, redo=redo)
    if dry_run:
        return await quoted(deps, command)
    with deps.feed.subscribe(command.owner, command.task) as live:
        reply = await deps.commands.ask(command, attempt_of(request).command_id)
        outcome = await deps.waiting.segment(live, segment_id, reply.position, wait_s)
    if outcome.state == "gone":
        raise NotFound(NOT_FOUND)
    headers = {"Preference-Applied": applied} if applied else {}
    body = {"accepted": True, "message": told(outcome, segment_id)}
    return answer(body, deps.settings.execute_status, headers)


async def delete(request: Request, user: User, task_id: TaskId) -> Response:
    """Deletes a task and its files."""
    deps, owner, task = deps_of(request), owner_of(user), str(task_id)
    reply = await deps.commands.ask(DeleteTask(owner=owner, task=task), new_id())
    if reply.repeated and await deps.views.task(owner, task) is None:
        raise NotFound(NOT_FOUND)  # deleted before, and its files are gone too
    if await deps.reach.reached(reply.position):
        await deps.waiting.purge(owner, task, deps.settings.purge_wait_s)
    return answer({"deleted": True})


async def task_of(deps: Deps, owner: str, task_id: int) -> TaskView:
    """A task that is not deleted. Raises `NotFound`, for another user's too."""
    task = await deps.views.task(owner, str(task_id))
    if task is None or task.status == "deleted":
        raise NotFound(NOT_FOUND)
    return task


async def _draw(deps: Deps, attempt: Attempt) -> str:
    """A number for a new task; a repeated request must use the same one, or it would make a second task."""
    number = str(await deps.numbers.next("task"))
    await attempt.remember(number)
    return number


def add(app: FastAPI) -> None:
    """The routing table."""
    lost: Responses = {404: {"model": ErrorOut, "description": NOT_FOUND}}
    order: Responses = {400: {"model": ErrorOut, "description": "Out of order, or an unknown segment"}}
    tagged: dict[str, Any] = {"tags": ["tasks"]}
    # First of all routes, since paths are tried in order; what is no number falls through to the documented one.
    app.router.routes.insert(0, ToldRoute("/api/task/{task_id:number}/progress", progress_quickly))
    app.get("/api/task/{task_id}/progress", response_model=ProgressOut, responses=lost, **tagged)(progress)
    app.post("/api/task/new", response_model=TaskOut, **tagged)(create)
    app.get("/api/task/mytasks", response_model=TasksOut, **tagged)(mine)
    app.get("/api/task/{task_id}/info", responses=lost, **tagged)(info)
    execution = "/api/task/{task_id}/execute/{segmentId}"
    refused = {**lost, **order, **OVER_BUDGET}
    app.post(execution, response_model=AcceptedOut | DryRunOut, responses=refused, **tagged)(execute)
    app.delete("/api/task/{task_id}", response_model=DeletedOut, responses=lost, **tagged)(delete)
