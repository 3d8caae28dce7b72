"""Workflow definitions: everybody sees the steps of a story, administrators change them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Path, Request, Response

from services.gateway.access import Admin
from services.gateway.answers import answer
from services.gateway.attempts import attempt_of
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import Unprocessable
from services.gateway.openapi import Definition
from services.gateway.schemas import ErrorOut, Responses, SegmentName
from services.gateway.views import WorkflowView
from shared.clock import new_id
from shared.contracts.commands import DefineWorkflow, RemoveWorkflow
from shared.contracts.workflow import STORY
from shared.errors import NotFound

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
BUILT_IN = WorkflowView(name=STORY.name, version=STORY.version, segments=STORY.segments)


_DEFINITION = msgspec.json.Decoder(Definition)


async def steps(request: Request) -> Response:
    """The steps of a story, in order."""
    story = (await _all(deps_of(request)))[STORY.name]
    return answer([{"id": one.id, "name": one.name} for one in story.segments])


async def listed(request: Request, admin: Admin) -> Response:
    """All workflows, with their jobs."""
    return answer({"workflows": list((await _all(deps_of(request))).values())})


async def one(request: Request, admin: Admin, name: Name) -> Response:
    """One workflow."""
    return answer(await _one(deps_of(request), name))


async def define(request: Request, admin: Admin, name: Name) -> Response:
    """Adds a workflow, or a new version of it; tasks that run keep theirs."""
    try:
        definition = _DEFINITION.decode(await request.body())
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unprocessable(f"Not a workflow: {error}") from error
    deps = deps_of(request)
    command = DefineWorkflow(name=name, segments=definition.segments)
    reply = await deps.commands.ask(command, attempt_of(request).command_id)
    await deps.reach.reached(reply.position)
    return answer(await _one(deps, name))


async def remove(request: Request, admin: Admin, name: Name) -> Response:
    """Removes a definition; `story` falls back to the built-in steps."""
    deps = deps_of(request)
    reply = await deps.commands.ask(RemoveWorkflow(name=name), new_id())
    await deps.reach.reached(reply.position)
    return answer({"deleted": True})


async def _all(deps: Deps) -> dict[str, WorkflowView]:
    return {BUILT_IN.name: BUILT_IN} | {found.name: found for found in await deps.views.workflows()}


async def _one(deps: Deps, name: str) -> WorkflowView:
    found = (await _all(deps)).get(name)
    if found is None:
        raise NotFound("Workflow not found")
    return found


def add(app: FastAPI) -> None:
    """The routing table."""
    body: dict[str, Any] = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Definition"}}},
        }
    }
    app.get("/api/task/workflow", tags=["tasks"], response_model=list[SegmentName])(steps)
    no: Responses = {403: {"model": ErrorOut, "description": "Only administrators may do this"}}
    lost: Responses = {**no, 404: {"model": ErrorOut, "description": "Workflow not found"}}
    bad: Responses = {**no, 400: {"model": ErrorOut, "description": "It cannot be carried out; says which segment"}}
    tagged: dict[str, Any] = {"tags": ["workflows"]}
    app.get("/api/workflows", responses=no, **tagged)(listed)
    app.get("/api/workflows/{name}", responses=lost, **tagged)(one)
    app.put("/api/workflows/{name}", responses=bad, openapi_extra=body, **tagged)(define)
    app.delete("/api/workflows/{name}", responses=lost, **tagged)(remove)
