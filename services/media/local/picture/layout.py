"""Where things stand in a picture: pure arithmetic, so that tests and the camera can ask without drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.media.local.picture import vocabulary as words
from services.media.model import Page, Scene, Script
from shared.contracts.values import FRAME_SIZE_PX
from shared.errors import NotFound

MARGIN = 1.2
GROUND = 0.705
"""Where feet stand, as a share of the picture's height: above the subtitles wherever the camera rests."""
CALM = 0.745
"""From here down nothing is drawn that asks for attention."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Layout:
    """Picture size, the hero's feet and height in px, which way the hero looks and where the light comes from."""

    width: int
    height: int
    unit: float
    hero_x: float
    hero_y: float
    hero_height: float
    facing: int
    light_x: float
    light_y: float
    seed: int

    @property
    def rng(self) -> np.random.Generator:
        """A fresh generator for this page: the same numbers each time."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Take:
    """How a page is taken: `variant` above 0 is another composition of the same page, `margin` how much larger than
    the frame it is drawn, and `star` a thing that stands in the middle in the hero's place."""

    variant: int = 0
    margin: float = MARGIN
    star: str = ""


def picture_size(script: Script, margin: float = MARGIN) -> tuple[int, int]:
    """Width and height of the script's pictures in px, both even."""
    width, height = FRAME_SIZE_PX[script.aspect_ratio]
    return round(width * margin / 2) * 2, round(height * margin / 2) * 2


_PLAIN = Take()


def page_of(script: Script, number: int) -> Page:
    """The page with that number. Raises `NotFound` when the script has none."""
    for page in script.pages:
        if page.number == number:
            return page
    raise NotFound(f"The script has no page {number}.")


def plain_scene(scene: Scene) -> Scene:
    """The scene in vocabulary words only; unknown props are left out."""
    return Scene(
        place=words.known(scene.place, words.PLACES, "meadow"),
        time=words.known(scene.time, words.TIMES, "day"),
        weather=words.known(scene.weather, words.WEATHERS, "clear"),
        action=words.known(scene.action, words.ACTIONS, "stand"),
        mood=words.known(scene.mood, words.MOODS, "calm"),
        props=tuple(p for p in dict.fromkeys(q.strip().lower() for q in scene.props) if p in words.PROPS)[:3],
        companion=words.known(scene.companion, words.HERO_KINDS, "woman") if scene.companion.strip() else "",
        hero_visible=scene.hero_visible,
    )


def lay_out(script: Script, number: int, take: Take = _PLAIN) -> Layout:
    """The layout of one page. The hero's side changes from page to page and take to take, the hero's size does not."""
    width, height = picture_size(script, take.margin)
    seed = (script.seed * 1_000_003 + number * 7919 + take.variant * 15_485_863) % 2**32
    rng = np.random.default_rng([seed, 1])
    unit = float(min(width, height))
    wide = width / height
    side = 1 if (script.seed + number + take.variant) % 2 else -1
    reach = 0.13 if wide > 1.5 else 0.12 if wide > 1.1 else 0.13
    hero_x = width * (0.5 + side * (reach + rng.uniform(-0.02, 0.025)))
    tall = min(0.425 * height, 0.58 * width)
    light_side = -side if rng.random() < 0.75 else side
    return Layout(
        width,
        height,
        unit,
        hero_x,
        height * GROUND,
        tall,
        -side,
        width * (0.5 + light_side * rng.uniform(0.2, 0.32)),
        height * rng.uniform(0.16, 0.24),
        seed,
    )


def subtitle_zone(script: Script) -> Box:
    """(x0, y0, x1, y1) in px: where subtitles may come to lie, kept free of figures and things."""
    width, height = picture_size(script)
    return 0, int(height * CALM), width, height


def hero_box(script: Script, page: int) -> Box:
    """(x0, y0, x1, y1) in px around the hero, arms and hat included; all zeros when the page shows no hero."""
    scene = plain_scene(page_of(script, page).scene)
    place = lay_out(script, page)
    if not scene.hero_visible:
        return 0, 0, 0, 0
    half = place.hero_height * 0.34
    lift = place.hero_height * (1.12 if scene.action != "jump" else 1.24)
    top = max(int(place.hero_y - lift), 0)
    return int(max(place.hero_x - half, 0)), top, int(min(place.hero_x + half, place.width)), int(place.hero_y)
