"""Request bodies as they are checked, and answers as the documentation shows them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.gateway.text import clean, says_something
from shared.contracts.values import AspectRatio, Brief, Genre, Language, Length, Style, Voice

LONGEST_TEXT_CHARS = 512
LARGEST_SEED = 2**32 - 1


def lower(value: Any) -> Any:
    """A word in any case and with spaces around it, as it is meant."""
    return value.strip().lower() if isinstance(value, str) else value


def _short(text: str) -> str:
    if len(cleaned := clean(text)) > LONGEST_TEXT_CHARS:
        raise ValueError(f"must be at most {LONGEST_TEXT_CHARS} characters")
    return cleaned


def _said(text: str) -> str:
    if not says_something(text):
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, AfterValidator(_short), Field(json_schema_extra={"maxLength": LONGEST_TEXT_CHARS})]
Topic = Annotated[Text, AfterValidator(_said)]


Responses = dict[int | str, dict[str, Any]]
"""Documented answers by status, as FastAPI takes them."""


class Credentials(BaseModel):
    """A name and a password."""

    username: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=1024)


class NewTask(BaseModel):
    """What a story is to be. Everything but the topic is optional; words are taken in any case."""

    model_config = ConfigDict(extra="ignore")

    topic: Topic
    main_role: Text | None = None
    scene: Text | None = None
    genre: Annotated[Genre, BeforeValidator(lower)] | None = None
    art_style: Annotated[Style, BeforeValidator(lower)] | None = None
    language: Annotated[Language, BeforeValidator(lower)] | None = None
    voice_name: Annotated[Voice, BeforeValidator(lower)] | None = None
    duration: Annotated[Length, BeforeValidator(lower)] | None = None
    aspect_ratio: Annotated[AspectRatio, BeforeValidator(lower)] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | None = None
    workflow: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")] | None = None

    def brief(self, seed: int) -> Brief:
        """The brief, with this seed unless the user chose one."""
        asked: dict[str, Any] = {
            "topic": self.topic,
            "main_role": self.main_role,
            "scene": self.scene,
            "genre": self.genre,
            "style": self.art_style,
            "language": self.language,
            "voice": self.voice_name,
            "length": self.duration,
            "aspect_ratio": self.aspect_ratio,
            "seed": seed if self.seed is None else self.seed,
        }
        return Brief(**{name: value for name, value in asked.items() if value is not None})


class AccountOut(BaseModel):
    """A new account."""

    id: int
    username: str


class TokenOut(BaseModel):
    """An access token."""

    access_token: str
    token_type: Literal["Bearer"]


class SegmentName(BaseModel):
    """A step of the workflow."""

    id: int
    name: str


class TaskOut(BaseModel):
    """A new task."""

    task_id: int


class ProgressOut(BaseModel):
    """How far a task is."""

    current_segment: int
    status: Literal["pending", "running", "completed", "failed", "deleted"]
    workflow_version: int
    total_segments: int
    segment_names: list[str]
    running_segment: int
    items_done: int
    items_total: int
    progress: float
    error: str


class TasksOut(BaseModel):
    """Ids of one's tasks, newest first; `next` is there if more follow: send it as `before`."""

    task_ids: list[int]
    next: int | None = None


class ResourcesOut(BaseModel):
    """A segment's files; `urls` are those that a job made, in page order."""

    segmentId: int
    resources: list[str]
    urls: list[str]


class AcceptedOut(BaseModel):
    """A segment was accepted; the message says how it stands."""

    accepted: bool
    message: str


class DeletedOut(BaseModel):
    """The task is gone."""

    deleted: bool


class EditedOut(BaseModel):
    """The script was replaced; `current_segment` is the last one that is still done."""

    updated: bool
    segmentId: int
    pages: int
    current_segment: int


class ErrorOut(BaseModel):
    """What went wrong."""

    detail: str
