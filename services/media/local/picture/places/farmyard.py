"""Farm and garden."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.nature import flowers, grass
from services.media.local.picture.palette import Paint
from services.media.local.picture.places.countryside import fence, pane
from services.media.local.picture.places.ground import hedge, path, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import broadleaf, bush, grove, sprites


def _farm(s: Stage) -> None:
    ranges(s, 2, 0.16, "#7f9a72", cells=2)
    s.floor(s.horizon, "#c8b458", "#8fa048")
    _furrows(s)
    side = s.layout.facing
    _barn(s.brush(s.width * (0.5 + side * 0.27), s.horizon + s.height * 0.06, s.unit * 0.4, depth=0.14))
    _windmill(s.brush(s.width * (0.5 - side * 0.4), s.horizon + s.height * 0.02, s.unit * 0.36, depth=0.34))
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, "#6a9a48"), 2, s.unit * 0.3)
    grove(s, kinds, s.horizon + s.height * 0.015, 4, int(5 * s.width / s.unit), (0.5, 0.9), 0.35)
    for x in (0.1, 0.86, 0.5 + side * 0.08):
        b = s.brush(x * s.width, s.horizon + s.height * 0.095, s.unit * 0.055, depth=0.08)
        b.fill(rounded(-1.0, 0, 1.0, 1.1, 0.5), paint="#d9b04e", bump=0.8)
        for k in range(3):
            b.stroke(ellipse(0.62, 0.55, 0.14 + 0.13 * k, 0.16 + 0.14 * k), "#a8822e", 0.05, closed=True)
    fence(s, s.ground - s.height * 0.03)
    grass(s, s.ground - s.height * 0.01, s.unit * 0.02, int(100 * s.width / s.unit), "#94a84a")


def _furrows(s: Stage) -> None:
    b = s.brush(0, 0, 1, depth=0.15)
    centre = s.width * (0.5 - s.layout.facing * 0.2)
    for k in range(-14, 15):
        x0, x1 = centre + k * s.unit * 0.028, centre + k * s.unit * 0.19
        y1 = s.height * 0.74
        w = s.unit * 0.012
        b.fill(
            poly((x0, -(s.horizon + 3)), (x1 - w * 2, -y1), (x1 + w * 2, -y1)),
            paint="#9a8a3e",
            shade=False,
            line=0,
            strength=0.5,
        )


def _barn(b: Brush) -> None:
    b.fill(rect(-0.55, -0.02, 0.55, 0.56), paint="#b0403a", bump=0.15)
    for k in range(9):
        b.stroke(((-0.5 + 0.125 * k, 0), (-0.5 + 0.125 * k, 0.56)), "#94332f", 0.012)
    b.fill(poly((-0.62, 0.54), (-0.42, 0.86), (0, 1.04), (0.42, 0.86), (0.62, 0.54)), paint="#5f4a48", bump=0.3)
    b.fill(
        poly((-0.48, 0.55), (-0.34, 0.79), (0, 0.93), (0.34, 0.79), (0.48, 0.55)), paint="#b0403a", bump=0.2, line=0.6
    )
    b.fill(rect(-0.2, -0.02, 0.2, 0.4), paint="#f3e8d6", shade=False)
    for side in (-1, 1):
        b.fill(
            rect(side * 0.02 if side > 0 else -0.18, 0.02, 0.18 if side > 0 else -0.02, 0.37),
            paint="#b0403a",
            shade=False,
            line=0.5,
        )
        b.stroke(((side * 0.02, 0.02), (side * 0.18, 0.37)), "#f3e8d6", 0.024)
    pane(b, 0, 0.6, 0.15, 0.15)


def _windmill(b: Brush) -> None:
    b.fill(poly((-0.17, 0), (-0.1, 0.66), (0.1, 0.66), (0.17, 0)), paint="#eee2cc")
    b.fill(curve((-0.13, 0.64), (-0.08, 0.78), (0.08, 0.78), (0.13, 0.64)), paint="#8a5248")
    for a in (20, 110, 200, 290):
        w = b.at(0, 0.7, 1, turn=a)
        w.fill(poly((0.04, 0.0), (0.42, 0.02), (0.42, 0.13), (0.06, 0.1)), paint="#f4ead6", shade=False, line=0.6)
        w.stroke(((0, 0), (0.44, 0.02)), "#6a4a34", 0.02)
    pane(b, 0, 0.3, 0.07, 0.1)


def _garden(s: Stage) -> None:
    ranges(s, 1, 0.12, "#6f9478", cells=2)
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, "#5f9a52"), 2, s.unit * 0.5)
    grow = s.width / s.unit
    grove(s, kinds, s.horizon + s.height * 0.01, 3, int(8 * grow), (0.7, 1.0), 0.4)
    s.floor(s.horizon, "#8fbc62", "#5f953e")
    hedge(s, s.horizon + s.height * 0.03, "#4a7d42", s.unit * 0.15, 0.2)
    path(s, "#d4b98c")
    _arch(
        s.brush(
            s.layout.hero_x + s.layout.facing * s.unit * 0.36, s.horizon + s.height * 0.085, s.unit * 0.4, depth=0.05
        ),
        s,
    )
    _fountain(
        s.brush(
            s.layout.hero_x - s.layout.facing * s.unit * 0.42, s.horizon + s.height * 0.1, s.unit * 0.24, depth=0.08
        )
    )
    flowers(
        s,
        s.horizon + s.height * 0.05,
        s.height * 0.742,
        int(74 * grow),
        ("#f4f0f8", "#f27a9a", "#e8483e", "#f2c84a", "#a07ae0"),
        s.unit * 0.011,
    )
    for x in (0.03, 0.97):
        bush(s.brush(x * s.width, s.ground - s.height * 0.005, s.unit * 0.1), s.rng, "#4f8a48")


def _arch(b: Brush, s: Stage) -> None:
    for x in (-0.3, 0.3):
        b.fill(limb([(x, 0), (x, 0.66)], [0.045, 0.045]), paint="#f1ead8")
    b.stroke(ellipse(0, 0.66, 0.3, 0.28, start=0, end=180), "#f1ead8", 0.045)
    for k in range(13):
        a = np.radians(180 * k / 12)
        x, y = 0.31 * float(np.cos(a)), 0.66 + 0.29 * float(np.sin(a))
        b.fill(ellipse(x, y, s.rng.uniform(0.05, 0.07)), paint="#55904a", line=0.5)
    for k in range(11):
        a = np.radians(180 * (k + 0.4) / 11)
        x, y = 0.31 * float(np.cos(a)), 0.66 + 0.30 * float(np.sin(a))
        b.fill(ellipse(x, y, 0.03), paint="#f0708e" if k % 2 else "#fbd5de", shade=False, line=0.4)


def _fountain(b: Brush) -> None:
    stone: Paint = "#c3bcae"
    b.fill(limb([(0, 0.1), (0, 0.7)], [0.16, 0.1]), paint=stone)
    b.fill(curve((-0.6, 0.3), (-0.52, 0.06), (0, 0.0), (0.52, 0.06), (0.6, 0.3), (0, 0.22)), paint=stone)
    b.fill(ellipse(0, 0.29, 0.58, 0.07), paint="#8ccbe2", shade=False, line=0.5)
    b.fill(curve((-0.3, 0.74), (-0.22, 0.6), (0.22, 0.6), (0.3, 0.74), (0, 0.7)), paint=stone)
    for side in (-1, 1):
        for reach in (0.16, 0.36):
            b.stroke(
                curve(
                    (0, 0.78),
                    (side * reach * 0.5, 1.06),
                    (side * reach, 0.8),
                    (side * reach * 1.15, 0.34),
                    closed=False,
                ),
                "#e6f6ff",
                0.025,
                strength=0.75,
            )


SETTINGS = {
    "farm": Setting(_farm, 0.54),
    "garden": Setting(_garden, 0.54),
}
