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


def peaks(s: Stage, count: int, snow: float) -> None:
    """Sharp peaks with lit and shaded faces and snow on top."""
    order = np.sort(s.rng.uniform(0, 1, count))
    spots = (np.arange(count) + order * 0.6) / count
    for k, x in enumerate(s.rng.permutation(spots)):
        depth = 0.62 - 0.3 * k / max(count - 1, 1)
        tall = s.unit * s.rng.uniform(0.30, 0.5) * (1.15 - 0.5 * depth)
        _peak(s, float(x) * s.width, tall, depth, snow)


def _peak(s: Stage, x: float, tall: float, depth: float, snow: float) -> None:
    b = s.brush(x, s.horizon + 4, tall, depth=depth)
    wide = s.rng.uniform(0.75, 1.05)
    jig = s.rng.uniform(-0.05, 0.05, 8)
    body: list[tuple[float, float]] = [
        (-wide, -0.05),
        (-0.55 * wide, 0.42 + jig[0]),
        (-0.3 * wide, 0.66 + jig[1]),
        (-0.14 * wide, 0.80 + jig[2]),
        (0.0, 1.0),
        (0.16 * wide, 0.76 + jig[3]),
        (0.34 * wide, 0.6 + jig[4]),
        (0.6 * wide, 0.34 + jig[5]),
        (wide, -0.05),
    ]
    shape = curve(*body, steps=5) if s.look.round_trees else poly(*body)
    rocky = "#6b7488"
    whole = b.fill(shape, paint=rocky, shade=s.look.round_trees, line=0.8)
    if whole is None:
        return
    side = 1 if s.light[0] > 0 else -1
    spine = [(0.0, 1.05), (side * -0.05, 0.78), (side * 0.07, 0.58), (side * -0.1, 0.36), (side * 0.02, -0.1)]
    b.fill(
        poly(*spine, (side * -1.4, -0.1), (side * -0.9, 1.1)),
        paint=times(rocky, 0.62),
        shade=False,
        inside=whole,
        strength=0.85 if not s.look.round_trees else 0.25,
    )
    line = 1 - snow
    teeth = [
        (-0.6, line - 0.05),
        (-0.34, line + 0.06),
        (-0.2, line - 0.06),
        (-0.06, line + 0.07),
        (0.08, line - 0.08),
        (0.2, line + 0.05),
        (0.36, line - 0.04),
        (0.6, line + 0.04),
    ]
    cap = b.fill(poly(*teeth, (0.4, 1.2), (-0.4, 1.2)), paint="#f6f9ff", shade=False, inside=whole)
    if cap is not None:
        b.fill(
            poly(*spine, (side * -1.4, -0.1), (side * -0.9, 1.1)),
            paint="#a9bad6",
            shade=False,
            inside=cap,
            strength=0.8,
        )
    if s.look.texture:
        _crags(s, whole, 0.07)


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


def _mountain(s: Stage) -> None:
    ranges(s, 2, 0.3, "#7f8ea4", gain=0.55)
    peaks(s, 4, 0.4)
    s.veil(s.horizon, s.height * 0.05, 0.5)
    grow = s.width / s.unit
    kinds = sprites(s, lambda b: conifer(b, s.rng, "#41684e", snow=s.scene.weather == "snow"), 2, s.unit * 0.36)
    slope = s.ridge(s.horizon + s.height * 0.02, s.height * 0.05, 3, octaves=3)
    s.land(slope, "#7f9a72", "#6a8a58", s.height * 0.1, depth=0.32)
    grove(s, kinds, s.horizon + s.height * 0.05, 6, int(14 * grow), (0.4, 0.75), 0.34, _clearing(s, 0.12))
    s.floor(s.horizon + s.height * 0.06, "#7c9560", "#5a7a40", depth=0.15)
    _light_pool(s)
    for x in (0.06, 0.93, 0.5 + 0.3 * s.layout.facing):
        rock(
            s.brush(x * s.width, s.ground - s.height * s.rng.uniform(0.0, 0.03), s.unit * s.rng.uniform(0.05, 0.09)),
            s.rng,
        )
    grass(s, s.ground - s.height * 0.03, s.unit * 0.022, int(110 * grow), "#7fa055")


