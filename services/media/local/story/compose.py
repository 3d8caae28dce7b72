"""From a brief to a script. The same brief gives the same script, byte for byte; style and voice change no word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from services.media.local.story.cast import Cast, read_role
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import word_set
from services.media.local.story.library import load
from services.media.local.story.pack import FactTheme, Grammar, Pack, Plot
from services.media.local.story.pages import World, report, tell
from services.media.local.story.setting import read_scene
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN, Words, capitalise, fill
from services.media.local.story.topic import Topic, clip, read_topic
from services.media.model import Page, Script
from shared.contracts.values import Brief

MAX_TITLE_CHARS = 80
_ASKED = re.compile(r"([?!]):")
Told = TypeVar("Told", Plot, FactTheme)


def write(brief: Brief) -> Script:
    """The script of a brief, its pages without pieces. Raises `Invalid` if its language has no pack."""
    pack = load(brief.language)
    dice = Dice(brief.topic, brief.main_role, brief.scene, brief.genre, brief.language, brief.length, brief.seed)
    topic = read_topic(pack, brief.topic)
    cast = read_role(pack, brief.genre, brief.main_role, dice)
    title, description, pages = _story(pack, brief, topic, cast, dice)
    return Script(
        title=title,
        description=description,
        language=brief.language,
        genre=brief.genre,
        style=brief.style,
        voice=brief.voice,
        aspect_ratio=brief.aspect_ratio,
        seed=brief.seed,
        hero=cast.hero,
        pages=pages,
    )


def _story(pack: Pack, brief: Brief, topic: Topic, cast: Cast, dice: Dice) -> tuple[str, str, tuple[Page, ...]]:
    genre, long = pack.genres[brief.genre], brief.length == "long"
    words = _shared_words(pack, topic, cast, dice)
    told = dice.pick(_fitting(genre.plots, topic)) if genre.plots else dice.pick(genre.frames)
    setting = read_scene(pack, brief.scene, told.scenes, dice)
    words["scene"] = setting.text
    mention = words["topic"].strip(QUOTE_OPEN + QUOTE_CLOSE).lower()
    world = World(words=words, setting=setting, theme=topic.theme, spaced=pack.grammar.spaced, mention=mention)
    if isinstance(told, Plot):
        words |= {key: dice.pick(options) for key, options in told.vary.items()}
        pages = tell(told, long, world, dice)
    else:
        theme = dice.pick(_fitting(genre.fact_themes, topic))
        words["facts"] = theme.label
        pages = report(told, theme, long, world, dice)
    title = _title(pack.grammar, told.titles, words, topic, dice)
    return title, capitalise(fill(dice.pick(told.descriptions), words, dice)), pages


def _fitting(options: Sequence[Told], topic: Topic) -> Sequence[Told]:
    """What is made for the topic's theme; if nothing is, what is made for any."""
    made_for = [option for option in options if topic.theme.name in option.about]
    return made_for or [option for option in options if not option.about] or options


def _shared_words(pack: Pack, topic: Topic, cast: Cast, dice: Dice) -> dict[str, str]:
    return {
        **pack.grammar.pronouns[cast.pronoun],
        **{key: dice.pick(options) for key, options in topic.theme.vary.items()},
        "pronoun": cast.pronoun,
        "quotes": "".join(pack.grammar.quotes),
        "intro": cast.intro,
        "hero": cast.name,
        "topic": topic.spoken,
        "quoted": topic.quoted,
    }


def _title(grammar: Grammar, patterns: Sequence[str], words: Words, topic: Topic, dice: Dice) -> str:
    """One of the patterns in title case; a topic that is too long for them makes the title by itself."""
    values = {**words, "topic": topic.title, "quoted": topic.title}
    # A whole sentence can open a title, but not stand inside one.
    usable = [pattern for pattern in patterns if _can_hold(pattern, topic)] or patterns
    titles = [_title_case(_ASKED.sub(r"\1", fill(pattern, values, dice)), grammar) for pattern in usable]
    fitting = [title for title in titles if len(title) <= MAX_TITLE_CHARS]
    return dice.pick(fitting) if fitting else _title_case(clip(topic.title, 12, MAX_TITLE_CHARS - 1), grammar)


def _can_hold(pattern: str, topic: Topic) -> bool:
    inside = pattern.lower().find("{topic}") > 0
    return not inside or topic.spoken != topic.quoted


def _title_case(text: str, grammar: Grammar) -> str:
    """Words begin with a capital but for the language's small ones; a list of none leaves the text as it is."""
    small = word_set(grammar.title_small_words)
    if not small:
        return capitalise(text)
    words = text.split(" ")
    cased = [
        word if 0 < index < len(words) - 1 and word in small and words[index - 1][-1:] != ":" else capitalise(word)
        for index, word in enumerate(words)
    ]
    return " ".join(cased)
