"""What a hero is called: in full at first mention, and from then on."""

from __future__ import annotations

import re

from services.media.local.story.articles import (
    article_for,
    article_of,
    articles,
    definite,
    with_article,
    with_definite,
    with_indefinite,
)
from services.media.local.story.clean import trim
from services.media.local.story.lexicon import bare, head, lower, spelled, tokens, word_set
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.pack import Grammar, Pack
from services.media.local.story.sentence_case import small_start
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN, capitalise
from services.media.local.story.topic import clip

MAX_NAME_CHARS = 28
MAX_NAME_WORDS = 3
MAX_INTRO_CHARS = 40
MAX_INTRO_WORDS = 6


def call(pack: Pack, role: str) -> tuple[str, str]:
    """ "a brave fox" and then "the brave fox"; "Penny the fox" and then "Penny"."""
    grammar = pack.grammar
    role = small_start(role, pack) if role_word(pack, role) else role
    several = members(pack, role)
    if len(several) > 1 and _fits(role, MAX_INTRO_WORDS, MAX_INTRO_CHARS):
        return _case(role, grammar), _together(several, role, pack)
    whole = with_article(_case(role, grammar), pack)
    own, core = _own_name(whole, pack), _core(whole, grammar)
    name = own or definite(core, pack)
    if not _fits(name, MAX_NAME_WORDS, MAX_NAME_CHARS):
        return _short(pack, whole)
    return _shown(whole, own or core), name


def members(pack: Pack, role: str) -> list[str]:
    """The heroes of a role: two of "Emma and her dog", one of "a brave and clever fox"."""
    words = role.split(" ")
    found: list[list[str]] = [[]]
    for index, word in enumerate(words):
        joins = 0 < index < len(words) - 1 and word.lower() in word_set(pack.grammar.joiners)
        if joins and found[-1] and _another(pack, found[-1], words[index + 1 :]):
            found.append([])
        else:
            found[-1].append(word)
    return [" ".join(member) for member in found]


def role_word(pack: Pack, text: str) -> str:
    """The last word in the phrase's head that some role lists, else the first anywhere; empty if there is none."""
    known = _role_words(pack)
    words = [bare(word) for word in (spelled(text) if pack.grammar.noun_capitals else tokens(text))]
    core = head(words, pack.grammar)
    return next((word for word in (*reversed(core), *words) if word.lower() in known), "")


def _another(pack: Pack, before: list[str], after: list[str]) -> bool:
    """Whether what is joined is one more hero, not one more quality of the first."""
    determiners = word_set(pack.grammar.determiners)
    if not after[0].islower() or after[0] in determiners or given_name_pronoun(before[-1]):
        return True
    known = [bool(role_word(pack, " ".join(words))) for words in (before, after)]
    return all(known) or (not any(known) and before[0].lower() not in determiners)


def _together(several: list[str], role: str, pack: Pack) -> str:
    """ "the girl and the dog" of "a girl and a dog"."""
    name = _case(role, pack.grammar)
    for member in several:
        known = _case(member, pack.grammar)
        name = name.replace(known, definite(known, pack), 1)
    return name


def _short(pack: Pack, whole: str) -> tuple[str, str]:
    """For a role that is too long to be repeated: its noun, or its beginning in quotes."""
    noun = role_word(pack, whole)
    if noun and not articles(pack.grammar):
        return _shown(whole, noun), noun
    article = article_of(whole, pack) or article_for(noun.lower(), pack)
    if noun and article:
        return _shown(whole, with_indefinite(noun, article, pack)), with_definite(noun, article, pack)
    quoted = f"{QUOTE_OPEN}{clip(whole, MAX_NAME_WORDS, MAX_NAME_CHARS)}{QUOTE_CLOSE}"
    return quoted, quoted


def _shown(whole: str, instead: str) -> str:
    """The whole role, unless it is too long for a first mention."""
    return whole if _fits(whole, MAX_INTRO_WORDS, MAX_INTRO_CHARS) else instead


def _case(role: str, grammar: Grammar) -> str:
    """Articles inside a sentence are small, a person's name never is."""
    words = role.split(" ")
    if words[0].lower() in word_set(grammar.determiners):
        words[0] = lower(words[0])
    named = [word.capitalize() if word.islower() and given_name_pronoun(word) else word for word in words]
    return " ".join(named if len(words) == 1 else words)


def _core(role: str, grammar: Grammar) -> str:
    """The phrase up to where it begins to explain itself: "a fox" of "a fox who reads"."""
    kept = head(tokens(role), grammar)
    words = role.split(" ")
    if len(words) <= MAX_NAME_WORDS or len(kept) < 1 or role[:1].isupper():
        return role
    if words[min(len(kept), len(words) - 1)] in word_set(grammar.joiners):
        return role
    return trim(" ".join(words[: len(kept)])) if len(tokens(role)) == len(words) else role


def _own_name(role: str, pack: Pack) -> str:
    """The name in "a fox called Rusty" or "Penny the fox" or "Penny, who is nine"; empty if there is none."""
    naming = "|".join(re.escape(word) for word in sorted(word_set(pack.grammar.naming)))
    called = re.search(rf"\b(?:{naming})\s+(\w[\w’\-]*)((?: \w[\w’\-]*)?)", role) if naming else None
    if called:
        # A surname has its capital: "named Rusty Tail", but "named Rusty who reads".
        return capitalise(called[1], pack.grammar.capitals) + (called[2] if called[2][1:2].isupper() else "")
    before = _before_explanation(role, pack.grammar)
    is_name = before != role and before[:1].isupper() and before.lower() not in _role_words(pack)
    return before if is_name and len(before.split(" ")) <= MAX_NAME_WORDS else ""


def _before_explanation(role: str, grammar: Grammar) -> str:
    """What stands before a comma, a definite article or a word such as "who"."""
    ends = word_set(grammar.stops) | {form.strip() for one in articles(grammar) for form in one.definite}
    words = role.partition(",")[0].split(" ")
    kept = next((index for index, word in enumerate(words) if index and word in ends), len(words))
    return trim(" ".join(words[:kept]))


def _role_words(pack: Pack) -> frozenset[str]:
    return frozenset().union(*(word_set(entry.words) for entry in pack.roles))


def _fits(name: str, words: int, chars: int) -> bool:
    return len(name.split(" ")) <= words and len(name) <= chars
