"""A piece of text as the engine hears it and as the viewer reads it, kept in step.

The engine reports where in *its* text a word begins; the subtitles need the words of *our* text. An utterance holds
both: `speech` for the engine, and tokens that know which words they show and where in `speech` they begin.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
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


Span = tuple[int, int]

_JOINERS = "\u200c\u200d"  # they shape Devanagari and emoji: the only invisible characters that stay
_BREAKS = re.compile(r"[ \t\n\r\f\v\u2028\u2029]+")
# The engine would say "asterisk" for these, or take brackets for its own phoneme notation.
_SILENT = dict.fromkeys(map(ord, "<>*_#`~^|\\{}=\u00a0\u202f\u2007\u3000"), " ")
_PLAIN = {**_SILENT, ord("["): "(", ord("]"): ")"}
_FULL_WIDTH = dict(zip(",.!?:;()", "，。！？：；（）", strict=True))
_CJK_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\U00020000-\U0003ffff]|[^\W_]+(?:['’.,-][^\W_]+)*")


def clean(text: str) -> str:
    """Text as it is shown: no control or bidi characters, one space where there was white space."""
    if len(text) > MAX_PIECE_CHARS:
        raise Invalid(f"A piece of narration has at most {MAX_PIECE_CHARS} characters")
    return _BREAKS.sub(" ", "".join(_visible(text))).strip(" ")


def _visible(text: str) -> Iterator[str]:
    for char in text:
        kind = unicodedata.category(char)
        if kind == "Cc":
            yield " "
        elif kind[0] != "C" or char in _JOINERS:
            yield char


def joiner(language: str) -> str:
    """What stands between two words of a piece: joined with it, they are the piece's text."""
    return "" if language in ("chinese", "japanese") else " "


def spaced_utterance(text: str) -> Utterance:
    """For languages that put spaces between words."""
    return _same_length(clean(text), speech_of, lambda shown: [m.span() for m in re.finditer(r"[^ ]+", shown)])


def chinese_utterance(text: str) -> Utterance:
    """One token a character (Latin words stay whole)."""
    return _same_length(clean(text), _chinese_speech, lambda shown: [m.span() for m in _CJK_TOKEN.finditer(shown)])


def speech_of(text: str) -> str:
    """What the engine is given for `text`, index for index: nothing that it would take for markup or spell out."""
    return "".join(" " if _is_picture(char) else char for char in text.translate(_PLAIN))


def can_be_said(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(char.isalnum() for char in text)


def merge_marks(text: str, spans: list[Span], gap: str) -> list[Span]:
    """Joins spans without letters to a neighbour: closing marks to the word before, opening ones to the word after.

    With an empty `gap`, what lies between two spans belongs to the first, so that the spans cover the whole text.
    """
    words = [span for span in spans if can_be_said(text[slice(*span)])]
    if not words:
        return [(0, len(text))] if text else []
    starts = [0] + [_word_start(text, before[1], after[0], gap) for before, after in zip(words, words[1:], strict=False)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _word_start(text: str, low: int, high: int, gap: str) -> int:
    """Where the word at `high` begins if its opening marks, which follow `low`, count as part of it."""
    start = high
    while start > low and unicodedata.category(text[start - 1]) in ("Ps", "Pi"):
        start -= 1
        if gap and start > low and text[start - 1] != gap and _opens_after_gap(text, low, start, gap):
            continue
    return start


def _opens_after_gap(text: str, low: int, start: int, gap: str) -> bool:
    return gap in text[low:start]


def _is_picture(char: str) -> bool:
    kind = unicodedata.category(char)
    return char > "\u2100" and (kind in ("So", "Sk", "Cn") or char in "\u200d\ufe0e\ufe0f\u20e3")


def _chinese_speech(text: str) -> str:
    """ASCII marks between Chinese characters make no pause in the engine, full-width ones do."""
    chars = list(speech_of(text))
    for index, char in enumerate(chars):
        if char in _FULL_WIDTH and not _inside_latin(chars, index):
            chars[index] = _FULL_WIDTH[char]
    return "".join(chars)


def _inside_latin(chars: list[str], index: int) -> bool:
    around = chars[max(0, index - 1) : index] + chars[index + 1 : index + 2]
    return len(around) == 2 and all(char.isascii() for char in around)


def _same_length(shown: str, speak: Callable[[str], str], split: Callable[[str], list[Span]]) -> Utterance:
    raise NotImplementedError
