"""A task's files: what a segment left, downloads, and the script edited by its user."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Path, Query, Request, Response
from starlette.datastructures import UploadFile

from services.gateway import files as stored
from services.gateway.access import User, UserOrQuery, owner_of
from services.gateway.answers import answer
from services.gateway.deps import Deps, deps_of
from services.gateway.errors import Unprocessable
from services.gateway.routes.tasks import NOT_FOUND, TaskId, task_of
from services.gateway.schemas import EditedOut, ErrorOut, ResourcesOut, Responses
from services.gateway.scripts import checked, wants_pieces
from services.gateway.views import TaskView
from services.gateway.wording import resources_of
from shared.clock import new_id
from shared.contracts.commands import EditScript
from shared.contracts.script import Script
from shared.contracts.values import Artifact
from shared.errors import Busy, Invalid, OutOfOrder

NOT_COMPLETED = "Segment not completed yet"
SCRIPT_NAME = "script_data.json"


async def listed(
    request: Request, user: User, task_id: TaskId, segment_id: Annotated[int, Query(alias="segmentId")]
) -> Response:
    """The files of a finished segment."""
    deps, owner = deps_of(request), owner_of(user)
    task = await task_of(deps, owner, task_id)
    if not 1 <= segment_id <= task.current_segment:
        raise OutOfOrder(NOT_COMPLETED)
    return answer(resources_of(task.task, segment_id, await deps.views.artifacts(owner, task.task)))


async def download(request: Request, user: UserOrQuery, url: Annotated[str, Query(max_length=500)]) -> Response:
    """One file of a task, whole or a range of it."""
    deps = deps_of(request)
    return await stored.send(deps, request, await stored.find(deps, owner_of(user), url))


async def edit(
    request: Request,
    user: User,
    task_id: TaskId,
    segment_id: Annotated[int, Path(alias="segmentId", ge=1, le=1_000)],
) -> Response:
    """Replaces the script of a finished segment; what was made from the old one is dropped.

    Takes the script as JSON, or as the file `file` of a form.
    """
    deps, owner = deps_of(request), owner_of(user)
    task = await task_of(deps, owner, task_id)
    _check_editable(task, segment_id)
    segment = task.segment(segment_id)
    script = checked(await _document(request), pieces=segment is not None and wants_pieces(segment))
    artifact = await _keep(deps, owner, task.task, script)
    pages = len(script.pages)
    command = EditScript(owner=owner, task=task.task, segment=segment_id, script=artifact, pages=pages)
    reply = await deps.commands.ask(command, new_id())
    await deps.reach.reached(reply.position)
    return answer({"updated": True, "segmentId": segment_id, "pages": pages, "current_segment": segment_id})


def _check_editable(task: TaskView, segment_id: int) -> None:
    """Says no before a document is stored for nothing. The rules of the task decide again, on what is true then."""
    segment = task.segment(segment_id)
    if segment is None:
        raise Invalid("Unknown segment")
    if task.status == "running":
        raise Busy("A segment is running; edit the script when it is done.")
    if segment_id > task.current_segment:
        raise OutOfOrder(NOT_COMPLETED)


async def _document(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Unprocessable("Expected the script as the form's file - at `file`")
        return await file.read()


async def _keep(deps: Deps, owner: str, task: str, script: Script) -> Artifact:
    """Stores a script under a name made of its content, so that a repeated edit stores nothing new."""
    document = msgspec.json.format(msgspec.json.encode(script), indent=2)
    key = f"users/{owner}/output/texts/{task}/edits/{hashlib.sha256(document).hexdigest()}.json"
    await deps.artifacts.put_bytes(key, document, "application/json")
    return Artifact(name=SCRIPT_NAME, key=key, media_type="application/json", size_bytes=len(document))


def add(app: FastAPI) -> None:
    """The routing table."""
    lost: Responses = {404: {"model": ErrorOut, "description": NOT_FOUND}}
    early: Responses = {400: {"model": ErrorOut, "description": NOT_COMPLETED}}
    file: Responses = {200: {"content": {"application/octet-stream": {}}}, 206: {"description": "A range."}, **lost}
    file |= {304: {"description": "As the client has it."}, 416: {"description": "No such range."}}
    busy: Responses = {409: {"model": ErrorOut, "description": "A segment is running"}}
    script = {"$ref": "#/components/schemas/Script"}
    form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    content = {"application/json": {"schema": script}, "multipart/form-data": {"schema": form}}
    tagged: dict[str, Any] = {"tags": ["resources"]}
    app.get("/api/task/{task_id}/resource", response_model=ResourcesOut, responses={**lost, **early}, **tagged)(listed)
    app.get("/api/resource", response_class=Response, responses=file, **tagged)(download)
    app.head("/api/resource", response_class=Response, include_in_schema=False, **tagged)(download)
    app.put(
        "/api/task/{task_id}/myresource/{segmentId}",
        response_model=EditedOut,
        responses={**lost, **early, **busy},
        openapi_extra={"requestBody": {"required": True, "content": content}},
        **tagged,
    )(edit)
