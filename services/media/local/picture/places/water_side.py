"""Lake, river, bridge."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.layout import CALM
from services.media.local.picture.nature import grass, rock, water
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.bank import bank
from services.media.local.picture.places.barren import peaks
from services.media.local.picture.places.ground import calm, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import ellipse, limb, poly, rect
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import broadleaf, conifer, grove, sprites, stamp


def _lake(s: Stage) -> None:
    ranges(s, 2, 0.26, "#6f8794")
    peaks(s, 2, 0.35)
    kinds = sprites(s, lambda b: conifer(b, s.rng, "#44704f"), 2, s.unit * 0.26)
    grove(s, kinds, s.horizon + 2, 2, int(20 * s.width / s.unit), (0.35, 0.75), 0.42)
    water(s, s.horizon, s.height, "#35708c", ripple=0.7)
    bank(s, s.ground - s.height * 0.045, "#8aa458", "#56783a", foam=False)
    _reeds(s)
    grass(s, s.ground - s.height * 0.02, s.unit * 0.024, int(110 * s.width / s.unit), "#7d9f4a")


def _reeds(s: Stage) -> None:
    side = s.layout.facing
    for k in range(11):
        x = s.layout.hero_x - side * s.unit * (0.34 + 0.035 * k * s.rng.uniform(0.7, 1.3))
        b = s.brush(x, s.ground - s.height * 0.015, s.unit * s.rng.uniform(0.14, 0.26))
        lean = s.rng.uniform(-0.12, 0.12)
        b.fill(limb([(0, 0), (lean * 0.4, 0.5), (lean, 1)], [0.03, 0.024, 0.008]), paint="#6f9048", line=0.4)
        b.fill(limb([(lean * 0.8, 0.82), (lean, 0.98)], [0.06, 0.06]), paint="#7a4e2c", line=0.6)


def _river(s: Stage) -> None:
    ranges(s, 3, 0.18, "#6f9480", cells=2)
    s.floor(s.horizon, "#9ab868", "#618a3c")
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, "#5a9248"), 2, s.unit * 0.42)
    _stream(s)
    grow = s.width / s.unit
    grove(s, kinds, s.horizon + s.height * 0.012, 4, int(7 * grow), (0.4, 0.6), 0.4)
    stamp(s, kinds[0], s.layout.hero_x - s.layout.facing * s.unit * 0.5, s.horizon + s.height * 0.08, 1.25, 0.08)
    for k in range(6):
        t = 0.3 + 0.11 * k
        x, y, w = _bend(s, t)
        for side in (-1, 1):
            rock(s.brush(x + side * w * 1.04, y, s.unit * 0.016 * (0.6 + 1.6 * t), depth=0.1), s.rng)
    grass(s, s.ground - s.height * 0.015, s.unit * 0.024, int(110 * grow), "#7da848")


def _bend(s: Stage, t: float) -> tuple[float, float, float]:
    y = s.horizon + (s.height * 1.06 - s.horizon) * t**1.45
    x = s.layout.hero_x + s.layout.facing * s.unit * (0.5 + 0.16 * float(np.sin(t * 5.2)) * (0.4 + 0.6 * t))
    return x, y, s.unit * (0.012 + 0.24 * t**1.5)


def _stream(s: Stage) -> None:
    points = [_bend(s, k / 12) for k in range(13)]
    left = [(x - w, -y) for x, y, w in points]
    right = [(x + w, -y) for x, y, w in points]
    outline = poly(*left, *reversed(right))
    b = s.brush(0, 0, 1)
    bank = [(x - w * 1.1, -y + 2) for x, y, w in points], [(x + w * 1.1, -y + 2) for x, y, w in points]
    b.fill(poly(*bank[0], *reversed(bank[1])), paint="#8a7448", shade=False, line=0.6)
    bed = b.fill(outline, paint="#4f9dc0", shade=False, line=0)
    b.soft(outline, paint=mix("#4f9dc0", s.tone.horizon, 0.5), sigma=s.unit * 0.02, strength=0.5, inside=bed)
    for k in range(26):
        x, y, w = _bend(s, s.rng.uniform(0.1, 1.0))
        dx = s.rng.uniform(-0.6, 0.6) * w
        b.stroke(
            ((x + dx - w * 0.2, -y), (x + dx + w * 0.2, -y)),
            "#eaf8ff" if k % 3 else "#2f6f94",
            max(w * 0.03, 1),
            strength=0.6 * (y < s.height * CALM),
            inside=bed,
        )
    calm(s)


def _bridge(s: Stage) -> None:
    ranges(s, 2, 0.22, "#6f8f84")
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, "#5a9248"), 2, s.unit * 0.34)
    grove(s, kinds, s.horizon + 4, 3, int(12 * s.width / s.unit), (0.5, 0.85), 0.42)
    water(s, s.horizon + s.height * 0.02, s.height, "#3a7c94")
    y = s.ground + s.height * 0.012
    b = s.brush(s.width / 2, y, s.unit, depth=0.0)
    half = s.width / s.unit / 2 + 0.1
    stone = "#a89c8c"
    arches = [poly((-half, -0.6), (-half, 0.02), (half, 0.02), (half, -0.6))]
    wall = b.fill(*arches, paint=stone, bump=0.05, line=1.0)
    for x in np.arange(-half, half, 0.46) + 0.2:
        b.fill(ellipse(float(x), -0.24, 0.16, 0.17), paint=times(stone, 0.55), shade=False, inside=wall)
        b.stroke(ellipse(float(x), -0.24, 0.165, 0.175, start=0, end=180), times(stone, 0.8), 0.014)
    _stones(s, b, half, stone)
    b.fill(rect(-half, -0.006, half, 0.03), paint=times(stone, 1.15), bump=0.1, line=0.8)
    for x in np.arange(-half, half, 0.3):
        if abs(x * s.unit + s.width / 2 - s.layout.hero_x) > s.unit * 0.13:
            b.fill(rect(float(x), 0.03, float(x) + 0.014, 0.13), paint="#4a4640", line=0.5)
    for h in (0.125, 0.075):
        b.fill(rect(-half, h, half, h + 0.01), paint="#4a4640", shade=False, line=0.4)
    calm(s)


def _stones(s: Stage, b: Brush, half: float, stone: str) -> None:
    for row in range(3):
        y = -0.02 - row * 0.035
        for x in np.arange(-half, half, 0.09):
            dx = float(x) + (0.045 if row % 2 else 0)
            if s.rng.random() < 0.55:
                b.stroke(((dx, y), (dx + 0.07, y)), times(stone, 0.75), 0.004, strength=0.7)


SETTINGS = {
    "lake": Setting(_lake, 0.5),
    "river": Setting(_river, 0.52),
    "bridge": Setting(_bridge, 0.53),
}
