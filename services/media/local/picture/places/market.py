"""Market and station."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import mix
from services.media.local.picture.places.countryside import LAMP
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.places.town import awning, facade, pavement
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded
from services.media.local.picture.stage import Stage


def _market(s: Stage) -> None:
    grow = s.width / s.unit
    n = int(6 * grow / 1.5) + 1
    for k in range(n):
        facade(
            s,
            (k + 0.5) * s.width / n,
            s.horizon + s.height * 0.02,
            s.width / n * 1.01,
            s.unit * 0.36 * s.rng.uniform(0.9, 1.15),
            0.42,
            shop=False,
        )
    s.veil(s.horizon - s.height * 0.05, s.height * 0.08, 0.3)
    pavement(s, "#c4b299", "#87745f", 0.02)
    _bunting(s)
    y = s.ground - s.height * 0.045
    count = max(int(3.4 * grow / 1.5), 2)
    for k in range(count):
        x = (k + 0.5) / count * s.width
        if abs(x - s.layout.hero_x) < s.unit * 0.16:
            x -= s.layout.facing * s.unit * 0.24
        _stall(s, x, y, k)


def _bunting(s: Stage) -> None:
    b = s.brush(0, 0, 1, depth=0.1)
    y0 = s.height * 0.2
    spine = curve(
        (0, -y0),
        (s.width * 0.25, -(y0 + s.height * 0.07)),
        (s.width * 0.5, -y0),
        (s.width * 0.75, -(y0 + s.height * 0.07)),
        (s.width, -y0),
        closed=False,
        steps=8,
    )
    b.stroke(spine, "#5a4a40", max(s.unit * 0.003, 1))
    colours = ("#d8484a", "#f2c84a", "#4a9ad0", "#7fb04a", "#e88ab0")
    for k, (x, y) in enumerate(spine[::2]):
        r = s.unit * 0.022
        b.fill(poly((x - r, y), (x + r, y), (x, y - r * 2)), paint=colours[k % 5], shade=False, line=0.4)


def _stall(s: Stage, x: float, y: float, k: int) -> None:
    b = s.brush(x, y, s.unit * 0.4, depth=0.06)
    for px in (-0.4, 0.4):
        b.fill(limb([(px, 0), (px, 0.8)], [0.03, 0.03]), paint="#7a5234")
    b.fill(rect(-0.4, 0.3, 0.4, 0.66), paint="#4a3a34", shade=False, line=0, strength=0.35)
    b.fill(rect(-0.44, 0.0, 0.44, 0.3), paint="#a8703e", bump=0.1)
    for px in (-0.22, 0.0, 0.22):
        b.stroke(((px, 0), (px, 0.3)), "#7a4e2a", 0.01)
    goods = ("#d8483e", "#f0a83a", "#8ab04a", "#c85a8a", "#f2d04a")
    for row in range(3):
        for c in range(9):
            b.fill(
                ellipse(-0.38 + 0.095 * c + 0.02 * (row % 2), 0.32 + 0.045 * row, 0.044),
                paint=goods[(c // 3 + k + row) % 5],
                gloss=0.4,
                line=0.4,
            )
    awning(b, -0.5, 0.5, 0.78, 0.2, ("#c8483e", "#3f7a9a", "#5f8a4a", "#d09a3a")[k % 4])
    if s.tone.dark > 0.3:
        b.fill(ellipse(0, 0.66, 0.035), paint="#fff0c0", glowing=True, line=0)
        b.glow(0, 0.6, 0.4, LAMP, 0.4 * s.tone.dark)


def _station(s: Stage) -> None:
    grow = s.width / s.unit
    for k in range(int(7 * grow / 1.5)):
        facade(
            s,
            (k + 0.5) * s.unit * 0.22,
            s.horizon,
            s.unit * 0.2,
            s.unit * 0.2 * s.rng.uniform(0.8, 1.2),
            0.6,
            shop=False,
        )
    s.floor(s.horizon, "#8a857c", "#75706a", texture=0.8)
    _train(s)
    top = s.ground - s.height * 0.035
    s.floor(top, "#b0a493", "#84796c", texture=0.6, depth=0.0)
    b = s.brush(0, 0, 1)
    b.fill(rect(0, -(top + s.height * 0.012), s.width, -(top + s.height * 0.004)), paint="#f0d060", shade=False, line=0)
    _canopy(s)
    _station_clock(s.brush(s.layout.hero_x + s.layout.facing * s.unit * 0.44, s.ground - s.height * 0.02, s.unit * 0.5))


def _train(s: Stage) -> None:
    y = s.ground - s.height * 0.035
    b = s.brush(s.width / 2, y, s.unit, depth=0.06, flip=s.layout.facing)
    half = s.width / s.unit / 2
    for k in range(-3, 4):
        b.fill(ellipse(k * 0.34, 0.025, 0.04), paint="#2c2c32", line=0.7)
    front = half * 0.72
    b.fill(
        curve(
            (-half - 0.5, 0.04),
            (-half - 0.5, 0.34),
            (front - 0.1, 0.34),
            (front + 0.1, 0.22),
            (front + 0.12, 0.04),
            steps=12,
        )
        if s.look.round_trees
        else poly(
            (-half - 0.5, 0.04), (-half - 0.5, 0.34), (front - 0.06, 0.34), (front + 0.06, 0.24), (front + 0.12, 0.04)
        ),
        paint="#3f6f8f",
        bump=0.3,
    )
    b.fill(rect(-half - 0.5, 0.09, front + 0.06, 0.12), paint="#f2d27a", shade=False, line=0)
    glass = mix(b.plain("#a9c6d6"), LAMP, min(s.tone.dark * 1.1, 1))
    for k in range(-6, 8):
        x = k * 0.17
        if x + 0.12 < front - 0.1:
            b.fill(rounded(x, 0.17, x + 0.12, 0.28, 0.015), paint=glass, glowing=True, line=0.6)
    b.fill(ellipse(front + 0.07, 0.1, 0.02), paint="#fff2c0", glowing=True)
    b.glow(front + 0.07, 0.1, 0.09, "#ffe8a8", 0.5)
    for k in range(4):
        b.soft(
            ellipse(front - 0.3 - 0.14 * k, 0.42 + 0.05 * k, 0.05 + 0.025 * k),
            paint="#f4f2f0",
            sigma=0.02,
            strength=0.5 - 0.08 * k,
        )


def _canopy(s: Stage) -> None:
    b = s.brush(0, 0, 1)
    y = s.height * 0.13
    b.fill(poly((0, 0), (s.width, 0), (s.width, -y), (0, -y)), paint="#5f4a44", bump=0.05, line=0.8)
    n = int(s.width / (s.unit * 0.05))
    for k in range(n):
        x = (k + 0.5) * s.width / n
        b.fill(ellipse(x, -y, s.width / n * 0.5, s.unit * 0.02), paint="#7a5a4c", shade=False, line=0.4)
    for x in (0.04, 0.96):
        b.fill(
            rect(x * s.width - s.unit * 0.014, -s.ground + s.height * 0.01, x * s.width + s.unit * 0.014, -y),
            paint="#4f6a5f",
            bump=0.8,
        )
        for side in (-1, 1):
            b.stroke(
                curve(
                    (x * s.width, -(y + s.unit * 0.12)),
                    (x * s.width + side * s.unit * 0.05, -(y + s.unit * 0.05)),
                    (x * s.width + side * s.unit * 0.13, -y),
                    closed=False,
                ),
                "#4f6a5f",
                s.unit * 0.012,
            )


def _station_clock(b: Brush) -> None:
    b.fill(limb([(0, 0), (0, 0.8)], [0.04, 0.03]), paint="#2f4a44")
    b.fill(ellipse(0, 0.88, 0.12), paint="#2f4a44")
    b.fill(ellipse(0, 0.88, 0.095), paint="#fbf5e4", shade=False, line=0.5)
    b.stroke(((0, 0.88), (0, 0.95)), "#22222a", 0.012)
    b.stroke(((0, 0.88), (0.045, 0.86)), "#22222a", 0.014)


SETTINGS = {
    "market": Setting(_market, 0.56),
    "station": Setting(_station, 0.52),
}
