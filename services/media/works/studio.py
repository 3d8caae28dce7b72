"""Who does the work, and what a piece of work leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from services.media.ports import (
    Animator,
    ClipMaker,
    Compositor,
    Editor,
    Illustrator,
    Narrator,
    Painter,
    Progress,
    Screenwriter,
    StoryWriter,
)
from services.media.works.prices import Prices
from services.media.workspace import LeftFile, Workspace
from shared.contracts.commands import RunJob
from shared.contracts.values import Charge

JSON, PNG, WAV, MP4, M4A = "application/json", "image/png", "audio/wav", "video/mp4", "audio/mp4"


@dataclass(frozen=True, slots=True)
class Studio:
    """The providers, one per kind of work, and what their work costs."""

    writer: StoryWriter
    illustrator: Illustrator
    narrator: Narrator
    animator: Animator
    compositor: Compositor
    painter: Painter
    clip_maker: ClipMaker
    editor: Editor
    screenwriter: Screenwriter
    prices: Prices


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a job made: files in its workspace, and facts that the task needs."""

    files: tuple[LeftFile, ...]
    pages: int = 0
    title: str = ""
    charges: tuple[Charge, ...] = ()


Work = Callable[[Studio, RunJob, Workspace, Progress], Awaitable[Outcome]]
