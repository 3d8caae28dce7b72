"""What the samples themselves tell: where a voice is heard, and a piece cut to it."""

from __future__ import annotations

import os
import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Heard = NDArray[np.bool_]
"""One flag for every 5 ms."""

HOP_MS = 5
_KEPT_MS = 40
_FADE_MS = 4
_AUDIBLE = 0.012  # of the loudest sample, 38 dB below it: the breath and echo of the engine lie lower
_SILENT_PEAK = 40


class Cut(NamedTuple):
    """A piece without the silence around it; `lead_ms` were taken away in front (or, below 0, added)."""

    samples: Samples
    lead_ms: int


def length_ms(samples: Samples, rate_hz: int) -> int:
    """How long the samples sound, rounded up."""
    return -(-len(samples) * 1000 // rate_hz)


def silence(duration_ms: int, rate_hz: int) -> Samples:
    """Samples for text that cannot be said."""
    return np.zeros(duration_ms * rate_hz // 1000, np.int16)


def is_silent(samples: Samples) -> bool:
    """Whether there is nothing to hear."""
    return not len(samples) or int(_loudness(samples).max()) < _SILENT_PEAK


def heard(samples: Samples, rate_hz: int) -> Heard:
    """Where the voice is heard."""
    hops = -(-length_ms(samples, rate_hz) // HOP_MS)
    starts = np.arange(hops) * HOP_MS * rate_hz // 1000
    peaks = np.maximum.reduceat(_loudness(samples), starts[starts < len(samples)])
    return np.asarray(peaks > max(_SILENT_PEAK, _AUDIBLE * int(peaks.max())))


def voice_end_ms(flags: Heard, start_ms: int, end_ms: int) -> int:
    """When the voice falls silent between the two times; `end_ms` if it never sounds there."""
    first = start_ms // HOP_MS
    sounding = np.flatnonzero(flags[first : -(-end_ms // HOP_MS)])
    return min(end_ms, (first + int(sounding[-1]) + 1) * HOP_MS) if len(sounding) else end_ms


def cut(samples: Samples, flags: Heard, rate_hz: int) -> Cut:
    """The piece from 40 ms before it is heard to 40 ms after, its edges faded so that they cannot click.

    Where the sound has no 40 ms to give, silence stands in and `lead_ms` is negative.
    """
    sounding = np.flatnonzero(flags)
    start_ms, end_ms = int(sounding[0]) * HOP_MS - _KEPT_MS, (int(sounding[-1]) + 1) * HOP_MS + _KEPT_MS
    margin = silence(_KEPT_MS, rate_hz)
    around = np.concatenate((margin, samples, margin, silence(HOP_MS, rate_hz))).astype(np.float32)
    piece = around[(start_ms + _KEPT_MS) * rate_hz // 1000 : (end_ms + _KEPT_MS) * rate_hz // 1000]
    ramp = np.linspace(0.0, 1.0, rate_hz * _FADE_MS // 1000, dtype=np.float32)
    piece[: len(ramp)] *= ramp
    piece[len(piece) - len(ramp) :] *= ramp[::-1]
    return Cut(piece.astype(np.int16), start_ms)


def write_wav(file: Path, samples: Samples, rate_hz: int) -> None:
    """Writes a mono 16-bit WAV; a file that is there is whole."""
    part = file.with_suffix(".part")
    with part.open("wb") as raw, wave.open(raw, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.astype("<i2").tobytes())
    os.replace(part, file)


def _loudness(samples: Samples) -> NDArray[np.int32]:
    return np.abs(samples.astype(np.int32))
