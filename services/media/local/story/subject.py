"""What a story is about: what the user asked for, and the facts that suit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from services.media.local.story.dice import Dice
from services.media.local.story.pack import FactTheme, Frame, GenrePack, Pack, Plot
from services.media.local.story.template import slots
from services.media.local.story.topic import Topic, own_topic, read_topic

Told = TypeVar("Told", Plot, FactTheme)


class Subject(msgspec.Struct, frozen=True):
    """The topic; where the user named none, the pack did: `facts`, if they are it."""

    topic: Topic
    facts: FactTheme | None = None


def read_subject(pack: Pack, genre: GenrePack, text: str, dice: Dice) -> Subject:
    """The topic in the user's words; without words the facts are the topic, or one of the pack's is."""
    topic = read_topic(pack, text)
    if topic is not None:
        return Subject(topic=topic)
    if genre.fact_themes:
        facts = dice.pick(genre.fact_themes)
        return Subject(topic=own_topic(pack, facts.label, facts.about), facts=facts)
    return Subject(topic=own_topic(pack, dice.pick(pack.default_topics)))


def fitting(options: Sequence[Told], topic: Topic) -> Sequence[Told]:
    """What is made for the topic's theme; if nothing is, what is made for any."""
    made_for = [option for option in options if topic.theme.name in option.about]
    return made_for or [option for option in options if not option.about] or options


def suited(frame: Frame, subject: Subject) -> Frame:
    """The frame in the patterns that name the topic, or that do not name it twice where the facts are the topic."""
    opening = msgspec.structs.replace(frame.opening, wordings=_suited(frame.opening.wordings, subject))
    return msgspec.structs.replace(frame, opening=opening, descriptions=_suited(frame.descriptions, subject))


def _suited(patterns: tuple[str, ...], subject: Subject) -> tuple[str, ...]:
    twice = {"facts", "topic"}, {"facts", "quoted"}
    if subject.facts:
        kept = tuple(pattern for pattern in patterns if not any(pair <= slots(pattern) for pair in twice))
    else:
        kept = tuple(pattern for pattern in patterns if slots(pattern) & {"topic", "quoted"})
    return kept or patterns
