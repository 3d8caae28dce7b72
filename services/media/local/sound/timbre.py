"""Makes a voice sound more like people do: its long-term spectrum is moved towards that of human speech."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.media.local.sound.signal import Sound

# Third-octave levels of speech, averaged over speakers and languages (Byrne and others, 1994), from 250 Hz up.
_BANDS_HZ = np.array([250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000], float)
_SPEECH_DB = np.array([60.3, 59.0, 62.1, 62.1, 60.5, 56.8, 53.7, 53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5, 44.3, 43.7])
_SHARE = 0.5  # halfway: the voices shall keep their characters
_MOST_DB = 5.0
_STEP_HZ = 50.0
_RUMBLE_HZ = 70.0
_FRAME = 2_048


def timbre_curve(voices: Sequence[tuple[Sound, int]], rate_hz: int) -> Sound:
    """Gains at equally spaced frequencies from 0 to half of `rate_hz`, for `signal.resample`.

    `voices` are mono sounds and their rates; a film gets one curve, so that its pages sound alike.
    """
    frequency = np.arange(0.0, rate_hz / 2 + _STEP_HZ, _STEP_HZ)
    gain_db = np.interp(frequency, _BANDS_HZ, _correction_db(voices))
    gain_db[frequency < _BANDS_HZ[0]] *= frequency[frequency < _BANDS_HZ[0]] / _BANDS_HZ[0]
    rumble = frequency**2 / (frequency**2 + _RUMBLE_HZ**2 / 2)
    return np.asarray(10.0 ** (gain_db / 20.0) * rumble, np.float32)


def _correction_db(voices: Sequence[tuple[Sound, int]]) -> NDArray[np.float64]:
    power = np.sum([_band_power(sound, rate_hz) for sound, rate_hz in voices], axis=0) if voices else np.zeros(1)
    if not np.all(power > 0.0):
        return np.zeros(len(_BANDS_HZ))
    missing = _SPEECH_DB - 10.0 * np.log10(power)
    smooth = np.convolve(np.pad(missing - missing.mean(), 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    return np.asarray(np.clip(_SHARE * smooth, -_MOST_DB, _MOST_DB))


def _band_power(sound: Sound, rate_hz: int) -> NDArray[np.float64]:
    """The power in each third of an octave; nothing above what the rate carries but a trace."""
    count = max(1, -(-len(sound) // _FRAME))
    frames = np.pad(sound, (0, count * _FRAME - len(sound))).reshape(count, _FRAME) * np.hanning(_FRAME)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).sum(axis=0)
    frequency = np.fft.rfftfreq(_FRAME, 1.0 / rate_hz)
    edges = 2.0 ** (1 / 6)
    inside = [(frequency >= band / edges) & (frequency < band * edges) for band in _BANDS_HZ]
    return np.array([power[each].sum() for each in inside])
