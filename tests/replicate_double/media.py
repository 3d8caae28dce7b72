"""Real files of the right size and length, made once."""

from __future__ import annotations

import io
import math
import subprocess
import tempfile
import wave
from functools import lru_cache
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image

FORMATS = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}
WORDS_A_MINUTE = 150


@lru_cache(maxsize=64)
def picture(width_px: int, height_px: int, form: str, seed: int) -> bytes:
    """A smooth picture that differs by seed."""
    rng = np.random.default_rng(seed)
    coarse = (rng.random((5, 7, 3)) * 255).astype(np.uint8)
    image = Image.fromarray(coarse).resize((width_px, height_px), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[form])
    return out.getvalue()


@lru_cache(maxsize=8)
def film(width_px: int, height_px: int, duration_s: int) -> bytes:
    """H.264 in MP4, 24 frames a second, with something that moves."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.mp4"
        _ffmpeg(
            "-f", "lavfi", "-i", f"testsrc=size={width_px}x{height_px}:rate=24:duration={duration_s}",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(file),
        )  # fmt: skip
        return file.read_bytes()


@lru_cache(maxsize=64)
def speech_wav(duration_ms: int, rate_hz: int) -> bytes:
    """A voice-like hum in syllables, mono, 16 bit."""
    count = rate_hz * duration_ms // 1000
    time_s = np.arange(count) / rate_hz
    syllables = np.clip(np.sin(2 * math.pi * 4 * time_s), 0, 1)
    hum = sum(np.sin(2 * math.pi * 140 * n * time_s) / n for n in (1, 2, 3, 4))
    samples = (syllables * hum * 6000).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())
    return out.getvalue()


@lru_cache(maxsize=64)
def speech_mp3(duration_ms: int, rate_hz: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        wav, mp3 = Path(folder) / "a.wav", Path(folder) / "a.mp3"
        wav.write_bytes(speech_wav(duration_ms, rate_hz))
        _ffmpeg("-i", str(wav), "-b:a", "64k", str(mp3))
        return mp3.read_bytes()


def spoken_ms(text: str, speed: float = 1.0) -> int:
    """How long somebody takes to say it, to the quarter of a second."""
    words = max(len(text.split()), len(text) / 6, 1)
    return max(round(words / WORDS_A_MINUTE * 60 / speed * 4), 1) * 250


def _ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True, capture_output=True)
