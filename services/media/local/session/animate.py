"""Makes a clip of one picture: the camera moves, one encoder writes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.media.local.film import ffmpeg
from services.media.local.film.clip import ENCODE, REPORT_FRAMES
from services.media.local.film.planes import Frame, read_planes
from services.media.local.film.timeline import FPS
from services.media.local.session.motion import Motion, read_motion
from services.media.local.session.relief import Relief
from services.media.ports import Progress

COLOUR = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"


def animate(
    picture: Path, prompt: str, duration_ms: int, size_px: tuple[int, int], item: int, seed: int,
    file: Path, progress: Progress, stop: ffmpeg.Stop, threads: int,
) -> None:  # fmt: skip
    """Writes the clip; see `ports.ClipMaker`. Raises Invalid for what is no picture, Unavailable if ffmpeg fails."""
    motion = read_motion(prompt, item, seed, frames_of(duration_ms), FPS)
    relief = Relief(read_planes(picture, size_px))
    with tempfile.TemporaryDirectory(prefix="clip-") as folder:
        arguments = [
            "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size_px[0]}x{size_px[1]}", "-r", str(FPS), "-i", "pipe:0",
            "-vf", COLOUR, *ENCODE, "-threads", str(threads), "-movflags", "+faststart", "-f", "mp4",
            str(file.absolute()),
        ]  # fmt: skip
        ffmpeg.run(arguments, Path(folder), stop, _frames(relief, motion, size_px, progress))
    progress(1.0)


def frames_of(duration_ms: int) -> int:
    """How many frames a clip of this length has; one at least."""
    return max(1, round(duration_ms * FPS / 1000))


def _frames(
    relief: Relief, motion: Motion, size_px: tuple[int, int], progress: Progress
) -> Iterator[NDArray[np.uint8]]:
    """The frames as yuv420p bytes, all in one buffer: use each before the next."""
    frame = Frame(size_px)
    for done in range(motion.frames):
        if done % REPORT_FRAMES == 0:
            progress(done / motion.frames)
        relief.show(frame, motion.pose(done))
        yield frame.data
