"""Well-known given names of many cultures, and the pronoun that most people expect with them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources

import msgspec


class _Names(msgspec.Struct, forbid_unknown_fields=True):
    she: str
    he: str


def given_name_pronoun(word: str) -> str:
    """ "she" or "he", or empty if the word is no name in the list or belongs to both."""
    return _by_name().get(_plain(word.strip(",.").lower().removesuffix("’s")), "")


def _plain(name: str) -> str:
    """ "zoé" as "zoe": with or without its accents, a name is the same."""
    return "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    data = resources.files(__package__).joinpath("names.json").read_bytes()
    names = msgspec.json.decode(data, type=_Names)
    she, he = set(_plain(names.she.lower()).split()), set(_plain(names.he.lower()).split())
    return dict.fromkeys(she - he, "she") | dict.fromkeys(he - she, "he")
