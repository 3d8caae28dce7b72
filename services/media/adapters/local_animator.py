"""Animates pages on this machine: OpenCV moves the camera, libass sets the subtitles, x264 encodes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.media.local.film.clip import render_clip
from services.media.local.film.ffmpeg import in_thread
from services.media.model import PageSpeech, Script
from services.media.ports import Progress


class LocalAnimator:
    """Implements `ports.Animator`. One render fills about one core and a half; run as many at once as fits."""

    def __init__(self, threads: int = 2) -> None:
        """`threads` is x264's; keep it equal on all workers if films shall be equal byte for byte."""
        self._threads = threads

    async def render(
        self, script: Script, page: int, speeches: Sequence[PageSpeech], pictures: dict[int, Path],
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes the page's silent clip; see the port. Cancelling stops the encoder before it returns."""
        await in_thread(lambda stop: render_clip(script, page, speeches, pictures, file, progress, stop, self._threads))
