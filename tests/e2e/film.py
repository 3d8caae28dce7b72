"""Looking at and listening to a finished film with ffmpeg."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np


@dataclass
class Film:
    """What ffmpeg says about a file."""

    path: Path

    def _ffmpeg(self, *arguments: str) -> str:
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(self.path), *arguments]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False).stderr

    @property
    def streams(self) -> str:
        return self._ffmpeg()

    @property
    def seconds(self) -> float:
        found = re.search(r"Duration: (\d+):(\d+):([\d.]+)", self.streams)
        assert found, self.streams
        hours, minutes, seconds = found.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    def loudness(self) -> tuple[float, float]:
        """Integrated loudness in LUFS and true peak in dBFS."""
        report = self._ffmpeg("-af", "ebur128=peak=true", "-f", "null", "-").rsplit("Summary:", 1)[1]
        loudness = re.search(r"I:\s+(-?[\d.]+) LUFS", report)
        peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", report)
        assert loudness
        assert peak
        return float(loudness[1]), float(peak[1])

    def decodes(self) -> bool:
        """Whether every frame and sample decodes without a complaint."""
        return not self._ffmpeg("-v", "error", "-f", "null", "-").strip()

    def frame(self, second: float, width: int, height: int) -> np.ndarray:
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-ss", str(second), "-i", str(self.path),
            "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ]  # fmt: skip
        raw = subprocess.run(command, capture_output=True, check=True).stdout
        return np.frombuffer(raw, np.uint8).reshape(height, width, 3)

    def starts_fast(self) -> bool:
        """Whether the index comes before the media, so that playing starts before the download ends."""
        data = self.path.read_bytes()
        return 0 < data.find(b"moov") < data.find(b"mdat")
