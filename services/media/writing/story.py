"""Stories by a language model: the question, and the script in its answer. Pure."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.media.local.picture import vocabulary as known
from services.media.local.story.colours import colours
from services.media.local.story.dice import Dice
from services.media.local.story.vocabulary import MAX_PROPS
from services.media.model import Hero, Page, Scene, Script
from services.media.writing.answers import Line, Prose, Title, Unusable, Word, Words, parsed, written_in
from services.media.writing.asking import material, prompt
from shared.contracts.values import Brief
from shared.pricing.estimate import PAGES

SPARE_PAGES = 2
"""So many pages more or fewer are taken where the other choice is no story at all."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LONGEST_LOOK_CHARS = 400


class HeroReply(BaseModel):
    """The main character."""

    model_config = ConfigDict(extra="ignore")

    name: Title
    kind: Word = ""
    appearance: Prose = ""
    skin: Word = ""
    hair: Word = ""
    outfit: Word = ""
    accent: Word = ""


class PageReply(BaseModel):
    """A page. Words that the illustrator does not know are replaced, not refused."""

    model_config = ConfigDict(extra="ignore")

    text: Line
    picture: Prose = ""
    place: Word = ""
    time: Word = ""
    weather: Word = ""
    action: Word = ""
    mood: Word = ""
    companion: Word = ""
    props: Words = []


class StoryReply(BaseModel):
    """The whole story."""

    model_config = ConfigDict(extra="ignore")

    title: Title
    description: Line
    hero: HeroReply
    pages: list[PageReply]


def question(brief: Brief) -> str:
    """What the model is asked."""
    return prompt(
        "story",
        topic=material(brief.topic),
        main_role=material(brief.main_role),
        scene=material(brief.scene),
        language=brief.language.capitalize(),
        genre=brief.genre,
        pages=str(PAGES[brief.length]),
        kinds=" ".join(known.HERO_KINDS),
        places=" ".join(known.PLACES),
        times=" ".join(known.TIMES),
        weathers=" ".join(known.WEATHERS),
        actions=" ".join(known.ACTIONS),
        moods=" ".join(known.MOODS),
        props=" ".join(known.PROPS),
    )


def script_of(brief: Brief, answer: str, lenient: bool = False) -> Script:
    """The script in an answer; its pages have no pieces yet. Raises `Unusable`.

    `lenient` takes a story that is a little longer or shorter than it should be.
    """
    reply = parsed(answer, StoryReply)
    _check(brief, reply, SPARE_PAGES if lenient else 0)
    return Script(
        title=reply.title,
        description=reply.description,
        language=brief.language,
        genre=brief.genre,
        style=brief.style,
        voice=brief.voice,
        aspect_ratio=brief.aspect_ratio,
        seed=brief.seed,
        hero=_hero(reply.hero, brief.seed),
        pages=tuple(_page(number, page) for number, page in enumerate(reply.pages, 1)),
    )


def _check(brief: Brief, reply: StoryReply, spare: int) -> None:
    wanted = PAGES[brief.length]
    if abs(len(reply.pages) - wanted) > spare:
        raise Unusable(f"- pages: there must be exactly {wanted}, not {len(reply.pages)}")
    faults = [
        f"- pages.{index}.text: it must be written in {brief.language.capitalize()}"
        for index, page in enumerate(reply.pages)
        if not written_in(brief.language, page.text)
    ]
    if faults:
        raise Unusable("\n".join(faults))


def _hero(reply: HeroReply, seed: int) -> Hero:
    kind = known.known(reply.kind, known.HERO_KINDS, "girl")
    own = {name: value for name in ("skin", "hair", "outfit", "accent") if _is_colour(value := getattr(reply, name))}
    paints: dict[str, Any] = colours(kind, Dice("writing", reply.name, seed)) | own
    return Hero(name=reply.name, kind=kind, appearance=reply.appearance[:_LONGEST_LOOK_CHARS], **paints)


def _page(number: int, page: PageReply) -> Page:
    scene = Scene(
        place=known.known(page.place, known.PLACES, "village"),
        time=known.known(page.time, known.TIMES, "day"),
        weather=known.known(page.weather, known.WEATHERS, "clear"),
        action=known.known(page.action, known.ACTIONS, "stand"),
        mood=known.known(page.mood, known.MOODS, "calm"),
        companion=known.known(page.companion, known.HERO_KINDS, ""),
        props=tuple(dict.fromkeys(prop for prop in page.props if prop in known.PROPS))[:MAX_PROPS],
    )
    return Page(number=number, text=page.text, picture=page.picture[:_LONGEST_LOOK_CHARS], scene=scene)


def _is_colour(value: str) -> bool:
    return _COLOUR.fullmatch(value) is not None
