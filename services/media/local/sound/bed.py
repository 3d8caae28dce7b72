"""The music under a story: composed bar by bar for the film's length, so that nothing ever loops."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

import numpy as np

from services.media.local.sound.harmony import Chord, pitch, voicing
from services.media.local.sound.instruments import bass_note, flute_note, pad_note, plucked_note
from services.media.local.sound.moods import Mood, mood_of
from services.media.local.sound.room import hall
from services.media.local.sound.signal import BED_RATE_HZ, Sound, convolve, raised_cosine

_FADE_IN_S = 2.0
_FADE_OUT_S = 5.0
_DRY, _WET, _WIDTH = 0.75, 0.4, 0.7
_PHRASE_BARS = 4
_SHAPES = ((0, 1, 2, 3), (0, 2, 1, 3), (3, 2, 1, 0), (0, 1, 3, 2), (0, 2, 3, 2), (0, 3, 2, 1))


class _Bar(NamedTuple):
    """A bar to be played: `place` counts bars, `last` marks the final chord, which rings into the fade."""

    place: int
    start_s: float
    degree: int
    chord: Chord
    last: bool


def music_bed(genre: str, seed: int, duration_ms: int) -> Sound:
    """Stereo music (n, 2) at 24 kHz with its peak at 0.7; the same for the same genre, seed and length.

    It fades in and out and ends on the home chord. Levels among the layers are fixed here, the level under the voice
    is the mix's business.
    """
    mood, chance = mood_of(genre), Random(f"{genre}/{seed}")
    seconds = duration_ms / 1000
    canvas = np.zeros((round((seconds + 4.0) * BED_RATE_HZ), 2), np.float32)
    bar_s = mood.beats * 60.0 / mood.tempo_bpm
    patterns = [_pattern(mood, chance) for _ in range(3)]
    for bar in _bars(mood, chance, seconds, bar_s):
        _play_chord(canvas, mood, bar, bar_s)
        if not bar.last:
            _play_arpeggio(canvas, mood, bar, patterns[bar.place // _PHRASE_BARS % 3], chance)
            _play_melody(canvas, mood, bar, chance)
    return _finish(canvas, round(seconds * BED_RATE_HZ))


def _bars(mood: Mood, chance: Random, seconds: float, bar_s: float) -> list[_Bar]:
    """Phrases of four bars, never the same progression twice in a row, then the tonic."""
    count = max(1, int((seconds - 0.6 * _FADE_OUT_S) / bar_s))
    bars: list[_Bar] = []
    progression: tuple[int, ...] = ()
    chord: Chord | None = None
    for place in range(count + 1):
        if place % _PHRASE_BARS == 0:
            progression = chance.choice([each for each in mood.progressions if each != progression])
        last = place == count
        degree = 0 if last or place == 0 else progression[place % _PHRASE_BARS]
        colour = 7 if last or chance.random() < 0.4 else chance.choice((6, 8))
        chord = voicing(mood.key, mood.scale, degree, chord, colour)
        bars.append(_Bar(place, place * bar_s, degree, chord, last))
    return bars


def _play_chord(canvas: Sound, mood: Mood, bar: _Bar, bar_s: float) -> None:
    """The pad swells over the bar line into the next chord; the bass comes a little before the beat is felt."""
    length_s = max(bar_s, _FADE_OUT_S) + 2.0 if bar.last else bar_s * 1.45
    attack_s = 0.9 if bar.place == 0 else bar_s * 0.4
    for note in bar.chord:
        _add(canvas, pad_note(note, length_s, attack_s, bar_s * 0.5, mood.bright) * np.float32(0.16), bar.start_s)
    root = pitch(mood.key, mood.scale, bar.degree)
    low = root - 12 * -(-(root - 47) // 12)
    level = 0.3 if bar.place else 0.2
    _add(canvas, _panned(bass_note(low, min(length_s, bar_s * 1.1)), 0.5, level), bar.start_s)


def _pattern(mood: Mood, chance: Random) -> list[int | None]:
    """For every eighth of a bar the chord's voice that is plucked, or none; the first beat always sounds."""
    shape = chance.choice(_SHAPES)
    eighths = mood.beats * 2
    played = [place == 0 or chance.random() < mood.arpeggio for place in range(eighths)]
    return [shape[place % len(shape)] if sounds else None for place, sounds in enumerate(played)]


def _play_arpeggio(canvas: Sound, mood: Mood, bar: _Bar, pattern: list[int | None], chance: Random) -> None:
    """From the second bar on; softer off the beat, each voice of the chord at its own place in the room."""
    if bar.place == 0:
        return
    eighth_s = 30.0 / mood.tempo_bpm
    for place, voice in enumerate(pattern):
        if voice is None or chance.random() < 0.08:
            continue
        note = bar.chord[voice] + (12 if bar.chord[voice] < 62 or chance.random() < 0.2 else 0)
        late_s = (mood.swing * eighth_s if place % 2 else 0.0) + chance.uniform(0.0, 0.014)
        level = (0.2 if place % 2 else 0.26) * chance.uniform(0.7, 1.0) * (0.6 if bar.place == 1 else 1.0)
        sound = plucked_note(mood.plucked, note, mood.bright)
        _add(canvas, _panned(sound, 0.26 + 0.16 * voice, level), bar.start_s + place * eighth_s + late_s)


def _play_melody(canvas: Sound, mood: Mood, bar: _Bar, chance: Random) -> None:
    """Now and then a long note over the chord, and its neighbour: a hint of a tune that leaves room for words."""
    if bar.place < 2 or chance.random() > mood.melody:
        return
    beat_s = 60.0 / mood.tempo_bpm
    note = bar.chord[chance.choice((2, 3))] + 12
    while note > 81:
        note -= 12
    start_s = bar.start_s + chance.choice((0, 1)) * beat_s
    _add(canvas, _panned(flute_note(note, 2.5 * beat_s), 0.58, 0.09), start_s)


def _panned(sound: Sound, place: float, level: float) -> Sound:
    """A mono sound between left (0) and right (1), equally loud everywhere."""
    sides = np.array([np.cos(place * np.pi / 2), np.sin(place * np.pi / 2)], np.float32)
    return sound[:, None] * (sides * np.float32(level))


def _add(canvas: Sound, sound: Sound, start_s: float) -> None:
    start = round(start_s * BED_RATE_HZ)
    end = min(len(canvas), start + len(sound))
    if end > start:
        canvas[start:end] += sound[: end - start]


def _finish(canvas: Sound, count: int) -> Sound:
    """The music in its hall, faded in and out."""
    music = _narrower(np.float32(_DRY) * canvas + np.float32(_WET) * convolve(canvas, hall()))[:count]
    rise, fall = (min(count // 3, round(seconds * BED_RATE_HZ)) for seconds in (_FADE_IN_S, _FADE_OUT_S))
    music[:rise] *= raised_cosine(rise)[:, None]
    music[count - fall :] *= raised_cosine(fall)[::-1, None]
    return np.asarray(music * np.float32(0.7 / max(1e-6, float(np.abs(music).max()))), np.float32)


def _narrower(sound: Sound) -> Sound:
    """Less difference between left and right: it stays wide on headphones and loses little on one loudspeaker."""
    middle = sound.mean(axis=1, keepdims=True)
    return np.asarray(middle + np.float32(_WIDTH) * (sound - middle), np.float32)
