"""Any prompt as something that can be drawn: who, what, where, when, and how it shall look. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

import msgspec

from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import tokens, word_set
from services.media.local.story.library import languages, load
from services.media.local.story.pack import Pack
from shared.contracts.values import Style
from shared.errors import Invalid


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `words.json` holds: words by what they mean, `#rrggbb` by name, and places by who is at home there."""

    styles: dict[Style, str]
    times: dict[str, str]
    places: dict[str, str]
    actions: dict[str, str]
    moods: dict[str, str]
    props: dict[str, str]
    colours: dict[str, str]
    homes: dict[str, tuple[str, ...]]
    buying: str


class Idea(msgspec.Struct, frozen=True):
    """What a prompt asks for. What it leaves open is empty; `places` are where it may be, best first."""

    style: Style
    hero: str
    pronoun: str
    companion: str
    things: tuple[str, ...]
    places: tuple[str, ...]
    time: str
    weather: str
    action: str
    mood: str
    colour: str


@lru_cache(maxsize=1)
def vocabulary() -> Words:
    """The English words that prompts are read with, besides those of the story packs."""
    return msgspec.json.decode(resources.files(__package__).joinpath("words.json").read_bytes(), type=Words)


def read_prompt(prompt: str, dice: Dice) -> Idea:
    """An idea of any prompt. English ones are understood best; others by the words that the story packs know."""
    said = tokens(prompt.lower().replace("comic book", "comic-book"))
    said += [part for word in said if "-" in word and word != "comic-book" for part in word.split("-")]
    pack, own = _pack_for(said), vocabulary()
    (hero, pronoun), (companion, _) = _roles(pack, said, dice)
    worn = ("dress",) if hero and not _hits(said, own.buying) else ()
    things = tuple(thing for thing in _all(said, own.props) if thing not in worn)[:3]
    named = [word for word in said if not _all([word], own.props)] or said
    place = _one(named, pack.places) or _one(named, own.places)
    return Idea(
        style=_style(said, own),
        hero=hero,
        pronoun=pronoun,
        companion=companion,
        things=things,
        places=(place,) if place else _places(said, hero, things, pack, own),
        time=_one(said, pack.times) or _one(said, own.times),
        weather=_one(said, pack.weathers),
        action=_one(said, own.actions),
        mood=_one(said, own.moods),
        colour=next((own.colours[word] for word in said if word in own.colours), ""),
    )


def _pack_for(said: list[str]) -> Pack:
    """The English pack, unless it knows none of the words and another one does."""
    english = load("english")
    if _known(english, said):
        return english
    counts = {pack.language: _known(pack, said) for pack in _others()}
    best = max(counts, key=lambda name: counts[name], default="")
    return load(best) if best and counts[best] else english


def _others() -> list[Pack]:
    packs = []
    for name in languages():
        try:
            packs.append(load(name))
        except Invalid:
            continue  # the story writer says what is wrong with it
    return packs


def _known(pack: Pack, said: list[str]) -> int:
    lists = [entry.words for entry in pack.roles] + [
        *pack.places.values(),
        *pack.times.values(),
        *pack.weathers.values(),
    ]
    if pack.grammar.spaced:
        return sum(any(word in word_set(listing) for listing in lists) for word in said)
    text = " ".join(said)
    return sum(word in text for listing in lists for word in word_set(listing))


def _style(said: list[str], own: Words) -> Style:
    return next((style for style, listing in own.styles.items() if _hits(said, listing)), "cinematic")


def _roles(pack: Pack, said: list[str], dice: Dice) -> tuple[tuple[str, str], tuple[str, str]]:
    """Kind and pronoun of the first two of the prompt's figures; empty where there is none."""
    found: list[tuple[str, str]] = []
    for word in said if pack.grammar.spaced else [" ".join(said)]:
        for entry in pack.roles:
            listed = word_set(entry.words)
            hit = word in listed if pack.grammar.spaced else any(name in word for name in listed)
            if hit:
                found.append(_kind(entry.kind, entry.pronoun, dice))
                break
    found += [("", ""), ("", "")]
    return found[0], found[1]


def _kind(kind: str, pronoun: str, dice: Dice) -> tuple[str, str]:
    pronoun = pronoun or dice.pick(("she", "he"))
    if kind == "person":
        return ("woman" if pronoun == "she" else "man"), pronoun
    if kind == "child":
        return ("girl" if pronoun == "she" else "boy"), pronoun
    return kind, pronoun


def _places(said: list[str], hero: str, things: tuple[str, ...], pack: Pack, own: Words) -> tuple[str, ...]:
    """Where it may be when the prompt does not say."""
    if _hits(said, own.buying):
        return own.homes["buy"]
    thing = next((thing for thing in things if thing in own.homes), "")
    if thing and (not hero or hero not in own.homes):
        return own.homes[thing]
    if hero:
        return own.homes.get(hero, own.homes["person"])
    theme = next((theme for theme in pack.themes if _hits(said, theme.words)), None)
    if theme is not None:
        return (theme.place, *own.homes["thing"])
    return own.homes["thing"] if things else own.homes["nothing"]


def _one(said: list[str], lists: Mapping[str, str]) -> str:
    return next(iter(_all(said, lists)), "")


def _all(said: Iterable[str], lists: Mapping[str, str]) -> list[str]:
    """The keys whose words are said, each once, in the order in which they are said."""
    return list(dict.fromkeys(key for word in said for key, listing in lists.items() if word in word_set(listing)))


def _hits(said: list[str], listing: str) -> int:
    return sum(word in word_set(listing) for word in said)
