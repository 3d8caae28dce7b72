"""The projects surface's answers and errors, as the documentation shows them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from pydantic import BaseModel

from services.gateway.errors import error_response
from services.gateway.schemas import Responses


class ErrorBody(BaseModel):
    """What went wrong, and what to do about it; `details` are by field where a field is wrong."""

    code: str
    message: str
    details: dict[str, Any]
    suggested_action: str | None = None


class ProjectErrorOut(BaseModel):
    """The form of every error of this surface."""

    error: ErrorBody


class LoginOut(BaseModel):
    """An access token and a refresh token; `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]
    expires_in: int


class RefreshOut(BaseModel):
    """A new access token; the refresh token stays good."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


class SceneOut(BaseModel):
    """A scene; `duration` is in seconds, `characters` are ids."""

    id: str
    number: int
    title: str
    description: str
    location: str
    time_of_day: str
    duration: float
    characters: list[str]
    key_actions: list[str]
    visual_notes: str


class CharacterOut(BaseModel):
    """A character."""

    id: str
    name: str
    role: str
    description: str
    appearance: str
    personality: str


class ShotOut(BaseModel):
    """A shot; `duration` is in seconds."""

    id: str
    number: int
    type: str
    camera_movement: str
    duration: float
    description: str
    visual_style: str


class SequenceOut(BaseModel):
    """The shots of a scene; their durations add up to `total_duration`."""

    id: str
    scene_id: str
    total_duration: float
    shots: list[ShotOut]


class PreviewOut(BaseModel):
    """A project as it would be, before it is finalized."""

    preview_id: str
    project_name: str
    scenes: list[SceneOut]
    characters: list[CharacterOut]
    sequences: list[SequenceOut]
    estimated_size_mb: float
    estimated_file_count: int


class WorkingOut(BaseModel):
    """Still being written: ask `GET /generate/project/{preview_id}` again."""

    preview_id: str
    status: Literal["processing"]


class FinalizedOut(BaseModel):
    """The new project and where its files are."""

    project_name: str
    project_path: str
    created_at: str


class OpenedOut(BaseModel):
    """A project in numbers."""

    project_name: str
    scene_count: int
    character_count: int
    sequence_count: int
    created_at: str
    modified_at: str


class WholeProjectOut(OpenedOut):
    """A project with all that it holds; `open` and `unsaved` tell whether it is being worked on."""

    open: bool
    unsaved: bool
    scenes: list[SceneOut]
    characters: list[CharacterOut]
    sequences: list[SequenceOut]


class ClosedOut(BaseModel):
    """The project is closed."""

    message: str
    saved: bool


class ProjectsOut(BaseModel):
    """Names of one's own projects, newest first; `total_count` counts all, whatever the page."""

    projects: list[str]
    total_count: int


class ProjectDeletedOut(BaseModel):
    """The project is gone."""

    message: str
    deleted_project: str


class ModifiedOut(BaseModel):
    """What was changed."""

    message: str
    modified_element_id: str


class RenderOut(BaseModel):
    """The story task that makes the project's video; follow it like any other task."""

    task_id: int
    project_name: str
    status: Literal["processing"]
    progress_url: str


class StorageOut(BaseModel):
    """What one keeps against what one may; gigabytes are 2**30 bytes, files are those of projects."""

    total_bytes: int
    total_gb: float
    file_count: int
    limit_bytes: int
    limit_gb: float
    file_limit: int
    usage_percent: float
    file_usage_percent: float
    warnings: list[str]


class UsageOut(BaseModel):
    """One's own requests so far; this one is not among them."""

    user_id: str
    total_requests: int
    successful_requests: int
    failed_requests: int
    total_data_transferred_mb: float
    average_response_time_ms: float
    operation_counts: dict[str, int]
    endpoint_counts: dict[str, int]
    first_request_time: str | None
    last_request_time: str | None


class ProjectsHealthOut(BaseModel):
    """Whether the service is up, and what everybody keeps together."""

    status: Literal["healthy", "unhealthy"]
    version: str
    storage_usage_gb: float
    storage_limit_gb: float
    file_count: int
    file_limit: int


_SAID = {
    400: "Invalid request data",
    401: "Invalid credentials",
    402: "It would cost more than may be spent",
    404: "Project not found",
    500: "Project generation failed",
    507: "Storage limit would be exceeded",
}


def errors(*statuses: int, **said: str) -> Responses:
    """Documented errors with examples; `said` replaces the sentence of one: `s404="Preview ID not found"`."""
    return {status: _error(status, said.get(f"s{status}", _SAID[status])) for status in statuses}


def _error(status: int, sentence: str) -> dict[str, Any]:
    example = msgspec.json.decode(error_response("/api/v1", status, sentence).body)
    content = {"application/json": {"example": example}}
    return {"model": ProjectErrorOut, "description": sentence, "content": content}