def _snowfield(s: Stage) -> None:
    ranges(s, 1, 0.2, "#9fb2ca")
    peaks(s, 3, 0.75)
    s.veil(s.horizon, s.height * 0.05, 0.5)
    kinds = sprites(s, lambda b: conifer(b, s.rng, "#5d8270", snow=True), 2, s.unit * 0.42)
    grow = s.width / s.unit
    drift = s.ridge(s.horizon + s.height * 0.01, s.height * 0.05, 2, octaves=2)
    s.land(drift, "#eef4fc", "#c9d8ec", s.height * 0.1, depth=0.25)
    grove(s, kinds, s.horizon + s.height * 0.03, 8, int(9 * grow), (0.4, 0.8), 0.25, _clearing(s, 0.15))
    s.floor(s.horizon + s.height * 0.045, "#e9f1fb", "#cddcf0", texture=0.5, depth=0.15)
    for k in range(5):
        y = s.ground - s.height * 0.012 + s.height * 0.008 * k
        x = s.layout.hero_x - s.layout.facing * s.unit * (0.1 + 0.11 * k)
        s.brush(x, y, s.unit).shadow(ellipse(0, 0, 0.016, 0.005), sigma=0.002, strength=0.3, tint=(0.3, 0.4, 0.6))


def _desert(s: Stage) -> None:
    for k in range(3):
        f = k / 2
        dune = s.ridge(s.horizon - s.height * (0.05 - 0.05 * f), s.height * (0.16 - 0.03 * f), 2 + k, octaves=1)
        s.land(dune, "#ecc487", "#cf9558", s.height * 0.16, depth=0.5 - 0.4 * f)
        _dune_shade(s, dune, 0.22 + 0.2 * f)
    for x, tall in ((0.1, 0.32), (0.9, 0.24), (0.5 + 0.24 * s.layout.facing, 0.16)):
        _cactus(s.brush(x * s.width, s.horizon + s.height * (0.05 + tall * 0.12), s.unit * tall, depth=0.14))
    s.floor(s.horizon + s.height * 0.085, "#e7b878", "#c98f50", texture=0.7, depth=0.06)
    rock(s.brush(s.width * (0.5 + 0.4 * s.layout.facing), s.ground - s.height * 0.01, s.unit * 0.06), s.rng, "#a8734c")


def _dune_shade(s: Stage, dune: Array, strength: float) -> None:
    """Darkens the side of each dune that slopes away from the light."""
    slope = np.gradient(dune.astype(np.float32))
    away = np.clip(slope * (-1 if s.light[0] > 0 else 1) * 4, 0, 1)
    patch = s.below(dune)
    rows = np.arange(patch.y, s.height, dtype=np.float32)[:, None]
    fade = np.clip(1 - (rows - dune[None]) / (s.height * 0.14), 0, 1)
    s.canvas.shade(Patch(0, patch.y, (patch.mask * away[None] * fade).astype(np.float32)), strength, (0.5, 0.3, 0.3))


def _cactus(b: Brush) -> None:
    b.fill(limb([(0, -0.02), (0, 0.5), (0, 0.92)], [0.17, 0.18, 0.15]), paint="#5d8f4a")
    b.fill(limb([(-0.04, 0.36), (-0.24, 0.4), (-0.25, 0.68)], [0.11, 0.11, 0.1]), paint="#5d8f4a")
    b.fill(limb([(0.04, 0.48), (0.22, 0.5), (0.23, 0.78)], [0.1, 0.1, 0.09]), paint="#669a52")
    for x in (-0.04, 0.0, 0.04):
        b.stroke(((x, 0.05), (x, 0.94)), "#47753a", 0.012)
    b.fill(ellipse(0.02, 1.0, 0.05), paint="#f0729a", line=0.6)


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
