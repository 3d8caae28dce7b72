"""What media needs from a provider. One protocol per kind of work; adapters live in `adapters/`, one vendor a file.

Files go through folders on local disk: whoever calls a port streams them from and to the bucket. Every port raises
`shared.errors.Rejected` for work that can never succeed and `shared.errors.Unavailable` for work worth another try.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from services.media.model import PageSpeech, Script
from shared.contracts.orders import Overlay, ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import AspectRatio, Brief

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

    async def draw(self, script: Script, page: int, file: Path, progress: Progress, variant: int = 0) -> None:
        """Writes an RGB PNG of 1.2 times the film's frame size, so that the camera can move without upscaling.

        Every `variant` is another picture of the same page and hero.
        """
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


class Painter(Protocol):
    """Paints single pictures of anything that a user describes."""

    async def paint(
        self, prompt: str, item: int, aspect_ratio: AspectRatio, seed: int, file: Path, progress: Progress
    ) -> None:
        """Writes a PNG of exactly `FRAME_SIZE_PX[aspect_ratio]`; every `item` (from 1) is another view of it."""
        ...


class ClipMaker(Protocol):
    """Brings a picture to life."""

    async def animate(
        self, picture: Path, prompt: str, duration_ms: int, size_px: tuple[int, int], item: int, seed: int,
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes a silent MP4 (H.264, yuv420p) of `duration_ms`, to the frame; `prompt` says what moves and how."""
        ...


class Editor(Protocol):
    """Puts clips, texts and sound together into a film."""

    async def compose(
        self, clips: Sequence[Path], overlays: Sequence[Overlay], audio: Path | None, size_px: tuple[int, int],
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes an MP4 (H.264 and AAC) of the clips in order, with the texts over them and the sound under them."""
        ...


class Screenwriter(Protocol):
    """Writes screenplays, and makes stories of them."""

    async def write(self, prompt: str, order: ScreenplayOrder, seed: int) -> Screenplay:
        """A screenplay of what the prompt asks for. Raises `Invalid` for a language that it does not write."""
        ...

    async def adapt(self, screenplay: Screenplay, brief: Brief) -> Script:
        """A story's script with one page a scene, in the brief's style, voice and shape; its pages have no pieces."""
        ...
