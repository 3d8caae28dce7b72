"""Village, _farm, garden."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.nature import flowers
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.ground import hedge, path, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import broadleaf, grove, sprites, stamp

LAMP = "#ffd27a"
ROOFS = ("#b4553c", "#9a4a40", "#7a5a8a", "#4f6f8a", "#a8743c")
WALLS = ("#f3e3c3", "#efd2b0", "#e6e0d2", "#d9c2a0", "#f0dcd0")


def pane(b: Brush, x: float, y: float, w: float, h: float, arched: bool = False) -> None:
    """A window with a cross, lit after dark."""
    shape = rounded(x - w / 2, y, x + w / 2, y + h, w * 0.45 if arched else w * 0.05)
    dark = b.tone.dark
    glass = mix(b.plain("#6f93ad"), LAMP, min(dark * 1.1, 1.0))
    b.fill(
        rounded(x - w * 0.62, y - h * 0.1, x + w * 0.62, y + h * 1.1, w * 0.45 if arched else w * 0.06),
        paint="#7a5a40",
        shade=False,
        line=0.5,
    )
    b.fill(shape, paint=b.tone.air(glass, b.depth * (1 - dark)), glowing=True, line=0)
    b.stroke(((x, y), (x, y + h)), "#6a4a34", w * 0.09)
    b.stroke(((x - w / 2, y + h / 2), (x + w / 2, y + h / 2)), "#6a4a34", w * 0.09)
    if dark > 0.5:
        b.glow(x, y + h / 2, w * 1.3, LAMP, 0.3 * dark)


def house(b: Brush, rng: np.random.Generator) -> None:
    """A cottage of height about 1."""
    wall, roof = WALLS[int(rng.integers(5))], ROOFS[int(rng.integers(5))]
    w = rng.uniform(0.42, 0.56)
    b.fill(rect(w * 0.4, 0.62, w * 0.4 + 0.12, 1.0), paint="#9a6a52")
    b.fill(rect(-w, -0.02, w, 0.56), paint=wall, bump=0.15)
    if rng.random() < 0.5:
        for x in (-w * 0.98, -w * 0.3, w * 0.34, w * 0.98):
            b.fill(limb([(x, 0.0), (x, 0.55)], [0.035] * 2), paint="#6b4a34", shade=False, line=0)
        b.fill(limb([(-w, 0.3), (w, 0.3)], [0.03] * 2), paint="#6b4a34", shade=False, line=0)
    roof_shape = [(-w - 0.1, 0.5), (-w * 0.7, 1.0), (w * 0.7, 1.0), (w + 0.1, 0.5)]
    part = b.fill(
        curve(
            (-w - 0.1, 0.5),
            (-w * 0.86, 0.82),
            (-w * 0.5, 1.02),
            (w * 0.5, 1.02),
            (w * 0.86, 0.82),
            (w + 0.1, 0.5),
            (0, 0.53),
        )
        if b.look.round_trees
        else poly(*roof_shape),
        paint=roof,
        bump=0.4,
    )
    for k in range(3):
        b.stroke(((-w - 0.1, 0.62 + 0.12 * k), (w + 0.1, 0.62 + 0.12 * k)), times(roof, 0.78), 0.02, inside=part)
    b.fill(rounded(-0.1, -0.02, 0.1, 0.32, 0.09), paint="#7a4c30", line=0.7)
    b.fill(ellipse(0.06, 0.15, 0.015), paint="#e8c04a", shade=False, line=0)
    for x in (-w * 0.62, w * 0.62):
        pane(b, x, 0.16, 0.15, 0.2)
        if b.depth < 0.3:
            b.fill(rounded(x - 0.12, 0.08, x + 0.12, 0.14, 0.02), paint="#7a4c30", line=0.5)
            b.fill(
                *[ellipse(x - 0.08 + 0.055 * k, 0.15, 0.035) for k in range(4)], paint="#d8607a", shade=False, line=0
            )


def _village(s: Stage) -> None:
    ranges(s, 3, 0.2, "#6f8f80", cells=2)
    grow = s.width / s.unit
    s.floor(s.horizon, "#8fac62", "#668a40")
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, "#5b8f48"), 2, s.unit * 0.3)
    for row, (depth, size, y) in enumerate(((0.5, 0.15, 0.01), (0.22, 0.25, 0.045))):
        n = max(int((6 - 2.6 * row) * grow), 2)
        for k in range(n):
            x = (k + 0.5 + s.rng.uniform(-0.16, 0.16)) / n
            foot = s.horizon + s.height * y + s.rng.uniform(-3, 3)
            if s.rng.random() < 0.75:
                house(s.brush(x * s.width, foot, s.unit * size * s.rng.uniform(0.9, 1.15), depth=depth), s.rng)
            else:
                stamp(s, kinds[0], x * s.width, foot, size * 3.4, depth)
        grove(s, kinds, s.horizon + s.height * y, 3, int(4 * grow), (size * 2, size * 3), depth)
    _church(s)
    path(s, "#d4b98c")
    hedge(s, s.horizon + s.height * 0.075, "#5f8f4a", s.unit * 0.075, 0.12)
    fence(s, s.ground - s.height * 0.035)
    flowers(
        s,
        s.ground - s.height * 0.03,
        s.height * 0.742,
        int(20 * grow),
        ("#f4f0f8", "#f2a0b8", "#f2c84a"),
        s.unit * 0.009,
    )


def _church(s: Stage) -> None:
    b = s.brush(s.width * (0.5 + s.layout.facing * 0.33), s.horizon + 4, s.unit * 0.34, depth=0.42)
    b.fill(rect(-0.1, 0, 0.1, 0.62), paint="#eadfca")
    b.fill(poly((-0.13, 0.6), (0, 1.02), (0.13, 0.6)), paint="#7d4a44")
    b.fill(rect(0.08, 0, 0.42, 0.3), paint="#e2d5bc", bump=0.2)
    b.fill(poly((0.06, 0.3), (0.14, 0.46), (0.4, 0.46), (0.46, 0.3)), paint="#8a5248", bump=0.3)
    pane(b, 0, 0.42, 0.07, 0.11, arched=True)
    for x in (0.18, 0.32):
        pane(b, x, 0.1, 0.06, 0.11, arched=True)


def fence(s: Stage, y: float) -> None:
    """A picket fence from the hero towards the nearer edge, its foot at row `y`."""
    side = -1 if s.layout.hero_x > s.width / 2 else 1
    x0 = s.layout.hero_x + side * s.unit * 0.3
    b = s.brush(0, 0, 1)
    step, tall = s.unit * 0.04, s.unit * 0.07
    count = int(min(s.width * 0.5, s.unit) / step)
    xs = [x0 + side * step * k for k in range(count)]
    for dy in (0.3, 0.68):
        b.fill(
            rect(min(xs), -(y - tall * dy), max(xs), -(y - tall * dy - tall * 0.1)),
            paint="#e9dcc2",
            shade=False,
            line=0.5,
        )
    for x in xs:
        b.fill(
            poly(
                (x - step * 0.22, -y),
                (x - step * 0.22, -(y - tall * 0.85)),
                (x, -(y - tall)),
                (x + step * 0.22, -(y - tall * 0.85)),
                (x + step * 0.22, -y),
            ),
            paint="#f3e8d2",
            shade=False,
            line=0.6,
        )


SETTINGS = {
    "village": Setting(_village, 0.55),
}
