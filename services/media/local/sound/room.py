"""Rooms to put sound into: impulse responses in stereo at 24 kHz, made from seeded noise."""

from __future__ import annotations

from functools import cache

import numpy as np

from services.media.local.sound.signal import BED_RATE_HZ, Sound


@cache
def hall() -> Sound:
    """Where the music is: two seconds, the highs gone first. Shape (m, 2), each channel of energy 1."""
    return _unit(_tail(2.0, 200.0, 1_800.0, 11) + 0.45 * _tail(0.9, 1_800.0, 6_000.0, 12), delay_s=0.024)


@cache
def parlour() -> Sound:
    """Where the narrator is: a small furnished room, a third of a second. Shape (m, 2), each channel of energy 1."""
    return _unit(_tail(0.34, 180.0, 2_200.0, 21) + 0.35 * _tail(0.2, 2_200.0, 5_500.0, 22), delay_s=0.011)


def _tail(decay_s: float, low_hz: float, high_hz: float, seed: int) -> Sound:
    """Noise between two frequencies that falls by 60 dB in `decay_s`, different left and right."""
    count = round(2.0 * BED_RATE_HZ)
    noise = np.random.default_rng(seed).standard_normal((count, 2))
    frequency = np.fft.rfftfreq(count, 1.0 / BED_RATE_HZ)[:, None]
    band = 1.0 / (1.0 + (low_hz / np.maximum(frequency, 1.0)) ** 4) / (1.0 + (frequency / high_hz) ** 4)
    time_s = np.arange(count)[:, None] / BED_RATE_HZ
    decay = np.exp(-6.9 * time_s / decay_s) * np.minimum(1.0, time_s / 0.004)
    return np.asarray(np.fft.irfft(np.fft.rfft(noise, axis=0) * band, count, axis=0) * decay, np.float32)


def _unit(tail: Sound, delay_s: float) -> Sound:
    heard = np.abs(tail).max(axis=1) > 1e-4 * np.abs(tail).max()
    tail = tail[: int(np.flatnonzero(heard)[-1]) + 1]
    late = np.pad(tail, ((round(delay_s * BED_RATE_HZ), 0), (0, 0)))
    return np.asarray(late / np.sqrt((late**2).sum(axis=0)), np.float32)
