"""Videos: one call makes a whole one; look at it, draw one of its pictures anew, try again, delete."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request, Response

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.attempts import Attempt, attempt_of
from services.gateway.deps import Deps, deps_of
from services.gateway.estimates import OVER_BUDGET, DryRun, DryRunOut, new_name, quoted
from services.gateway.schemas import DeletedOut, ErrorOut, Responses
from services.gateway.seeds import seed_of
from services.gateway.videos_schemas import ImagesOut, NewVideo, RedrawOut, VideoOut, VideosOut, VideoTaskOut
from services.gateway.videos_wording import described, heading, images_of, page_of, status_of, story_text, versions_of
from services.gateway.views import ArtifactView, TaskView
from shared.clock import new_id
from shared.contracts.commands import CreateTask, DeleteTask, RedrawPage, RequestSegment
from shared.errors import Busy, NotFound, OutOfOrder

SURFACE: Final = "videos"
NOT_FOUND = "Task not found"
NO_IMAGE = "Image not found"
LONGEST_LIST = 1_000


async def create(request: Request, user: User, body: NewVideo, dry_run: DryRun = False) -> Response:
    """Makes a video: story, pictures, narration, film, one after the other without being asked again."""
    deps, attempt = deps_of(request), attempt_of(request)
    task = new_name() if dry_run else attempt.memo or await _new_task(attempt)
    brief = body.brief(seed_of(attempt))
    command = CreateTask(owner=owner_of(user), task=task, surface=SURFACE, brief=brief, auto=True)
    if dry_run:
        return await quoted(deps, command)
    reply = await deps.commands.ask(command, attempt.command_id)
    await deps.reach.reached(reply.position)
    return answer({"task_id": task, "status": "queued"})


async def mine(
    request: Request, user: User, limit: Annotated[int, Query(ge=1, le=LONGEST_LIST)] = 100, before: str = ""
) -> Response:
    """One's own videos, newest first."""
    deps, owner = deps_of(request), owner_of(user)
    ids = await deps.views.task_ids(owner, SURFACE, limit + 1, before)
    found = [await deps.views.task(owner, task) for task in ids[:limit]]
    tasks = [{"task_id": task.task, "status": status_of(task)} for task in found if task]
    following = {"next": ids[limit - 1]} if len(ids) > limit else {}
    return answer({"tasks": tasks, **following})


async def show(request: Request, user: User, task_id: str) -> Response:
    """How a video stands, with its story and its pictures."""
    deps = deps_of(request)
    task, files = await _task_of(deps, owner_of(user), task_id)
    return answer(described(task, files, await deps.scripts.newest(files), _signing(deps)))


async def images(request: Request, user: User, task_id: str) -> Response:
    """A video's pictures with what is told over them."""
    deps = deps_of(request)
    task, files = await _task_of(deps, owner_of(user), task_id)
    script = await deps.scripts.newest(files)
    shown = images_of(task, files, script, _signing(deps))
    return answer({**heading(task), "story_text": story_text(script), "images": shown})


async def redraw(request: Request, user: User, image_id: str, dry_run: DryRun = False) -> Response:
    """Draws a picture of a finished video anew. The video is rendered again where the picture is in it; until then
    the old one can be watched."""
    deps, owner = deps_of(request), owner_of(user)
    name, page = page_of(image_id)
    try:
        await _task_of(deps, owner, name)
        command = RedrawPage(owner=owner, task=name, page=page)
        if dry_run:
            return await quoted(deps, command)
        reply = await deps.commands.ask(command, attempt_of(request).command_id)
    except NotFound as error:
        raise NotFound(NO_IMAGE) from error
    except OutOfOrder as error:
        raise Busy(error.message) from error
    await deps.reach.reached(reply.position)
    task, files = await _task_of(deps, owner, name)
    image = next((one for one in files if one.kind == "draw_image" and one.item == page), None)
    return answer({**heading(task), "urls": versions_of(image, _signing(deps))})


async def retry(request: Request, user: User, task_id: str) -> Response:
    """Goes on with a video that failed; what was made before is used again."""
    deps, owner = deps_of(request), owner_of(user)
    task, _ = await _task_of(deps, owner, task_id)
    if task.status != "failed":
        raise Busy("The video did not fail; there is nothing to try again.")
    command = RequestSegment(owner=owner, task=task_id, segment=task.current_segment + 1)
    reply = await deps.commands.ask(command, attempt_of(request).command_id)
    await deps.reach.reached(reply.position)
    return answer({"task_id": task_id, "status": "processing"})


async def delete(request: Request, user: User, task_id: str) -> Response:
    """Deletes a video and its files."""
    deps, owner = deps_of(request), owner_of(user)
    await _task_of(deps, owner, task_id)
    reply = await deps.commands.ask(DeleteTask(owner=owner, task=task_id), new_id())
    if await deps.reach.reached(reply.position):
        await deps.waiting.purge(owner, task_id, deps.settings.purge_wait_s)
    return answer({"deleted": True})


async def _task_of(deps: Deps, owner: str, task_id: str) -> tuple[TaskView, list[ArtifactView]]:
    task = await deps.views.task(owner, task_id)
    if task is None or task.status == "deleted" or task.surface != SURFACE:
        raise NotFound(NOT_FOUND)
    return task, await deps.views.artifacts(owner, task_id)


async def _new_task(attempt: Attempt) -> str:
    """An id that nobody can guess; a repeated request uses the same."""
    task = str(uuid.uuid4())
    await attempt.remember(task)
    return task


def _signing(deps: Deps) -> Any:
    return partial(deps.artifacts.presign, expires_s=deps.settings.file_url_s)


def add(app: FastAPI) -> None:
    """The routing table."""
    invalid: Responses = {401: {"model": ErrorOut, "description": "Could not validate credentials"}}
    lost: Responses = {**invalid, 404: {"model": ErrorOut, "description": NOT_FOUND}}
    no_image: Responses = {**invalid, 404: {"model": ErrorOut, "description": NO_IMAGE}}
    busy: Responses = {409: {"model": ErrorOut, "description": "The video is not finished, or nothing failed"}}
    again = {**lost, **busy, **OVER_BUDGET}
    tagged: dict[str, Any] = {"tags": ["videos"]}
    app.post("/v1/video", response_model=VideoOut | DryRunOut, responses={**invalid, **OVER_BUDGET}, **tagged)(create)
    app.get("/v1/video/tasks", response_model=VideosOut, responses=invalid, **tagged)(mine)
    app.get("/v1/video/tasks/{task_id}", response_model=VideoTaskOut, responses=lost, **tagged)(show)
    app.delete("/v1/video/tasks/{task_id}", response_model=DeletedOut, responses=lost, **tagged)(delete)
    app.post("/v1/video/tasks/{task_id}/retry", response_model=VideoOut, responses=again, **tagged)(retry)
    app.get("/v1/images/tasks/{task_id}", response_model=ImagesOut, responses=lost, **tagged)(images)
    anew = {**no_image, **busy, **OVER_BUDGET}
    app.post("/v1/images/{image_id}", response_model=RedrawOut | DryRunOut, responses=anew, **tagged)(redraw)
