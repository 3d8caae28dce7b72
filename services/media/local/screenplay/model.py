"""The tables that screenplays are written from: `tables/shape.json` is for all languages, the others hold words."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec

from shared.errors import Invalid

BEATS = 12
Texts = tuple[tuple[str, ...], ...]
"""A plot's beats: each a title, a description and two or three things that the hero does."""


class Genre(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`words` betray it; `places` are the illustrator's, by the part that they play in a plot."""

    words: str
    plot: str
    mood: str
    weather: str
    places: dict[str, str]


class Plot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Twelve beats: who is there (letters of `people.PARTS`), at which place, when, in what mood.

    A language that has no text for a plot tells its `kin` instead.
    """

    kin: str
    words: str
    cast: tuple[str, ...]
    at: tuple[str, ...]
    times: tuple[str, ...]
    moods: tuple[str, ...]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`order` says which beats matter most (from 1), `weights` how long each is, `cameras` how moods are filmed."""

    order: tuple[int, ...]
    weights: tuple[int, ...]
    genres: dict[str, Genre]
    plots: dict[str, Plot]
    cameras: dict[str, tuple[str, ...]]


class GenreWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a genre brings: who its people are, what they are after, where they are, and how it looks."""

    hero: tuple[str, ...]
    ally: tuple[str, ...]
    foe: tuple[str, ...]
    elder: str
    witness: str
    thing: tuple[str, ...]
    places: dict[str, str]
    look: str
    setting: str


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names with spaces between them; `small` are for children's stories."""

    she: str
    he: str
    last: str
    small: str = ""


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"joiner": "and"}):
    """A language's words. English has words for every genre; the others name places by what the illustrator draws.

    `about` holds the words after which a prompt says what it is about, `stems` the beginnings of words that betray a
    genre; `plots` may tell one plot in several ways, "quest" and "quest 2"; `things` and `matters` stand in where the
    prompt names none.
    """

    code: str
    joiner: str
    quotes: str
    names: Names
    traits: tuple[str, ...]
    looks: tuple[str, ...]
    roles: dict[str, str]
    notes: dict[str, str]
    plots: dict[str, Texts]
    matters: dict[str, str]
    dark_traits: tuple[str, ...] = ()
    small_looks: tuple[str, ...] = ()
    shots: dict[str, str] = {}
    genres: dict[str, GenreWords] = {}
    places: dict[str, str] = {}
    things: tuple[str, ...] = ()
    stems: dict[str, str] = {}
    about: str = ""


LANGUAGES = (
    "en", "fr", "es", "de", "it", "pt", "nl", "cs", "da", "el", "hi", "id", "zh", "ja", "no", "pl", "ru", "sv", "tr",
    "uk",
)  # fmt: skip
"""The codes of the languages that screenplays can be written in."""


@lru_cache(maxsize=1)
def shape() -> Shape:
    """What all languages share."""
    return msgspec.json.decode(_read("shape"), type=Shape)


@lru_cache(maxsize=32)
def language(code: str) -> Language:
    """A language's table. Raises `Invalid` for a code that there is none for."""
    plain = code.strip().lower().partition("-")[0]
    if plain not in LANGUAGES:
        raise Invalid(f"There is no screenwriter for the language {code!r}; there is one for: {', '.join(LANGUAGES)}.")
    return msgspec.json.decode(_read(plain), type=Language)


def _read(name: str) -> bytes:
    return resources.files(__package__).joinpath("tables", f"{name}.json").read_bytes()
