"""Figures and things: who stands where, what is held, and the light on them."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Layer, Patch, blur
from services.media.local.picture.figures.figure import Holding, draw_figure
from services.media.local.picture.palette import Tone, mix
from services.media.local.picture.props import THINGS
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import ellipse, rounded
from services.media.local.picture.stage import Stage
from services.media.local.picture.vocabulary import BEASTS, HERO_KINDS, known
from services.media.model import Hero, Script

_COMPANION_COLOURS = (("#3f6f9a", "#f2d08a"), ("#5f8a4a", "#f0e2b8"), ("#8a5a9a", "#f6c86a"), ("#c8783a", "#6ac0b0"))


def plain_hero(hero: Hero) -> Hero:
    """The hero with a kind that can be drawn."""
    return Hero(
        name=hero.name,
        kind=known(hero.kind, HERO_KINDS, "woman"),
        skin=hero.skin,
        hair=hero.hair,
        outfit=hero.outfit,
        accent=hero.accent,
    )


def _figure_tone(s: Stage) -> Tone:
    """The scene's light, gentler: a hero's colours must be known again at night."""
    tone = s.tone
    bright = mix(tone.key, (1.0, 1.0, 1.0), 0.48)
    dim = mix(tone.fill, (0.66, 0.66, 0.74), 0.42)
    return Tone(tone.top, tone.middle, tone.horizon, tone.light, bright, dim, tone.haze, tone.dark)


def draw_cast(s: Stage, hero: Hero, script: Script, indoors: bool, star: str = "") -> None:
    """Things behind, then the companion, the hero, and things in hand; a `star` is a thing that takes the stage."""
    if star:
        _put_star(s, THINGS[star], hero)
    held, standing = _share_out(s)
    face = s.layout.facing
    x, tall = s.layout.hero_x, s.layout.hero_height
    room = min(s.unit * (0.34 + (0.35 * held.width if held else 0.0)), s.width * 0.34)
    spots = [x + face * room, x + face * room * 1.86, x - face * room * 0.86]
    if s.scene.companion:
        friend_x = spots.pop(0)
        spots = spots[-1:] if _narrow(s) else spots
    for thing, at in zip(standing, spots, strict=False):
        _put(s, thing, at, hero)
    if s.scene.companion:
        _companion(s, script, friend_x, tall, indoors)
    if s.scene.hero_visible:
        action = "hold" if held is not None and held.height > 0.45 and s.scene.action == "wave" else s.scene.action
        variant = script.seed % 3
        _stand(s, hero, action, x, s.layout.hero_y, tall, face, variant, held, indoors)


def _narrow(s: Stage) -> bool:
    """Whether two figures fill the width: then there is room for one thing only, in the hand or behind the hero."""
    return s.width < s.height


def _share_out(s: Stage) -> tuple[Thing | None, list[Thing]]:
    """What the hero holds, and what stands about."""
    things = [THINGS[name] for name in s.scene.props]
    free = s.scene.hero_visible and s.scene.action not in ("think", "sleep", "jump", "run")
    held = next((t for t in things if t.where == "hand"), None) if free else None
    if held is None and s.scene.hero_visible and s.scene.action == "read":
        held = THINGS["book"]
    standing = [t for t in things if t is not held]
    if s.scene.companion and _narrow(s):
        standing = [] if held else sorted(standing, key=lambda t: t.width)[:1]
    return held, standing


def _put(s: Stage, thing: Thing, x: float, hero: Hero) -> None:
    """A thing on the ground or in the air, on its own layer so that it gets the figures' finish."""
    narrow = 0.8 if s.width < s.height * 1.1 else 1.0
    tall = s.layout.hero_height * narrow * thing.height * (1.0 if thing.where != "hand" else 1.25)
    wide = s.layout.hero_height * narrow * thing.width
    x = float(np.clip(x, wide * 0.5 + s.width * 0.06, s.width * 0.94 - wide * 0.5))
    y = s.layout.hero_y - s.unit * 0.004
    if thing.where == "air":
        y -= s.layout.hero_height * 0.5
    elif thing.where == "hand":
        y = _plinth(s, x, y, wide)
    layer, dx, dy = _box(s, x, y, max(tall, wide) * 1.5)
    brush = _brush(s, layer, x - dx, y - dy, tall, s.layout.facing)
    thing.draw(brush, hero.accent)
    _finish_figure(s, layer, x, y, wide * 0.5, dx, dy, grounded=thing.where == "ground")


def _put_star(s: Stage, thing: Thing, hero: Hero) -> None:
    """A thing as large as it can be shown: small things on a stand, flying things in the sky."""
    x, y, tall = s.layout.hero_x, s.layout.hero_y, s.layout.hero_height
    room = min(tall * (0.72 if thing.where == "air" else 0.85), s.width * 0.6 / max(thing.width / thing.height, 1))
    size = room if thing.where != "hand" else min(room * 0.66, s.width * 0.42 * thing.height / thing.width)
    half = size * thing.width / thing.height * 0.5
    if thing.where == "air":
        y = s.height * 0.33 + tall * (0.3 + s.layout.light_y / s.height * 0.6)
    elif thing.where == "hand":
        y = _pedestal(s, x, y - s.unit * 0.01, half * 2)
    layer, dx, dy = _box(s, x, y, max(size, half * 2) * 1.3)
    thing.draw(_brush(s, layer, x - dx, y - dy, size, s.layout.facing), hero.accent)
    if thing.where == "air":
        _rim(s, layer)
        s.canvas.over(layer, int(dx), int(dy))
    else:
        _finish_figure(s, layer, x, y, half, dx, dy, grounded=True)


