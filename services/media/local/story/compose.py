"""From a brief to a script. The same brief gives the same script, byte for byte; style and voice change no word."""

from __future__ import annotations

import msgspec

from services.media.local.story.cast import Cast, read_role
from services.media.local.story.dice import Dice
from services.media.local.story.library import load
from services.media.local.story.pack import Frame, GenrePack, Pack, Plot
from services.media.local.story.pages import World, report, tell
from services.media.local.story.setting import read_scene
from services.media.local.story.subject import Subject, fitting, read_subject, suited
from services.media.local.story.template import QUOTE_CLOSE, QUOTE_OPEN, capitalise, fill
from services.media.local.story.titles import title
from services.media.local.story.topic import Topic
from services.media.local.story.typography import typeset
from services.media.model import Page, Script
from shared.contracts.values import Brief


def write(brief: Brief) -> Script:
    """The script of a brief, its pages without pieces. Raises `Invalid` if its language has no pack."""
    pack = load(brief.language)
    dice = Dice(brief.topic, brief.main_role, brief.scene, brief.genre, brief.language, brief.length, brief.seed)
    subject = read_subject(pack, pack.genres[brief.genre], brief.topic, dice)
    cast = read_role(pack, brief.genre, brief.main_role, dice)
    name, description, pages = _story(pack, brief, subject, cast, dice)
    return Script(
        title=typeset(name, pack.grammar),
        description=typeset(description, pack.grammar),
        language=brief.language,
        genre=brief.genre,
        style=brief.style,
        voice=brief.voice,
        aspect_ratio=brief.aspect_ratio,
        seed=brief.seed,
        hero=cast.hero,
        pages=tuple(msgspec.structs.replace(page, text=typeset(page.text, pack.grammar)) for page in pages),
    )


def _story(pack: Pack, brief: Brief, subject: Subject, cast: Cast, dice: Dice) -> tuple[str, str, tuple[Page, ...]]:
    genre, long, topic = pack.genres[brief.genre], brief.length == "long", subject.topic
    words = _shared_words(pack, topic, cast, dice)
    told = _told(genre, subject, dice)
    setting = read_scene(pack, brief.scene, told.scenes, dice)
    words["scene"] = setting.text
    mention = words["topic"].strip(QUOTE_OPEN + QUOTE_CLOSE).lower()
    world = World(words=words, setting=setting, theme=topic.theme, grammar=pack.grammar, mention=mention)
    if isinstance(told, Plot):
        words |= {key: dice.pick(options) for key, options in told.vary.items()}
        pages = tell(told, long, world, dice)
    else:
        facts = subject.facts or dice.pick(fitting(genre.fact_themes, topic))
        words["facts"] = facts.label
        pages = report(told, facts, long, world, dice)
    name = title(pack.grammar, told.titles, words, topic, dice)
    return name, capitalise(fill(dice.pick(told.descriptions), words, dice), pack.grammar.capitals), pages


def _told(genre: GenrePack, subject: Subject, dice: Dice) -> Plot | Frame:
    if genre.plots:
        return dice.pick(fitting(genre.plots, subject.topic))
    return suited(dice.pick(genre.frames), subject)


def _shared_words(pack: Pack, topic: Topic, cast: Cast, dice: Dice) -> dict[str, str]:
    return {
        **pack.grammar.pronouns[cast.pronoun],
        **{key: dice.pick(options) for key, options in topic.theme.vary.items()},
        "pronoun": cast.pronoun,
        "quotes": "".join(pack.grammar.quotes),
        "capitals": pack.grammar.capitals,
        "intro": cast.intro,
        "hero": cast.name,
        "topic": topic.spoken,
        "quoted": topic.quoted,
    }
