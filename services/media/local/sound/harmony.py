"""Chords that move into each other the way singers would: every voice takes the nearest note of the next chord."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

Chord = tuple[int, ...]
"""MIDI notes, rising."""

_LOWEST, _HIGHEST = 50, 74
_CLOSEST = 3  # semitones between neighbours in the lower half: closer ones are mud


def pitch(key: int, scale: Sequence[int], degree: int) -> int:
    """The MIDI note of a degree of the scale, 0 being the tonic at `key`, 7 the one an octave above."""
    octave, step = divmod(degree, len(scale))
    return key + 12 * octave + scale[step]


def voicing(key: int, scale: Sequence[int], degree: int, before: Chord | None, colour: int = 6) -> Chord:
    """Four notes for the chord on `degree`: triad and the colour tone (6: seventh, 8: ninth, 7: the root again)."""
    wanted = [pitch(key, scale, degree + step) % 12 for step in (0, 2, 4, colour)]
    places = [[note for note in range(_LOWEST, _HIGHEST) if note % 12 == tone] for tone in wanted]
    chords = sorted({tuple(sorted(notes)) for notes in product(*places) if len(set(notes)) == len(notes)})
    return min(chords, key=lambda chord: (_cost(chord, before), chord))


def _cost(chord: Chord, before: Chord | None) -> float:
    middle = sum(chord) / len(chord)
    spread = max(0, chord[-1] - chord[0] - 17) + max(0, 9 - (chord[-1] - chord[0]))
    mud = sum(_CLOSEST - gap for gap in (chord[1] - chord[0], chord[2] - chord[1]) if gap < _CLOSEST)
    steps = sum(abs(new - old) ** 1.5 for new, old in zip(chord, before, strict=True)) if before else 0.0
    return steps + 2.0 * spread + 4.0 * mud + 0.25 * abs(middle - 62)
