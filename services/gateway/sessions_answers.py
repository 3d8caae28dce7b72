"""The sessions API's answers and errors, as the documentation shows them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.schemas import ErrorOut, Responses


class SessionTokenOut(BaseModel):
    """An access token."""

    access_token: str
    token_type: Literal["bearer"] = Field(examples=["bearer"])


class SessionUserOut(BaseModel):
    """Who one is."""

    id: int
    email: str
    created_at: str


class SessionImageOut(BaseModel):
    """A generated image."""

    url: str
    index: int


class SessionClipOut(BaseModel):
    """A generated clip; `duration` is in seconds."""

    url: str
    index: int
    duration: float


class SessionImagesOut(BaseModel):
    """A session with its images; while it is "processing", those that are ready."""

    session_id: str
    status: Literal["completed", "processing"]
    images: list[SessionImageOut]


class SessionClipsOut(BaseModel):
    """A session with its clips; while it is "processing", those that are ready."""

    session_id: str
    status: Literal["completed", "processing"]
    clips: list[SessionClipOut]


class SessionFilmOut(BaseModel):
    """A session with its film; no URL while it is "processing"."""

    session_id: str
    status: Literal["completed", "processing"]
    video_url: str | None


class ApprovedOut(BaseModel):
    """How many were approved."""

    status: Literal["success"]
    session_id: str
    approved_count: int


class AssetOut(BaseModel):
    """A file of a session. `order_index` is its place among the approved ones."""

    id: int
    type: Literal["image", "video", "final"]
    url: str
    approved: bool
    order_index: int | None
    created_at: str


class SessionOut(BaseModel):
    """A session with all its files."""

    id: str
    status: Literal[
        "pending", "generating_images", "reviewing_images", "images_approved", "generating_clips",
        "reviewing_clips", "clips_approved", "composing", "completed", "failed",
    ]  # fmt: skip
    prompt: str
    video_prompt: str | None
    final_video_url: str | None
    created_at: str
    completed_at: str | None
    assets: list[AssetOut]


class CostOut(BaseModel):
    """What one model cost, in US dollars; `details` holds the model and what was counted."""

    service: str
    cost: float
    tokens_used: int | None
    details: dict[str, Any] = Field(examples=[{"model": "flux-schnell", "num_images": 4}])


class CostsOut(BaseModel):
    """What a session cost, in US dollars."""

    session_id: str
    total_cost: float
    breakdown: list[CostOut]


class UploadOut(BaseModel):
    """A stored file; `content_type` is what its bytes are."""

    url: str
    key: str
    size: int
    content_type: str
    original_filename: str


class PromptConfigOut(BaseModel):
    """Where the configuration is."""

    status: Literal["success"]
    key: str
    session_id: str


class StoredFileOut(BaseModel):
    """A file."""

    key: str
    size: int
    last_modified: str
    content_type: str
    presigned_url: str


class StoredFilesOut(BaseModel):
    """A page of files, newest first; `total` counts all."""

    files: list[StoredFileOut]
    total: int
    limit: int
    offset: int


class PresignedOut(BaseModel):
    """A URL that works without a token for so many seconds."""

    presigned_url: str
    expires_in: int


class RemovedOut(BaseModel):
    """The file is gone."""

    status: Literal["success"]
    message: str
    key: str


class FieldOut(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(extra="allow")

    loc: list[str | int]
    msg: str
    type: str


class MalformedOut(BaseModel):
    """What is wrong with the request: field by field, or in a sentence."""

    detail: str | list[FieldOut]


_ERRORS = {
    400: "This is not possible now, or the request does not fit the session.",
    401: "Could not validate credentials",
    403: "Not yours",
    404: "Session not found",
    409: "It is being done right now, or the same Idempotency-Key is in use.",
    413: "The body is too large",
    415: "Files of this kind are not taken.",
    422: "The request is malformed or out of range.",
    500: "The generation failed.",
    503: "A part of the system does not answer; try again soon.",
}
_USUAL = (401, 503)


def errors(*statuses: int, **said: str) -> Responses:
    """Documented errors: those named, and what every guarded route may answer. `s404="…"` sets a message."""
    documented: Responses = {}
    for status in sorted({*statuses, *_USUAL}):
        detail = said.get(f"s{status}", _ERRORS[status])
        model = MalformedOut if status == 422 else ErrorOut
        content = {"application/json": {"example": {"detail": detail}}}
        documented[status] = {"model": model, "description": _ERRORS[status], "content": content}
    return documented
