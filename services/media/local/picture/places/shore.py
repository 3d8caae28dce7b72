"""Sea, _beach, _lake, _river, _island, _lighthouse, bridge."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.layout import CALM
from services.media.local.picture.nature import broadleaf, conifer, grass, grove, palm, rock, sprites, stamp, water
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.countryside import pane
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.places.wild import _calm, peaks, ranges
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect
from services.media.local.picture.stage import Stage

SEA = "#2f7396"


def _shore(s: Stage, y: float, far: str, near: str, *, foam: bool, bow: float = 0.03) -> None:
    """The near bank: from a wavy line about row `y` to the bottom."""
    line = s.ridge(y, s.height * bow, 2, octaves=2)
    if foam:
        _foam(s, line)
    patch = s.below(line)
    rows = np.arange(patch.y, s.height, dtype=np.float32)[:, None]
    t = np.clip((rows - y) / (s.ground - y + 1), 0, 1)
    calm = 1 - 0.58 * np.clip((rows - s.ground) / (s.height - s.ground), 0, 1) ** 1.05
    a, b = s.colour(far, 0.12, 0.8), s.colour(near, 0.0, 0.86)
    grain: np.ndarray | float = 1.0
    if s.look.texture:
        grain = 1 + (s.noise("ground", 26, 5, 3.2)[patch.y :] - np.float32(0.5)) * np.float32(0.3 * s.look.texture)
    r, g, v = (
        ((np.float32(p) + t * np.float32(q - p)) * calm * grain).astype(np.float32) for p, q in zip(a, b, strict=True)
    )
    s.canvas.paint(patch, (r, g, v))


def _foam(s: Stage, line: np.ndarray) -> None:
    rows = np.arange(s.height, dtype=np.float32)[:, None]
    for lift, strength, wide in ((s.height * 0.006, 0.9, s.height * 0.007), (s.height * 0.026, 0.5, s.height * 0.004)):
        wave = line[None] - lift + (s.noise("crest", 10, 4, 14)[:1] - 0.5) * s.height * 0.02
        y0, y1 = int(wave.min() - wide * 3), int(wave.max() + wide * 3)
        mask = np.exp(-(((rows[y0:y1] - wave) / wide) ** 2)) * strength
        s.canvas.paint(Patch(0, y0, mask.astype(np.float32)), s.colour("#f6fbff", 0.0, 0.9))


def _sail(b: Brush) -> None:
    b.fill(curve((-0.5, 0.16), (-0.4, 0.0), (0.4, 0.0), (0.56, 0.18), (0, 0.12)), paint="#7a4a2c")
    b.fill(poly((0.02, 0.2), (0.02, 1.0), (0.42, 0.24)), paint="#f8f0de", bump=0.4)
    b.fill(poly((-0.03, 0.2), (-0.03, 0.86), (-0.34, 0.24)), paint="#f0e2c6", bump=0.4)


def _sea(s: Stage) -> None:
    ranges(s, 1, 0.07, "#7d96a8", cells=2)
    for x, size in ((0.5 + 0.3 * s.layout.facing, 0.13), (0.5 - 0.06 * s.layout.facing, 0.06)):
        _sail(s.brush(x * s.width, s.horizon + s.height * 0.012, s.unit * size, depth=0.35))
    water(s, s.horizon, s.height, SEA, ripple=1.5)
    _waves(s)
    _gulls(s)
    _cliff(s)


def _waves(s: Stage) -> None:
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


def _gulls(s: Stage) -> None:
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


def _cliff(s: Stage) -> None:
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
        from services.media.local.picture.places.wild import _crags

        _crags(s, whole, 0.06)
    _calm(s)
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
    _waves(s)
    _shore(s, s.horizon + s.height * 0.09, "#f2dcae", "#dcbb80", foam=True)
    _gulls(s)
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


def _lake(s: Stage) -> None:
    ranges(s, 2, 0.26, "#6f8794")
    peaks(s, 2, 0.35)
    kinds = sprites(s, lambda b: conifer(b, s.rng, "#44704f"), 2, s.unit * 0.26)
    grove(s, kinds, s.horizon + 2, 2, int(20 * s.width / s.unit), (0.35, 0.75), 0.42)
    water(s, s.horizon, s.height, "#35708c", ripple=0.7)
    _shore(s, s.ground - s.height * 0.045, "#8aa458", "#56783a", foam=False)
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
    _calm(s)


def _island(s: Stage) -> None:
    ranges(s, 1, 0.05, "#7d9aa8", cells=3)
    b = s.brush(s.width * (0.5 + 0.3 * s.layout.facing), s.horizon + s.height * 0.014, s.unit * 0.3, depth=0.4)
    b.fill(curve((-0.8, 0), (-0.45, 0.3), (-0.12, 0.6), (0.14, 0.62), (0.4, 0.3), (0.8, 0)), paint="#6a8a5a")
    water(s, s.horizon, s.height, "#1f9ab4")
    _waves(s)
    rows = s.brush(s.layout.hero_x, s.ground + s.height * 0.04, s.unit)
    rows.fill(ellipse(0, 0.0, 0.78, 0.135), paint="#bfe8e4", shade=False, line=0, strength=0.6)
    rows.fill(ellipse(0, -0.005, 0.72, 0.12), paint="#efd8a4", bump=0.1, line=0.7)
    rows.soft(ellipse(0.0, 0.06, 0.4, 0.04), paint="#86a84c", sigma=0.02, strength=0.8)
    _calm(s)
    side = s.layout.facing
    palm(s.brush(s.layout.hero_x - side * s.unit * 0.3, s.ground - s.height * 0.02, s.unit * 0.6, flip=side), s.rng)
    palm(s.brush(s.layout.hero_x - side * s.unit * 0.4, s.ground - s.height * 0.01, s.unit * 0.42, flip=-side), s.rng)
    rock(s.brush(s.layout.hero_x + side * s.unit * 0.5, s.ground + s.height * 0.005, s.unit * 0.05), s.rng)
    _gulls(s)


def _lighthouse(s: Stage) -> None:
    ranges(s, 1, 0.07, "#7d96a8", cells=2)
    water(s, s.horizon, s.height, SEA, ripple=1.4)
    _waves(s)
    side = s.layout.facing
    x, y = s.layout.hero_x + side * s.unit * 0.52, s.ground - s.height * 0.045
    base = s.brush(x, y, s.unit, depth=0.08)
    base.fill(
        curve((-0.3, -0.06), (-0.2, 0.0), (-0.05, 0.035), (0.1, 0.03), (0.22, -0.01), (0.32, -0.06)),
        paint="#6e655c",
        bump=0.6,
    )
    _tower(s.brush(x, y - s.unit * 0.02, s.unit * 0.56, depth=0.08), s)
    _cliff(s)
    _gulls(s)


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
    for turn in (10, 172):
        a = np.radians(turn)
        c, d = float(np.cos(a)), float(np.sin(a))
        for spread_, strength in ((0.34, 0.12), (0.2, 0.14), (0.09, 0.2)):
            far = poly(
                (0, 0.835),
                (c * 2.6 - d * spread_, 0.835 + d * 2.6 + c * spread_),
                (c * 2.6 + d * spread_, 0.835 + d * 2.6 - c * spread_),
            )
            from services.media.local.picture.canvas import rasterise, spread

            patch = rasterise([b.place(far)], s.width, s.height)
            if patch is not None:
                s.canvas.light(spread(patch, s.unit * 0.008, s.width, s.height), (1.0, 0.93, 0.7), strength)
    b.glow(0, 0.835, 0.25, "#fff0b8", 0.8)


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
        hole = b.fill(ellipse(float(x), -0.24, 0.16, 0.17), paint=times(stone, 0.55), shade=False, inside=wall)
        b.stroke(ellipse(float(x), -0.24, 0.165, 0.175, start=0, end=180), times(stone, 0.8), 0.014)
        assert hole is None or hole.mask.size, "a hole has pixels"
    _stones(s, b, half, stone)
    b.fill(rect(-half, -0.006, half, 0.03), paint=times(stone, 1.15), bump=0.1, line=0.8)
    for x in np.arange(-half, half, 0.3):
        if abs(x * s.unit + s.width / 2 - s.layout.hero_x) > s.unit * 0.13:
            b.fill(rect(float(x), 0.03, float(x) + 0.014, 0.13), paint="#4a4640", line=0.5)
    for h in (0.125, 0.075):
        b.fill(rect(-half, h, half, h + 0.01), paint="#4a4640", shade=False, line=0.4)
    _calm(s)


def _stones(s: Stage, b: Brush, half: float, stone: str) -> None:
    for row in range(3):
        y = -0.02 - row * 0.035
        for x in np.arange(-half, half, 0.09):
            dx = float(x) + (0.045 if row % 2 else 0)
            if s.rng.random() < 0.55:
                b.stroke(((dx, y), (dx + 0.07, y)), times(stone, 0.75), 0.004, strength=0.7)


SETTINGS = {
    "sea": Setting(_sea, 0.5),
    "beach": Setting(_beach, 0.5),
    "lake": Setting(_lake, 0.5),
    "river": Setting(_river, 0.52),
    "island": Setting(_island, 0.5),
    "lighthouse": Setting(_lighthouse, 0.53),
    "bridge": Setting(_bridge, 0.53),
}
