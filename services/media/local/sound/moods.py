"""What the music of a genre is made of."""

from __future__ import annotations

from typing import Literal, NamedTuple

Plucked = Literal["harp", "celesta", "marimba", "piano"]

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_LYDIAN = (0, 2, 4, 6, 7, 9, 11)
_MIXOLYDIAN = (0, 2, 4, 5, 7, 9, 10)
_DORIAN = (0, 2, 3, 5, 7, 9, 10)
_AEOLIAN = (0, 2, 3, 5, 7, 8, 10)
_PHRYGIAN = (0, 1, 3, 5, 7, 8, 10)


class Mood(NamedTuple):
    """`key` is the MIDI note of the tonic, `progressions` are degrees of the scale, one a bar, four bars a phrase.

    `bright` goes from 0 to 1 (how many overtones); `arpeggio` and `melody` say how often of 1 such a note is played;
    `swing` is how much later than even the second of two eighths comes, as a share of an eighth.
    """

    key: int
    scale: tuple[int, ...]
    tempo_bpm: float
    beats: int
    progressions: tuple[tuple[int, ...], ...]
    plucked: Plucked
    bright: float
    arpeggio: float
    melody: float
    swing: float = 0.0


_MOODS: dict[str, Mood] = {
    "scary": Mood(45, _PHRYGIAN, 50, 4, ((0, 1, 5, 0), (0, 5, 3, 1), (0, 6, 1, 0)), "celesta", 0.2, 0.22, 0.1),
    "mystery": Mood(50, _AEOLIAN, 66, 4, ((0, 5, 3, 4), (0, 3, 6, 5), (0, 5, 2, 6)), "harp", 0.35, 0.55, 0.25),
    "bedtime": Mood(53, _MAJOR, 72, 3, ((0, 3, 0, 4), (0, 5, 3, 4), (3, 0, 1, 4)), "celesta", 0.35, 0.7, 0.35),
    "interesting history": Mood(50, _DORIAN, 76, 4, ((0, 6, 3, 0), (0, 2, 6, 3), (0, 3, 0, 6)), "harp", 0.45, 0.6, 0.3),
    "urban legends": Mood(52, _AEOLIAN, 60, 4, ((0, 5, 6, 4), (0, 3, 5, 6), (0, 0, 5, 3)), "piano", 0.3, 0.4, 0.2),
    "motivational": Mood(48, _MAJOR, 92, 4, ((0, 4, 5, 3), (5, 3, 0, 4), (3, 0, 4, 5)), "piano", 0.65, 0.85, 0.3),
    "fun facts": Mood(55, _MAJOR, 108, 4, ((0, 3, 0, 4), (0, 5, 1, 4), (3, 4, 0, 5)), "marimba", 0.6, 0.75, 0.3),
    "long form jokes": Mood(
        53, _MIXOLYDIAN, 100, 4, ((0, 3, 6, 0), (0, 1, 3, 0), (0, 6, 3, 4)), "marimba", 0.55, 0.7, 0.35, 0.3
    ),
    "life pro tips": Mood(50, _MAJOR, 88, 4, ((0, 2, 3, 4), (0, 4, 1, 3), (5, 3, 0, 4)), "piano", 0.55, 0.75, 0.25),
    "philosophy": Mood(48, _LYDIAN, 58, 4, ((0, 1, 4, 0), (0, 4, 1, 5), (5, 1, 0, 4)), "harp", 0.4, 0.45, 0.3),
    "love": Mood(51, _MAJOR, 68, 4, ((0, 5, 3, 4), (3, 4, 2, 5), (0, 2, 3, 4)), "piano", 0.45, 0.65, 0.45),
    "custom topic": Mood(57, _MAJOR, 80, 4, ((0, 4, 5, 3), (0, 3, 5, 4), (3, 0, 4, 5)), "harp", 0.5, 0.65, 0.3),
}


def mood_of(genre: str) -> Mood:
    """The mood of a genre; one that is not known sounds like a custom topic."""
    return _MOODS.get(genre, _MOODS["custom topic"])
