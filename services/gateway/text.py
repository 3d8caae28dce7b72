"""Text from users: what is kept of it. Pure."""

from __future__ import annotations

import re
import unicodedata

# Control characters but tab and newline, and halves of surrogate pairs, which no UTF-8 can carry.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without control characters (they become spaces) and without space around it."""
    return _UNWANTED.sub(" ", text).strip()


def says_something(text: str) -> bool:
    """Whether anything in the text can be seen."""
    return any(unicodedata.category(char)[0] not in "ZC" for char in text)
