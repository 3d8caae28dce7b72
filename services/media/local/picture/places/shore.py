"""Sea, _beach, _lake, _river, _island, _lighthouse, bridge."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import rasterise, spread
from services.media.local.picture.nature import rock, water
from services.media.local.picture.places.bank import bank
from services.media.local.picture.places.countryside import pane
from services.media.local.picture.places.ground import calm, crags, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import palm

SEA = "#2f7396"


def _sail(b: Brush) -> None:
    b.fill(curve((-0.5, 0.16), (-0.4, 0.0), (0.4, 0.0), (0.56, 0.18), (0, 0.12)), paint="#7a4a2c")
    b.fill(poly((0.02, 0.2), (0.02, 1.0), (0.42, 0.24)), paint="#f8f0de", bump=0.4)
    b.fill(poly((-0.03, 0.2), (-0.03, 0.86), (-0.34, 0.24)), paint="#f0e2c6", bump=0.4)


def _sea(s: Stage) -> None:
    ranges(s, 1, 0.07, "#7d96a8", cells=2)
    for x, size in ((0.5 + 0.3 * s.layout.facing, 0.13), (0.5 - 0.06 * s.layout.facing, 0.06)):
        _sail(s.brush(x * s.width, s.horizon + s.height * 0.012, s.unit * size, depth=0.35))
    water(s, s.horizon, s.height, SEA, ripple=1.5)
    waves(s)
    gulls(s)
    cliff(s)


def waves(s: Stage) -> None:
    """Drawn wave crests, for styles that draw instead of paint."""
    if not (s.look.flat or s.look.round_trees):
        return
    b = s.brush(0, 0, 1)
    for y in np.linspace(s.horizon + s.height * 0.03, s.ground, 6):
        near = (y - s.horizon) / (s.ground - s.horizon)
        for x in s.rng.uniform(0, s.width, 6):
            w = s.unit * (0.02 + 0.06 * near)
            b.stroke(
                curve(
                    (x - w, -y),
                    (x - w / 2, -y + w * 0.16),
                    (x, -y),
                    (x + w / 2, -y + w * 0.16),
                    (x + w, -y),
                    closed=False,
                ),
                "#eaf7ff",
                max(s.unit * 0.003 * near, 1),
                strength=0.65,
            )


def gulls(s: Stage) -> None:
    """Sea birds, by day."""
    b = s.brush(0, 0, 1, depth=0.2)
    dark = s.scene.time == "night"
    for _ in range(0 if dark else 5):
        x, y, w = (
            s.rng.uniform(0.1, 0.9) * s.width,
            s.rng.uniform(0.18, 0.4) * s.height,
            s.unit * s.rng.uniform(0.012, 0.026),
        )
        b.fill(
            limb(
                [
                    (x - w, -y + w * 0.3),
                    (x - w * 0.4, -y + w * 0.5),
                    (x, -y),
                    (x + w * 0.4, -y + w * 0.5),
                    (x + w, -y + w * 0.34),
                ],
                [w * 0.04, w * 0.2, w * 0.26, w * 0.2, w * 0.04],
            ),
            paint="#f4f6f8",
            shade=False,
            line=0.4,
        )


def cliff(s: Stage) -> None:
    """The grassy headland the hero stands on."""
    side = s.layout.facing
    edge = s.layout.hero_x + side * s.unit * 0.42
    far = -s.unit if side > 0 else s.width + s.unit
    y = s.ground - s.height * 0.02
    b = s.brush(0, 0, 1)
    rockface = [
        (far, -y),
        (edge - side * s.unit * 0.1, -y),
        (edge, -(y + s.height * 0.03)),
        (edge - side * s.unit * 0.03, -(y + s.height * 0.12)),
        (edge + side * s.unit * 0.05, -s.height * 1.02),
        (far, -s.height * 1.02),
    ]
    whole = b.fill(poly(*rockface), paint="#6b6258", bump=0.15)
    turf = [
        (far, -(y - s.height * 0.012)),
        (edge - side * s.unit * 0.14, -(y - 0.004 * s.height)),
        (edge - side * s.unit * 0.005, -(y + s.height * 0.03)),
        (edge - side * s.unit * 0.16, -(y + s.height * 0.075)),
        (edge - side * s.unit * 0.5, -(y + s.height * 0.065)),
        (far, -(y + s.height * 0.09)),
    ]
    b.fill(curve(*turf, steps=6), paint="#73983f", bump=0.2)
    if whole is not None and s.look.texture:
        crags(s, whole, 0.06)
    calm(s)
    for x in s.rng.uniform(0, 1, 40):
        px = edge - side * (0.16 + x * 0.9) * s.unit
        tall = s.unit * s.rng.uniform(0.012, 0.03)
        b.fill(
            poly((px - 1.5, -y), (px + s.rng.uniform(-0.5, 0.5) * tall, -(y - tall)), (px + 1.5, -y)),
            paint="#7fa648",
            shade=False,
            line=0,
        )


def _beach(s: Stage) -> None:
    ranges(s, 1, 0.08, "#7f9aa0", cells=2)
    _sail(s.brush(s.width * (0.5 + 0.12 * s.layout.facing), s.horizon + s.height * 0.01, s.unit * 0.08, depth=0.35))
    water(s, s.horizon, s.horizon + s.height * 0.16, "#2f9ab0")
    waves(s)
    bank(s, s.horizon + s.height * 0.09, "#f2dcae", "#dcbb80", foam=True)
    gulls(s)
    side = s.layout.facing
    palm(s.brush(s.layout.hero_x - side * s.unit * 0.44, s.ground - s.height * 0.045, s.unit * 0.62, flip=side), s.rng)
    _parasol(s.brush(s.layout.hero_x + side * s.unit * 0.56, s.ground - s.height * 0.03, s.unit * 0.26, depth=0.05))
    for k in range(5):
        b = s.brush(
            s.rng.uniform(0.05, 0.95) * s.width,
            s.rng.uniform(s.ground - s.height * 0.04, s.height * 0.735),
            s.unit * 0.014,
        )
        b.fill(curve((-0.8, 0), (-0.5, 0.7), (0, 0.9), (0.5, 0.7), (0.8, 0)), paint="#f5c8b4" if k % 2 else "#fbefe0")


def _parasol(b: Brush) -> None:
    b.fill(limb([(0, 0), (0.06, 0.9)], [0.035, 0.03]), paint="#efe6d2")
    dome = b.fill(
        curve((-0.56, 0.6), (-0.36, 0.88), (0.08, 1.02), (0.48, 0.86), (0.66, 0.56), (0.05, 0.66)), paint="#e8504a"
    )
    for x in (-0.22, 0.26):
        b.fill(poly((0.07, 1.05), (x - 0.1, 0.5), (x + 0.12, 0.5)), paint="#fbf3e4", inside=dome)


def _island(s: Stage) -> None:
    ranges(s, 1, 0.05, "#7d9aa8", cells=3)
    b = s.brush(s.width * (0.5 + 0.3 * s.layout.facing), s.horizon + s.height * 0.014, s.unit * 0.3, depth=0.4)
    b.fill(curve((-0.8, 0), (-0.45, 0.3), (-0.12, 0.6), (0.14, 0.62), (0.4, 0.3), (0.8, 0)), paint="#6a8a5a")
    water(s, s.horizon, s.height, "#1f9ab4")
    waves(s)
    rows = s.brush(s.layout.hero_x, s.ground + s.height * 0.04, s.unit)
    rows.fill(ellipse(0, 0.0, 0.78, 0.135), paint="#bfe8e4", shade=False, line=0, strength=0.6)
    rows.fill(ellipse(0, -0.005, 0.72, 0.12), paint="#efd8a4", bump=0.1, line=0.7)
    rows.soft(ellipse(0.0, 0.06, 0.4, 0.04), paint="#86a84c", sigma=0.02, strength=0.8)
    calm(s)
    side = s.layout.facing
    palm(s.brush(s.layout.hero_x - side * s.unit * 0.3, s.ground - s.height * 0.02, s.unit * 0.6, flip=side), s.rng)
    palm(s.brush(s.layout.hero_x - side * s.unit * 0.4, s.ground - s.height * 0.01, s.unit * 0.42, flip=-side), s.rng)
    rock(s.brush(s.layout.hero_x + side * s.unit * 0.5, s.ground + s.height * 0.005, s.unit * 0.05), s.rng)
    gulls(s)


def _lighthouse(s: Stage) -> None:
    ranges(s, 1, 0.07, "#7d96a8", cells=2)
    water(s, s.horizon, s.height, SEA, ripple=1.4)
    waves(s)
    side = s.layout.facing
    x, y = s.layout.hero_x + side * s.unit * 0.52, s.ground - s.height * 0.045
    base = s.brush(x, y, s.unit, depth=0.08)
    base.fill(
        curve((-0.3, -0.06), (-0.2, 0.0), (-0.05, 0.035), (0.1, 0.03), (0.22, -0.01), (0.32, -0.06)),
        paint="#6e655c",
        bump=0.6,
    )
    _tower(s.brush(x, y - s.unit * 0.02, s.unit * 0.56, depth=0.08), s)
    cliff(s)
    gulls(s)


def _tower(b: Brush, s: Stage) -> None:
    body = b.fill(poly((-0.13, 0), (-0.085, 0.74), (0.085, 0.74), (0.13, 0)), paint="#f6f1e8", bump=0.9)
    for y in (0.08, 0.34, 0.6):
        b.fill(rect(-0.3, y, 0.3, y + 0.13), paint="#cf3f3a", inside=body, bump=0.3, strength=0.92)
    b.fill(rect(-0.12, 0.73, 0.12, 0.77), paint="#4a4640")
    b.fill(rect(-0.07, 0.77, 0.07, 0.9), paint="#ffe9a0" if s.tone.dark > 0.2 else "#bcd4de", glowing=s.tone.dark > 0.2)
    b.fill(curve((-0.1, 0.9), (0, 1.0), (0.1, 0.9)), paint="#cf3f3a")
    b.fill(rect(-0.04, 0.0, 0.04, 0.13), paint="#5a3a2c")
    for y in (0.26, 0.52):
        pane(b, 0.0, y, 0.04, 0.07, arched=True)
    if s.tone.dark > 0.2 or s.scene.weather in ("storm", "fog", "rain"):
        _beam(b, s)


def _beam(b: Brush, s: Stage) -> None:
    """Light to both sides; less at dawn and dusk, when a full beam would bleach the tower against a bright sky."""
    power = float(np.clip(s.tone.dark, 0.4, 1.0))
    for turn in (10, 172):
        a = np.radians(turn)
        c, d = float(np.cos(a)), float(np.sin(a))
        for spread_, strength in ((0.34, 0.12), (0.2, 0.14), (0.09, 0.2)):
            far = poly(
                (0, 0.835),
                (c * 2.6 - d * spread_, 0.835 + d * 2.6 + c * spread_),
                (c * 2.6 + d * spread_, 0.835 + d * 2.6 - c * spread_),
            )
            patch = rasterise([b.place(far)], s.width, s.height)
            if patch is not None:
                s.canvas.light(spread(patch, s.unit * 0.008, s.width, s.height), (1.0, 0.93, 0.7), strength * power)
    b.glow(0, 0.835, 0.25, "#fff0b8", 0.8 * power)


SETTINGS = {
    "sea": Setting(_sea, 0.5),
    "beach": Setting(_beach, 0.5),
    "island": Setting(_island, 0.5),
    "lighthouse": Setting(_lighthouse, 0.53),
}
