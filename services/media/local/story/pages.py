"""Writes the pages of a story: tells a plot, or facts within a frame, at the length that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from services.media.local.story.check import LONG_FACTS, SHORT_FACTS
from services.media.local.story.dice import Dice
from services.media.local.story.pack import Beat, FactTheme, Frame, Grammar, Plan, Plot, Theme
from services.media.local.story.setting import Setting
from services.media.local.story.template import Words, capitalise, fill
from services.media.local.story.vocabulary import MAX_PROPS, SETTING, THEME
from services.media.model import Page, Scene

FULLNESS = (100, 100, 80, 60, 40, 20, 0)
"""How much of what may be left out is told, in percent, from one attempt to the next; each is tried a few times."""
TRIES = 2
PAGE_TRIES = 4
UNNAMED = 12
PAGE_WORDS = (14, 20)
SHORT_WORDS, LONG_WORDS = (95, 105), (190, 220)
"""Of an English text; a pack whose voice takes longer over its words has fewer (`wordiness_percent`)."""
SLACK = 20
"""Where pages are held shorter, the whole may be longer by one in so many."""


class World(msgspec.Struct, frozen=True):
    """What every page of a story shares. `mention` is how the topic is recognised in a text, in lower case."""

    words: Words
    setting: Setting
    theme: Theme
    grammar: Grammar
    mention: str


Draft = tuple[tuple[str, Plan], ...]
Writer = Callable[[int], Draft]


def tell(plot: Plot, long: bool, world: World, dice: Dice) -> tuple[Page, ...]:
    """The plot's pages: every beat in a long story, the essential ones in a short one."""
    beats = [beat for beat in plot.beats if long or beat.short]

    def draft(fullness: int) -> Draft:
        return tuple((_beat(beat, world, dice, fullness), beat.scene) for beat in beats)

    return _pages(_best(draft, long, world), world)


def report(frame: Frame, theme: FactTheme, long: bool, world: World, dice: Dice) -> tuple[Page, ...]:
    """A frame around facts of one theme; a long story gives each fact a second page."""
    facts = dice.sample(theme.facts, LONG_FACTS if long else SHORT_FACTS)
    gap = " " if world.grammar.spaced else ""
    leads = frame.leads if long else (*frame.leads[: SHORT_FACTS - 1], frame.leads[-1])

    def draft(fullness: int) -> Draft:
        pages = [(_beat(frame.opening, world, dice, fullness), frame.opening.scene)]
        for lead, fact in zip(leads, facts, strict=True):
            led = tuple(f"{words}{gap}{fact.text}" for words in lead)
            pages.append((_page(led, world, dice, fullness), fact.scene))
            if long:
                pages.append((_page((fact.more,), world, dice, fullness), _looking(fact.scene)))
        return (*pages, (_beat(frame.closing, world, dice, fullness), frame.closing.scene))

    return _pages(_best(draft, long, world), world)


def _beat(beat: Beat, world: World, dice: Dice, fullness: int) -> str:
    return _page(beat.wordings, world, dice, fullness)


def _page(wordings: Sequence[str], world: World, dice: Dice, fullness: int) -> str:
    """One wording; if it is too long or too short for a page, what comes nearest in a few tries."""
    best = fill(dice.pick(wordings), world.words, dice, fullness)
    for _ in range(PAGE_TRIES if world.grammar.spaced else 0):
        if not _page_miss(best, world):
            break
        other = fill(dice.pick(wordings), world.words, dice, min(fullness, 60))
        best = min(best, other, key=lambda text: _page_miss(text, world))
    return best


def _page_miss(text: str, world: World) -> int:
    return _outside(text.count(" ") + 1, _wanted(PAGE_WORDS, world))


def _looking(plan: Plan) -> Plan:
    """The second picture of a fact: the same place, with the hero deep in thought."""
    return msgspec.structs.replace(plan, action="think" if plan.action != "think" else "stand")


def _best(draft: Writer, long: bool, world: World) -> Draft:
    """The first draft with the wanted number of words, else the one that comes nearest to it."""
    best = draft(FULLNESS[0])
    if not world.grammar.spaced:
        return best
    miss = _miss(best, long, world)
    for fullness in (level for level in FULLNESS for _ in range(TRIES)):
        if not miss:
            break
        other = draft(fullness)
        if (other_miss := _miss(other, long, world)) < miss:
            best, miss = other, other_miss
    return best


def _miss(draft: Draft, long: bool, world: World) -> int:
    """How far a draft is from what was asked, in words. Not to name the topic weighs as much as a few words."""
    counts = [text.count(" ") + 1 for text, _ in draft]
    pages = sum(_outside(count, _wanted(PAGE_WORDS, world)) ** 2 for count in counts)
    unnamed = all(world.mention not in text.lower() for text, _ in draft)
    return pages + UNNAMED * unnamed + _outside(sum(counts), _in_all(long, world))


def _in_all(long: bool, world: World) -> tuple[int, int]:
    """The limits of a whole story; wider where pages are held shorter, or too many seeds would tell it alike."""
    low, high = LONG_WORDS if long else SHORT_WORDS
    if world.grammar.wordiness_percent < 100:
        high += high // SLACK
    return _wanted((low, high), world)


def _wanted(english: tuple[int, int], world: World) -> tuple[int, int]:
    """The limits in words of the story's language."""
    percent = world.grammar.wordiness_percent
    return english[0] * percent // 100, -(-english[1] * percent // 100)


def _outside(value: int, limits: tuple[int, int]) -> int:
    return max(limits[0] - value, 0, value - limits[1])


def _pages(draft: Draft, world: World) -> tuple[Page, ...]:
    return tuple(
        Page(number=number, text=capitalise(text, world.grammar.capitals), scene=_scene(plan, world))
        for number, (text, plan) in enumerate(draft, start=1)
    )


def _scene(plan: Plan, world: World) -> Scene:
    setting = world.setting
    place = {SETTING: setting.place, THEME: world.theme.place}.get(plan.place, plan.place)
    # The user's hour and sky rule wherever the story is in the user's place.
    at_home = plan.place == SETTING
    time = setting.time if setting.time and (at_home or plan.time == SETTING) else plan.time
    weather = setting.weather if setting.weather and (at_home or plan.weather == SETTING) else plan.weather
    return Scene(
        place=place,
        time="day" if time == SETTING else time,
        weather="clear" if weather == SETTING else weather,
        action=plan.action,
        mood=plan.mood,
        props=_props(plan, world.theme),
        companion=plan.companion,
        hero_visible=plan.hero,
    )


def _props(plan: Plan, theme: Theme) -> tuple[str, ...]:
    chosen = [name for prop in plan.props for name in (theme.props if prop == THEME else (prop,))]
    return tuple(dict.fromkeys(chosen))[:MAX_PROPS]
