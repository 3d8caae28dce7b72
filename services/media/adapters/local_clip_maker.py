"""Makes clips of pictures on this machine: OpenCV moves the camera, x264 encodes."""

from __future__ import annotations

from pathlib import Path

from services.media.local.film.ffmpeg import in_thread
from services.media.local.session.animate import animate
from services.media.ports import Progress


class LocalClipMaker:
    """Implements `ports.ClipMaker`: what moves is the camera, through a picture that seems to have depth."""

    def __init__(self, threads: int = 2) -> None:
        """`threads` is x264's; keep it equal on all workers if clips shall be equal byte for byte."""
        self._threads = threads

    async def animate(
        self, picture: Path, prompt: str, duration_ms: int, size_px: tuple[int, int], item: int, seed: int,
        file: Path, progress: Progress,
    ) -> None:  # fmt: skip
        """Writes the silent clip; see the port. Cancelling stops the encoder before it returns."""
        await in_thread(
            lambda stop: animate(picture, prompt, duration_ms, size_px, item, seed, file, progress, stop, self._threads)
        )
