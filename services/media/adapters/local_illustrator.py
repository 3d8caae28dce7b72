"""Draws pictures on this machine, without a network."""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2

from services.media.local.picture import Take, illustrate
from services.media.model import Script
from services.media.ports import Progress

_PNG_LEVEL = 1
"""Pictures are read once, by the renderer next door: speed matters more than size."""


class LocalIllustrator:
    """The `Illustrator` port over the offline illustrator."""

    async def draw(self, script: Script, page: int, file: Path, progress: Progress, variant: int = 0) -> None:
        """Writes the page's picture. Raises `NotFound` when the script has no such page."""
        progress(0.0)
        await asyncio.to_thread(_draw, script, page, variant, file)
        progress(1.0)


def _draw(script: Script, page: int, variant: int, file: Path) -> None:
    cv2.setNumThreads(1)  # several workers share the machine: a thread pool for each would only be in the way
    picture = illustrate(script, page, Take(variant=variant))
    written, data = cv2.imencode(".png", picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL])
    if not written:
        raise RuntimeError("the picture could not be encoded")
    file.write_bytes(data.tobytes())
