"""What ffmpeg says about a sound: a judge that shares no code with the mix."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import imageio_ffmpeg
import numpy as np


class Measured(NamedTuple):
    loudness_lufs: float
    true_peak_db: float


def ffmpeg(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True, timeout=60)


def measure(*source: str, given: bytes = b"") -> Measured:
    report = ffmpeg(*source, "-af", "ebur128=peak=true", "-f", "null", "-", given=given).stderr.decode()
    summary = report[report.rindex("Summary:") :]
    found = [re.search(rf"{name}:\s+(-?[\d.]+|-inf)", summary) for name in ("I", "Peak")]
    return Measured(*(float(each[1]) for each in found if each))


def measure_sound(sound: np.ndarray, rate_hz: int) -> Measured:
    raw = sound.astype("<f4").tobytes()
    return measure("-f", "f32le", "-ar", str(rate_hz), "-ac", str(sound.ndim), "-i", "pipe:0", given=raw)


def decoded(file: Path) -> np.ndarray:
    """The file's samples, shape (n, 2)."""
    raw = ffmpeg("-nostdin", "-i", str(file), "-f", "f32le", "-").stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2)


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))
