"""Puts sessions' films together on this machine: libass sets the texts, x264 encodes, our own tools level the sound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.media.local.film.ffmpeg import in_thread
from services.media.local.session.compose import compose
from services.media.ports import Progress
from shared.contracts.orders import Overlay


class LocalEditor:
    """Implements `ports.Editor`: hard cuts, so that texts stand at the times that were asked for."""

    def __init__(self, threads: int = 2) -> None:
        """`threads` is x264's."""
        self._threads = threads

    async def compose(
        self, clips: Sequence[Path], overlays: Sequence[Overlay], audio: Path | None, size_px: tuple[int, int],
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes the film; see the port. Cancelling stops the encoder before it returns."""
        await in_thread(lambda stop: compose(clips, overlays, audio, size_px, file, progress, stop, self._threads))
