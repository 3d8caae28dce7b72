"""Forest, _meadow, mountains, snow, desert."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Array, Patch
from services.media.local.picture.nature import broadleaf, bush, conifer, flowers, grass, grove, rock, sprites
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb, poly
from services.media.local.picture.stage import Stage

GREEN = "#5f9444"


def ranges(s: Stage, count: int, high: float, paint: Paint = "#6f8a86", *, cells: int = 3, gain: float = 0.5) -> None:
    """Receding hills or mountains, hazier the further away; `high` is the first one's amplitude as a share of height."""
    soft = 0.34 if s.look.round_trees else gain
    for k in range(count):
        f = k / max(count - 1, 1)
        base = s.horizon - s.height * high * (0.42 - 0.34 * f)
        sky = s.ridge(
            base,
            s.height * high * (1 - 0.55 * f),
            cells + k,
            octaves=3 if s.look.flat or s.look.round_trees else 5,
            gain=soft,
        )
        patch = s.land(sky, paint, mix(paint, s.tone.haze, 0.3), s.height * 0.25, depth=0.82 - 0.34 * f)
        if s.look.texture:
            _crags(s, patch, 0.05 + 0.05 * f)


def _crags(s: Stage, patch: Patch, strength: float) -> None:
    bump = s.noise("crags", 12, 5, 1.4)
    side = 3 if s.light[0] > 0 else -3
    slope = (bump - np.roll(bump, (2, side), (0, 1)))[patch.window]
    tilt = np.clip(slope * np.float32(7), -1, 1)
    for plane in s.canvas.rgb:
        plane[patch.window] += tilt * patch.mask * np.float32(strength)






def _forest(s: Stage) -> None:
    ranges(s, 2, 0.22, "#5f7f70")
    fir = not s.look.round_trees and s.rng.random() < 0.5
    leaf = "#4c7f46" if s.scene.mood != "scary" else "#3f5a4a"
    tall = s.unit * 0.62

    def tree(b: Brush) -> None:
        if fir:
            conifer(b, s.rng, "#3f6b4c")
        else:
            (conifer if s.rng.random() < 0.3 else broadleaf)(b, s.rng, leaf)

    kinds = sprites(s, tree, 3, tall)
    grow = s.width / s.unit
    grove(s, kinds, s.horizon + s.height * 0.005, 3, int(16 * grow), (0.34, 0.5), 0.66)
    s.floor(s.horizon, "#7d9a62", "#4d7238")
    _light_pool(s)
    grove(s, kinds, s.horizon + s.height * 0.02, 4, int(9 * grow), (0.55, 0.72), 0.46)
    grove(s, kinds, s.horizon + s.height * 0.05, 5, int(5 * grow), (0.85, 1.05), 0.2, _clearing(s, 0.2))
    s.veil(s.horizon + s.height * 0.01, s.height * 0.06, 0.34)
    grass(s, s.horizon + s.height * 0.09, s.unit * 0.03, int(150 * grow), times(GREEN, 0.85), depth=0.1)
    _toadstools(s)


def _clearing(s: Stage, half: float) -> tuple[float, float]:
    return s.layout.hero_x - s.unit * half, s.layout.hero_x + s.unit * half * 1.2


def _light_pool(s: Stage) -> None:
    """A sunlit patch about the hero, so that the ground is not one tone."""
    if s.scene.weather in ("rain", "storm", "fog"):
        return
    y = s.ground - s.height * 0.01
    b = s.brush(s.layout.hero_x, y, s.unit)
    rows = ellipse(0, 0, 0.42, 0.05)
    b.soft(rows, paint=mix(GREEN, "#f0e59a", 0.5), sigma=0.035, strength=0.42)


def _toadstools(s: Stage) -> None:
    for _ in range(4):
        x = s.layout.hero_x + s.rng.uniform(-0.6, 0.6) * s.width * 0.8
        if abs(x - s.layout.hero_x) < s.unit * 0.16:
            continue
        y = s.rng.uniform(s.horizon + s.height * 0.08, s.ground)
        b = s.brush(x, y, s.unit * 0.03, depth=s.depth_at(y) * 0.5)
        b.fill(limb([(0, 0), (0, 0.7)], [0.34, 0.26]), paint="#f2e8d4")
        cap = b.fill(curve((-0.7, 0.55), (-0.5, 1.0), (0, 1.2), (0.5, 1.0), (0.7, 0.55), (0, 0.48)), paint="#cf3f3a")
        for dx, dy in ((-0.3, 0.85), (0.1, 1.0), (0.38, 0.75)):
            b.fill(ellipse(dx, dy, 0.1), paint="#fbf3e6", shade=False, inside=cap)


