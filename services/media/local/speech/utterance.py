"""A piece of text as the engine hears it and as the viewer reads it, kept in step.

The engine reports where in *its* text a word begins; the subtitles need the words of *our* text. An utterance holds
both: `speech` for the engine, and tokens that know which words they show and where in `speech` they begin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.errors import Invalid

MAX_PIECE_CHARS = 2_000


class Token(NamedTuple):
    """What one subtitle word shows, the index in the speech where it begins, and how long it is to say (relative)."""

    text: str
    at: int
    weight: int


class Utterance(NamedTuple):
    """`text` is what is shown, `speech` what is said; `speakable` is False where nothing can be said."""

    text: str
    speech: str
    tokens: tuple[Token, ...]
    speakable: bool


_JOINERS = "\u200c\u200d"  # they shape Devanagari and emoji: the only invisible characters that stay
_BREAKS = re.compile(r"[ \t\n\r\f\v\u2028\u2029]+")
_WORD = re.compile(r"[^ ]+")
_CHARACTER = re.compile(r"[⺀-〆぀-ヿ㐀-鿿豈-﫿\U00020000-\U0003ffff]|[^\W_⺀-鿿]+(?:['’.,-][^\W_⺀-鿿]+)*|.", re.DOTALL)
# The engine would say "asterisk" for these, or take double brackets for its own phoneme notation.
_PLAIN = {ord(c): " " for c in "<>*_#`~^|\\{}=\u00a0\u202f\u2007\u3000"} | {ord("["): "(", ord("]"): ")"}
_FULL_WIDTH = dict(zip(",.!?:;()", "，。！？：；（）", strict=True))


def joiner(language: str) -> str:
    """What stands between two words of a piece: joined with it, they are the piece's text."""
    return "" if language in ("chinese", "japanese") else " "


def clean(text: str) -> str:
    """Text as it is shown: no control or bidi characters, one space where there was white space."""
    if len(text) > MAX_PIECE_CHARS:
        raise Invalid(f"A piece of narration has at most {MAX_PIECE_CHARS} characters")
    return _BREAKS.sub(" ", "".join(_visible(text))).strip(" ")


def spaced_utterance(text: str) -> Utterance:
    """For languages that put spaces between words."""
    shown = clean(text)
    return _in_step(shown, speech_of(shown), [match.span() for match in _WORD.finditer(shown)])


def chinese_utterance(text: str) -> Utterance:
    """One token a character; Latin words and numbers stay whole."""
    shown = clean(text)
    return _in_step(shown, _chinese_speech(shown), [match.span() for match in _CHARACTER.finditer(shown)])


def speech_of(text: str) -> str:
    """What the engine is given for `text`, index for index: nothing that it would take for markup or spell out."""
    return "".join(" " if _is_picture(char) else char for char in text.translate(_PLAIN))


def can_be_said(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(char.isalnum() for char in text)


def group_marks(chunks: Sequence[str]) -> list[range]:
    """Gathers chunks into words: closing marks go to the word before, opening ones to the word after.

    The ranges of indices follow each other without a gap and cover all chunks; without letters there is one range.
    """
    starts: list[int] = []
    opening: int | None = None
    for index, chunk in enumerate(chunks):
        if can_be_said(chunk):
            starts.append(index if opening is None else opening)
            opening = None
        elif opening is None and unicodedata.category(chunk[0]) in ("Ps", "Pi"):
            opening = index
    ends = [*starts[1:], len(chunks)]
    return [range(start, end) for start, end in zip([0, *starts[1:]], ends, strict=False) if end]


def _visible(text: str) -> Iterator[str]:
    for char in text:
        kind = unicodedata.category(char)
        if kind == "Cc":
            yield " "
        elif kind[0] != "C" or char in _JOINERS:
            yield char


def _is_picture(char: str) -> bool:
    return char > "\u2100" and (unicodedata.category(char) in ("So", "Sk") or char in "\u200d\ufe0e\ufe0f\u20e3")


def _in_step(shown: str, speech: str, spans: Sequence[tuple[int, int]]) -> Utterance:
    """The utterance whose speech has the same indices as what is shown."""
    groups = group_marks([shown[start:end] for start, end in spans])
    bounds = [(spans[group[0]][0], spans[group[-1]][1]) for group in groups]
    tokens = tuple(Token(shown[start:end], start, _letters(shown[start:end])) for start, end in bounds)
    return Utterance(shown, speech, tokens, can_be_said(speech))


def _letters(text: str) -> int:
    return max(1, sum(char.isalnum() for char in text))


def _chinese_speech(text: str) -> str:
    """ASCII marks between Chinese characters make no pause in the engine, full-width ones do."""
    chars = list(speech_of(text))
    for index, char in enumerate(chars):
        if char in _FULL_WIDTH and not _inside_latin(chars, index):
            chars[index] = _FULL_WIDTH[char]
    return "".join(chars)


def _inside_latin(chars: Sequence[str], index: int) -> bool:
    around = [*chars[max(0, index - 1) : index], *chars[index + 1 : index + 2]]
    return len(around) == 2 and all(char.isascii() for char in around)
