"""The user's topic as words that fit into sentences, and the theme that it is about."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.media.local.story.articles import articles, with_article
from services.media.local.story.clean import clean, trim
from services.media.local.story.lexicon import bare, lower, plural, tokens, word_set
from services.media.local.story.pack import Grammar, Pack, Theme
from services.media.local.story.sentence_case import small_start
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN, capitalise

MAX_SPOKEN_WORDS = 7
MAX_SPOKEN_CHARS = 48
MAX_TITLE_CHARS = 56
MIN_CHARS = 2


class Topic(msgspec.Struct, frozen=True):
    """`spoken` is a noun phrase, in quotes if it cannot be one; `quoted` always has quotes; `title` has none."""

    spoken: str
    quoted: str
    title: str
    theme: Theme


def read_topic(pack: Pack, text: str) -> Topic | None:
    """Any text as a topic; none without words."""
    grammar = pack.grammar
    whole = _without_closer(_without_opener(clean(text), grammar), grammar)
    if not whole:
        return None
    short = clip(whole, MAX_SPOKEN_WORDS, MAX_SPOKEN_CHARS)
    quoted = _in_quotes(short, grammar)
    title = _low_article(clip(whole, 10, MAX_TITLE_CHARS), grammar)
    is_phrase = _is_noun_phrase(short, whole, grammar)
    return Topic(
        spoken=_spoken(small_start(_low_article(trim(short), grammar), pack), pack) if is_phrase else quoted,
        quoted=quoted,
        title=small_start(title, pack) if is_phrase else title,
        theme=find_theme(pack, whole),
    )


def own_topic(pack: Pack, phrase: str, about: Sequence[str] = ()) -> Topic:
    """A noun phrase of the pack as a topic, of the first theme that it is said to be about."""
    named = (theme for theme in pack.themes if theme.name in about)
    theme = next(named, None) or find_theme(pack, phrase)
    return Topic(spoken=phrase, quoted=_in_quotes(phrase, pack.grammar), title=phrase, theme=theme)


def find_theme(pack: Pack, text: str) -> Theme:
    """The theme with the most words in the text; the first one (the general theme) if there are none."""
    if pack.grammar.spaced:
        words = tokens(text)
        words += [part for word in words if "-" in word for part in word.split("-")]
        words += [bare(word) for word in words if "’" in word]
        counts = [sum(word in word_set(theme.words) for word in words) for theme in pack.themes]
    else:
        counts = [sum(len(word) for word in word_set(theme.words) if word in text) for theme in pack.themes]
    return pack.themes[counts.index(max(counts))]


def clip(text: str, words: int, chars: int) -> str:
    """The beginning of the text, cut between words where it has spaces, with an ellipsis if something is missing."""
    cut = " ".join(text.split(" ")[:words])
    if len(cut) > chars:
        cut = cut[:chars].rpartition(" ")[0] or cut[:chars]
    return text if cut == text else trim(cut) + "…"


def _in_quotes(phrase: str, grammar: Grammar) -> str:
    return f"{QUOTE_OPEN}{capitalise(phrase, grammar.capitals)}{QUOTE_CLOSE}"


def _without_opener(text: str, grammar: Grammar) -> str:
    """What a wish is about: of "a story about whales" the whales."""
    low = lower(text)
    for opener in sorted(grammar.topic_openers, key=len, reverse=True):
        if low.startswith(opener) and len(text) > len(opener):
            return trim(text[len(opener) :]) or text
    return text


def _without_closer(text: str, grammar: Grammar) -> str:
    """The same for languages that say it at the end: "whales" of "balinalar hakkında bir masal"."""
    low = lower(text)
    for closer in sorted(grammar.topic_closers, key=len, reverse=True):
        if low.endswith(closer) and len(text) >= len(closer) + MIN_CHARS:
            return trim(text[: -len(closer)]) or text
    return text


def _spoken(short: str, pack: Pack) -> str:
    """ "dinosaur" becomes "dinosaurs" and "lost puppy" becomes "a lost puppy"; what is grammatical stays as it is."""
    if " " in short:
        return with_article(short, pack)
    return plural(short, pack)


def _low_article(text: str, grammar: Grammar) -> str:
    """ "The race" as "the race": a thing. "The Great Race" is a name, and stays."""
    first, _, rest = text.partition(" ")
    if first.lower() in word_set(grammar.determiners) and rest[:1].islower():
        return f"{first.lower()} {rest}"
    elided = {form for one in articles(grammar) for form in (*one.indefinite, *one.definite) if form.endswith("’")}
    joined = next((form for form in elided if text.lower().startswith(form)), "")
    return joined + text[len(joined) :] if joined and text[len(joined) :][:1].islower() else text


def _is_noun_phrase(short: str, whole: str, grammar: Grammar) -> bool:
    marks = any(mark in whole for mark in ".?!;:…。？！；：।")
    foreign = grammar.spaced and any(char.isalpha() and ord(char) > 0x24F for char in whole) and grammar.latin
    return short == whole and not marks and not foreign and not _has_clause_word(whole, grammar)


def _has_clause_word(text: str, grammar: Grammar) -> bool:
    words = word_set(grammar.clause_words)
    return not words.isdisjoint(tokens(text)) if grammar.spaced else any(word in text for word in words)
