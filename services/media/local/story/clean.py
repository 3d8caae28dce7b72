"""Makes any text that a user can type safe to stand inside a sentence."""

from __future__ import annotations

import re
import unicodedata

_TAG = re.compile(r"<[^<>]{0,200}>")
_MARKUP = str.maketrans(dict.fromkeys('[]{}<>|*_`~^\\@=()"“”„«»「」『』‹›（）［］｛｝＜＞', " "))
_HASH = re.compile(r"(?<![^\W\d_])#")  # C# keeps its sharp
_QUOTE_EDGE = re.compile(r"(?<!\w)['‘’]|['‘](?!\w)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_STACKED = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")
_SPACE = re.compile(r"\s+")
_EDGE = " .,;:!?…-–—/&+'’。、，；：！？·•।"
_KEPT = dict.fromkeys(map(ord, "?!？！"))
_ASKED = re.compile(r"(?<=[\u0370-\u03ff\u1f00-\u1fff]);")  # in Greek, a question mark
_JOINERS = "\u200c\u200d"  # Hindi and others write words with them
_UNSPOKEN = frozenset({"So", "Sk", "Cc", "Cf", "Co", "Cs", "Cn"})


def clean(text: str) -> str:
    """One line of speakable words: no control characters, markup, brackets, double quotes or pictures.

    Empty when nothing remains that has a letter or a digit.
    """
    plain = _TAG.sub(" ", unicodedata.normalize("NFC", text))
    plain = "".join(_spoken(char) for char in plain).translate(_MARKUP)
    plain = _QUOTE_EDGE.sub(" ", _APOSTROPHE.sub("’", _HASH.sub(" ", plain)))
    plain = _SPACE.sub(" ", _STACKED.sub(r"\1", plain)).strip(" ")
    return _unedged(plain) if _has_word(plain) else ""


def _unedged(text: str) -> str:
    """The text without marks at its ends; a question stays one, and so does a call."""
    begun = text.lstrip(_EDGE)
    core = begun.rstrip(_EDGE.translate(_KEPT))
    return core + ";" if _ASKED.match(begun, len(core)) else core


def trim(text: str) -> str:
    """The text without marks at its ends."""
    return text.strip(_EDGE)


def _spoken(char: str) -> str:
    if char in _JOINERS:
        return char
    if char.isspace():
        return " "
    if "\ufe00" <= char <= "\ufe0f":
        return ""
    # A picture separates words, an invisible character stands inside one.
    category = unicodedata.category(char)
    if category == "So":
        return " "
    return "" if category in _UNSPOKEN else char


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)
