"""Which espeak-ng voice reads a language, and how it is tuned to sound like one of the six voices."""

from __future__ import annotations

from typing import NamedTuple

from shared.errors import Invalid


class VoiceSettings(NamedTuple):
    """What the engine is told before it speaks: `rate` is in words a minute, pitch and range go from 0 to 99."""

    name: str
    rate: int
    pitch: int
    range: int


class _Timbre(NamedTuple):
    variant: str
    pitch: int
    range: int
    pace: float


# espeak counts only running words: pauses at commas and full stops come on top, so that this base
# is heard as about 165 words a minute, the pace of an audio book.
_BASE_RATE = 150

_LANGUAGES = {
    "english": "en-us",
    "czech": "cs",
    "danish": "da",
    "dutch": "nl",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hindi": "hi",
    "indonesian": "id",
    "italian": "it",
    "chinese": "cmn",
    "japanese": "ja",
    "norwegian": "nb",
    "polish": "pl",
    "portuguese": "pt-br",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "turkish": "tr",
    "ukrainian": "uk",
}

_LANGUAGE_PACE = {"chinese": 1.25, "ukrainian": 1.25}
"""These voices of the engine are slower than the rest at the same rate."""

_TIMBRES = {
    "alloy": _Timbre("f2", 38, 44, 1.0),
    "echo": _Timbre("m3", 45, 52, 1.0),
    "fable": _Timbre("m7", 55, 62, 0.98),
    "onyx": _Timbre("m1", 25, 42, 0.97),
    "nova": _Timbre("f5", 60, 58, 1.0),
    "shimmer": _Timbre("f3", 46, 50, 0.98),
}

GENRE_PACE = {
    "scary": 0.96,
    "mystery": 0.97,
    "bedtime": 0.93,
    "philosophy": 0.96,
    "love": 0.97,
    "motivational": 1.02,
    "fun facts": 1.04,
    "long form jokes": 1.03,
    "life pro tips": 1.02,
}
"""A lullaby is not read like a joke: how fast, against the usual pace, which is 1."""


def voice_settings(language: str, voice: str, genre: str = "") -> VoiceSettings:
    """How the engine speaks `language` with `voice`; raises Invalid for one that we do not have."""
    if language not in _LANGUAGES:
        raise Invalid(f"No narrator speaks the language {language!r}")
    if voice not in _TIMBRES:
        raise Invalid(f"There is no voice {voice!r}")
    timbre = _TIMBRES[voice]
    pace = timbre.pace * GENRE_PACE.get(genre, 1.0) * _LANGUAGE_PACE.get(language, 1.0)
    rate = round(_BASE_RATE * pace)
    return VoiceSettings(f"{_LANGUAGES[language]}+{timbre.variant}", rate, timbre.pitch, timbre.range)
