from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media.local.sound.dynamics import compress, duck
from services.media.local.sound.loudness import SILENCE_LUFS, limit, loudness_lufs
from services.media.local.sound.room import hall, parlour
from services.media.local.sound.signal import convolve, fast_length, resample
from services.media.local.sound.timbre import timbre_curve
from tests.media.sound.measure import measure_sound


def noise(count: int, channels: int = 2, seed: int = 1) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal((count, channels))).astype(np.float32)


@pytest.mark.parametrize(("rate_hz", "new_rate_hz"), [(22_050, 48_000), (24_000, 48_000), (48_000, 24_000)])
def test_resampling_keeps_a_tone(rate_hz: int, new_rate_hz: int) -> None:
    time_s = np.arange(rate_hz) / rate_hz
    envelope = np.sin(np.pi * time_s) ** 2
    tone = (envelope * np.sin(2 * np.pi * 1_000 * time_s)).astype(np.float32)
    new_time_s = np.arange(new_rate_hz) / new_rate_hz
    wanted = np.sin(np.pi * new_time_s) ** 2 * np.sin(2 * np.pi * 1_000 * new_time_s)
    assert np.abs(resample(tone, rate_hz, new_rate_hz) - wanted).max() < 1e-3


def test_resampling_in_blocks_leaves_no_seams() -> None:
    time_s = np.arange(61 * 24_000) / 24_000
    tone = np.sin(2 * np.pi * 440 * time_s).astype(np.float32)
    wanted = np.sin(2 * np.pi * 440 * np.arange(61 * 48_000) / 48_000)
    longer = resample(tone, 24_000, 48_000)
    assert longer.shape == wanted.shape
    assert np.abs(longer - wanted)[9_600:-9_600].max() < 1e-3


@pytest.mark.parametrize("count", [1, 999, 20_000])
def test_convolution_is_the_sum_it_stands_for(count: int) -> None:
    sound, response = noise(count), noise(700, seed=2)
    wanted = np.stack([np.convolve(sound[:, c], response[:, c])[:count] for c in (0, 1)], axis=1)
    assert np.abs(convolve(sound, response) - wanted).max() < 1e-4
    assert np.abs(convolve(sound[:, 0], response)[:, 1] - np.convolve(sound[:, 0], response[:, 1])[:count]).max() < 1e-4


@given(st.integers(1, 10**8))
def test_fast_lengths(at_least: int) -> None:
    length = fast_length(at_least)
    assert at_least <= length <= 2 * at_least
    for prime in (2, 3, 5):
        while length % prime == 0:
            length //= prime
    assert length == 1


def test_loudness_agrees_with_ffmpeg() -> None:
    gaps = noise(48_000 * 12)
    gaps[48_000 * 3 : 48_000 * 6] *= 0.02
    gaps[48_000 * 9 :] = 0
    spectrum = np.fft.rfft(noise(48_000 * 6, seed=3), axis=0)
    spectrum[np.r_[: 70 * 6, 500 * 6 : len(spectrum)]] = 0  # 70 to 500 Hz, where the weighting is steep
    low = np.fft.irfft(spectrum, axis=0)
    for sound in (gaps, low):
        assert loudness_lufs(sound, 48_000) == pytest.approx(measure_sound(sound, 48_000).loudness_lufs, abs=0.25)
    mono = gaps[:, 0]
    assert loudness_lufs(mono, 48_000) == pytest.approx(loudness_lufs(np.stack([mono, mono], 1), 48_000), abs=1e-3)
    assert loudness_lufs(np.zeros((100, 2), np.float32), 48_000) == SILENCE_LUFS


def test_the_limiter_holds_its_ceiling_and_leaves_quiet_sound_alone() -> None:
    loud = noise(96_000)
    loud[30_000:30_010] = 3.0
    limited = limit(loud)
    assert np.abs(limited).max() <= 10 ** (-3.2 / 20) + 1e-4
    assert np.array_equal(limited[:29_000], loud[:29_000])
    assert np.array_equal(limited[31_000:], loud[31_000:])
    quiet = noise(4_800) * np.float32(0.5)
    assert limit(quiet) is quiet


def test_the_music_is_down_before_the_voice_and_comes_back_slowly() -> None:
    voice = np.zeros(48_000 * 6, np.float32)
    voice[96_000:144_000] = 0.5  # from 2 s to 3 s
    gain_db = 20 * np.log10(duck(np.ones((24_000 * 6, 2), np.float32), 24_000, voice)[:, 0])

    def at(time_s: float) -> float:
        return float(gain_db[int(time_s * 24_000)])

    assert at(1.80) == pytest.approx(0.0, abs=0.1)
    assert -9 < at(1.93) < -2
    assert at(1.995) == pytest.approx(-11.0, abs=0.6)
    assert at(3.2) == pytest.approx(-11.0, abs=0.1)
    assert -9 < at(3.55) < -2
    assert at(4.0) == pytest.approx(0.0, abs=0.1)
    assert np.abs(np.diff(gain_db)).max() < 0.01


def test_compression_evens_out() -> None:
    voice = np.concatenate([0.05 * np.ones(48_000), 0.8 * np.ones(48_000)]).astype(np.float32)
    even = compress(voice)
    assert even[24_000] == pytest.approx(0.05, rel=0.01)
    assert 6 < 20 * np.log10(voice[72_000] / even[72_000]) < 9
    assert not compress(np.zeros(1_000, np.float32)).any()


def test_timbre_moves_towards_speech_and_takes_rumble_away() -> None:
    curve = timbre_curve([(noise(48_000, 1)[:, 0], 22_050)], 22_050)  # white noise: far too bright
    assert curve[0] < 0.05
    assert curve[120] < 0.7 < 1.4 < curve[8]  # 6 kHz, 400 Hz
    assert timbre_curve([], 22_050)[100] == pytest.approx(1.0, abs=0.01)
    assert curve.max() < 2.0


def test_rooms_ring_differently_left_and_right() -> None:
    for room, shortest_s, longest_s in ((hall(), 1.0, 2.1), (parlour(), 0.15, 0.5)):
        assert shortest_s < len(room) / 24_000 < longest_s
        assert abs(np.corrcoef(room[:, 0], room[:, 1])[0, 1]) < 0.2
        assert (room**2).sum(axis=0) == pytest.approx([1.0, 1.0], abs=1e-3)
