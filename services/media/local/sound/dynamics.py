"""Gain that follows the voice: evens it out, and makes the music step back under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.media.local.sound.signal import FILM_RATE_HZ, Sound, follow, gain_of, hop_peaks

DUCK_DB = -11.0
_ATTACK_MS = 120
_HOLD_MS = 250  # longer than the pause between two sentences: the music must not pump
_RELEASE_MS = 600
_HOP_MS = 10
_HOP = FILM_RATE_HZ * _HOP_MS // 1000
_TALKING_DB = -36.0  # below the voice's peak
_RATIO = 2.5
_KNEE_DB = -12.0  # below the voice's peak: where it begins to be held back
_SMOOTH_HOPS = 9


def compress(voice: Sound) -> Sound:
    """The mono voice at 48 kHz with its loud syllables held back 2.5 to 1; silence stays silence.

    The gain is smoothed over ninety milliseconds both ways, so that it follows syllables and never bends a wave.
    """
    peaks = hop_peaks(voice, _HOP)
    if not len(peaks) or peaks.max() <= 0.0:
        return voice
    level_db = 20.0 * np.log10(np.maximum(peaks / peaks.max(), 1e-6))
    over_db = np.maximum(0.0, level_db - _KNEE_DB)
    window = np.hanning(_SMOOTH_HOPS + 2)[1:-1]
    gain_db = np.convolve(np.pad(over_db, _SMOOTH_HOPS // 2, mode="edge"), window / window.sum(), mode="valid")
    gain = 10.0 ** (-(1.0 - 1.0 / _RATIO) * gain_db / 20.0)
    return np.asarray(voice * follow(gain, _HOP, len(voice)), np.float32)


def duck(music: Sound, music_rate_hz: int, voice: Sound) -> Sound:
    """The stereo music 11 dB lower where the mono voice (48 kHz) talks, on its way down before the voice begins."""
    gain = 10.0 ** (DUCK_DB * _presence(voice) / 20.0)
    return np.asarray(music * follow(gain, _HOP * music_rate_hz // FILM_RATE_HZ, len(music))[:, None], np.float32)


def talking(voice: Sound) -> NDArray[np.bool_]:
    """One flag for every 10 ms: is the mono voice (48 kHz) heard there?"""
    peaks = hop_peaks(voice, _HOP)
    return np.asarray(peaks > max(1e-4, gain_of(_TALKING_DB) * float(peaks.max(initial=0.0))))


def _presence(voice: Sound) -> NDArray[np.float64]:
    """0 where the music is alone, 1 where the voice is, and the way between."""
    flags = talking(voice)
    since_ms = _hops_since(flags) * _HOP_MS
    until_ms = _hops_since(flags[::-1])[::-1] * _HOP_MS
    leaving = 1.0 - np.clip((since_ms - _HOLD_MS) / _RELEASE_MS, 0.0, 1.0)
    coming = 1.0 - np.clip((until_ms - _HOP_MS) / _ATTACK_MS, 0.0, 1.0)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.maximum(leaving, coming)))


def _hops_since(flags: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many hops ago a flag was last set; very many before the first."""
    places = np.arange(len(flags), dtype=np.float64)
    return np.asarray(places - np.maximum.accumulate(np.where(flags, places, -1e9)))
