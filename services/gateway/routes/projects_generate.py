"""From a prompt to a previewed screenplay, and from a preview to a project."""

from __future__ import annotations

import uuid
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.attempts import Attempt, attempt_of
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import GenerationFailed, InvalidField
from services.gateway.estimates import DryRun, DryRunOut, new_name, quoted
from services.gateway.projects_answers import FinalizedOut, PreviewOut, WorkingOut, errors
from services.gateway.projects_schemas import Finalize, NewProject, Preferences
from services.gateway.projects_wording import names_for, preview, size_bytes
from services.gateway.schemas import Responses
from services.gateway.seeds import seed_of
from services.gateway.storage import FILES_PER_PROJECT
from services.gateway.views import TaskView
from shared.clock import now_ms, rfc3339
from shared.contracts.commands import CreateTask, FinalizeProject, Reply
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import LANGUAGE_CODES, Brief
from shared.errors import NotFound

SURFACE: Final = "projects"
NO_PREVIEW = "Preview ID not found"
_FILE = "screenplay.json"
_SCREENPLAY = msgspec.json.Decoder(Screenplay)
_ABOUT_BYTES = 50_000
"""What a project of twelve scenes takes; a preview is refused when not even that is free."""


async def generate(request: Request, user: User, body: NewProject, dry_run: DryRun = False) -> Response:
    """Writes a screenplay from a prompt: a preview, kept for a day. Held until it is written."""
    deps, owner, attempt = deps_of(request), owner_of(user), attempt_of(request)
    order = _order(body)
    await deps.storage.check(owner, FILES_PER_PROJECT, _ABOUT_BYTES)
    task = new_name() if dry_run else attempt.memo or await _new_preview(attempt)
    command = CreateTask(
        owner=owner,
        task=task,
        surface=SURFACE,
        brief=Brief(topic=body.prompt, seed=seed_of(attempt)),
        workflow="screenplay",
        auto=True,
        order=order,
    )
    if dry_run:
        return await quoted(deps, command)
    with deps.feed.subscribe(owner, task) as live:
        reply = await deps.commands.ask(command, attempt.command_id)
        outcome = await deps.waiting.segment(live, 1, reply.position, deps.settings.generate_wait_s)
    deps.storage.changed(owner)
    if outcome.state == "gone":
        raise NotFound(NO_PREVIEW)
    return await _shown(deps, outcome.task) if outcome.task else _working(task)


async def show(request: Request, user: User, preview_id: str) -> Response:
    """A preview that was generated before; 202 while it is being written."""
    deps = deps_of(request)
    return await _shown(deps, await _task_of(deps, owner_of(user), preview_id))


async def finalize(request: Request, user: User, body: Finalize) -> Response:
    """Makes a project of a preview and saves its files. Asked for twice, it is the same project."""
    deps, owner = deps_of(request), owner_of(user)
    task = await _task_of(deps, owner, body.preview_id)
    if task.status != "completed":
        raise NotFound(NO_PREVIEW)
    reply = await _finalized(deps, task, attempt_of(request))
    project = await deps.views.project(owner, reply.name)
    path = deps.artifacts.locate(f"users/{owner}/output/projects/{reply.name}")
    created_at = rfc3339(project.created_ms if project else now_ms())
    return answer({"project_name": reply.name, "project_path": path, "created_at": created_at})


def _order(body: NewProject) -> ScreenplayOrder:
    language = body.language.partition("-")[0]
    if language not in LANGUAGE_CODES:
        raise InvalidField("language", f"Unknown language {body.language!r}; known: {', '.join(LANGUAGE_CODES)}")
    wishes = body.preferences or Preferences()
    return ScreenplayOrder(
        language=language,
        scene_count=wishes.sceneCount or 0,
        duration_s=wishes.duration or 0.0,
        style=wishes.style or "",
    )


async def _finalized(deps: Deps, task: TaskView, attempt: Attempt) -> Reply:
    play = await _screenplay(deps, task)
    async with deps.storage.turn(task.owner):
        _, made = await _name_of(deps, task, play.name)
        if not made:  # else nothing is written
            await deps.storage.check(task.owner, FILES_PER_PROJECT, size_bytes(play))
        try:
            reply = await deps.commands.ask(FinalizeProject(owner=task.owner, preview=task.task), attempt.command_id)
        except NotFound as error:
            raise NotFound(NO_PREVIEW) from error
        await deps.reach.reached(reply.position)
        return reply


async def _shown(deps: Deps, task: TaskView) -> Response:
    if task.status == "failed":
        raise GenerationFailed(f"Project generation failed: {task.error}")
    if task.status != "completed":
        return _working(task.task)
    play = await _screenplay(deps, task)
    name, _ = await _name_of(deps, task, play.name)
    return answer(preview(task.task, name, play))


def _working(task: str) -> Response:
    return answer({"preview_id": task, "status": "processing"}, 202)


async def _task_of(deps: Deps, owner: str, preview_id: str) -> TaskView:
    task = await deps.views.task(owner, preview_id)
    if task is None or task.status == "deleted" or task.surface != SURFACE or _expired(deps, task):
        raise NotFound(NO_PREVIEW)
    return task


def _expired(deps: Deps, task: TaskView) -> bool:
    return task.created_ms + deps.settings.preview_ttl_s * 1000 <= now_ms()


async def _screenplay(deps: Deps, task: TaskView) -> Screenplay:
    key = next((file.key for file in await deps.views.artifacts(task.owner, task.task) if file.name == _FILE), "")
    try:
        return _SCREENPLAY.decode(await deps.artifacts.get_bytes(key))
    except NotFound as error:
        raise NotFound(NO_PREVIEW) from error


async def _name_of(deps: Deps, task: TaskView, wanted: str) -> tuple[str, bool]:
    """The project's name, and whether it is there already; else the name that finalizing would give now."""
    for name in names_for(wanted):
        project = await deps.views.project(task.owner, name)
        if project is None or project.preview == task.task:
            return name, project is not None
    return wanted, False


async def _new_preview(attempt: Attempt) -> str:
    task = f"preview_{uuid.uuid4().hex}"
    await attempt.remember(task)
    return task


def add(app: FastAPI) -> None:
    """The routing table."""
    lost = errors(404, s404=NO_PREVIEW)
    working: Responses = {202: {"model": WorkingOut, "description": "Still being written"}}
    tagged: dict[str, Any] = {"tags": [SURFACE]}
    prefix = "/api/v1/generate"
    refused = errors(402, 500, 507)
    written: dict[str, Any] = {"response_model": PreviewOut | DryRunOut, "responses": {**working, **refused}}
    app.post(f"{prefix}/project", **written, **tagged)(generate)
    app.get(
        f"{prefix}/project/{{preview_id}}",
        response_model=PreviewOut,
        responses={**working, **lost, **errors(500)},
        **tagged,
    )(show)
    app.post(f"{prefix}/finalize", response_model=FinalizedOut, responses={**lost, **errors(507)}, **tagged)(finalize)
