"""What media needs from a provider. One protocol per kind of work; adapters live in `adapters/`, one vendor a file.

Files go through folders on local disk: whoever calls a port streams them from and to the bucket. Every port raises
`shared.errors.Rejected` for work that can never succeed and `shared.errors.Unavailable` for work worth another try.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from services.media.model import PageSpeech, Script
from shared.contracts.values import Brief

Progress = Callable[[float], None]
"""Called with the share of the job that is done, 0 to 1; cheap, and safe from any thread."""


class StoryWriter(Protocol):
    """Turns a brief into a script, and a page's text into pieces that can be spoken in one breath."""

    async def write(self, brief: Brief) -> Script:
        """A script whose pages have no pieces yet."""
        ...

    async def split(self, script: Script) -> Script:
        """The same script with every page's `pieces` filled; joined, they are the page's text."""
        ...


class Illustrator(Protocol):
    """Draws one page of a script."""

    async def draw(self, script: Script, page: int, file: Path, progress: Progress) -> None:
        """Writes an RGB PNG of 1.2 times the film's frame size, so that the camera can move without upscaling."""
        ...


class Narrator(Protocol):
    """Speaks one page of a script."""

    async def speak(self, script: Script, page: int, folder: Path, progress: Progress) -> PageSpeech:
        """Writes one mono 16-bit WAV a piece into `folder`, named `s<page>_<piece>.wav`, both from 1."""
        ...


class Animator(Protocol):
    """Renders the frames that one page owns on the film's time line."""

    async def render(
        self, script: Script, page: int, speeches: Sequence[PageSpeech], pictures: dict[int, Path],
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes a silent MP4 with burned subtitles.

        `speeches` are all pages' narrations in order (the time line comes from their durations); `pictures` holds
        this page's picture and, but for the first page, the previous one's, which the crossfade starts from.
        """
        ...


class Compositor(Protocol):
    """Makes the sound track and joins it with the clips into the film."""

    async def mix(self, script: Script, speeches: Sequence[PageSpeech], folder: Path, file: Path) -> None:
        """Writes the AAC sound track (.m4a): narration from the WAVs in `folder`, music ducked under it, -16 LUFS."""
        ...

    async def assemble(
        self, script: Script, speeches: Sequence[PageSpeech], clips: Sequence[Path], sound: Path, folder: Path,
    ) -> None:  # fmt: skip
        """Joins without re-encoding: writes `output.mp4`, `output.srt` and `cover.jpg` into `folder`."""
        ...
