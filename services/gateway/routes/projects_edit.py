"""Changing an open project: scenes, characters, sequences."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from services.gateway.access import User, owner_of
from services.gateway.answers import answer
from services.gateway.attempts import attempt_of
from services.gateway.deps import deps_of
from services.gateway.projects_answers import ModifiedOut, errors
from services.gateway.projects_schemas import CharacterPatch, SceneBody, ScenePatch, SequencePatch
from services.gateway.routes.projects import Confirmed, check_confirmed, project_of
from shared.contracts.commands import (
    AddScene,
    ModifyCharacter,
    ModifyScene,
    ModifySequence,
    ProjectCommand,
    RemoveScene,
)
from shared.contracts.screenplay import PlayScene, Shot

SURFACE = "projects"


async def modify_scene(request: Request, user: User, project_name: str, scene_id: str, body: ScenePatch) -> Response:
    """Changes a scene of an open project. A new duration stretches its shots."""
    wishes = _given(body)
    command = ModifyScene(owner=owner_of(user), project=project_name, scene_id=scene_id, **wishes)
    return await _done(request, command, "Scene modified successfully", scene_id)


async def add_scene(request: Request, user: User, project_name: str, body: SceneBody) -> Response:
    """Adds a scene to an open project; it gets shots of its own."""
    scene = PlayScene(**_given(body))
    command = AddScene(owner=owner_of(user), project=project_name, scene=scene)
    return await _done(request, command, "Scene added successfully", body.id, 201)


async def remove_scene(
    request: Request, user: User, project_name: str, scene_id: str, confirmed: Confirmed = False
) -> Response:
    """Removes a scene and its shots from an open project."""
    check_confirmed(confirmed)
    command = RemoveScene(owner=owner_of(user), project=project_name, scene_id=scene_id)
    return await _done(request, command, "Scene removed successfully", scene_id)


async def modify_character(
    request: Request, user: User, project_name: str, character_id: str, body: CharacterPatch
) -> Response:
    """Changes a character of an open project."""
    wishes = _given(body)
    command = ModifyCharacter(owner=owner_of(user), project=project_name, character_id=character_id, **wishes)
    return await _done(request, command, "Character modified successfully", character_id)


async def modify_sequence(
    request: Request, user: User, project_name: str, sequence_id: str, body: SequencePatch
) -> Response:
    """Changes a sequence of an open project: its length, which stretches its shots, or the shots themselves."""
    shots = tuple(Shot(**shot.model_dump()) for shot in body.shots) if body.shots else None
    command = ModifySequence(
        owner=owner_of(user),
        project=project_name,
        sequence_id=sequence_id,
        total_duration=body.total_duration,
        shots=shots,
    )
    return await _done(request, command, "Sequence modified successfully", sequence_id)


def _given(body: BaseModel) -> dict[str, Any]:
    """What the client sent, lists as tuples; null means the same as nothing."""
    sent = body.model_dump(exclude_none=True)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in sent.items()}


async def _done(request: Request, command: ProjectCommand, message: str, element: str, status: int = 200) -> Response:
    deps = deps_of(request)
    await project_of(deps, command.owner, command.project)
    reply = await deps.commands.ask(command, attempt_of(request).command_id)  # type: ignore[arg-type]
    await deps.reach.reached(reply.position)
    return answer({"message": message, "modified_element_id": element}, status)


def add(app: FastAPI) -> None:
    """The routing table."""
    lost = errors(404, s404="No such project, or no such part of it")
    about: dict[str, Any] = {"tags": [SURFACE], "response_model": ModifiedOut, "responses": lost}
    project = "/api/v1/projects/{project_name}"
    app.patch(f"{project}/scenes/{{scene_id}}", **about)(modify_scene)
    app.post(f"{project}/scenes", status_code=201, **about)(add_scene)
    app.delete(f"{project}/scenes/{{scene_id}}", **about)(remove_scene)
    app.patch(f"{project}/characters/{{character_id}}", **about)(modify_character)
    app.patch(f"{project}/sequences/{{sequence_id}}", **about)(modify_sequence)
