"""Trees and shrubs, and stamping them many times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Layer, resize
from services.media.local.picture.palette import Paint, times
from services.media.local.picture.shapes import circles, curve, ellipse, limb, poly
from services.media.local.picture.stage import Stage

Rows = list[tuple[float, float, float]]


def crown(b: Brush, rng: np.random.Generator, bumps: Rows, paint: Paint) -> None:
    """Foliage over `bumps` (x, y, radius): balls, or three tones of leaves lit from the light's side."""
    if b.look.shading == "clay":
        for x, y, r in sorted(bumps, key=lambda q: q[1]):
            b.fill(ellipse(x, y, r), paint=paint)
        return
    side = b.flip * (1 if b.light[0] > 0 else -1)
    soft = b.look.shading in ("soft", "film")
    base = _leaves(rng, bumps, 0.28 if soft else 0.0)
    whole = b.fill(*circles(base), paint=times(paint, 0.58), shade=False)
    if whole is None:
        return
    for grow, tone in ((0.86, 0.8), (0.62, 1.02), (0.4, 1.2)) if soft else ((0.8, 0.92), (0.52, 1.16)):
        lift = (1 - grow) * 0.55
        inner = [(x + side * r * lift, y + r * lift * 1.25, r * grow) for x, y, r in bumps]
        b.fill(
            *circles(_leaves(rng, inner, 0.34 if soft else 0.2)),
            paint=times(paint, tone),
            shade=False,
            line=0,
            inside=whole,
            strength=0.85 if soft else 1.0,
        )


def _leaves(rng: np.random.Generator, bumps: Rows, ragged: float) -> Rows:
    """Bumps with smaller ones along their rims, so that the outline reads as leaves."""
    rows = list(bumps)
    if not ragged:
        return rows
    for x, y, r in bumps:
        for a in rng.uniform(0, 2 * np.pi, 11):
            rows.append((x + float(np.cos(a)) * r * 0.92, y + float(np.sin(a)) * r * 0.92, r * ragged))
    return rows


def broadleaf(b: Brush, rng: np.random.Generator, leaf: Paint, bark: Paint = "#6b4a33") -> None:
    """A deciduous tree of height 1 whose trunk stands on the origin."""
    lean = rng.uniform(-0.04, 0.04)
    b.fill(limb([(0, -0.02), (lean, 0.3), (lean * 1.5, 0.56)], [0.1, 0.062, 0.05]), paint=bark)
    b.fill(limb([(lean, 0.36), (0.12, 0.52)], [0.04, 0.025]), paint=bark)
    if b.look.round_trees:
        bumps = [(lean, 0.68, 0.27), (lean - 0.16, 0.58, 0.17), (lean + 0.17, 0.6, 0.17), (lean + 0.02, 0.84, 0.16)]
    else:
        bumps = [(lean, 0.66, 0.2)]
        for k in range(9):
            a = k / 9 * 2 * np.pi + rng.uniform(-0.2, 0.2)
            bumps.append((lean + 0.2 * float(np.cos(a)), 0.67 + 0.18 * float(np.sin(a)), rng.uniform(0.09, 0.14)))
    crown(b, rng, bumps, leaf)


def conifer(b: Brush, rng: np.random.Generator, leaf: Paint, snow: bool = False) -> None:
    """A fir of height 1."""
    b.fill(limb([(0, -0.02), (0, 0.25)], [0.07, 0.05]), paint="#5a3d2b")
    tiers = 4 if b.look.round_trees else 6
    for k in range(tiers):
        f = k / (tiers - 1)
        y0, y1 = 0.12 + 0.62 * f, 0.44 + 0.56 * f
        w = (0.27 - 0.2 * f) * rng.uniform(0.92, 1.08)
        if b.look.round_trees:
            shape = curve(
                (0, y1),
                (w * 0.55, (y0 + y1) / 2),
                (w, y0 + 0.02),
                (w * 0.6, y0 - 0.03),
                (0, y0 - 0.045),
                (-w * 0.6, y0 - 0.03),
                (-w, y0 + 0.02),
                (-w * 0.55, (y0 + y1) / 2),
            )
        else:
            shape = _tier(rng, y0, y1, w)
        part = b.fill(shape, paint=times(leaf, 0.82 + 0.3 * f))
        if part is not None:
            side = 1 if b.light[0] * b.flip > 0 else -1
            b.fill(
                poly((0, y1), (side * w * 1.2, y0 - 0.05), (side * w * 0.25, y0 - 0.05)),
                paint=times(leaf, 1.32),
                shade=False,
                line=0,
                inside=part,
                strength=0.0 if b.look.round_trees else 0.5,
            )
            if snow:
                b.fill(ellipse(0, y1 - 0.03, w * 0.7, (y1 - y0) * 0.42), paint="#f4f8ff", inside=part, strength=0.9)