def _meadow(s: Stage) -> None:
    ranges(s, 3, 0.2, "#6f9478", cells=2)
    leaf = "#5f9a4a"
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, leaf), 2, s.unit * 0.34)
    hill = s.ridge(s.horizon, s.height * 0.07, 2, octaves=2)
    s.land(hill, "#9dbf6a", "#7aa64c", s.height * 0.12, depth=0.3)
    grow = s.width / s.unit
    grove(s, kinds, s.horizon + s.height * 0.005, 8, int(6 * grow), (0.4, 0.65), 0.38)
    s.floor(s.horizon + s.height * 0.045, "#93b85a", "#5f8f3a", depth=0.2)
    _light_pool(s)
    _path(s, "#d8c08a")
    edge = -1 if s.layout.hero_x > s.width / 2 else 1
    grove(s, kinds, s.horizon + s.height * 0.085, 4, 1, (1.5, 1.7), 0.05) if edge == 0 else None
    for x in (0.5 - edge * -0.42,):
        kinds_big = sprites(s, lambda b: broadleaf(b, s.rng, leaf), 1, s.unit * 0.56)
        from services.media.local.picture.nature import stamp

        stamp(s, kinds_big[0], x * s.width, s.horizon + s.height * 0.09, 1.0, 0.06)
    grass(s, s.ground - s.height * 0.02, s.unit * 0.028, int(170 * grow), "#78a848")
    flowers(
        s,
        s.horizon + s.height * 0.07,
        s.height * 0.742,
        int(46 * grow),
        ("#f4f0f8", "#f2a0b8", "#e8574a", "#8a7ae0"),
        s.unit * 0.009,
    )


def _path(s: Stage, paint: Paint) -> None:
    """A winding path from the horizon to the hero's feet."""
    x, y0, y1 = s.layout.hero_x, s.horizon + s.height * 0.05, s.height * 1.2
    bow = s.layout.facing * s.unit
    left, right = [], []
    for k in range(13):
        t = k / 12
        y = y0 + (y1 - y0) * t**1.5
        down = (y - y0) / (s.ground - y0)
        centre = x + bow * (0.34 * max(1 - down, 0) ** 1.3 * float(np.cos(down * 2.6)) - 0.05 * max(down - 1, 0))
        half = s.unit * (0.008 + 0.10 * down**1.2)
        left.append((centre - half, -y))
        right.append((centre + half, -y))
    b = s.brush(0, 0, 1, depth=0.1)
    b.fill(curve(*left, *reversed(right), steps=4), paint=paint, shade=False, line=0.4, strength=0.9)
    _calm(s)


def _calm(s: Stage) -> None:
    """Brings the darkness of the subtitle zone back over what was painted later than the floor."""
    y0 = int(s.ground)
    rows = np.clip((np.arange(y0, s.height, dtype=np.float32) - s.ground) / (s.height - s.ground), 0, 1)
    mask = np.broadcast_to((rows**1.05 * 0.56)[:, None], (s.height - y0, s.width)).astype(np.float32)
    s.canvas.shade(Patch(0, y0, mask), 1.0)












def hedge(s: Stage, y: float, paint: Paint, size: float, depth: float) -> None:
    """A row of shrubs along row `y`."""
    kinds = sprites(s, lambda b: bush(b.at(0, 0, 0.45), s.rng, paint), 2, size)
    grove(s, kinds, y, size * 0.05, int(2.6 * s.width / size), (0.75, 1.1), depth)


SETTINGS = {
    "forest": Setting(_forest, 0.55),
    "meadow": Setting(_meadow, 0.52),
    "mountain": Setting(_mountain, 0.55),
    "snowfield": Setting(_snowfield, 0.55),
    "desert": Setting(_desert, 0.54),
}
