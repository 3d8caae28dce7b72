"""Cuts a page's text into pieces that can be spoken in one breath, for all the languages' scripts.

Joined, the pieces are the text: nothing is added, nothing is lost but white space at the cuts.
"""

from __future__ import annotations

import re
import unicodedata

from services.media.local.story.abbreviations import is_abbreviation

MAX_CHARS = 90
MAX_CJK_CHARS = 32
_ENDS = ".!?…؟।॥。！？｡"
_FULL_ENDS = "。！？｡।॥"  # these end a sentence without a space after them
_CLOSERS = "\"'”’»«」』）)]›】》“"
_PAUSES = ",;:،؛—–"
_FULL_PAUSES = "，、；：…—"
_NO_START = _FULL_ENDS + _FULL_PAUSES + "」』）】》ぁぃぅぇぉっゃゅょァィゥェォッャュョー々”’.,!?"
_CJK = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))
_NO_BREAK = "\u00a0\u202f"  # French sets its marks apart with these
_SPACE = re.compile(rf"[^\S{_NO_BREAK}]+")
_GREEK = re.compile(r"[Ͱ-Ͽἀ-῿]")


def split_text(text: str, language: str) -> tuple[str, ...]:
    """The pieces of a page, in order. Empty for a text of white space only."""
    plain = _SPACE.sub(" ", text).strip()
    pieces: list[str] = []
    for sentence in _merge_silent(_sentences(plain, language)):
        pieces += _shorten(sentence.strip())
    return tuple(pieces)


def _sentences(text: str, language: str) -> list[str]:
    """The text in slices that together are the text, spaces and all."""
    ends = _ENDS + (";\u037e" if language == "greek" and _GREEK.search(text) else "")
    found, start, index = [], 0, 0
    while index < len(text):
        if text[index] not in ends:
            index += 1
            continue
        stop = _run(text, index, ends)
        if _ends_sentence(text, start, index, stop, language):
            found.append(text[start:stop])
            start = stop
        index = stop
    return [*found, text[start:]] if text[start:].strip() else found


def _run(text: str, index: int, ends: str) -> int:
    """Where the run of end marks and closing quotes stops that begins at `index`."""
    while index < len(text) and text[index] in ends:
        index += 1
    while True:
        mark = index + (text[index : index + 1] in tuple(_NO_BREAK))
        if text[mark : mark + 1] not in tuple(_CLOSERS) or _opens(text, mark):
            return index
        index = mark + 1


def _opens(text: str, index: int) -> bool:
    """Some languages open with the marks that others close with: an opening one stands right before a word."""
    mark, follows = text[index], text[index + 1 : index + 2].isalnum()
    if mark == '"':
        return follows and text.count('"', 0, index) % 2 == 0
    return follows and mark in "'“«»’"


def _ends_sentence(text: str, start: int, mark: int, stop: int, language: str) -> bool:
    if stop == len(text):
        return True
    closed = text[mark:stop]
    if any(char in _FULL_ENDS for char in closed):
        return not _continues_cjk(text, stop, closed)
    if text[stop] != " ":
        return "…" in closed and _is_cjk(text[stop])
    following = text[stop:].lstrip(_NO_BREAK + " \"'“”‘’«»„‚(¿¡–—-")[:1]
    if following.islower():
        return False
    return closed[0] != "." or len(closed) > 1 or not is_abbreviation(text[start:mark], language)


def _continues_cjk(text: str, stop: int, closed: str) -> bool:
    """「…！」と言った goes on after the closing quote."""
    return closed[-1] in "」』”" and text[stop] in "とっ，、,のはが"


def _merge_silent(sentences: list[str]) -> list[str]:
    """Marks without a word cannot be spoken: they join the sentence before or, at the start, after them."""
    merged: list[str] = []
    for sentence in sentences:
        if merged and not (_has_word(sentence) and _has_word(merged[-1])):
            merged[-1] += sentence
        else:
            merged.append(sentence)
    return merged


def _shorten(sentence: str) -> list[str]:
    """The sentence in parts of about equal length, cut at its pauses or, where it has none, between words."""
    limit = MAX_CJK_CHARS if _mostly_cjk(sentence) else MAX_CHARS
    parts: list[str] = []
    rest = sentence
    while len(rest) > limit:
        parts_left = -(-len(rest) // limit)
        cut = _cut(rest, limit, len(rest) // parts_left)
        if not cut:
            break
        parts.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*parts, rest]


def _cut(text: str, limit: int, aim: int) -> int:
    """Where to cut: the pause nearest to `aim`, else the word gap nearest to it; 0 if there is neither."""
    pauses = [at for at in range(1, min(limit, len(text) - 1) + 1) if _is_pause(text, at)]
    good = [at for at in pauses if at >= min(aim // 2, 12) and _parts_words(text, at)]
    if good:
        return min(good, key=lambda at: abs(at - aim))
    gaps = [at for at in range(1, min(limit + 1, len(text) - 1)) if _is_gap(text, at)]
    if gaps:
        return min(gaps, key=lambda at: abs(at - aim))
    return next((at for at in range(limit + 1, len(text) - 1) if _is_gap(text, at)), 0)


def _is_pause(text: str, at: int) -> bool:
    """Whether a clause ends before `at`."""
    mark = text[at - 1]
    if mark in _FULL_PAUSES and mark not in _PAUSES:
        return text[at] not in _NO_START + _CLOSERS
    return text[at] == " " and (mark in _PAUSES or (mark in _CLOSERS and at > 1 and text[at - 2] in _PAUSES))


def _is_gap(text: str, at: int) -> bool:
    """Whether words, or CJK characters, may be parted before `at`."""
    if text[at] == " ":
        return _parts_words(text, at)
    cjk = _is_cjk(text[at - 1]) and _is_cjk(text[at])
    return cjk and text[at] not in _NO_START and text[at - 1] not in "「『（【《“" and _parts_words(text, at)


def _parts_words(text: str, at: int) -> bool:
    """Whether there is something to speak on both sides."""
    return _has_word(text[:at]) and _has_word(text[at:])


def _mostly_cjk(text: str) -> bool:
    letters = [char for char in text if char.isalnum()]
    return sum(map(_is_cjk, letters)) * 3 >= len(letters) > 0


def _is_cjk(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _CJK)


def _has_word(text: str) -> bool:
    return any(unicodedata.category(char)[0] in "LN" for char in text)