def _tier(rng: np.random.Generator, y0: float, y1: float, w: float) -> np.ndarray:
    right = [
        (w * t, y0 + 0.01 + (0.025 if i % 2 else -0.015) + (1 - t) * 0.03)
        for i, t in enumerate((1, 0.8, 0.6, 0.38, 0.18))
    ]
    left = [(-x, y + rng.uniform(-0.008, 0.008)) for x, y in reversed(right)]
    return poly((0, y1), (w * 0.35, y0 + (y1 - y0) * 0.5), *right, (0, y0), *left, (-w * 0.35, y0 + (y1 - y0) * 0.5))


def palm(b: Brush, rng: np.random.Generator) -> None:
    """A coconut palm of height 1, leaning."""
    b.fill(limb([(0, -0.02), (0.05, 0.3), (0.16, 0.6), (0.3, 0.8)], [0.075, 0.05, 0.045, 0.04]), paint="#9a7148")
    for a in (200, 165, 130, 95, 60, 25, -10, -40):
        reach = 0.36
        c, d = float(np.cos(np.radians(a))), float(np.sin(np.radians(a)))
        tip = (0.3 + c * reach, 0.8 + d * reach * 0.55 - 0.13)
        mid = (0.3 + c * reach * 0.55, 0.84 + d * reach * 0.55)
        b.fill(limb([(0.3, 0.8), mid, tip], [0.02, 0.085, 0.01]), paint="#3f8a45" if a % 2 else "#54a352")
    b.fill(ellipse(0.28, 0.78, 0.035), paint="#7a4c2a")
    b.fill(ellipse(0.335, 0.77, 0.035), paint="#6a3f22")


def bush(b: Brush, rng: np.random.Generator, leaf: Paint) -> None:
    """A shrub of width 2 and height about 1."""
    bumps = [
        (t, 0.28 + 0.3 * (1 - abs(t)) * rng.uniform(0.7, 1.2), rng.uniform(0.3, 0.42))
        for t in (-0.7, -0.35, 0, 0.35, 0.7)
    ]
    crown(b, rng, bumps, leaf)


def sprites(s: Stage, draw: Callable[[Brush], None], count: int, height: float, depth: float = 0.0) -> list[Layer]:
    """`count` different drawings of a thing about as wide as high, `height` px high, to be stamped many times."""
    made = []
    for _ in range(count):
        layer = s.clear(height * 1.15, height * 1.12)
        draw(s.brush(layer.width / 2, layer.height * 0.96, height, layer=layer, depth=depth))
        made.append(layer)
    return made


def stamp(s: Stage, sprite: Layer, x: float, y: float, scale: float, depth: float, flip: bool = False) -> None:
    """Puts a sprite with its foot at (x, y), smaller and hazier as asked."""
    assert sprite.alpha is not None, "sprites are clear layers"
    w, h = max(int(sprite.width * scale), 3), max(int(sprite.height * scale), 3)
    copy = Layer(1, 1, clear=True)
    copy.width, copy.height = w, h
    alpha = np.clip(resize(sprite.alpha, w, h), 0, 1)
    planes = []
    for plane, haze in zip(sprite.rgb, s.tone.haze, strict=True):
        small = resize(plane, w, h)
        planes.append(small + (alpha * np.float32(haze) - small) * np.float32(depth))
    if flip:
        planes, alpha = [p[:, ::-1] for p in planes], alpha[:, ::-1]
    copy.rgb, copy.alpha = np.stack(planes), alpha
    s.canvas.over(copy, int(x - w / 2), int(y - h * 0.96))


def grove(
    s: Stage,
    kinds: list[Layer],
    y: float,
    spread_px: float,
    count: int,
    scale: tuple[float, float],
    depth: float,
    gap: tuple[float, float] | None = None,
) -> None:
    """A row of trees near row `y`; none between the two columns of `gap`."""
    for x in np.sort(s.rng.uniform(-0.04, 1.04, count)) * s.width:
        if gap and gap[0] < x < gap[1]:
            continue
        size = s.rng.uniform(*scale)
        foot = y + s.rng.uniform(-1, 1) * spread_px
        stamp(s, kinds[int(s.rng.integers(len(kinds)))], float(x), foot, size, depth, bool(s.rng.random() < 0.5))
