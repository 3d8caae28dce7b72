"""Fills sentence patterns.

`[one|other]` is a choice, `<words>` may be left out where space is short, `{name}` is a value and `{she:word|*:word}`
a form by the hero's pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.media.local.story.dice import Dice

_OPTION = re.compile(r"<([^<>]*)>(\s*\{?)(\w?)")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]*)\}")
_SPACE = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"[ ,]+(?=[.;:!?…])|[ ,]+(?=,)")
_DOUBLE_END = re.compile(r"([.!?…][”’»」』]|…)[.?!](?=\s|$|[”’»」』])")

QUOTE_OPEN, QUOTE_CLOSE = "\ue000", "\ue001"
"""Stand around a quoted value until it is known whether it stands inside other quotes; user text cannot hold them."""

Words = Mapping[str, str]


def fill(pattern: str, words: Words, dice: Dice, fullness: int = 100) -> str:
    """The pattern as text, with `fullness` percent of what may be left out.

    Values are put in last and never read as patterns; an unknown name is a `KeyError`.
    """
    if "<" in pattern:
        pattern = _OPTION.sub(lambda match: _option(match, dice.below(100) < fullness), pattern)
    if "[" in pattern:
        pattern = _CHOICE.sub(lambda match: dice.pick(match[1].split("|")), pattern)
    filled = _SLOT.sub(lambda match: _value(match[1], words), pattern)
    return _tidy(_quote(filled, words["quotes"]))


def renderings(pattern: str) -> int:
    """In how many ways the pattern's choices can fall."""
    count = 1
    for match in _CHOICE.finditer(pattern):
        count *= match[1].count("|") + 1
    return count


def has_stray_bracket(pattern: str) -> bool:
    """Whether a bracket lacks its partner or stands inside one of its kind."""
    left = _CHOICE.sub(r"\1", _OPTION.sub(r"\1\2\3", _SLOT.sub("", pattern)))
    return any(mark in left for mark in "[]{}<>")


def slots(pattern: str) -> set[str]:
    """The names that the pattern asks for, as keys of the words."""
    return {_key(name) for name in _SLOT.findall(pattern) if ":" not in name}


def switches(pattern: str) -> list[dict[str, str]]:
    """The forms by pronoun that stand in the pattern, each as pronoun to text."""
    return [_forms(body) for body in _SLOT.findall(pattern) if ":" in body]


def capitalise(text: str) -> str:
    """The text with its first letter, past any opening quote, in upper case."""
    for index, char in enumerate(text):
        if char.isalnum():
            return text[:index] + char.upper() + text[index + 1 :]
    return text


def _quote(text: str, marks: str) -> str:
    """Quotes around values: the inner kind where a sentence's own quotes are open. `marks` are the four of them."""
    if QUOTE_OPEN not in text:
        return text
    left, right, inner_left, inner_right = tuple(marks)
    depth, chars = 0, []
    for char in text:
        depth += (char == left) - (char == right)
        if char == QUOTE_OPEN:
            chars.append(inner_left if depth else left)
        elif char == QUOTE_CLOSE:
            chars.append(inner_right if depth else right)
        else:
            chars.append(char)
    return "".join(chars)


def _option(match: re.Match[str], keep: bool) -> str:
    """The optional words and the letter after them, which begins the sentence if they began it and are left out."""
    words, gap, letter = match.groups()
    if keep:
        return f"{words}{gap}{letter}"
    before = match.string[: match.start()].rstrip(" “")
    starts = not before or (before[-1] in ".!?”" and words[:1].isupper())
    return f"{gap}{letter.upper() if starts else letter}"


def _value(name: str, words: Words) -> str:
    if ":" in name:
        forms = _forms(name)
        return forms.get(words["pronoun"], forms.get("*", ""))
    value = words[_key(name)]
    return capitalise(value) if name[:1].isupper() else value


def _key(name: str) -> str:
    return name[:1].lower() + name[1:]


def _forms(body: str) -> dict[str, str]:
    return {key: text for key, _, text in (part.partition(":") for part in body.split("|"))}


def _tidy(text: str) -> str:
    """No double spaces, no space before a mark, no full stop after a sentence that has ended inside quotes."""
    one_spaced = _SPACE.sub(" ", text).strip()
    return _DOUBLE_END.sub(r"\1", _BEFORE_MARK.sub("", one_spaced))
