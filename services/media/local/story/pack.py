"""The shape of a language pack. `packs/README.md` explains it; `check.py` holds what types cannot say."""

from __future__ import annotations

import msgspec

from services.media.local.story.vocabulary import SETTING


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the picture of a page shows, in the illustrator's words. `@` is the setting's own, `%` the theme's."""

    place: str = SETTING
    time: str = SETTING
    weather: str = SETTING
    action: str = "stand"
    mood: str = "calm"
    props: tuple[str, ...] = ()
    companion: str = ""
    hero: bool = True


class Beat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One page of a plot in several wordings. Short stories tell only the beats marked `short`."""

    wordings: tuple[str, ...]
    scene: Plan
    short: bool = False


class Plot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One linked tale: what is wanted, what stands in the way and what turns it belong together.

    `vary` holds details that are drawn once for a story; `about` names the topic themes that the plot is made for.
    """

    name: str
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    scenes: tuple[str, ...]
    beats: tuple[Beat, ...]
    vary: dict[str, tuple[str, ...]] = {}
    about: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A true statement for one page, and `more` of it for the second page that a long story gives it."""

    text: str
    more: str
    scene: Plan


class FactTheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Facts that belong together; `label` is a noun phrase for them."""

    name: str
    label: str
    facts: tuple[Fact, ...]
    about: tuple[str, ...] = ()


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The little story in which the hero tells or finds facts. `leads` introduce them, in order."""

    name: str
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    scenes: tuple[str, ...]
    opening: Beat
    leads: tuple[tuple[str, ...], ...]
    closing: Beat


class GenrePack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Either plots, or frames with themes of facts. `grown_up`: a hero known only by name is not a child."""

    plots: tuple[Plot, ...] = ()
    frames: tuple[Frame, ...] = ()
    fact_themes: tuple[FactTheme, ...] = ()
    grown_up: bool = False


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a topic can be about. `words` betray it; `vary` gives general plots something fitting to talk about."""

    name: str
    words: str
    place: str
    props: tuple[str, ...]
    vary: dict[str, tuple[str, ...]]


class RoleWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Words of a role that make the hero of one kind. Without a pronoun the hero's name or the seed decides."""

    kind: str
    words: str
    pronoun: str = ""


class StockHero(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A hero for a brief without one: `intro` at first mention, `name` from then on."""

    intro: str
    name: str
    kind: str
    pronoun: str
    suits: tuple[str, ...] = ()


class StockScene(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A setting for a brief without one: `text` says where, ready to begin or end a sentence."""

    text: str
    place: str
    time: str = ""
    weather: str = ""


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An indefinite article and the definite one that follows it, each with the space after it.

    Each has up to three forms: before a consonant, before a vowel, before a heavy start; those left out are like the
    first. `pronoun` is how heroes with this article are spoken of, `nouns` are words that get it where the user wrote
    none. `plain`: the definite form is the noun alone, without its adjectives; `ræv/en` carries the article itself.
    `inner`: the article may stand before the noun, inside the phrase ("cesur bir tilki").
    """

    indefinite: tuple[str, ...]
    definite: tuple[str, ...]
    pronoun: str = ""
    nouns: str = ""
    plain: bool = False
    inner: bool = False


class Grammar(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the user's own words are fitted into sentences. Every list is words with spaces between them.

    `wordiness_percent` is the length of a page in words, against an English one.
    """

    spaced: bool
    latin: bool
    quotes: tuple[str, str, str, str]
    pronouns: dict[str, dict[str, str]]
    title_small_words: str
    indefinite: tuple[str, str]
    vowels: str
    vowel_exceptions: str
    definite: str
    determiners: str
    stops: str
    naming: str
    joiners: str
    many: str
    clause_words: str
    topic_openers: tuple[str, ...]
    scene_introducers: str
    scene_phrases: dict[str, str]
    articles: tuple[Article, ...] = ()
    heavy_starts: str = ""
    contractions: dict[str, str] = {}
    narrow_before: str = ""
    narrow_after: str = ""
    capitals: str = ""
    noun_capitals: bool = False
    clause_commas: bool = False
    she_endings: str = ""
    scene_closers: str = ""
    topic_closers: tuple[str, ...] = ()
    wordiness_percent: int = 100


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that the story writer knows in one language."""

    language: str
    grammar: Grammar
    default_topics: tuple[str, ...]
    roles: tuple[RoleWords, ...]
    heroes: tuple[StockHero, ...]
    scenes: dict[str, StockScene]
    places: dict[str, str]
    times: dict[str, str]
    weathers: dict[str, str]
    themes: tuple[Theme, ...]
    genres: dict[str, GenrePack]
