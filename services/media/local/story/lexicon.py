"""Looks up the words of a phrase, with the pack's own word lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from services.media.local.story.pack import Grammar, Pack

# Vowel signs of Devanagari and accents that stand by themselves are no letters to `re`, but they part no word.
_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d])"
_WORD = re.compile(rf"[^\W_]{_LETTER}*(?:[’'\-]{_LETTER}+)*")


@lru_cache(maxsize=1024)
def word_set(listing: str) -> frozenset[str]:
    """The words of a listing, each in all its forms."""
    return frozenset(form for entry in listing.split() for form in _forms(entry))


@lru_cache(maxsize=1024)
def plurals(listing: str) -> dict[str, str]:
    """Singular to plural, for the words of a listing that are written with their plural."""
    return dict(forms for forms in map(_forms, listing.split()) if len(forms) == 2)


@lru_cache(maxsize=1024)
def singulars(listing: str) -> frozenset[str]:
    """The first form of every entry of a listing."""
    return frozenset(_forms(entry)[0] for entry in listing.split())


def _forms(entry: str) -> tuple[str, ...]:
    """`fox/es` is "fox" and "foxes", `pupp/y/ies` is "puppy" and "puppies"; any other entry is itself."""
    stem, *endings = entry.split("/")
    if len(endings) == 1:
        return stem, stem + endings[0]
    return tuple(stem + ending for ending in endings) or (stem,)


def spelled(text: str) -> list[str]:
    """The words of a text as they are written, without possessive endings."""
    return [word.removesuffix("’s").removesuffix("’S") for word in _WORD.findall(text)]


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without possessive endings."""
    return [lower(word) for word in spelled(text)]


def lower(text: str) -> str:
    """The text in lower case and as long as it was: the Turkish İ is one letter."""
    return text.replace("İ", "i").lower()


def head(words: list[str], grammar: Grammar) -> list[str]:
    """The part of a phrase that names the thing: "fox" and what goes before it in "a fox from the hills"."""
    stops = word_set(grammar.stops) | word_set(grammar.naming)
    for index, word in enumerate(words):
        if index and word.lower() in stops:
            return words[:index]
    return words


def find(text: str, lists: Mapping[str, str], grammar: Grammar) -> str:
    """The key whose words the text names: the last in the phrase's head, else the first anywhere, else empty."""
    if not grammar.spaced:
        return _find_inside(text, lists)
    words = tokens(text)
    core = head(words, grammar)
    return _first(reversed(core), lists) or _first(words[len(core) :], lists)


def bare(word: str) -> str:
    """The word without what an apostrophe joins to it: "école" of "l’école"."""
    return word.rpartition("’")[2]


def plural(word: str, pack: Pack) -> str:
    """The plural of a word that some list of the pack gives with its plural; any other word as it is."""
    return known_plurals(pack).get(word, word)


def role_plurals(pack: Pack) -> frozenset[str]:
    """The plurals in the pack's lists of roles."""
    return frozenset(form for entry in pack.roles for form in plurals(entry.words).values())


def known_plurals(pack: Pack) -> dict[str, str]:
    """Every word of the pack's lists that takes an article in the singular, with its plural."""
    lists = [entry.words for entry in pack.roles] + [theme.words for theme in pack.themes]
    return _merged((*lists, *pack.places.values(), *pack.times.values(), *pack.weathers.values()))


@lru_cache(maxsize=32)
def _merged(listings: tuple[str, ...]) -> dict[str, str]:
    return {word: form for listing in listings for word, form in plurals(listing).items()}


def _first(words: Iterable[str], lists: Mapping[str, str]) -> str:
    for word in words:
        for key, listing in lists.items():
            if word in word_set(listing) or bare(word) in word_set(listing):
                return key
    return ""


def _find_inside(text: str, lists: Mapping[str, str]) -> str:
    """For scripts without spaces: the key of the longest listed word that the text contains."""
    hits = [(len(word), key) for key, listing in lists.items() for word in word_set(listing) if word in text]
    return max(hits, key=lambda hit: hit[0])[1] if hits else ""
