"""The video surface's bodies, as they are checked and as the documentation shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.gateway.schemas import Text, lower
from shared.contracts.values import Brief, Genre, Language, Length, Style, Voice

Status = Literal["queued", "processing", "completed", "failed"]


class NewVideo(BaseModel):
    """What a video is to be; words are taken in any case. `custom_topic` says what a "custom topic" is about."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "story_topic": "bedtime",
                "art_style": "pixar-art",
                "duration": "short",
                "language": "english",
                "voice_name": "nova",
            }
        },
    )

    story_topic: Annotated[Genre, BeforeValidator(lower)]
    art_style: Annotated[Style, BeforeValidator(lower)]
    duration: Annotated[Length, BeforeValidator(lower)]
    language: Annotated[Language, BeforeValidator(lower)]
    voice_name: Annotated[Voice, BeforeValidator(lower)]
    custom_topic: Text = ""

    def brief(self, seed: int) -> Brief:
        """The brief of the story; without a text of its own, the genre's stories choose what they are about."""
        return Brief(
            topic=self.custom_topic,
            genre=self.story_topic,
            style=self.art_style,
            language=self.language,
            voice=self.voice_name,
            length=self.duration,
            seed=seed,
        )


class BearerOut(BaseModel):
    """An access token."""

    access_token: str
    token_type: Literal["bearer"]


class VideoOut(BaseModel):
    """A video that was asked for."""

    task_id: str
    status: Status


class ImageOut(BaseModel):
    """One picture with what is told over it. `urls` are its versions, the first one first, each good for a while."""

    id: str
    status: Status
    urls: list[str]
    subtitles: str
    created_at: str
    updated_at: str


class ImagesOut(BaseModel):
    """The pictures of a video, in the order of the story."""

    task_id: str
    status: Status
    created_at: str
    updated_at: str
    story_text: str
    images: list[ImageOut]


class VideoTaskOut(BaseModel):
    """How a video stands; `url` is there when it can be watched, `error_message` when something went wrong."""

    task_id: str
    status: Status
    progress: float = Field(ge=0, le=1)
    url: str | None
    story_title: str
    story_description: str
    story_text: str
    error_message: str | None
    images: list[ImageOut]
    created_at: str
    updated_at: str


class RedrawOut(BaseModel):
    """A picture that is being drawn anew; its new version will be the last of `urls`."""

    task_id: str
    status: Status
    urls: list[str]
    created_at: str
    updated_at: str


class VideosOut(BaseModel):
    """One's own videos, newest first; `next` is there if more follow: send it as `before`."""

    tasks: list[VideoOut]
    next: str | None = None
