"""Projects: open, close, list, look at, delete, and make the video of one."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Query, Request, Response

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.attempts import Attempt, attempt_of
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import InvalidField, ProjectProblem
from services.gateway.estimates import DryRun, DryRunOut, new_name, quoted
from services.gateway.projects_answers import (
    ClosedOut,
    OpenedOut,
    ProjectDeletedOut,
    ProjectsOut,
    RenderOut,
    WholeProjectOut,
    errors,
)
from services.gateway.projects_schemas import Close, Open, Render
from services.gateway.projects_wording import opened, whole
from services.gateway.schemas import Responses
from services.gateway.seeds import seed_of
from services.gateway.views import ProjectView
from shared.clock import new_id
from shared.contracts.commands import CloseProject, CreateTask, DeleteProject, OpenProject
from shared.contracts.orders import AdaptationOrder
from shared.contracts.values import LANGUAGE_CODES, Artifact, Brief
from shared.errors import Invalid, NotFound

SURFACE = "projects"
NOT_FOUND = "Project not found"
NONE_OPEN = "No project is open"
_NOT_SOUND = "Generate the project again; its files were changed by somebody else"

_NOT_KEPT = Artifact(name="screenplay.json", key="", media_type="application/json", size_bytes=0)
"""Stands for the screenplay while a film is only priced."""

Confirmed = Annotated[bool, Query(description="Must be true.")]


async def open_project(request: Request, user: User, body: Open) -> Response:
    """Opens a project; from then on it can be modified."""
    deps, owner = deps_of(request), owner_of(user)
    await project_of(deps, owner, body.project_name)
    command = OpenProject(owner=owner, project=body.project_name)
    try:
        reply = await deps.commands.ask(command, attempt_of(request).command_id)
    except Invalid as error:
        raise ProjectProblem(error.message, _NOT_SOUND) from error
    await deps.reach.reached(reply.position)
    return answer(opened(await project_of(deps, owner, body.project_name)))


async def close_project(request: Request, user: User, body: Close | None = None) -> Response:
    """Closes the project that was opened last; without `save` it is as it was at its last save."""
    deps, owner, attempt, save = deps_of(request), owner_of(user), attempt_of(request), (body or Close()).save
    name = attempt.memo or await _active(deps, owner, attempt)
    async with deps.storage.turn(owner):
        reply = await deps.commands.ask(CloseProject(owner=owner, project=name, save=save), attempt.command_id)
        await deps.reach.reached(reply.position)
    return answer({"message": "Project closed successfully", "saved": save})


async def listed(
    request: Request,
    user: User,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Response:
    """Names of one's own projects, newest first."""
    views, owner = deps_of(request).views, owner_of(user)
    names = await views.project_names(owner, limit, offset)
    return answer({"projects": names, "total_count": await views.project_count(owner)})


async def show(request: Request, user: User, project_name: str) -> Response:
    """A project with its scenes, characters and sequences, unsaved changes included."""
    return answer(whole(await project_of(deps_of(request), owner_of(user), project_name)))


async def delete(request: Request, user: User, project_name: str, confirmed: Confirmed = False) -> Response:
    """Deletes a project and its files."""
    check_confirmed(confirmed)
    deps, owner = deps_of(request), owner_of(user)
    await project_of(deps, owner, project_name)
    async with deps.storage.turn(owner):
        reply = await deps.commands.ask(DeleteProject(owner=owner, project=project_name), new_id())
        await deps.reach.reached(reply.position)
    return answer({"message": "Project deleted successfully", "deleted_project": project_name})


