"""The few signal tools that speech and music share. Sound is float32, 1.0 is full scale; stereo has shape (n, 2)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

FILM_RATE_HZ = 48_000
BED_RATE_HZ = 24_000
"""Music and reverberation have nothing to say above 12 kHz: at half the rate they cost half the time."""

_BLOCK_S = 20


def gain_of(level_db: float) -> float:
    """The factor that changes a level by so many decibels."""
    return float(10.0 ** (level_db / 20.0))


def raised_cosine(count: int) -> Sound:
    """A ramp from 0 to 1 without corners."""
    return (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, count))).astype(np.float32)


def fast_length(at_least: int) -> int:
    """The next length that a Fourier transform is quick with: 2, 3 and 5 are its only factors."""
    best = 1 << max(0, at_least - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            rest = -(-at_least // three)
            best = min(best, three << max(0, rest - 1).bit_length())
            three *= 3
        five *= 5
    return best


def resample(sound: Sound, rate_hz: int, new_rate_hz: int, curve: Sound | None = None) -> Sound:
    """The sound at another rate, along the first axis, through the ideal low-pass.

    `curve` multiplies the spectrum on the way: gains at equally spaced frequencies from 0 to the old band's edge.
    Works block by block, so that the memory needed does not grow with the film.
    """
    common = math.gcd(rate_hz, new_rate_hz)
    down, up = rate_hz // common, new_rate_hz // common
    out = np.empty((-(-len(sound) * up // down), *sound.shape[1:]), np.float32)
    # A quarter of a second on both sides of a block is transformed too, and thrown away.
    step, margin = _BLOCK_S * common * down, -(-common // 4) * down
    for start in range(0, len(sound), step):
        before = min(margin, start)
        longer = _resample_block(sound[start - before : start + step + margin], down, up, curve)
        place = start * up // down
        part = out[place : place + step * up // down]
        part[:] = longer[before * up // down :][: len(part)]
    return out


def _resample_block(sound: Sound, down: int, up: int, curve: Sound | None) -> Sound:
    # Silence behind the sound, so that its end does not wrap around into its beginning.
    blocks = fast_length(-(-(len(sound) + 1_024) // down))
    spectrum = np.fft.rfft(sound, blocks * down, axis=0)
    if curve is not None:
        places = np.linspace(0.0, len(curve) - 1.0, len(spectrum), dtype=np.float32)
        gains = np.interp(places, np.arange(len(curve)), curve).astype(np.float32)
        spectrum *= gains.reshape(-1, *[1] * (sound.ndim - 1))
    longer = np.fft.irfft(spectrum, blocks * up, axis=0)
    return np.asarray(longer * np.float32(up / down), np.float32)


def convolve(sound: Sound, response: Sound) -> Sound:
    """Each channel of `response` (m, c) applied to the sound (n,) or (n, c), cut to n samples: shape (n, c).

    Works block by block, so that the memory needed does not grow with the film.
    """
    size = fast_length(4 * len(response))
    step = size - len(response) + 1
    spectrum = np.fft.rfft(response, size, axis=0)
    wide = sound[:, None] if sound.ndim == 1 else sound
    out = np.zeros((len(sound) + size, response.shape[1]), np.float32)
    for start in range(0, len(sound), step):
        block = np.fft.rfft(wide[start : start + step], size, axis=0)
        out[start : start + size] += np.fft.irfft(block * spectrum, size, axis=0)
    return out[: len(sound)]


def follow(values: NDArray[np.float64], hop: int, count: int) -> Sound:
    """Values of hops of `hop` samples as a curve over `count` samples, straight between the hops' centres."""
    centres = (np.arange(len(values)) + 0.5) * hop
    curve = np.empty(count, np.float32)
    for start in range(0, count, FILM_RATE_HZ * _BLOCK_S):
        part = curve[start : start + FILM_RATE_HZ * _BLOCK_S]
        part[:] = np.interp(np.arange(start, start + len(part)), centres, values)
    return curve


def hop_peaks(sound: Sound, hop: int) -> NDArray[np.float64]:
    """The largest absolute sample, over all channels, of every hop; the last hop may be short."""
    loud = np.abs(sound) if sound.ndim == 1 else np.maximum(np.abs(sound[:, 0]), np.abs(sound[:, 1]))
    padded = np.pad(loud, (0, -len(loud) % hop))
    return np.asarray(padded.reshape(-1, hop).max(axis=1), np.float64)
