"""The title of a story."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import tokens, word_set
from services.media.local.story.pack import Grammar
from services.media.local.story.template import Words, capitalise, fill
from services.media.local.story.topic import Topic, clip

MAX_TITLE_CHARS = 80
_ASKED = re.compile(r"([?!;？！])[:：](\W*\w)")
_INNER = re.compile(r"(?<=[^\s:.!?] )\{Topic\}")


def title(grammar: Grammar, patterns: Sequence[str], words: Words, topic: Topic, dice: Dice) -> str:
    """One of the patterns in title case; a topic that is too long for them makes the title by itself."""
    values = {**words, "topic": topic.title, "quoted": capitalise(topic.title, grammar.capitals)}
    usable = [pattern for pattern in patterns if _can_hold(pattern, topic, grammar)] or patterns
    # Inside a title, an article that the topic begins with is small.
    told = [fill(_INNER.sub("{topic}", pattern), values, dice) for pattern in usable]
    titles = [_title_case(_ASKED.sub(lambda match: _next_sentence(match, grammar), text), grammar) for text in told]
    short = [title for title in titles if len(title) <= MAX_TITLE_CHARS]
    return dice.pick(short) if short else _title_case(clip(topic.title, 12, MAX_TITLE_CHARS - 1), grammar)


def _next_sentence(match: re.Match[str], grammar: Grammar) -> str:
    """ "Why?: a story" as "Why? A story": the topic has ended its own sentence."""
    return match[1] + capitalise(match[2], grammar.capitals)


def _can_hold(pattern: str, topic: Topic, grammar: Grammar) -> bool:
    """Whether the topic can stand there: a sentence opens a title, and "home and kitchen" stands next to no "and"."""
    low = pattern.lower()
    if topic.spoken == topic.quoted and low.find("{topic}") > 0:
        return False
    joiners = word_set(grammar.joiners)
    beside = "|".join(map(re.escape, sorted(joiners)))
    doubled = bool(joiners) and re.search(rf"\b(?:{beside}) \{{topic\}}|\{{topic\}} (?:{beside})\b", low)
    return not (doubled and joiners.intersection(tokens(topic.title)))


def _title_case(text: str, grammar: Grammar) -> str:
    """Words begin with a capital but for the language's small ones; a list of none leaves the text as it is."""
    small = word_set(grammar.title_small_words)
    if not small:
        return capitalise(text, grammar.capitals)
    words = text.split(" ")
    cased = [
        word if 0 < index < len(words) - 1 and word in small and words[index - 1][-1:] != ":" else capitalise(word)
        for index, word in enumerate(words)
    ]
    return " ".join(cased)
