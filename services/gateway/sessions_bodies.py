"""The sessions API's request bodies as they are checked."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator, AliasChoices, BaseModel, Field

from services.gateway.schemas import LARGEST_SEED
from services.gateway.text import clean, says_something
from shared.contracts.orders import CompositionOrder, Overlay
from shared.contracts.values import Artifact, AspectRatio

LONGEST_PROMPT_CHARS = 1_000
LONGEST_OVERLAY_CHARS = 200
LONGEST_FILM_S = 3_600
SESSION_ID = r"^[A-Za-z0-9_-]{1,64}$"


def _said(text: str) -> str:
    cleaned = clean(text)
    if not says_something(cleaned):
        raise ValueError("must not be empty")
    return cleaned


def _storable(document: dict[str, Any]) -> dict[str, Any]:
    try:
        msgspec.json.encode(document)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError, TypeError, ValueError, OverflowError) as error:
        raise ValueError("must be plain JSON, not nested too deeply") from error
    return document


SessionId = Annotated[str, Field(pattern=SESSION_ID, examples=["5f0c6d1e-2b8a-4c39-9f10-8a6f7a3c2d11"])]
Prompt = Annotated[str, Field(min_length=1, max_length=LONGEST_PROMPT_CHARS), AfterValidator(_said)]
Url = Annotated[str, Field(min_length=1, max_length=4_000)]
Urls = Annotated[list[Url], Field(min_length=1, max_length=100)]
Seconds = Annotated[float, Field(allow_inf_nan=False, le=LONGEST_FILM_S)]


class LoginIn(BaseModel):
    """A name (an email, say) and a password."""

    username: str = Field(min_length=1, max_length=254, validation_alias=AliasChoices("username", "email"))
    password: str = Field(min_length=1, max_length=1024)


class ExchangeIn(BaseModel):
    """Whom the frontend has identified."""

    email: str = Field(min_length=1, max_length=254, examples=["user@example.com"])


class ImagesIn(BaseModel):
    """What is to be drawn."""

    prompt: Prompt = Field(examples=["man buys hat"])
    num_images: int = Field(default=4, ge=1, le=8)
    aspect_ratio: AspectRatio = "16:9"
    seed: int | None = Field(default=None, ge=0, le=LARGEST_SEED, description="The same seed draws the same images.")


class ApprovedImagesIn(BaseModel):
    """The images that clips are made from, in this order."""

    session_id: SessionId
    approved_image_urls: Urls


class ClipsIn(BaseModel):
    """How the approved images are to move. There is one clip for every image unless told otherwise."""

    session_id: SessionId
    video_prompt: Prompt = Field(examples=["elegant hat showcase with smooth camera movement"])
    num_clips: int | None = Field(default=None, ge=1, le=10)
    duration: float = Field(default=8.0, ge=1, le=10, allow_inf_nan=False, description="Seconds of each clip.")


class ApprovedClipsIn(BaseModel):
    """The clips that the film is made of, in this order."""

    session_id: SessionId
    approved_clip_urls: Urls


class OverlayIn(BaseModel):
    """A text over the film; times are seconds from its start."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_OVERLAY_CHARS), AfterValidator(_said)]
    start_time: Annotated[Seconds, Field(ge=0)]
    duration: Annotated[Seconds, Field(gt=0)]

    @property
    def overlay(self) -> Overlay:
        """The same in ms; nothing is shorter than one."""
        duration_ms = max(1, round(self.duration * 1000))
        return Overlay(text=self.text, start_ms=round(self.start_time * 1000), duration_ms=duration_ms)


class FilmIn(BaseModel):
    """What is put over and under the approved clips."""

    session_id: SessionId
    text_overlays: Annotated[list[OverlayIn], Field(max_length=20)] | None = None
    audio_url: Url | None = Field(
        default=None, description="A file of yours, by its URL or key, or one on a host that the operator allows."
    )

    def order(self, audio: Artifact | None) -> CompositionOrder:
        """The order, with the sound that `audio_url` stands for."""
        return CompositionOrder(overlays=tuple(one.overlay for one in self.text_overlays or ()), audio=audio)


class PromptConfigIn(BaseModel):
    """A prompt's configuration: any JSON object."""

    config_data: Annotated[dict[str, Any], AfterValidator(_storable)]
    session_id: SessionId
