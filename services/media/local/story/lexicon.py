"""Looks up the words of a phrase, with the pack's own word lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from services.media.local.story.pack import Grammar, Pack

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")


@lru_cache(maxsize=1024)
def word_set(listing: str) -> frozenset[str]:
    """The words of a listing, each in all its forms."""
    return frozenset(form for entry in listing.split() for form in _forms(entry))


@lru_cache(maxsize=1024)
def plurals(listing: str) -> dict[str, str]:
    """Singular to plural, for the words of a listing that are written with their plural."""
    return dict(forms for forms in map(_forms, listing.split()) if len(forms) == 2)


def _forms(entry: str) -> tuple[str, ...]:
    """`fox/es` is "fox" and "foxes", `pupp/y/ies` is "puppy" and "puppies"; any other entry is itself."""
    stem, *endings = entry.split("/")
    if len(endings) == 1:
        return stem, stem + endings[0]
    return tuple(stem + ending for ending in endings) or (stem,)


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without possessive endings."""
    return [word.lower().removesuffix("’s") for word in _WORD.findall(text)]


def head(words: list[str], grammar: Grammar) -> list[str]:
    """The part of a phrase that names the thing: "fox" and what goes before it in "a fox from the hills"."""
    stops = word_set(grammar.stops) | word_set(grammar.naming)
    for index, word in enumerate(words):
        if index and word in stops:
            return words[:index]
    return words


def find(text: str, lists: Mapping[str, str], grammar: Grammar) -> str:
    """The key whose words the text names: the last in the phrase's head, else the first anywhere, else empty."""
    if not grammar.spaced:
        return _find_inside(text, lists)
    words = tokens(text)
    core = head(words, grammar)
    return _first(reversed(core), lists) or _first(words[len(core) :], lists)


def with_article(phrase: str, grammar: Grammar, countable: Collection[str]) -> str:
    """ "brave fox" becomes "a brave fox"; names, plurals and phrases that have an article stay as they are."""
    words = tokens(phrase)
    if not grammar.indefinite[0] or not words or not phrase[0].islower() or words[0] in word_set(grammar.determiners):
        return phrase
    core = head(words, grammar)
    return f"{indefinite(phrase, grammar)} {phrase}" if core[-1] in countable else phrase


def indefinite(phrase: str, grammar: Grammar) -> str:
    """The indefinite article that goes before the phrase."""
    plain, before_vowel = grammar.indefinite
    first = tokens(phrase)[0] if tokens(phrase) else ""
    vowel = first[:1] in set(grammar.vowels)
    return before_vowel if vowel != (first in word_set(grammar.vowel_exceptions)) else plain


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
            if word in word_set(listing):
                return key
    return ""


def _find_inside(text: str, lists: Mapping[str, str]) -> str:
    """For scripts without spaces: the key of the longest listed word that the text contains."""
    hits = [(len(word), key) for key, listing in lists.items() for word in word_set(listing) if word in text]
    return max(hits, key=lambda hit: hit[0])[1] if hits else ""
