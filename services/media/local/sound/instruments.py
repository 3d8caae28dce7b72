"""Notes made of wave tables: a pad, plucked strings and bars, a soft bass and a flute. Float32 at 24 kHz."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.media.local.sound.moods import Plucked
from services.media.local.sound.signal import BED_RATE_HZ, Sound, raised_cosine

_TABLE_BITS = 13
_HIGHEST_HZ = 7_000.0
_PARTIALS: dict[Plucked, tuple[float, ...]] = {
    "harp": (1.0, 0.45, 0.22, 0.12, 0.06, 0.03),
    "celesta": (1.0, 0.08, 0.0, 0.22, 0.0, 0.0, 0.05),
    "marimba": (1.0, 0.02, 0.0, 0.18, 0.0, 0.0, 0.0, 0.0, 0.0, 0.04),
    "piano": (1.0, 0.5, 0.3, 0.14, 0.1, 0.05, 0.03, 0.02),
}
_RING_S: dict[Plucked, float] = {"harp": 1.5, "celesta": 1.9, "marimba": 0.7, "piano": 1.7}


def frequency_hz(note: float) -> float:
    """The frequency of a MIDI note, 69 being 440 Hz."""
    return float(440.0 * 2.0 ** ((note - 69.0) / 12.0))


@lru_cache(maxsize=64)
def pad_note(note: int, seconds: float, attack_s: float, release_s: float, bright: float) -> Sound:
    """A soft chord note in stereo (n, 2): two strings a side, a few cents apart, so that they float."""
    count = round(seconds * BED_RATE_HZ)
    partials = tuple(1.0 / h ** (2.4 - 1.0 * bright) for h in range(1, 13))
    envelope = _swell(count, attack_s, release_s)
    channels = []
    for cents, phase in (((-5.0, 3.0), 0.13), ((-3.0, 5.0), 0.57)):
        strings = [_wave(note + c / 100.0, count, partials, phase + 0.31 * c) for c in cents]
        channels.append((strings[0] + strings[1]) * envelope)
    return np.stack(channels, axis=1) * np.float32(0.5)


@lru_cache(maxsize=64)
def plucked_note(kind: Plucked, note: int, bright: float) -> Sound:
    """A struck or plucked note (n,) that rings out; the overtones fade before the tone does."""
    ring_s = _RING_S[kind] * min(1.4, 2.0 ** ((64 - note) / 24.0))
    count = round(ring_s * 1.6 * BED_RATE_HZ)
    time_s = np.arange(count, dtype=np.float32) / np.float32(BED_RATE_HZ)
    tone = _wave(note, count, (1.0,)) * np.exp(-time_s * np.float32(4.0 / ring_s))
    overtones = (0.0, *(level * (0.4 + bright) for level in _PARTIALS[kind][1:]))
    tone += _wave(note, count, overtones) * np.exp(-time_s * np.float32(10.0 / ring_s))
    return np.asarray(tone * _swell(count, 0.012, 0.3 * ring_s), np.float32)


@lru_cache(maxsize=64)
def bass_note(note: int, seconds: float) -> Sound:
    """A round low note (n,)."""
    count = round(seconds * BED_RATE_HZ)
    return _wave(note, count, (1.0, 0.28, 0.1)) * _swell(count, 0.07, 0.5 * seconds)


@lru_cache(maxsize=64)
def flute_note(note: int, seconds: float) -> Sound:
    """A gentle melody note (n,) whose vibrato comes late, as a player's does."""
    count = round(seconds * BED_RATE_HZ)
    time_s = np.arange(count, dtype=np.float64) / BED_RATE_HZ
    vibrato = 0.004 * np.sin(2.0 * np.pi * 4.8 * time_s) * np.minimum(1.0, time_s / 0.9)
    phase = np.cumsum(frequency_hz(note) / BED_RATE_HZ * (1.0 + vibrato))
    wave = _table(_kept((1.0, 0.18, 0.08, 0.02), note))[(phase * 2**_TABLE_BITS).astype(np.int64) % 2**_TABLE_BITS]
    return np.asarray(wave * _swell(count, 0.16, 0.5 * seconds), np.float32)


def _wave(note: float, count: int, partials: tuple[float, ...], phase: float = 0.0) -> Sound:
    """A steady tone. The phase is a 32-bit integer that wraps by itself: exact however long the note is."""
    step = round(frequency_hz(note) / BED_RATE_HZ * 2**32)
    turns = np.arange(count, dtype=np.uint32) * np.uint32(step) + np.uint32(phase % 1.0 * (2**32 - 1))
    return np.asarray(_table(_kept(partials, note))[turns >> np.uint32(32 - _TABLE_BITS)], np.float32)


def _kept(partials: tuple[float, ...], note: float) -> tuple[float, ...]:
    """Only overtones that the rate can carry."""
    return partials[: max(1, int(_HIGHEST_HZ / frequency_hz(note)))]


@lru_cache(maxsize=64)
def _table(partials: tuple[float, ...]) -> Sound:
    turn = np.arange(2**_TABLE_BITS) * (2.0 * np.pi / 2**_TABLE_BITS)
    return np.asarray(sum(level * np.sin(turn * h) for h, level in enumerate(partials, 1)), np.float32)


def _swell(count: int, attack_s: float, release_s: float) -> NDArray[np.float32]:
    rise, fall = (min(count, round(seconds * BED_RATE_HZ)) for seconds in (attack_s, release_s))
    envelope = np.ones(count, np.float32)
    envelope[:rise] = raised_cosine(rise)
    envelope[count - fall :] *= raised_cosine(fall)[::-1]
    return envelope
