"""A screenplay: what a project is made of. Durations are in seconds, as users read and write them, to a tenth."""

from __future__ import annotations

from typing import Literal

import msgspec

ShotType = Literal["wide", "medium", "close-up", "extreme close-up", "over-the-shoulder", "point-of-view"]
CameraMovement = Literal["static", "pan", "tilt", "dolly", "zoom", "crane", "handheld", "tracking"]
TimeOfDay = Literal["dawn", "morning", "day", "afternoon", "dusk", "evening", "night"]


class PlayScene(msgspec.Struct, frozen=True, kw_only=True):
    """One scene. `id` is `scene_1`…; `characters` are ids of the screenplay's characters."""

    id: str
    number: int
    title: str
    description: str
    location: str = ""
    time_of_day: str = "day"
    duration: float = 10.0
    characters: tuple[str, ...] = ()
    key_actions: tuple[str, ...] = ()
    visual_notes: str = ""


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the story. `id` is `char_1`…; `role` is protagonist, antagonist or supporting."""

    id: str
    name: str
    role: str
    description: str = ""
    appearance: str = ""
    personality: str = ""


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """One camera shot. `id` is `scene_1_shot_1`…"""

    id: str
    number: int
    type: str
    camera_movement: str
    duration: float
    description: str
    visual_style: str = ""


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """The shots of one scene, `seq_1`…; their durations add up to `total_duration`, which is the scene's."""

    id: str
    scene_id: str
    total_duration: float
    shots: tuple[Shot, ...]


class Screenplay(msgspec.Struct, frozen=True, kw_only=True):
    """A whole project's content. `name` is a slug; `prompt`, `language` (a code such as "en") and `style` as asked."""

    name: str
    prompt: str
    language: str
    style: str
    scenes: tuple[PlayScene, ...]
    characters: tuple[Character, ...]
    sequences: tuple[Sequence, ...]
