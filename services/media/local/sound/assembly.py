"""A page's narration put together from its WAVs."""

from __future__ import annotations

import warnings
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from services.media.local.sound.signal import Sound
from services.media.model import PageSpeech
from shared.errors import Unavailable

with warnings.catch_warnings():
    # pydub looks for an ffmpeg on the path when it is imported and complains; it gets ours right below.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

AudioSegment.converter = imageio_ffmpeg.get_ffmpeg_exe()

_LOWEST_RATE_HZ = 4_000


def page_narration(speech: PageSpeech, folder: Path) -> tuple[Sound, int]:
    """The page's pieces on one mono time line of `speech.duration_ms`, and its sampling rate.

    Any narrator's WAVs will do: other rates, channels and widths (from 16 bit on) are brought to one. Raises
    Unavailable for a file that is missing or broken.
    """
    pieces = [_piece(folder / piece.file) for piece in speech.pieces]
    rate_hz = max((piece.frame_rate for piece in pieces), default=22_050)
    line = AudioSegment.silent(duration=0, frame_rate=rate_hz).set_channels(1).set_sample_width(2)
    for piece, start_ms in zip(pieces, [piece.start_ms for piece in speech.pieces], strict=True):
        even = piece.set_frame_rate(rate_hz)
        end_ms = line.frame_count() * 1000 / rate_hz
        if start_ms >= end_ms:
            line = line.append(_silence(line, start_ms - end_ms), crossfade=0).append(even, crossfade=0)
        else:  # a narrator whose pieces overlap
            line = _longer(line, start_ms + len(even)).overlay(even, position=start_ms)
    samples = np.array(line.get_array_of_samples(), np.float32) / np.float32(32_768)
    return samples, rate_hz


def _piece(file: Path) -> AudioSegment:
    # Read here and not by pydub: for a broken file it would go and look for ffprobe.
    try:
        with file.open("rb") as raw, wave.open(raw) as sound:
            channels, width, rate_hz, count = sound.getparams()[:4]
            data = sound.readframes(count)
        if width == 1 or rate_hz < _LOWEST_RATE_HZ:
            raise ValueError(f"{8 * width} bit at {rate_hz} Hz")
        whole = data[: len(data) - len(data) % (width * channels)]
        segment = AudioSegment(data=whole, sample_width=width, frame_rate=rate_hz, channels=channels)
        return segment.set_channels(1).set_sample_width(2)
    except (OSError, wave.Error, EOFError, ValueError) as error:
        raise Unavailable(f"The narration {file.name} cannot be read: {error}") from error


def _silence(line: AudioSegment, duration_ms: float) -> AudioSegment:
    """Silence to the exact sample: `AudioSegment.silent` takes whole milliseconds, and the rest would add up."""
    samples = bytes(2 * round(duration_ms * line.frame_rate / 1000))
    return AudioSegment(data=samples, sample_width=2, frame_rate=line.frame_rate, channels=1)


def _longer(line: AudioSegment, end_ms: float) -> AudioSegment:
    missing_ms = end_ms - line.frame_count() * 1000 / line.frame_rate
    return line.append(_silence(line, missing_ms), crossfade=0) if missing_ms > 0 else line
