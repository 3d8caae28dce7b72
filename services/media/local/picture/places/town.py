"""City, _street, _market, station."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.places.countryside import LAMP, pane
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import Outline, ellipse, limb, poly, rect, rounded
from services.media.local.picture.stage import Stage

FACADES = ("#c9786a", "#d9a86a", "#e6d2b0", "#8fa8b8", "#b88a9a", "#a8b48a", "#d8c4c0")


def _tower_block(s: Stage, x: float, base: float, w: float, h: float, depth: float) -> None:
    b = s.brush(x, base, 1, depth=depth)
    paint = ("#5d6f88", "#6f7f92", "#4f5f7a", "#7a7488", "#64808c")[int(s.rng.integers(5))]
    corner = w * 0.14 if s.look.round_trees else 0.0
    b.fill(
        rounded(-w / 2, -h * 0.2, w / 2, h, corner) if corner else rect(-w / 2, -h * 0.2, w / 2, h),
        paint=paint,
        bump=0.12,
        line=0.7,
    )
    side = 1 if s.light[0] > 0 else -1
    b.fill(
        rect(side * w * 0.28, 0, side * w / 2, h * (0.99 if not corner else 0.93)),
        paint=times(paint, 1.3),
        shade=False,
        line=0,
        strength=0.6,
    )
    if s.rng.random() < 0.4:
        b.fill(rect(-w * 0.28, h, w * 0.28, h * 1.05), paint=times(paint, 0.9), bump=0.1, line=0.6)
        b.fill(limb([(0, h * 1.04), (0, h * 1.18)], [w * 0.03, w * 0.015]), paint="#4a5468", line=0.4)
    _windows(s, b, w, h)


def _windows(s: Stage, b: Brush, w: float, h: float) -> None:
    cols = max(int(w / (s.unit * 0.022)), 3)
    step_y = s.unit * 0.034
    rows = max(int(h * 0.92 / step_y), 2)
    cell = w * 0.86 / cols
    lit: list[Outline] = []
    dim: list[Outline] = []
    for r in range(rows):
        for c in range(cols):
            x, y = -w * 0.43 + cell * (c + 0.22), h - step_y * (r + 0.9)
            box = rect(x, y, x + cell * 0.56, y + step_y * 0.52)
            (lit if s.rng.random() < 0.2 + 0.42 * s.tone.dark else dim).append(box)
    if dim:
        b.fill(*dim, paint=times("#3a4a62", 1.0), shade=False, line=0, strength=0.55)
    if lit:
        warm = mix(b.plain("#b8d4e6"), LAMP, min(s.tone.dark * 1.2, 1))
        b.fill(*lit, paint=b.tone.air(warm, b.depth * 0.6), glowing=True, line=0, strength=0.9)


def _city(s: Stage) -> None:
    grow = s.width / s.unit
    for depth, tall, wide, count, lift in (
        (0.72, 0.5, 0.11, 15, 0.0),
        (0.48, 0.46, 0.14, 10, 0.02),
        (0.2, 0.36, 0.18, 6, 0.045),
    ):
        n = int(count * grow / 1.5) + 1
        for k in s.rng.permutation(n):
            x = (k + 0.5 + s.rng.uniform(-0.2, 0.2)) / n * s.width
            if depth < 0.3 and abs(x - s.layout.hero_x - s.layout.facing * s.unit * 0.2) < s.unit * 0.3:
                continue
            h = s.unit * tall * s.rng.uniform(0.5, 1.08)
            _tower_block(s, x, s.horizon + s.height * lift, s.unit * wide * s.rng.uniform(0.8, 1.2), h, depth)
        s.veil(s.horizon, s.height * 0.07, 0.26)
    pavement(s, "#8d8a92", "#5f5d68", 0.05)
    _lamps(s)
    _railing(s)


def pavement(s: Stage, far: str, near: str, drop: float) -> None:
    """Paving in perspective from `drop` (share of the height) below the horizon, with puddles in the rain."""
    top = s.horizon + s.height * drop
    s.floor(top, far, near, texture=0.6, depth=0.2)
    b = s.brush(0, 0, 1)
    vanish = (s.width * 0.5, -(s.horizon - s.height * 0.05))
    for k in range(-9, 10):
        x = s.width / 2 + k * s.unit * 0.24
        y = s.height * 0.75
        t = (s.height * 0.75 - top) / (s.height * 0.75 + vanish[1])
        x0 = x + (vanish[0] - x) * t
        b.stroke(((x0, -top), (x, -y)), times(near, 0.7), max(s.unit * 0.002, 1), strength=0.35)
    for t in (0.12, 0.32, 0.62):
        y = top + (s.height * 0.75 - top) * t
        b.stroke(((0, -y), (s.width, -y)), times(near, 0.7), max(s.unit * 0.002, 1), strength=0.3)
    if s.scene.weather in ("rain", "storm"):
        _puddles(s)


def _puddles(s: Stage) -> None:
    for x in s.rng.uniform(0.05, 0.95, 5):
        b = s.brush(float(x) * s.width, s.rng.uniform(s.ground - s.height * 0.02, s.height * 0.74), s.unit * 0.08)
        b.fill(
            ellipse(0, 0, 1.0, 0.13), paint=mix(s.tone.horizon, s.tone.middle, 0.5), glowing=True, line=0, strength=0.5
        )


def lamp(b: Brush, dark: float) -> None:
    """A street lamp of height 1."""
    b.fill(limb([(0, 0), (0, 0.84)], [0.04, 0.025]), paint="#2f3540")
    b.fill(rounded(-0.05, 0, 0.05, 0.06, 0.02), paint="#2f3540")
    b.fill(
        poly((-0.055, 0.84), (0.055, 0.84), (0.075, 0.96), (-0.075, 0.96)),
        paint=mix("#d8d2bc", "#ffe2a0", dark),
        glowing=dark > 0.2,
    )
    b.fill(poly((-0.09, 0.955), (0, 1.02), (0.09, 0.955)), paint="#2f3540")
    if dark > 0.2:
        b.glow(0, 0.9, 0.34, LAMP, 0.42 * dark)
        b.glow(0, 0.9, 0.1, "#fff2cc", 0.6 * dark)


def _lamps(s: Stage) -> None:
    for side, size in ((-1, 0.5), (1, 0.44)):
        x = s.width * 0.5 + side * min(s.width * 0.36, s.unit * 0.62)
        if abs(x - s.layout.hero_x) < s.unit * 0.14:
            x += side * s.unit * 0.14
        lamp(s.brush(x, s.ground - s.height * 0.035, s.unit * size), s.tone.dark)


def _railing(s: Stage) -> None:
    y = s.horizon + s.height * 0.065
    b = s.brush(0, 0, 1, depth=0.1)
    for dy in (0.02, 0.055):
        b.fill(
            rect(0, -(y - s.unit * dy), s.width, -(y - s.unit * (dy + 0.007))), paint="#3a4048", shade=False, line=0.3
        )
    for x in np.arange(0, s.width, s.unit * 0.035):
        b.fill(
            rect(float(x), -y, float(x) + s.unit * 0.005, -(y - s.unit * 0.06)), paint="#3a4048", shade=False, line=0
        )


def facade(s: Stage, x: float, base: float, w: float, h: float, depth: float, shop: bool = True) -> None:
    """A town house front with windows, and a shop below."""
    b = s.brush(x, base, 1, depth=depth)
    wall = FACADES[int(s.rng.integers(len(FACADES)))]
    roof = ("#8a4a40", "#5f5a6a", "#7a5240")[int(s.rng.integers(3))]
    if s.rng.random() < 0.5:
        b.fill(poly((-w * 0.52, h), (-w * 0.3, h * 1.13), (w * 0.3, h * 1.13), (w * 0.52, h)), paint=roof, bump=0.2)
    else:
        b.fill(poly((-w * 0.52, h), (0, h * 1.2), (w * 0.52, h)), paint=roof, bump=0.2)
    b.fill(rect(-w / 2, 0, w / 2, h * 1.005), paint=wall, bump=0.06)
    floor_h = h / 3.2
    for level in range(1, 3):
        for k in (-1, 0, 1) if w > s.unit * 0.2 else (-1, 1):
            pane(
                b, k * w * 0.3 if w > s.unit * 0.2 else k * w * 0.23, floor_h * (level + 0.28), w * 0.14, floor_h * 0.52
            )
    b.fill(rect(-w / 2, h * 0.97, w / 2, h * 1.02), paint=times(wall, 0.8), shade=False, line=0.5)
    if shop:
        _shop(s, b, w, floor_h)


def _shop(s: Stage, b: Brush, w: float, h: float) -> None:
    glow = mix(b.plain("#a8c4d2"), LAMP, min(s.tone.dark * 1.1, 1))
    b.fill(rect(-w * 0.42, h * 0.12, w * 0.16, h * 0.72), paint="#4a3a34", shade=False, line=0.5)
    b.fill(rect(-w * 0.39, h * 0.17, w * 0.13, h * 0.68), paint=glow, glowing=True, line=0)
    b.fill(rect(w * 0.22, 0, w * 0.42, h * 0.74), paint="#5a3a2c", shade=False, line=0.5)
    b.fill(rect(w * 0.25, h * 0.34, w * 0.39, h * 0.68), paint=glow, glowing=True, line=0)
    paint = ("#c8483e", "#3f7a8a", "#5f8a4a", "#d09a3a")[int(s.rng.integers(4))]
    awning(b, -w * 0.46, w * 0.46, h * 0.74, h * 0.24, paint)


def awning(b: Brush, x0: float, x1: float, y: float, h: float, paint: Paint) -> None:
    """A striped awning with a scalloped edge."""
    n = 7
    w = (x1 - x0) / n
    for k in range(n):
        a, c = x0 + w * k, x0 + w * (k + 1)
        colour: Paint = paint if k % 2 == 0 else "#f7efe0"
        b.fill(
            np.concatenate(
                [rect(a, y, c, y + h)[[0, 3, 2, 1]], ellipse((a + c) / 2, y, w / 2, h * 0.24, start=0, end=-180)]
            ),
            paint=colour,
            shade=False,
            line=0.45,
        )


def _street(s: Stage) -> None:
    grow = s.width / s.unit
    base = s.horizon + s.height * 0.055
    for depth, size, lift in ((0.5, 0.3, -0.03), (0.14, 0.5, 0.0)):
        n = int((8 if depth > 0.3 else 4.4) * grow / 1.5) + 1
        w = s.width / n
        gap = s.layout.hero_x + s.layout.facing * s.unit * 0.3
        for k in range(n):
            x = (k + 0.5) * w
            if depth < 0.3 and abs(x - gap) < w * 0.55:
                continue
            facade(
                s,
                x,
                base + s.height * lift,
                w * 1.01,
                s.unit * size * s.rng.uniform(0.88, 1.12),
                depth,
                shop=depth < 0.3,
            )
        if depth > 0.3:
            s.veil(s.horizon, s.height * 0.06, 0.4)
    pavement(s, "#a59a8e", "#6f655e", 0.055)
    _lamps(s)


SETTINGS = {
    "city": Setting(_city, 0.57),
    "street": Setting(_street, 0.57),
}
