"""Things that grow and flow: trees, grass, rocks, water. Used by many places."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.layout import CALM
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import circles, curve, ellipse, poly
from services.media.local.picture.stage import Stage


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
    s.brush(0, 0, 1, depth=depth).fill(*blades, paint=s.covered(paint, 0.6), shade=False, line=0)


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
