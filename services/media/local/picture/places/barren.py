"""Mountains, snow and desert."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Array, Patch
from services.media.local.picture.nature import grass, rock
from services.media.local.picture.palette import times
from services.media.local.picture.places.ground import clearing, crags, light_pool, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import Outline, Point, curve, ellipse, limb, poly
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import conifer, grove, sprites

_ROCK = "#6b7488"


def peaks(s: Stage, count: int, snow: float) -> None:
    """Sharp peaks with lit and shaded faces and snow on top."""
    order = np.sort(s.rng.uniform(0, 1, count))
    spots = (np.arange(count) + order * 0.6) / count
    for k, x in enumerate(s.rng.permutation(spots)):
        depth = 0.62 - 0.3 * k / max(count - 1, 1)
        tall = s.unit * s.rng.uniform(0.30, 0.5) * (1.15 - 0.5 * depth)
        _peak(s, float(x) * s.width, tall, depth, snow)


def _peak(s: Stage, x: float, tall: float, depth: float, snow: float) -> None:
    """One mountain: rock, its face away from the light, and snow down to a jagged line."""
    b = s.brush(x, s.horizon + 4, tall, depth=depth)
    rock_body = b.fill(_peak_outline(s), paint=_ROCK, shade=s.look.round_trees, line=0.8)
    if rock_body is None:
        return
    away = _far_face(1 if s.light[0] > 0 else -1)
    rock_strength = 0.85 if not s.look.round_trees else 0.25
    b.fill(away, paint=times(_ROCK, 0.62), shade=False, inside=rock_body, strength=rock_strength)
    cap = b.fill(_snow_cap(1 - snow), paint="#f6f9ff", shade=False, inside=rock_body)
    if cap is not None:
        b.fill(away, paint="#a9bad6", shade=False, inside=cap, strength=0.8)
    if s.look.texture:
        crags(s, rock_body, 0.07)


def _peak_outline(s: Stage) -> Outline:
    """A random skyline with its top at (0, 1); smooth where the style has round shapes."""
    wide = s.rng.uniform(0.75, 1.05)
    jig = s.rng.uniform(-0.05, 0.05, 8)
    skyline: list[Point] = [
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
    return curve(*skyline, steps=5) if s.look.round_trees else poly(*skyline)


def _far_face(side: int) -> Outline:
    """Everything beyond the ridge that runs down from the top; `side` is where the light comes from."""
    ridge = [(0.0, 1.05), (side * -0.05, 0.78), (side * 0.07, 0.58), (side * -0.1, 0.36), (side * 0.02, -0.1)]
    return poly(*ridge, (side * -1.4, -0.1), (side * -0.9, 1.1))


def _snow_cap(line: float) -> Outline:
    """Everything above a jagged line at height `line`."""
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
    return poly(*teeth, (0.4, 1.2), (-0.4, 1.2))


def _mountain(s: Stage) -> None:
    ranges(s, 2, 0.3, "#7f8ea4", gain=0.55)
    peaks(s, 4, 0.4)
    s.veil(s.horizon, s.height * 0.05, 0.5)
    grow = s.width / s.unit
    kinds = sprites(s, lambda b: conifer(b, s.rng, "#41684e", snow=s.scene.weather == "snow"), 2, s.unit * 0.36)
    slope = s.ridge(s.horizon + s.height * 0.02, s.height * 0.05, 3, octaves=3)
    s.land(slope, "#7f9a72", "#6a8a58", s.height * 0.1, depth=0.32)
    grove(s, kinds, s.horizon + s.height * 0.05, 6, int(14 * grow), (0.4, 0.75), 0.34, clearing(s, 0.12))
    s.floor(s.horizon + s.height * 0.06, "#7c9560", "#5a7a40", depth=0.15)
    light_pool(s)
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
    grove(s, kinds, s.horizon + s.height * 0.03, 8, int(9 * grow), (0.4, 0.8), 0.25, clearing(s, 0.15))
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
    b.fill(limb([(-0.04, 0.36), (-0.24, 0.4), (-0.25, 0.68)], [0.11, 0.11, 0.1]), paint="#5d8f4a")
    b.fill(limb([(0.04, 0.48), (0.22, 0.5), (0.23, 0.78)], [0.1, 0.1, 0.09]), paint="#669a52")
    b.fill(limb([(0, -0.02), (0, 0.5), (0, 0.92)], [0.17, 0.18, 0.15]), paint="#5d8f4a")
    for x in (-0.04, 0.0, 0.04):
        b.stroke(((x, 0.05), (x, 0.94)), "#47753a", 0.012)
    b.fill(ellipse(0.02, 1.0, 0.05), paint="#f0729a", line=0.6)


SETTINGS = {
    "mountain": Setting(_mountain, 0.55),
    "snowfield": Setting(_snowfield, 0.55),
    "desert": Setting(_desert, 0.54),
}
