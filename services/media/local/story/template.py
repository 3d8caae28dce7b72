"""Fills sentence patterns.

`[one|other]` is a choice, `<words>` may be left out where space is short, `{name}` is a value and `{she:word|*:word}`
a form by the hero's pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from services.media.local.story.dice import Dice

_OPTION = re.compile(r"<([^<>]*)>(\s*\{?)(\w?)")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]*)\}")
_BEFORE_MARK = re.compile(r"[ ,]+(?=[.;:!?…])|[ ,]+(?=,)")
_CLAUSE = re.compile("\ue002(?= ?[^\\W_])")
_ENDS = ".!?…。！？।;"

QUOTE_OPEN, QUOTE_CLOSE = "\ue000", "\ue001"
"""Stand around a quoted value until it is known whether it stands inside other quotes; user text cannot hold them."""
CLAUSE_CLOSE = "\ue002"
"""Stands after a value that ends in a clause: a comma if the sentence goes on, else nothing."""

Words = Mapping[str, str]


class _Marks(NamedTuple):
    """What depends on a language's quotes: characters before a sentence, characters that end one, a doubled end."""

    openers: str
    ends: str
    double_end: re.Pattern[str]


def fill(pattern: str, words: Words, dice: Dice, fullness: int = 100) -> str:
    """The pattern as text, with `fullness` percent of what may be left out.

    Values are put in last and never read as patterns; an unknown name is a `KeyError`.
    """
    quotes, capitals = words["quotes"], words.get("capitals", "")
    if "<" in pattern:
        pattern = _OPTION.sub(lambda match: _option(match, dice.below(100) < fullness, quotes, capitals), pattern)
    if "[" in pattern:
        pattern = _CHOICE.sub(lambda match: dice.pick(match[1].split("|")), pattern)
    filled = _SLOT.sub(lambda match: _value(match[1], words), pattern)
    return _tidy(_quote(filled, quotes), quotes)


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


def capitalise(text: str, capitals: str = "") -> str:
    """The text with its first letter, past any opening quote, in upper case; `capitals` as in a pack's grammar."""
    for index, char in enumerate(text):
        if char.isalnum():
            return text[:index] + _upper(char, capitals) + text[index + 1 :]
    return text


def _upper(char: str, capitals: str) -> str:
    """A letter and its capital stand in pairs in `capitals`; any other has the usual one."""
    at = capitals.find(char) if char else -1
    return capitals[at + 1] if at >= 0 and at % 2 == 0 else char.upper()


@lru_cache(maxsize=64)
def _marks(quotes: str) -> _Marks:
    left, right, inner_left, inner_right = tuple(quotes)
    closers = re.escape(right + inner_right)
    # A full-width stop needs no space after it.
    double_end = rf"([{_ENDS}][{closers}]|…)(?:[.?!।](?=\s|$|[{closers}])|[。！？])"
    return _Marks(f" “{left}{inner_left}¿¡", f".!?”{right}।。！？;", re.compile(double_end))


def _quote(text: str, marks: str) -> str:
    """Quotes around values: the inner kind where a sentence's own quotes are open. `marks` are the four of them."""
    if QUOTE_OPEN not in text:
        return text
    left, right, inner_left, inner_right = tuple(marks)
    depth, chars = 0, []
    for char in text:
        # Swedish opens and closes with the same mark.
        depth = (depth ^ (char == left)) if left == right else depth + (char == left) - (char == right)
        if char == QUOTE_OPEN:
            chars.append(inner_left if depth else left)
        elif char == QUOTE_CLOSE:
            chars.append(inner_right if depth else right)
        else:
            chars.append(char)
    return "".join(chars)


def _option(match: re.Match[str], keep: bool, quotes: str, capitals: str) -> str:
    """The optional words and the letter after them, which begins the sentence if they began it and are left out."""
    words, gap, letter = match.groups()
    if keep:
        return f"{words}{gap}{letter}"
    marks = _marks(quotes)
    before = match.string[: match.start()].rstrip(marks.openers)
    starts = not before or (before[-1] in marks.ends and words[:1].isupper())
    return f"{gap}{_upper(letter, capitals) if starts else letter}"


def _value(name: str, words: Words) -> str:
    if ":" in name:
        forms = _forms(name)
        return forms.get(words["pronoun"], forms.get("*", ""))
    value = words[_key(name)]
    return capitalise(value, words.get("capitals", "")) if name[:1].isupper() else value


def _key(name: str) -> str:
    return name[:1].lower() + name[1:]


def _forms(body: str) -> dict[str, str]:
    return {key: text for key, _, text in (part.partition(":") for part in body.split("|"))}


def _tidy(text: str, quotes: str) -> str:
    """No double spaces, no space before a mark, no full stop after a sentence that has ended inside quotes."""
    one_spaced = " ".join(text.split())
    if CLAUSE_CLOSE in one_spaced:
        one_spaced = _CLAUSE.sub(",", one_spaced).replace(CLAUSE_CLOSE, "")
    return _marks(quotes).double_end.sub(r"\1", _BEFORE_MARK.sub("", one_spaced))
