"""The projects surface's request bodies as they are checked. Bounds are those of the rules in the tasks service."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.gateway.schemas import lower
from services.gateway.text import clean, says_something
from shared.contracts.values import AspectRatio, Style, Voice

LONGEST_PROMPT_CHARS = 2_000
LONGEST_NAME_CHARS = 300
LONGEST_PLAY_S = 7_200


def _said(text: str) -> str:
    if not says_something(text):
        raise ValueError("must not be empty")
    return text


def _language(value: Any) -> Any:
    """`pt_BR` is as good as `pt-br`."""
    return lower(value).replace("_", "-") if isinstance(value, str) else value


Words = Annotated[str, AfterValidator(clean)]
Line = Annotated[Words, Field(max_length=200)]
Title = Annotated[Line, AfterValidator(_said)]
Prose = Annotated[Words, Field(max_length=5_000)]
Action = Annotated[Prose, AfterValidator(_said)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
SceneId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,48}$", examples=["scene_9"])]
Number = Annotated[int, Field(ge=1, le=10_000)]
Seconds = Annotated[float, Field(ge=0.1, le=3_600, allow_inf_nan=False)]
Cast = Annotated[list[Id], Field(max_length=100)]
Actions = Annotated[list[Action], Field(max_length=100)]


class Body(BaseModel):
    """Unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore")


class Login(Body):
    """A name and a password."""

    username: str = Field(min_length=1, max_length=254, examples=["user@example.com"])
    password: str = Field(min_length=1, max_length=1024, examples=["secure_password"])


class RefreshBody(Body):
    """A refresh token."""

    refresh_token: str = Field(min_length=1, max_length=4096)


class Preferences(Body):
    """How the screenplay is to be; what is left out is chosen by the writer. `duration` is in seconds, at least one
    for every scene."""

    sceneCount: Annotated[int, Field(ge=3, le=12)] | None = None
    duration: Annotated[float, Field(ge=3, le=LONGEST_PLAY_S, allow_inf_nan=False)] | None = None
    style: Line | None = None

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.sceneCount and self.duration and self.duration < self.sceneCount:
            raise ValueError(f"{self.sceneCount} scenes need at least {self.sceneCount} seconds")
        return self


class NewProject(Body):
    """What a project is to be about."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "prompt": "Create a mystery thriller set in a haunted mansion",
                "language": "en",
                "preferences": {"sceneCount": 6, "style": "gothic horror"},
            }
        },
    )

    prompt: Annotated[Words, Field(max_length=LONGEST_PROMPT_CHARS), AfterValidator(_said)]
    language: Annotated[str, BeforeValidator(_language), Field(pattern=r"^[a-z]{2}(-[a-z0-9]{2,8})?$")] = "en"
    preferences: Preferences | None = None


class Finalize(Body):
    """Which preview becomes a project."""

    preview_id: str = Field(min_length=1, max_length=200)


class Open(Body):
    """Which project to work on."""

    project_name: str = Field(min_length=1, max_length=LONGEST_NAME_CHARS)


class Close(Body):
    """Whether the changes are kept."""

    save: bool = True


class ScenePatch(Body):
    """What to change of a scene; what is left out stays. A new `duration` stretches the scene's shots."""

    title: Title | None = None
    description: Prose | None = None
    location: Line | None = None
    time_of_day: Line | None = None
    duration: Seconds | None = None
    characters: Cast | None = None
    key_actions: Actions | None = None
    visual_notes: Prose | None = None


class SceneBody(Body):
    """A new scene; its place among the others is that of its `number`."""

    id: SceneId
    number: Number
    title: Title
    description: Prose = ""
    location: Line = ""
    time_of_day: Line = "day"
    duration: Seconds = 10.0
    characters: Cast = []
    key_actions: Actions = []
    visual_notes: Prose = ""


class CharacterPatch(Body):
    """What to change of a character; what is left out stays."""

    name: Title | None = None
    role: Title | None = None
    description: Prose | None = None
    appearance: Prose | None = None
    personality: Prose | None = None


class ShotBody(Body):
    """A shot of a sequence."""

    id: Id
    number: Number
    type: Title
    camera_movement: Title
    duration: Seconds
    description: Prose
    visual_style: Prose = ""


class SequencePatch(Body):
    """What to change of a sequence: its length, which stretches its shots, or the shots themselves."""

    total_duration: Seconds | None = None
    shots: Annotated[list[ShotBody], Field(min_length=1, max_length=200)] | None = None


class Render(Body):
    """How a project's video is to look and sound."""

    art_style: Annotated[Style, BeforeValidator(lower)] | None = None
    voice_name: Annotated[Voice, BeforeValidator(lower)] | None = None
    aspect_ratio: Annotated[AspectRatio, BeforeValidator(lower)] | None = None
