"""Checks that a text is prose of its language: no English in it, the right letters, the usual little words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from tests.media.story.alphabets import ENGLISH, PROSE

UNSPACED = ("chinese", "japanese")
Document = dict[str, Any]
_WORD = re.compile(r"[^\s\d\u2000-\u206f!-/:-@\[-`{-~«»„“”।。、，！？]+")
_SWITCH = re.compile(r"\{((?:she|he|they|it|\*):[^{}]*)\}")
_SLOT = re.compile(r"\{[^{}:]*\}")


def words_of(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def english_words(text: str, language: str) -> list[str]:
    """English function words in the text, but for the language's own words that look like them."""
    own = PROSE[language].homographs.split()
    return [word for word in words_of(text) if word in ENGLISH and word not in own]


def foreign_letters(text: str, language: str) -> set[str]:
    """Letters of the text that are not in the language's alphabet."""
    return {char for char in text if char.isalpha()} - _alphabet(language)


@cache
def _alphabet(language: str) -> frozenset[str]:
    """The letters in both cases; Python does not know the capital of the Turkish i."""
    lower = PROSE[language].letters
    return frozenset((*lower, *lower.upper(), *("İ" if language == "turkish" else "")))


def typical_share(text: str, language: str) -> float:
    """How many of a hundred letters are ones by which the language is known."""
    letters = [char for char in text.lower() if char.isalpha() or "\u0900" <= char <= "\u097f"]
    return 100 * sum(char in PROSE[language].typical for char in letters) / len(letters)


def common_share(text: str, language: str) -> float:
    """How many of a hundred words are among the language's commonest."""
    found = [char for char in text if char.isalpha()] if language in UNSPACED else words_of(text)
    common = set(PROSE[language].common.split())
    return 100 * sum(word in common for word in found) / len(found)


def unused(text: str, language: str) -> list[str]:
    """Of the commonest words and the typical letters, those that the text never uses."""
    found = set(text) if language in UNSPACED else set(words_of(text))
    letters = [char for char in PROSE[language].typical if char not in text.lower()]
    return [word for word in PROSE[language].common.split() if word not in found] + letters


def plain(pattern: str) -> str:
    """A pattern's own words: every choice, option and form, without the marks and the names of values."""
    forms = _SWITCH.sub(lambda match: " ".join(part.partition(":")[2] for part in match[1].split("|")), pattern)
    return re.sub(r"[\[\]|<>]", " ", _SLOT.sub(" ", forms))


def patterns(document: Document) -> Iterator[tuple[str, str]]:
    """Everything in a translation's JSON that is spoken or shown, as (path, pattern)."""
    yield from _strings("default_topics", document["default_topics"])
    yield from _strings("scenes", document["scenes"])
    for theme in document["themes"]:
        yield from _strings(f"themes.{theme['name']}", theme["vary"])
    yield from _strings("scene_phrases", document["grammar"]["scene_phrases"])
    yield from _strings("genres", document["genres"])


def _strings(path: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
        return
    for key, child in _children(node):
        yield from _strings(f"{path}.{key}", child)


def _children(node: Any) -> Iterable[tuple[Any, Any]]:
    return node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()


def english_texts(node: Any) -> Iterator[str]:
    """All patterns of the English pack, to compare translations with."""
    return (text for _, text in _strings("", node))


def is_untranslated(pattern: str, english: frozenset[str]) -> bool:
    """Whether a pattern of more than one word of its own is one of the English ones."""
    return pattern in english and len(words_of(plain(pattern))) > 1
