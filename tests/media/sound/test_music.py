from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest

from services.media.local.sound.bed import music_bed
from services.media.local.sound.harmony import pitch, voicing
from services.media.local.sound.moods import mood_of
from shared.contracts.values import GENRES
from tests.media.sound.measure import level_db

RATE_HZ = 24_000


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_has_gentle_music_of_its_length(genre: str) -> None:
    music = music_bed(genre, 7, 20_500)
    assert music.shape == (492_000, 2)
    assert music.dtype == np.float32
    assert np.abs(music).max() == pytest.approx(0.7, abs=0.01)
    assert np.abs(music[[0, -1]]).max() < 1e-4
    inside = [level_db(music[start : start + RATE_HZ]) for start in range(3 * RATE_HZ, 15 * RATE_HZ, RATE_HZ)]
    assert max(inside) - min(inside) < 13
    # no clicks: a click is a sample step far above what the music around it does
    steps = np.abs(np.diff(music.mean(axis=1)))
    assert steps.max() < 0.2
    spectrum = np.abs(np.fft.rfft(music[:, 0])) ** 2
    assert spectrum[len(spectrum) // 2 :].sum() < 1e-3 * spectrum.sum()
    assert abs(float(music.mean())) < 0.01


def test_music_is_wide_and_stays_on_one_loudspeaker() -> None:
    music = music_bed("love", 1, 15_000)
    middle, side = level_db(music.sum(axis=1)), level_db(music[:, 0] - music[:, 1])
    assert -12 < side - middle < -2


def test_the_seed_decides() -> None:
    one, same, other = music_bed("love", 1, 12_000), music_bed("love", 1, 12_000), music_bed("love", 2, 12_000)
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_it_does_not_loop() -> None:
    """Two minutes: no stretch of it comes back unchanged at a distance of whole phrases."""
    music = music_bed("custom topic", 3, 120_000).mean(axis=1)
    phrase = 4 * 4 * 60 * RATE_HZ // 80
    pieces = [music[start : start + phrase] for start in range(phrase, 8 * phrase, phrase)]
    assert max(abs(np.corrcoef(one, other)[0, 1]) for one, other in pairwise(pieces)) < 0.9


@pytest.mark.parametrize("duration_ms", [1, 900, 4_000])
def test_very_short_films_have_music_too(duration_ms: int) -> None:
    assert len(music_bed("scary", 1, duration_ms)) == duration_ms * 24


def test_forty_seconds_are_cheap() -> None:
    music_bed("mystery", 1, 2_000)
    begun = time.process_time()
    music_bed("mystery", 1, 40_000)
    assert time.process_time() - begun < 1.2  # a third of this on a quiet machine


@pytest.mark.parametrize("genre", GENRES)
def test_chords_are_led_by_small_steps(genre: str) -> None:
    mood = mood_of(genre)
    chord = None
    for degree in (degree for progression in mood.progressions for degree in progression):
        before, chord = chord, voicing(mood.key, mood.scale, degree, chord)
        wanted = {pitch(mood.key, mood.scale, degree + step) % 12 for step in (0, 2, 4, 6)}
        assert {note % 12 for note in chord} == wanted
        assert list(chord) == sorted(set(chord))
        if before:
            moves = [abs(new - old) for new, old in zip(chord, before, strict=True)]
            assert max(moves) <= 5
            assert sum(moves) <= 11