def _plinth(s: Stage, x: float, y: float, wide: float) -> float:
    """A stump or a small table for a thing that is too small for the ground."""
    b = s.brush(x, y, s.unit)
    w = max(wide / s.unit * 0.62, 0.06)
    b.shadow(ellipse(0, 0, w * 1.3, 0.014), sigma=0.008, strength=0.4)
    b.fill(rounded(-w, -0.006, w, 0.085, 0.02), paint="#7a5236")
    b.fill(ellipse(0, 0.085, w, 0.016), paint="#c99a66")
    return y - s.unit * 0.085


def _pedestal(s: Stage, x: float, y: float, wide: float) -> float:
    """A round stone stand in a pool of light, for a thing that is looked at."""
    b = s.brush(x, y, s.unit)
    w = max(wide / s.unit * 0.46, 0.08)
    b.glow(0, 0.3, 0.34, "#ffe2b0", 0.22)
    b.shadow(ellipse(0, 0, w * 1.5, 0.022), sigma=0.012, strength=0.5)
    b.fill(rounded(-w * 1.08, -0.012, w * 1.08, 0.03, 0.012), paint="#b9b0a6")
    b.fill(rounded(-w * 0.9, 0.02, w * 0.9, 0.17, 0.012), paint="#d6cec2", bump=1.4)
    b.fill(rounded(-w * 1.04, 0.15, w * 1.04, 0.19, 0.012), paint="#c9c0b4")
    b.fill(ellipse(0, 0.19, w * 1.04, 0.02), paint="#f1ebe0", shade=False)
    return y - s.unit * 0.19


def _box(s: Stage, x: float, y: float, reach: float) -> tuple[Layer, float, float]:
    """A clear layer round a foot point, and its offset in the picture."""
    dx, dy = int(x - reach), int(y - reach * 1.3)
    return Layer(int(reach * 2), int(reach * 1.5), clear=True), dx, dy


def _brush(s: Stage, layer: Layer, x: float, y: float, size: float, flip: int) -> Brush:
    return Brush(layer, s.look, _figure_tone(s), s.light, s.unit, x, y, size, flip=flip)


def _companion(s: Stage, script: Script, x: float, tall: float, indoors: bool) -> None:
    kind = s.scene.companion
    outfit, accent = _COMPANION_COLOURS[(script.seed + HERO_KINDS.index(kind)) % 4]
    friend = Hero(name="", kind=kind, outfit=outfit, accent=accent, hair="#7a4a2a", skin="#dca57c")
    size = tall * (
        0.62
        if kind in BEASTS or kind in ("bird", "owl", "mouse")
        else 0.74
        if kind in ("girl", "boy", "robot")
        else 0.86
    )
    action = "stand" if s.scene.action in ("read", "hold", "point", "think") else s.scene.action
    _stand(
        s, friend, action, x, s.layout.hero_y - s.unit * 0.006, size, -s.layout.facing, script.seed % 3, None, indoors
    )


def _stand(
    s: Stage,
    hero: Hero,
    action: str,
    x: float,
    y: float,
    tall: float,
    face: int,
    variant: int,
    held: Thing | None,
    indoors: bool,
) -> None:
    """One figure with what it holds, its shadow, and the scene's light on it."""
    holding: Holding | None = None
    if held is not None:

        def hold(b: Brush, thing: Thing = held) -> None:
            size = thing.height
            gx, gy = thing.grip
            thing.draw(b.at(-gx * size, -gy * size, size), hero.accent)

        holding = hold
    layer, dx, dy = _box(s, x, y, tall * 1.25)
    draw_figure(
        _brush(s, layer, x - dx, y - dy, tall, face),
        hero,
        action,
        s.scene.mood,
        variant=variant,
        holding=holding,
        indoors=indoors,
    )
    _finish_figure(s, layer, x, y, tall * 0.2, dx, dy, grounded=action not in ("jump",) and hero.kind != "ghost")


def _finish_figure(
    s: Stage, layer: Layer, x: float, y: float, half: float, dx: float, dy: float, *, grounded: bool
) -> None:
    b = s.brush(x, y, 1)
    strength = 0.5 if grounded else 0.3
    side = -1 if s.light[0] > 0 else 1
    b.shadow(
        ellipse(side * half * 0.35, 0, half * 1.25, half * 0.13),
        sigma=half * (0.0 if s.look.flat else 0.09),
        strength=strength,
        tint=(0.05, 0.04, 0.14),
    )
    _rim(s, layer)
    s.canvas.over(layer, int(dx), int(dy))
    if layer.alpha is not None:
        s.cast.append(Patch(int(dx), int(dy), layer.alpha))


def _rim(s: Stage, layer: Layer) -> None:
    """Light along the edge that faces the sun, moon or lamp."""
    power = {"film": 0.85, "soft": 0.22, "clay": 0.3, "cel": 0.0, "ink": 0.0}[s.look.shading]
    if not power or layer.alpha is None:
        return
    side = 1 if s.light[0] > 0 else -1
    step = max(int(s.unit * 0.004), 2)
    soft = blur(layer.alpha, s.unit * 0.002)
    moved = np.roll(soft, (step, -side * step), (0, 1))
    edge = np.clip(layer.alpha - moved, 0, 1) * np.float32(power)
    warm = mix(s.tone.light, (1.0, 0.75, 0.45), 0.35 if s.scene.time != "night" else 0.0)
    layer.light(Patch(0, 0, edge), warm)
