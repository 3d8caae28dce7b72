"""Japanese for an engine that reads kana only.

A dictionary gives every token its pronunciation; the engine gets the kana, phrase by phrase, and the subtitles keep
the kanji. The dictionary runs in `kana_worker.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from services.media.local.speech.utterance import Token, Utterance, can_be_said, group_marks, speech_of


class Morpheme(NamedTuple):
    """A token of the dictionary: the text, its part of speech (`名詞,数,*,*`) and its pronunciation (`*`: unknown)."""

    surface: str
    kind: str
    phonetic: str


# Particles and endings are said in one breath with the word that they follow.
_FOLLOWERS = ("助詞", "助動詞", "記号")
_SUFFIXES = ("接尾", "非自立")


def japanese_utterance(text: str, morphemes: Sequence[Morpheme]) -> Utterance:
    """`text` is clean; `morphemes` are its tokens, which joined are the text (white space may be missing)."""
    if not morphemes:
        return Utterance(text, "", (Token(text, 0, 1),) if text else (), False)
    surfaces = _with_spaces(text, morphemes)
    speech, starts = _phrases(morphemes)
    groups = group_marks(surfaces)
    tokens = tuple(
        Token("".join(surfaces[i] for i in group), _start(group, starts, surfaces), _moras(group, morphemes))
        for group in groups
    )
    return Utterance(text, speech, tokens, can_be_said(speech))


def _with_spaces(text: str, morphemes: Sequence[Morpheme]) -> list[str]:
    """The surfaces, each with the characters up to the next one."""
    starts: list[int] = []
    cursor = 0
    for morpheme in morphemes:
        found = text.find(morpheme.surface, cursor)
        starts.append(found if found >= 0 else cursor)
        cursor = starts[-1] + len(morpheme.surface)
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip([0, *starts[1:]], ends, strict=True)]


def _phrases(morphemes: Sequence[Morpheme]) -> tuple[str, list[int]]:
    """The kana with a space before every phrase, and where each morpheme begins in it."""
    speech = ""
    starts: list[int] = []
    before: Morpheme | None = None
    for morpheme in morphemes:
        if before is not None and not _follows(morpheme, before):
            speech += " "
        starts.append(len(speech))
        speech += _kana(morpheme)
        before = morpheme
    return speech, starts


def _follows(morpheme: Morpheme, before: Morpheme) -> bool:
    major, minor = morpheme.kind.split(",")[:2]
    digits = minor == "数" and before.kind.startswith("名詞,数")
    return major in _FOLLOWERS or minor in _SUFFIXES or digits or before.kind.startswith(("接頭詞", "記号,括弧開"))


def _kana(morpheme: Morpheme) -> str:
    """The pronunciation; full-width digits and letters as ASCII, which the engine reads itself; no unknown kanji."""
    plain = unicodedata.normalize("NFKC", morpheme.surface)
    if morpheme.phonetic == "*" or plain.isdigit():
        return speech_of("".join(char for char in plain if not _is_kanji(char)))
    return speech_of(morpheme.phonetic)


def _is_kanji(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CJK")


def _start(group: range, starts: Sequence[int], surfaces: Sequence[str]) -> int:
    """Where the group's first spoken morpheme begins."""
    return next((starts[i] for i in group if can_be_said(surfaces[i])), starts[group[0]])


def _moras(group: range, morphemes: Sequence[Morpheme]) -> int:
    """Small kana belong to the mora before them; all others take about the same time."""
    kana = "".join(_kana(morphemes[i]) for i in group)
    return max(1, sum(char.isalnum() and char not in "ァィゥェォャュョ" for char in kana) + kana.count("ー"))
