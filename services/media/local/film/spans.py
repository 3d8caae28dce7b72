"""A sentence as it is read, in spans that light up one after the other.

Voices report words, not the text between them, and may merge words or leave some out. The text that people read is
always the sentence itself; the words only say when.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from services.media.local.film.fonts import is_cjk
from services.media.model import SpokenPiece, Word

_JOINERS = "\u200c\u200d"  # Devanagari needs them
_NO_BREAK = "\u00a0\u202f"  # French sets its marks apart with these


class Span(msgspec.Struct, frozen=True):
    """Text that lights up from `start_ms` to `end_ms` of its page; a line may break after a span with `breaks`."""

    text: str
    start_ms: int
    end_ms: int
    breaks: bool = True


def spans(piece: SpokenPiece) -> list[Span]:
    """A piece's text, cleaned and cut where lines may break; every character of it is in exactly one span."""
    text = clean(piece.text)
    timed = _aligned(text, piece) or _spread(text, piece)
    return [part for word in timed for part in _breakable(word)]


def clean(text: str) -> str:
    """Text on one line, with what no font shows left out: control and format characters, emoji."""
    spaced = "".join(" " if _is_space(char) else char for char in text)
    visible = "".join(char for char in spaced if _is_visible(char))
    return " ".join(filter(None, visible.split(" "))).strip()


def _is_space(char: str) -> bool:
    return char not in _NO_BREAK and unicodedata.category(char) in ("Zl", "Zp", "Zs", "Cc")


def _is_visible(char: str) -> bool:
    if char in _JOINERS:
        return True
    is_variant = 0xFE00 <= ord(char) <= 0xFE0F
    return unicodedata.category(char)[0] != "C" and not is_variant and not 0x1F000 <= ord(char) < 0x20000


def _aligned(text: str, piece: SpokenPiece) -> list[Span] | None:
    """One span a word, each with the text up to the next word; None when a word is not in the text."""
    places: list[tuple[int, Word]] = []
    at, lower = 0, _same_length_lower(text)
    for word in piece.words:
        wanted = _same_length_lower(clean(word.text)).strip(_NO_BREAK + " .,;:!?…。、！？")
        found = lower.find(wanted, at)
        if not wanted or found < 0:
            return None
        places.append((_with_opening(text, found, at), word))
        at = found + len(wanted)
    if not places:
        return None
    starts = [0] + [place for place, _ in places[1:]] + [len(text)]
    return [
        Span(text[starts[i] : starts[i + 1]], word.start_ms, max(word.start_ms, word.end_ms))
        for i, (_, word) in enumerate(places)
    ]


def _with_opening(text: str, place: int, floor: int) -> int:
    """Takes opening quotes and brackets along with the word that they stand before."""
    while place > floor and not text[place - 1].isspace() and unicodedata.category(text[place - 1]) in ("Ps", "Pi"):
        place -= 1
    while place > floor and text[place - 1] in "\"'¿¡" and (place - 1 == 0 or text[place - 2].isspace()):
        place -= 1
    return place


def _spread(text: str, piece: SpokenPiece) -> list[Span]:
    """When the words cannot be found: the whole text at an even pace over the time that is spoken."""
    begin = piece.words[0].start_ms if piece.words else piece.start_ms
    end = piece.words[-1].end_ms if piece.words else piece.start_ms + piece.duration_ms
    return _paced(list(tokens(text)), begin, max(begin, end)) if text else []


def _breakable(span: Span) -> list[Span]:
    """Cuts a span where a line may break inside it."""
    return _paced(list(tokens(span.text)), span.start_ms, span.end_ms)


def _paced(tokens: Sequence[str], begin_ms: int, end_ms: int) -> list[Span]:
    total, done = sum(map(len, tokens)), 0
    result = []
    for i, token in enumerate(tokens):
        start = begin_ms + (end_ms - begin_ms) * done // max(1, total)
        done += len(token)
        follower = tokens[i + 1][0] if i + 1 < len(tokens) else ""
        breaks = not follower or may_break(token[-1], follower)
        result.append(Span(token, start, begin_ms + (end_ms - begin_ms) * done // max(1, total), breaks))
    return result


def tokens(text: str) -> Iterator[str]:
    """Words with the space after them; CJK characters one by one, with the punctuation that must not leave them."""
    start = 0
    for i in range(1, len(text)):
        if may_break(text[i - 1], text[i]):
            yield text[start:i]
            start = i
    if text:
        yield text[start:]


_NOT_FIRST = frozenset(
    "、。，．・：；？！」』）】〕〉》”’…ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?:;)]}%‰°·~～—"
)
_NOT_LAST = frozenset("「『（【〔〈《“‘([{$¥￥")


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters that follow each other."""
    if before in _NO_BREAK or after in _NO_BREAK:
        return False
    if before.isspace():
        return not after.isspace()
    if after.isspace() or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return is_cjk(before) or is_cjk(after) or before in "—–-"


def _same_length_lower(text: str) -> str:
    lower = (char.lower() for char in text)
    return "".join(low if len(low) == 1 else char for low, char in zip(lower, text, strict=True))
