"""Loudness after ITU-R BS.1770 and EBU R 128, and a limiter that cannot be heard."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.media.local.sound.signal import Sound, follow, gain_of, hop_peaks

SILENCE_LUFS = -70.0

_SLICE_S = 0.1
_SLICES_PER_BLOCK = 4
_SLICES_AT_ONCE = 128
_RELATIVE_GATE_LU = 10.0
_OFFSET_LU = 0.691
_HOP = 48  # a millisecond of the film
_REACH_HOPS = 6
_CEILING_DB = -3.2  # the coder and the samples between ours add up to 1.5 dB


def loudness_lufs(sound: Sound, rate_hz: int) -> float:
    """Integrated loudness of a stereo sound, or of a mono sound played by both speakers; -70 for silence.

    The standard weighs with filters in time. Here each tenth of a second is weighed in its spectrum, which is the same
    energy (Parseval) in a tenth of the time, and within 0.1 LU of the standard for speech and music (not for a rumble
    below 40 Hz, which the edges of the slices would make audible).
    """
    energy = _slice_energies(sound, rate_hz)
    if len(energy) < _SLICES_PER_BLOCK:
        energy = np.pad(energy, (0, _SLICES_PER_BLOCK - len(energy)))
    blocks = sliding_window_view(energy, _SLICES_PER_BLOCK).mean(axis=1)
    loud = blocks[_lufs(blocks) > SILENCE_LUFS]
    if not len(loud):
        return SILENCE_LUFS
    gated = loud[_lufs(loud) > _lufs(loud.mean()) - _RELATIVE_GATE_LU]
    return float(_lufs(gated.mean()))


def limit(sound: Sound) -> Sound:
    """The stereo sound at 48 kHz with no sample above -3.2 dBFS.

    The gain goes down a few milliseconds before a peak and comes back as gently after it.
    """
    ceiling = gain_of(_CEILING_DB)
    peaks = hop_peaks(sound, _HOP)
    if not len(peaks) or peaks.max() <= ceiling:
        return sound
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    lowest = sliding_window_view(np.pad(wanted, _REACH_HOPS, mode="edge"), 2 * _REACH_HOPS + 1).min(axis=1)
    window = np.hanning(2 * _REACH_HOPS + 1)[1:-1]  # one hop shorter on each side: the ramp is down in time
    gain = np.convolve(np.pad(lowest, _REACH_HOPS - 1, mode="edge"), window / window.sum(), mode="valid")
    return np.asarray(sound * follow(gain, _HOP, len(sound))[:, None], np.float32)


def _slice_energies(sound: Sound, rate_hz: int) -> NDArray[np.float64]:
    """Weighted mean square of every tenth of a second, summed over the channels."""
    size = round(rate_hz * _SLICE_S)
    count = len(sound) // size
    weight = _weight(rate_hz, size)
    energy = np.zeros(count)
    for channel in [sound] if sound.ndim == 1 else sound.T:
        for first in range(0, count, _SLICES_AT_ONCE):
            part = channel[first * size : min(count, first + _SLICES_AT_ONCE) * size]
            spectrum = np.fft.rfft(part.reshape(-1, size), axis=1)
            energy[first : first + len(spectrum)] += (spectrum.real**2 + spectrum.imag**2) @ weight
    return energy * 2.0 if sound.ndim == 1 else energy  # one channel comes out of two speakers


@cache
def _weight(rate_hz: int, size: int) -> NDArray[np.float64]:
    """What each bin of a slice's power spectrum adds to the weighted mean square: the K curve squared."""
    frequency = np.asarray(np.fft.rfftfreq(size, 1.0 / rate_hz), np.float64)
    double = np.full(len(frequency), 2.0)
    double[0] = 1.0
    if size % 2 == 0:
        double[-1] = 1.0
    return np.asarray(_k_curve(frequency) * double / size**2)


def _k_curve(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """|H|^2 of the standard's two filters, from the coefficients that it gives for 48 kHz."""
    z = np.exp(-2j * np.pi * frequency_hz / 48_000.0)
    shelf = np.polyval([1.19839281085285, -2.69169618940638, 1.53512485958697], z)
    shelf /= np.polyval([0.73248077421585, -1.69065929318241, 1.0], z)
    high_pass = np.polyval([1.0, -2.0, 1.0], z) / np.polyval([0.99007225036621, -1.99004745483398, 1.0], z)
    return np.asarray(np.abs(shelf * high_pass) ** 2)


def _lufs(energy: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(10.0 * np.log10(np.maximum(energy, 1e-12)) - _OFFSET_LU)
