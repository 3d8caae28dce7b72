"""Things that grow and flow: trees, grass, rocks, water. Used by many places."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Layer, Patch, resize
from services.media.local.picture.layout import CALM
from services.media.local.picture.palette import Paint, mix, times
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


def rock(b: Brush, rng: np.random.Generator, paint: Paint = "#7d7a78") -> None:
    """A boulder of width 2."""
    if b.look.round_trees:
        b.fill(curve((-1, 0), (-0.8, 0.6), (-0.1, 0.95), (0.7, 0.65), (1, 0)), paint=paint)
        return
    points = [(-1.0, -0.02), (-0.86, 0.42), (-0.42, 0.82), (0.14, 0.95), (0.66, 0.66), (1.0, -0.02)]
    jig = [(x + rng.uniform(-0.06, 0.06), y + rng.uniform(-0.06, 0.06) * (y > 0.1)) for x, y in points]
    part = b.fill(poly(*jig), paint=times(paint, 0.85), bump=0.6)
    if part is not None:
        side = 1 if b.light[0] * b.flip > 0 else -1
        b.fill(
            poly((0.14 * side, 0.95), (0.66 * side, 0.66), (0.3 * side, 0.4), (-0.3 * side, 0.5), (-0.42 * side, 0.8)),
            paint=times(paint, 1.2),
            shade=False,
            line=0,
            inside=part,
            strength=0.75,
        )


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


def grass(s: Stage, y: float, height: float, count: int, paint: Paint, *, depth: float = 0.0) -> None:
    """Blades growing from about row `y`, denser where the noise says, none in the calm zone."""
    if y > s.height * CALM:
        return
    blades = []
    for x in s.rng.uniform(-5, s.width + 5, count):
        h = height * s.rng.uniform(0.4, 1.0)
        foot = min(y + s.rng.uniform(-0.4, 1.0) * height, s.height * CALM)
        bend = s.rng.uniform(-0.6, 0.6) * h
        w = max(h * 0.07, 1.0)
        blades.append(poly((x - w, -foot), (x + bend, -(foot - h)), (x + w, -foot)))
    s.brush(0, 0, 1, depth=depth).fill(*blades, paint=paint, shade=False, line=0)


def flowers(s: Stage, y0: float, y1: float, count: int, paints: tuple[str, ...], size: float) -> None:
    """Blossoms strewn between two rows, bigger nearer."""
    for k, y in enumerate(np.sort(s.rng.uniform(y0, min(y1, s.height * CALM), count))):
        near = (y - y0) / max(y1 - y0, 1)
        x = s.rng.uniform(0, s.width)
        if abs(x - s.layout.hero_x) < s.unit * 0.1:
            continue
        r = size * (0.35 + 0.65 * near) * s.rng.uniform(0.7, 1.2)
        b = s.brush(float(x), float(y), r, depth=0.25 * (1 - near))
        b.stroke(((0, 0), (0.1, -2.6)), "#4d7a38", 0.22)
        petals = [
            (float(np.cos(a)) * 0.6, float(np.sin(a)) * 0.55, 0.5) for a in np.radians(np.arange(5) * 72 + k * 20)
        ]
        b.fill(*circles(petals), paint=paints[k % len(paints)], shade=False, line=0.3)
        b.fill(ellipse(0, 0, 0.32), paint="#f7d154", shade=False, line=0)


def water(s: Stage, top: float, bottom: float, deep: Paint, *, ripple: float = 1.0) -> None:
    """A level water surface between two rows: mirrors what stands above it, with ripples and the light's path."""
    y0, y1 = int(top), int(min(bottom, s.height))
    n = y1 - y0
    rows = np.arange(n, dtype=np.float32)[:, None]
    near = rows / max(n, 1)
    source = np.clip(y0 - 1 - (np.arange(n) * 0.85).astype(int), 0, None)
    noise = s.noise("water", 6, 4, 9)[y0:y1]
    wave = (noise - np.float32(0.5)) * (30 * ripple * (near + 0.1)) * np.float32(s.unit / 864)
    columns = np.clip(np.arange(s.width)[None] + wave.astype(np.int32) * 2, 0, s.width - 1)
    tint = mix(s.colour(deep, 0.1), s.tone.middle, 0.35)
    share = np.float32(0.58) - near * np.float32(0.3)
    for plane, value in zip(s.canvas.rgb, tint, strict=True):
        mirror = plane[source[:, None], columns]
        plane[y0:y1] = mirror * share + np.float32(value) * (1 - share)
    crest = s.noise("crest", 10, 4, 14)[y0:y1]
    _glitter(s, y0, near, crest)
    _ripples(s, y0, near, crest, ripple)


def _glitter(s: Stage, y0: int, near: np.ndarray, crest: np.ndarray) -> None:
    width = s.width * (0.035 + 0.12 * near)
    path = np.exp(-(((np.arange(s.width, dtype=np.float32)[None] - s.layout.light_x) / width) ** 2))
    sharp = np.clip((crest - 0.54) * (7 if s.look.flat else 3.5), 0, 1)
    strength = 0.3 if s.scene.weather in ("rain", "storm", "fog", "cloudy") else 0.85
    s.canvas.light(Patch(0, y0, (path * sharp * strength).astype(np.float32)), s.tone.light)


def _ripples(s: Stage, y0: int, near: np.ndarray, crest: np.ndarray, ripple: float) -> None:
    fine = np.clip((crest - 0.6) * 6, 0, 1) * near * (0.16 * ripple)
    s.canvas.light(Patch(0, y0, fine.astype(np.float32)), s.tone.horizon)
    dark = np.clip((0.4 - crest) * 5, 0, 1) * (0.25 + near) * (0.2 * ripple)
    s.canvas.shade(Patch(0, y0, dark.astype(np.float32)), 1.0)