async def render(
    request: Request, user: User, project_name: str, body: Render | None = None, dry_run: DryRun = False
) -> Response:
    """Makes the project's video from its scenes as they are now, as a story task: a page a scene."""
    deps, owner, attempt = deps_of(request), owner_of(user), attempt_of(request)
    project = await project_of(deps, owner, project_name)
    await deps.storage.check(owner, 0, project.size_bytes)
    brief = _brief(project, body or Render(), seed_of(attempt))
    if dry_run:
        return await quoted(deps, _rendering(project, new_name(), brief, _NOT_KEPT))
    task = attempt.memo or str(await deps.numbers.next("task"))
    await attempt.remember(task)
    command = _rendering(project, task, brief, await _keep(deps, task, project))
    reply = await deps.commands.ask(command, attempt.command_id)
    await deps.reach.reached(reply.position)
    told = {"task_id": int(task), "project_name": project_name, "status": "processing"}
    return answer({**told, "progress_url": f"/api/task/{task}/progress"}, 202)


def check_confirmed(confirmed: bool) -> None:
    """Raises `Invalid` unless the client means it."""
    if not confirmed:
        raise InvalidField("confirmed", "Confirmation not provided: send confirmed=true")


async def project_of(deps: Deps, owner: str, name: str) -> ProjectView:
    """A project that is not deleted. A name is looked up, never used as a path. Raises `NotFound`."""
    project = await deps.views.project(owner, name)
    if project is None:
        raise NotFound(NOT_FOUND)
    return project


async def _active(deps: Deps, owner: str, attempt: Attempt) -> str:
    """The name of the project that was opened last; a repeated request must close the same one."""
    active = await deps.views.active_project(owner)
    if active is None:
        raise ProjectProblem(NONE_OPEN)
    await attempt.remember(active.name)
    return active.name


async def _keep(deps: Deps, task: str, project: ProjectView) -> Artifact:
    """Keeps the screenplay beside the task's other files, which are deleted with the task. Its name is made of its
    content: a repeated request may find the project changed, and must not change what the first one has ordered."""
    document = msgspec.json.encode(project.screenplay)
    digest = hashlib.sha256(document).hexdigest()[:16]
    key = f"users/{project.owner}/output/texts/{task}/screenplay-{digest}.json"
    await deps.artifacts.put_bytes(key, document, "application/json")
    return Artifact(name="screenplay.json", key=key, media_type="application/json", size_bytes=len(document))


def _rendering(project: ProjectView, task: str, brief: Brief, screenplay: Artifact) -> CreateTask:
    """Asks for the film: one page a scene."""
    order = AdaptationOrder(screenplay=screenplay, pages=len(project.screenplay.scenes))
    return CreateTask(owner=project.owner, task=task, surface="stories", brief=brief, auto=True, order=order)


def _brief(project: ProjectView, body: Render, seed: int) -> Brief:
    wishes: dict[str, Any] = {
        "style": body.art_style,
        "voice": body.voice_name,
        "aspect_ratio": body.aspect_ratio,
        "language": LANGUAGE_CODES.get(project.screenplay.language),
    }
    given = {name: value for name, value in wishes.items() if value is not None}
    return Brief(topic=project.screenplay.prompt[:512], seed=seed, **given)


def add(app: FastAPI) -> None:
    """The routing table."""
    lost = errors(404)
    told: Responses = {200: {"model": DryRunOut, "description": "What it would cost, where `dry_run` is true"}}
    priced: Responses = {**told, **errors(402, 404, 507)}
    tagged: dict[str, Any] = {"tags": [SURFACE]}
    project = "/api/v1/projects/{project_name}"
    app.post("/api/v1/projects/open", response_model=OpenedOut, responses=lost, **tagged)(open_project)
    app.post("/api/v1/projects/close", response_model=ClosedOut, **tagged)(close_project)
    app.get("/api/v1/projects/list", response_model=ProjectsOut, **tagged)(listed)
    app.get(project, response_model=WholeProjectOut, responses=lost, **tagged)(show)
    app.delete(project, response_model=ProjectDeletedOut, responses=lost, **tagged)(delete)
    rendered: dict[str, Any] = {"status_code": 202, "response_model": RenderOut, "responses": priced}
    app.post(f"{project}/render", **rendered, **tagged)(render)
