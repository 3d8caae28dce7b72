"""Where the story happens: the user's scene as a phrase and as the illustrator's place, time and weather."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from services.media.local.story.articles import with_article
from services.media.local.story.clean import clean, trim
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import find, head, lower, tokens, word_set
from services.media.local.story.pack import Grammar, Pack
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN

MAX_WORDS = 7
MAX_CHARS = 48
_SENTENCE_END = re.compile(r"[.!?;。！？；।\n]")


class Setting(msgspec.Struct, frozen=True):
    """`text` says where ("on a beach"). Time and weather are empty where the user said nothing of them."""

    text: str
    place: str
    time: str
    weather: str


def read_scene(pack: Pack, text: str, fitting: Sequence[str], dice: Dice) -> Setting:
    """Any text as a setting; without words, one of the pack's scenes named in `fitting`."""
    stock = pack.scenes[dice.pick(fitting)]
    phrase = trim(clean(text))
    if not phrase:
        return Setting(text=stock.text, place=stock.place, time=stock.time, weather=stock.weather)
    grammar = pack.grammar
    place = find(phrase, pack.places, grammar)
    time, weather = find(phrase, pack.times, grammar), find(phrase, pack.weathers, grammar)
    return Setting(text=_phrase(pack, phrase, place), place=place or stock.place, time=time, weather=weather)


def _phrase(pack: Pack, phrase: str, place: str) -> str:
    grammar = pack.grammar
    short, fits = _shorten(phrase, grammar)
    if not fits or (grammar.latin and any(char.isalpha() and ord(char) > 0x24F for char in short)):
        return grammar.scene_phrases["quoted"].replace("{scene}", f"{QUOTE_OPEN}{short}{QUOTE_CLOSE}")
    words = tokens(short)
    if _says_where(short, words, grammar):
        return lower(short[:1]) + short[1:]
    if len(words) == 1 and f"bare:{words[0]}" in grammar.scene_phrases:
        return grammar.scene_phrases[f"bare:{words[0]}"].replace("{scene}", lower(short))
    if words[0] in word_set(grammar.determiners):
        short = lower(short[:1]) + short[1:]
    return _put(with_article(short, pack), _pattern(pack, words, place, short), grammar.contractions)


def _says_where(phrase: str, words: list[str], grammar: Grammar) -> bool:
    """Whether a preposition or a postposition makes the phrase ready to use."""
    before, after = word_set(grammar.scene_introducers), word_set(grammar.scene_closers)
    if grammar.spaced:
        return words[0] in before or words[-1] in after
    return phrase.startswith(tuple(before)) or phrase.endswith(tuple(after))


def _put(phrase: str, pattern: str, contractions: Mapping[str, str]) -> str:
    """The phrase in its pattern; where they meet, "in" and "il bosco" become "nel bosco"."""
    before, _, after = pattern.partition("{scene}")
    for pair, short in contractions.items():
        preposition, _, article = pair.partition(" ")
        begins = article if article.endswith("’") else f"{article} "
        if f" {before}".endswith(f" {preposition} ") and phrase.startswith(begins):
            return before.removesuffix(f"{preposition} ") + short + phrase.removeprefix(begins) + after
    return before + phrase + after


def _pattern(pack: Pack, words: list[str], place: str, short: str) -> str:
    phrases, core = pack.grammar.scene_phrases, head(words, pack.grammar)
    if core[-1] in phrases:
        return phrases[core[-1]]
    moments = frozenset().union(*(word_set(listing) for listing in pack.times.values()))
    if not place and core[-1] in moments:
        bare = len(core) == 1 and with_article(short, pack) == short
        return phrases["bare_moment" if bare else "moment"]
    return phrases.get(f"place:{place}", phrases["default"])


def _shorten(phrase: str, grammar: Grammar) -> tuple[str, bool]:
    """The phrase within its limits, and whether it is still one that grammar can carry."""
    short = trim(_SENTENCE_END.split(phrase)[0]) or phrase
    if _fits(short):
        return short, True
    first = trim(re.split(r"[,，、]", short)[0])
    if _fits(first) and len(first.split(" ")) > 1:
        return first, True
    words = short.split(" ")[:MAX_WORDS]
    small = word_set(grammar.stops) | word_set(grammar.determiners) | word_set(grammar.joiners)
    while len(words) > 1 and (words[-1].lower() in small or len(" ".join(words)) > MAX_CHARS):
        words.pop()
    cut = trim(" ".join(words))[:MAX_CHARS]
    return cut, tokens(cut)[:1] != [] and tokens(cut)[0] in word_set(grammar.determiners) and _fits(cut)


def _fits(text: str) -> bool:
    return len(text.split(" ")) <= MAX_WORDS and len(text) <= MAX_CHARS
