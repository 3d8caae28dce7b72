"""Runs ffmpeg as a child process that never outlives the job it works for."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from shared.errors import Unavailable

T = TypeVar("T")

PIPE_BYTES = 1 << 20
"""The most that Linux lends an ordinary process: a frame goes over in two gulps, not in twenty."""


class Stopped(Exception):
    """The job was called off while ffmpeg was at work."""


class Stop:
    """A way to call a job off from another thread: kills the child that is running now and refuses the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._asked = False

    def ask(self) -> None:
        """Calls the job off."""
        with self._lock:
            self._asked = True
            if self._child is not None:
                self._child.kill()

    def watch(self, child: subprocess.Popen[bytes]) -> None:
        """From now on `ask` kills this child."""
        with self._lock:
            self._child = child
            if self._asked:
                child.kill()

    def check(self) -> None:
        """Raises Stopped when the job was called off."""
        if self._asked:
            raise Stopped


async def in_thread(work: Callable[[Stop], T]) -> T:
    """Runs blocking work beside the event loop. When the caller is cancelled, the work is stopped and waited for."""
    stop = Stop()
    running = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.ask()
        await asyncio.wait([running])
        running.exception()
        raise


def run(arguments: Sequence[str], folder: Path, stop: Stop, frames: Iterable[NDArray[np.uint8]] = ()) -> None:
    """Runs ffmpeg in `folder` with raw frames on its standard input.

    Raises Unavailable with ffmpeg's last words when it fails, Stopped when the job was called off. The child is gone
    when this returns, whatever happened.
    """
    log = folder / "ffmpeg.log"
    with log.open("wb") as errors:
        child = subprocess.Popen(
            [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-y", "-loglevel", "warning", *arguments],
            cwd=folder, stdin=subprocess.PIPE, pipesize=PIPE_BYTES, stdout=subprocess.DEVNULL, stderr=errors,
            env=_environment(folder),
        )  # fmt: skip
        try:
            stop.watch(child)
            _feed(child, frames, stop)
            code = child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
    stop.check()
    if code != 0:
        raise Unavailable(f"ffmpeg failed: {_last_words(log) or code}")


def _feed(child: subprocess.Popen[bytes], frames: Iterable[NDArray[np.uint8]], stop: Stop) -> None:
    assert child.stdin is not None
    try:
        for frame in frames:
            stop.check()
            child.stdin.write(frame.data)
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # the child is gone; its exit code and log say why


def _environment(folder: Path) -> dict[str, str]:
    """Fontconfig must neither scan the machine's fonts nor choose one of them: subtitles bring their own."""
    config = folder / "fonts.conf"
    if not config.exists():
        config.write_text('<?xml version="1.0"?><fontconfig></fontconfig>', "utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(config)}


def _last_words(log: Path) -> str:
    """The last two lines: the very last often says only that something failed."""
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return "; ".join(line.strip()[:300] for line in lines[-2:])
