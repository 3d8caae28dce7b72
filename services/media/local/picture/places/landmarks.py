"""Castle and space."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import resize
from services.media.local.picture.nature import flowers, grass
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.countryside import pane
from services.media.local.picture.places.ground import path, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import Outline, curve, ellipse, poly, rect
from services.media.local.picture.sky import stars
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import broadleaf, conifer, grove, sprites

STONE = "#b3aab0"


def _castle(s: Stage) -> None:
    ranges(s, 3, 0.24, "#6f8590")
    hill = s.ridge(s.horizon + s.height * 0.01, s.height * 0.03, 2, octaves=2)
    s.land(hill, "#8ba565", "#6f9250", s.height * 0.1, depth=0.34)
    x = s.width * 0.5 + s.layout.facing * min(s.width * 0.2, s.unit * 0.34)
    _fortress(s.brush(x, s.horizon + s.height * 0.03, s.unit * 0.52, depth=0.2), s)
    s.veil(s.horizon + s.height * 0.01, s.height * 0.035, 0.4)
    grow = s.width / s.unit
    tree = conifer if not s.look.round_trees else broadleaf
    kinds = sprites(s, lambda b: tree(b, s.rng, "#4c7a4e"), 2, s.unit * 0.3)
    grove(
        s, kinds, s.horizon + s.height * 0.05, 5, int(7 * grow), (0.5, 0.8), 0.25, (x - s.unit * 0.2, x + s.unit * 0.2)
    )
    s.floor(s.horizon + s.height * 0.055, "#8fae5c", "#5f8a3e", depth=0.15)
    path(s, "#cdb894")
    grass(s, s.ground - s.height * 0.02, s.unit * 0.024, int(110 * grow), "#7da24c")
    flowers(
        s,
        s.ground - s.height * 0.04,
        s.height * 0.742,
        int(16 * grow),
        ("#f4f0f8", "#8a7ae0", "#f2c84a"),
        s.unit * 0.009,
    )


def _crenels(x0: float, x1: float, y: float, size: float) -> list[Outline]:
    n = max(int((x1 - x0) / size / 2), 2)
    step = (x1 - x0) / (n * 2 - 1)
    return [rect(x0 + 2 * k * step, y - 0.005, x0 + (2 * k + 1) * step, y + size) for k in range(n)]


def _fortress(b: Brush, s: Stage) -> None:
    roof = "#4f6a9a" if s.scene.mood != "scary" else "#4a4358"
    for x, w, h in ((-0.2, 0.1, 0.9), (0.24, 0.1, 0.82), (0.02, 0.15, 1.12)):
        _turret(b, x, w, h, roof, s)
    b.fill(rect(-0.36, -0.05, 0.38, 0.5), *_crenels(-0.36, 0.38, 0.5, 0.04), paint=STONE, bump=0.08)
    for x, w, h in ((-0.48, 0.15, 0.62), (0.5, 0.15, 0.6)):
        _turret(b, x, w, h, roof, s)
    b.fill(rect(-0.16, -0.05, 0.18, 0.36), *_crenels(-0.16, 0.18, 0.36, 0.035), paint=times(STONE, 1.08), bump=0.1)
    b.fill(
        np.concatenate([rect(-0.08, -0.05, 0.1, 0.12)[[0, 1]], ellipse(0.01, 0.13, 0.09, 0.11, start=0, end=180)]),
        paint="#5a3a28",
        shade=False,
    )
    for x in (-0.26, 0.28):
        pane(b, x, 0.24, 0.05, 0.1, arched=True)
    for row in range(7):
        for k in range(8):
            if s.rng.random() < 0.5:
                x, y = -0.33 + 0.09 * k + 0.04 * (row % 2), 0.04 + row * 0.065
                b.stroke(((x, y), (x + 0.045, y)), times(STONE, 0.8), 0.006, strength=0.6)


def _turret(b: Brush, x: float, w: float, h: float, roof: str, s: Stage) -> None:
    b.fill(rect(x - w / 2, -0.05, x + w / 2, h * 0.72), paint=times(STONE, 0.96), bump=1.0)
    b.fill(
        rect(x - w * 0.62, h * 0.68, x + w * 0.62, h * 0.75),
        *_crenels(x - w * 0.62, x + w * 0.62, h * 0.75, 0.022),
        paint=STONE,
        bump=0.4,
    )
    cone = (
        curve(
            (x - w * 0.6, h * 0.75),
            (x - w * 0.25, h * 0.92),
            (x, h * 1.12),
            (x + w * 0.25, h * 0.92),
            (x + w * 0.6, h * 0.75),
        )
        if s.look.round_trees
        else poly((x - w * 0.6, h * 0.76), (x, h * 1.16), (x + w * 0.6, h * 0.76))
    )
    b.fill(cone, paint=roof, bump=0.9)
    pane(b, x, h * 0.48, w * 0.26, h * 0.11, arched=True)
    top = h * (1.12 if s.look.round_trees else 1.16)
    b.stroke(((x, top - 0.02), (x, top + 0.12)), "#5a4a40", 0.008)
    b.fill(poly((x, top + 0.12), (x + 0.1, top + 0.09), (x, top + 0.055)), paint="#d8484a", shade=False, line=0.5)


def _space(s: Stage) -> None:
    """Black sky, planets, a cratered ground; the hour does not matter up here."""
    _cosmos(s)
    side = s.layout.facing
    _planet(
        s.brush(s.width * 0.5 + side * min(s.width * 0.27, s.unit * 0.42), s.height * 0.25, s.unit * 0.15),
        "#d98a5a",
        ring=True,
    )
    _planet(
        s.brush(s.width * 0.5 - side * min(s.width * 0.36, s.unit * 0.38), s.height * 0.16, s.unit * 0.06),
        "#4f9ad0",
        ring=False,
    )
    far = s.ridge(s.horizon - s.height * 0.01, s.height * 0.09, 4, octaves=4)
    s.land(far, "#8c8aa4", "#6a6884", s.height * 0.1, depth=0.25)
    s.floor(s.horizon + s.height * 0.03, "#9d9ab0", "#747088", depth=0.05)
    for _ in range(int(9 * s.width / s.unit)):
        y = s.rng.uniform(s.horizon + s.height * 0.05, s.height * 0.735)
        near = (y - s.horizon) / (s.ground - s.horizon)
        x = s.rng.uniform(0, s.width)
        if abs(x - s.layout.hero_x) < s.unit * 0.14 and y > s.ground - s.height * 0.05:
            continue
        b = s.brush(x, y, s.unit * 0.05 * (0.25 + 0.75 * near) * s.rng.uniform(0.6, 1.3))
        b.fill(ellipse(0, 0.05, 1.08, 0.3), paint="#b5b2c6", shade=False, line=0.5, strength=0.85)
        b.fill(ellipse(0, 0, 1.0, 0.26), paint="#5d5a70", shade=False, line=0)
        b.fill(ellipse(0.05, -0.06, 0.86, 0.19), paint="#777389", shade=False, line=0)


def _cosmos(s: Stage) -> None:
    top, low = (0.03, 0.03, 0.09), mix((0.10, 0.08, 0.24), s.tone.middle, 0.12)
    t = np.clip(np.arange(s.height, dtype=np.float32) / s.horizon, 0, 1)[:, None]
    for plane, a, c in zip(s.canvas.rgb, top, low, strict=True):
        plane[:] = np.float32(a) + t * np.float32(c - a)
    cloud = resize(s.noise("galaxy", 3, 5), s.width, s.height)
    for noise, tint in (
        (np.clip(cloud - 0.42, 0, 1), (0.75, 0.3, 0.9)),
        (np.clip(0.5 - cloud, 0, 1), (0.1, 0.45, 0.8)),
    ):
        for plane, value in zip(s.canvas.rgb, tint, strict=True):
            plane[:] += noise * np.float32(value * 0.7)
    stars(s)


def _planet(b: Brush, paint: str, *, ring: bool) -> None:
    b.glow(0, 0, 1.7, paint, 0.18)
    if ring:
        b.stroke(ellipse(0, 0, 1.75, 0.42, turn=18, start=0, end=180), "#f0d8a8", 0.16, strength=0.85)
    globe = b.fill(ellipse(0, 0, 1.0), paint=paint)
    for y, w, tone in ((0.45, 0.16, 1.2), (0.0, 0.22, 0.82), (-0.5, 0.14, 1.15)):
        b.fill(ellipse(0, y, 1.2, w, turn=12), paint=times(paint, tone), inside=globe, shade=False, strength=0.5)
    b.shadow(ellipse(-b.light[0] * 0.9, -0.35, 1.05), sigma=0.35, strength=0.6, inside=globe)
    if ring:
        b.stroke(ellipse(0, 0, 1.75, 0.42, turn=18, start=180, end=360), "#f7e6c0", 0.16, strength=0.95)


SETTINGS = {
    "castle": Setting(_castle, 0.54),
    "space": Setting(_space, 0.57, sky=False),
}
