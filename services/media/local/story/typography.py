"""The last touch on a finished text: the spaces that a language's typesetters put around its marks."""

from __future__ import annotations

import re
import unicodedata

from services.media.local.story.pack import Grammar

NARROW_SPACE = "\u202f"
"""A thin space at which no line breaks."""


def typeset(text: str, grammar: Grammar) -> str:
    """The text with narrow spaces around the marks that the language sets apart; the colon of "10:30" stays."""
    if grammar.narrow_after:
        text = re.sub(rf"([{re.escape(grammar.narrow_after)}])\s*", rf"\1{NARROW_SPACE}", text)
    if grammar.narrow_before:
        text = re.sub(rf"(?<=\S)\s*([{re.escape(grammar.narrow_before)}]+)(?![\w/])", _set_apart, text)
    return text


def _set_apart(match: re.Match[str]) -> str:
    """Marks that stand together share one space, but a closing quote has its own."""
    spaced = NARROW_SPACE
    for index, mark in enumerate(match[1]):
        closes = index and "Pf" in (unicodedata.category(mark), unicodedata.category(match[1][index - 1]))
        spaced += NARROW_SPACE + mark if closes else mark
    return spaced
