"""The hero: who it is in words and what it looks like."""

from __future__ import annotations

import re

import msgspec

from services.media.local.story.clean import clean, trim
from services.media.local.story.colours import colours
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import (
    find,
    head,
    known_plurals,
    role_plurals,
    tokens,
    with_article,
    word_set,
)
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.pack import GenrePack, Grammar, Pack, RoleWords
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN
from services.media.local.story.topic import clip
from services.media.model import Hero

MAX_NAME_CHARS = 28
MAX_NAME_WORDS = 3
MAX_INTRO_CHARS = 40
MAX_INTRO_WORDS = 6
_CHILD = {"she": "girl", "he": "boy"}
_ADULT = {"she": "woman", "he": "man"}


class Cast(msgspec.Struct, frozen=True):
    """`intro` presents the hero once, `name` is used from then on; `pronoun` is a key of the grammar's pronouns."""

    hero: Hero
    intro: str
    name: str
    pronoun: str


def read_role(pack: Pack, genre: str, text: str, dice: Dice) -> Cast:
    """Any text as a hero; one without words becomes a stock hero of the pack that suits the genre."""
    role = trim(clean(text))
    if not role:
        return _stock(pack, genre, dice)
    intro, name = _forms(pack, role)
    kind, pronoun = _nature(pack, pack.genres[genre], role, dice)
    return _cast(intro, name, kind, pronoun, dice)


def _stock(pack: Pack, genre: str, dice: Dice) -> Cast:
    suited = [hero for hero in pack.heroes if genre in hero.suits]
    hero = dice.pick(suited or [hero for hero in pack.heroes if not hero.suits])
    return _cast(hero.intro, hero.name, hero.kind, hero.pronoun, dice)


def _cast(intro: str, name: str, kind: str, pronoun: str, dice: Dice) -> Cast:
    shown = name.strip(QUOTE_OPEN + QUOTE_CLOSE)
    hero = Hero(name=shown[:1].upper() + shown[1:], kind=kind, **colours(kind, dice))
    return Cast(hero=hero, intro=intro, name=name, pronoun=pronoun)


def _forms(pack: Pack, role: str) -> tuple[str, str]:
    """ "a brave fox" and then "the brave fox"; "Penny the fox" and then "Penny"."""
    grammar = pack.grammar
    role = with_article(_case(role, grammar), grammar, known_plurals(pack))
    intro = clip(role, MAX_INTRO_WORDS, MAX_INTRO_CHARS)
    name = _own_name(role, grammar) or _definite(_core(role, grammar), grammar)
    if _fits(name, MAX_NAME_WORDS, MAX_NAME_CHARS):
        return (intro if intro == role else _again_indefinite(name, grammar)), name
    noun = _last_role_word(pack, role)
    if noun and grammar.definite:
        name = f"{grammar.definite}{noun}"
        return (intro if intro == role else _again_indefinite(name, grammar)), name
    short = f"{QUOTE_OPEN}{clip(role, MAX_NAME_WORDS, MAX_NAME_CHARS)}{QUOTE_CLOSE}"
    return short, short


def _case(role: str, grammar: Grammar) -> str:
    """Articles inside a sentence are small, a person's name never is."""
    words = role.split(" ")
    if words[0].lower() in word_set(grammar.determiners):
        words[0] = words[0].lower()
    named = [word.capitalize() if word.islower() and given_name_pronoun(word) else word for word in words]
    return " ".join(named if len(words) == 1 else words)


def _core(role: str, grammar: Grammar) -> str:
    """The phrase up to where it begins to explain itself: "a fox" of "a fox who reads"."""
    kept = head(tokens(role), grammar)
    words = role.split(" ")
    if len(words) <= MAX_NAME_WORDS or len(kept) < 1:
        return role
    return trim(" ".join(words[: len(kept)])) if len(tokens(role)) == len(words) else role


def _own_name(role: str, grammar: Grammar) -> str:
    """The name in "a fox called Rusty" or "Penny the fox" or "Penny, who is nine"; empty if there is none."""
    naming = "|".join(re.escape(word) for word in sorted(word_set(grammar.naming)))
    called = re.search(rf"\b(?:{naming})\s+(\w[\w’\-]*(?: [A-Z][\w’\-]*)?)", role) if naming else None
    if called:
        return called[1][:1].upper() + called[1][1:]
    before = re.split(r",| (?=(?:the|who|from|of)\b)", role)[0]
    return trim(before) if before != role and before[:1].isupper() and len(before.split(" ")) <= MAX_NAME_WORDS else ""


def _definite(phrase: str, grammar: Grammar) -> str:
    first, _, rest = phrase.partition(" ")
    known = bool(rest) and first.lower() in set(filter(None, grammar.indefinite))
    return f"{grammar.definite}{rest}" if known else phrase


def _again_indefinite(name: str, grammar: Grammar) -> str:
    bare = name.removeprefix(grammar.definite) if grammar.definite else name
    if bare == name or not grammar.indefinite[0]:
        return name
    vowel = bare[:1].lower() in set(grammar.vowels)
    return f"{grammar.indefinite[1] if vowel else grammar.indefinite[0]} {bare}"


def _fits(name: str, words: int, chars: int) -> bool:
    return len(name.split(" ")) <= words and len(name) <= chars


def _last_role_word(pack: Pack, role: str) -> str:
    known = frozenset().union(*(word_set(entry.words) for entry in pack.roles))
    core = head(tokens(role), pack.grammar)
    return next((word for word in reversed(core) if word in known), "") or next(
        (word for word in tokens(role) if word in known), ""
    )


def _nature(pack: Pack, genre: GenrePack, role: str, dice: Dice) -> tuple[str, str]:
    """Kind and pronoun from the role's words, then from its given names, then from the seed."""
    kind, pronoun = _single(pack, genre, role, dice)
    return kind, ("they" if _many(pack, role) else pronoun)


def _single(pack: Pack, genre: GenrePack, role: str, dice: Dice) -> tuple[str, str]:
    entry = _role_entry(pack, role)
    by_name = next(filter(None, map(given_name_pronoun, role.split(" "))), "")
    pronoun = (entry.pronoun if entry else "") or by_name or dice.pick(("she", "he"))
    if entry and entry.kind == "person":
        return (_ADULT.get(pronoun) or dice.pick(("woman", "man"))), pronoun
    if entry and entry.kind == "child":
        return (_CHILD.get(pronoun) or dice.pick(("girl", "boy"))), pronoun
    young = _ADULT if genre.grown_up else _CHILD
    return (entry.kind if entry else young[pronoun]), pronoun


def _role_entry(pack: Pack, role: str) -> RoleWords | None:
    lists = {str(index): entry.words for index, entry in enumerate(pack.roles)}
    key = find(role, lists, pack.grammar)
    return pack.roles[int(key)] if key else None


def _many(pack: Pack, role: str) -> bool:
    """Whether the role is several: "Romeo and Juliet", "two cats", "the knights"."""
    words = [word.lower() for word in role.split(" ")]
    if any(word in word_set(pack.grammar.joiners) for word in words[1:-1]):
        return True
    core = head(tokens(role), pack.grammar)
    several = any(word in word_set(pack.grammar.many) for word in core)
    return several or (bool(core) and core[-1] in role_plurals(pack))
