"""Different compositions of one idea: place, light, pose and the camera change from picture to picture. Pure."""

from __future__ import annotations

import msgspec

from services.media.local.picture import Take
from services.media.local.picture.vocabulary import INDOORS
from services.media.local.session.prompt import Idea
from services.media.local.story.colours import colours
from services.media.local.story.dice import Dice
from services.media.model import Hero, Page, Scene, Script
from shared.contracts.values import AspectRatio

FLYING = ("spaceship", "plane")
_LIGHTS = ("day", "sunset", "day", "dawn", "night")
_POSES = {
    "hold": ("hold", "hold", "wave", "hold", "point"),
    "": ("stand", "walk", "think", "wave", "point"),
    "person": ("stand", "walk", "wave", "think", "sit"),
}
_MIRRORED_PLACES = ("city", "street", "market")


class Framing(msgspec.Struct, frozen=True):
    """How much of the drawn picture is shown: `share` of each side, down to `bottom` (a share of the height)."""

    share: float
    bottom: float


FULL, MEDIUM, CLOSE, WIDE = Framing(0.8, 0.87), Framing(0.64, 0.8), Framing(0.46, 0.675), Framing(0.92, 0.93)
_PEOPLE = (MEDIUM, WIDE, CLOSE, FULL)
_PAIRS = (FULL, WIDE, MEDIUM, FULL)
_THINGS = (MEDIUM, FULL, CLOSE, WIDE)
_VIEWS = (WIDE, FULL, MEDIUM, WIDE)


class Composition(msgspec.Struct, frozen=True):
    """One picture to be drawn: a script of one page, how it is taken and what of it is shown."""

    script: Script
    take: Take
    framing: Framing


def compose_take(idea: Idea, item: int, aspect_ratio: AspectRatio, seed: int, prompt: str) -> Composition:
    """Picture `item` (from 1) of an idea."""
    dice = Dice("take", prompt, seed, item)
    hero = _hero(idea, dice)
    star = "" if idea.hero or not idea.things else idea.things[0]
    script = Script(
        title=prompt[:80], description="", language="english", genre="custom topic", style=idea.style, voice="nova",
        aspect_ratio=aspect_ratio, seed=(seed + 97 * item) % 2**31, hero=hero,
        pages=(Page(number=1, text="", scene=_scene(idea, star, item, dice)),),
    )  # fmt: skip
    framing = _framing(idea, star, item, aspect_ratio)
    return Composition(script, Take(margin=min(1.9, max(1.25, 1.02 / framing.share)), star=star), framing)


def _hero(idea: Idea, dice: Dice) -> Hero:
    kind = idea.hero or "woman"
    paints = colours(kind, dice)
    if idea.colour:
        paints |= {"outfit": idea.colour} if idea.hero else {"accent": idea.colour}
    return Hero(name="", kind=kind, **paints)


def _scene(idea: Idea, star: str, item: int, dice: Dice) -> Scene:
    place = idea.places[(item - 1) % len(idea.places)]
    poses = ("hold", *_POSES["hold"][1:]) if idea.things else _POSES["person"]
    return Scene(
        place=place,
        time=idea.time or _LIGHTS[(item - 1) % len(_LIGHTS)],
        weather=idea.weather or _weather(place, item, dice),
        action=idea.action or (poses[(item - 1) % len(poses)]),
        mood=idea.mood or ("happy" if idea.things else dice.pick(("calm", "happy", "wonder"))),
        props=tuple(thing for thing in idea.things if thing != star),
        companion=idea.companion,
        hero_visible=bool(idea.hero),
    )


def _weather(place: str, item: int, dice: Dice) -> str:
    if place in INDOORS or item % 3 != 2:
        return "clear"
    return dice.pick(("cloudy", "clear", "wind"))


def _framing(idea: Idea, star: str, item: int, aspect_ratio: AspectRatio) -> Framing:
    narrow = aspect_ratio in ("9:16", "3:4", "1:1")
    if star in FLYING:
        return (WIDE, Framing(0.78, 0.84), Framing(0.78, 0.74) if narrow else Framing(0.62, 0.66), WIDE)[(item - 1) % 4]
    if star and narrow:
        return (MEDIUM, FULL, Framing(0.58, 0.76), WIDE)[(item - 1) % 4]
    crowd = idea.companion or len(idea.things) > 1
    rows = (_PAIRS if crowd else _PEOPLE) if idea.hero else (_THINGS if star else _VIEWS)
    return rows[(item - 1) % len(rows)]
