"""Paints single pictures on this machine, without a network."""

from __future__ import annotations

import asyncio
from pathlib import Path

import cv2

from services.media.local.session.paint import paint
from services.media.ports import Progress
from shared.contracts.values import AspectRatio


class LocalPainter:
    """Implements `ports.Painter`: reads the prompt's words and draws what it knows of them."""

    async def paint(
        self, prompt: str, item: int, aspect_ratio: AspectRatio, seed: int, file: Path, progress: Progress
    ) -> None:
        """Writes the picture; see the port."""
        progress(0.0)
        await asyncio.to_thread(_paint, prompt, item, aspect_ratio, seed, file)
        progress(1.0)


def _paint(prompt: str, item: int, aspect_ratio: AspectRatio, seed: int, file: Path) -> None:
    cv2.setNumThreads(1)  # several workers share the machine: a thread pool for each would only be in the way
    written, data = cv2.imencode(".png", paint(prompt, item, aspect_ratio, seed)[..., ::-1])
    if not written:
        raise RuntimeError("the picture could not be encoded")
    file.write_bytes(data.tobytes())
