"""The hero: who it is in words and what it looks like."""

from __future__ import annotations

import msgspec

from services.media.local.story.articles import pronoun_of
from services.media.local.story.clean import clean, trim
from services.media.local.story.colours import colours
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import find, head, role_plurals, tokens, word_set
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.naming import call, members
from services.media.local.story.pack import GenrePack, Grammar, Pack, RoleWords
from services.media.local.story.template import CLAUSE_CLOSE, QUOTE_CLOSE, QUOTE_OPEN, capitalise
from services.media.model import Hero

_CHILD = {"she": "girl", "he": "boy"}
_ADULT = {"she": "woman", "he": "man"}
_PEOPLE = {"person": _ADULT, "child": _CHILD}


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
    intro, name = call(pack, role)
    # Of several heroes the pictures show the first.
    first = members(pack, role)[0]
    kind, pronoun = _single(pack, pack.genres[genre], first, pronoun_of(intro, pack), dice)
    pronoun = "they" if _many(pack, role) else pronoun
    grammar = pack.grammar
    return _cast(grammar, _closed(intro, grammar), _closed(name, grammar), kind, pronoun, dice)


def _closed(phrase: str, grammar: Grammar) -> str:
    """In many languages a clause has a comma after it, too: "lis, który czyta, mieszkał"."""
    clauses = [tokens(clause)[:1] for clause in phrase.split(",")[1:]]
    stops = word_set(grammar.stops)
    closes = grammar.clause_commas and any(first and first[0] in stops for first in clauses)
    return phrase + CLAUSE_CLOSE if closes else phrase


def _stock(pack: Pack, genre: str, dice: Dice) -> Cast:
    suited = [hero for hero in pack.heroes if genre in hero.suits]
    hero = dice.pick(suited or [hero for hero in pack.heroes if not hero.suits])
    return _cast(pack.grammar, hero.intro, hero.name, hero.kind, hero.pronoun, dice)


def _cast(grammar: Grammar, intro: str, name: str, kind: str, pronoun: str, dice: Dice) -> Cast:
    shown = name.strip(QUOTE_OPEN + QUOTE_CLOSE + CLAUSE_CLOSE)
    hero = Hero(name=capitalise(shown, grammar.capitals), kind=kind, **colours(kind, dice))
    return Cast(hero=hero, intro=intro, name=name, pronoun=pronoun)


def _single(pack: Pack, genre: GenrePack, role: str, gender: str, dice: Dice) -> tuple[str, str]:
    """Kind and pronoun from the article's gender, the role's words, then its given names, then the seed."""
    entry = _role_entry(pack, role)
    pronoun = gender or (entry.pronoun if entry else "") or _named_pronoun(pack, role) or dice.pick(("she", "he"))
    if entry and entry.kind in _PEOPLE:
        return _person(_PEOPLE[entry.kind], entry.pronoun or pronoun, dice), pronoun
    if entry:
        return entry.kind, pronoun
    return _person(_ADULT if genre.grown_up else _CHILD, pronoun, dice), pronoun


def _person(kinds: dict[str, str], pronoun: str, dice: Dice) -> str:
    return kinds.get(pronoun) or dice.pick(tuple(kinds.values()))


def _named_pronoun(pack: Pack, role: str) -> str:
    """The pronoun of a given name in the role; "hans" is no name where it means "his"."""
    small = word_set(pack.grammar.determiners)
    words = [word for word in role.split(" ") if word not in small]
    known = next(filter(None, map(given_name_pronoun, words)), "")
    endings = tuple(pack.grammar.she_endings.split())
    return known or ("she" if any(word.istitle() and word.endswith(endings) for word in words) else "")


def _role_entry(pack: Pack, role: str) -> RoleWords | None:
    lists = {str(index): entry.words for index, entry in enumerate(pack.roles)}
    key = find(role, lists, pack.grammar)
    return pack.roles[int(key)] if key else None


def _many(pack: Pack, role: str) -> bool:
    """Whether the role is several: "Romeo and Juliet", "two cats", "the knights"."""
    if len(members(pack, role)) > 1:
        return True
    core = head(tokens(role), pack.grammar)
    several = any(word in word_set(pack.grammar.many) for word in core)
    return several or (bool(core) and core[-1] in role_plurals(pack))
