"""Text on its way to a model: one line, nothing invisible, never too long. Pure."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"


def one_line(text: str, longest: int) -> str:
    """The text as one line of visible characters; cut at a word where it is too long."""
    shown = "".join(" " if char.isspace() else char for char in text if char.isspace() or _is_shown(char))
    line = " ".join(shown.split())
    if len(line) <= longest:
        return line
    cut = line[:longest]
    return cut.rpartition(" ")[0].rstrip(" ,;:") or cut


def _is_shown(char: str) -> bool:
    return unicodedata.category(char)[0] != "C" or char in _JOINERS
