"""Who does the work, and what a piece of work leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from services.media.metering import LOCAL
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
from services.media.workspace import LeftFile, Workspace
from shared.contracts.commands import RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.values import Charge
from shared.contracts.workflow import JobKind
from shared.eventstore.handle import Origin
from shared.pricing.prices import Prices

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

    def for_job(self, command: RunJob, origin: Origin, space: Workspace) -> Studio:
        """Providers that bill nobody serve every job alike."""
        return self

    def provider(self, kind: JobKind) -> str:
        """Everything is made here."""
        return LOCAL

    async def abandon(self, job: JobRef, attempt: int, origin: Origin) -> None:
        """Nothing was bought, so nothing is open."""


class Studios(Protocol):
    """Gives every job its studio: a provider that bills has to know whose work it does."""

    def for_job(self, command: RunJob, origin: Origin, space: Workspace) -> Studio:
        """The studio for one delivery of a job; `origin` is for its record, `space` is where its files are."""
        ...

    def provider(self, kind: JobKind) -> str:
        """Who does jobs of this kind."""
        ...

    async def abandon(self, job: JobRef, attempt: int, origin: Origin) -> None:
        """Stops what was bought for a job that nobody wants any more, and settles it. Raises `Unavailable`."""
        ...


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a job made: files in its workspace, and facts that the task needs."""

    files: tuple[LeftFile, ...]
    pages: int = 0
    title: str = ""
    charges: tuple[Charge, ...] = ()


def ours(charge: Charge) -> tuple[Charge, ...]:
    """What a job tells of its cost: nothing of what was bought, since the record of the purchase tells it."""
    return () if charge.billed else (charge,)


Work = Callable[[Studio, RunJob, Workspace, Progress], Awaitable[Outcome]]
