"""Theatre and cave."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush, add_glow
from services.media.local.picture.canvas import rasterise, spread
from services.media.local.picture.nature import rock
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.ground import crags
from services.media.local.picture.places.homes import side_x
from services.media.local.picture.places.room import shell
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, star
from services.media.local.picture.stage import Stage


def _theatre(s: Stage) -> None:
    shell(s, "#5a2430", "#9a6238")
    b = s.brush(0, 0, 1)
    b.fill(rect(0, -s.horizon, s.width, 0), paint="#30384f", shade=False, line=0)
    _backdrop(s)
    _drapes(s)
    _spot(s)
    _footlights(s)


def _backdrop(s: Stage) -> None:
    b = s.brush(s.width / 2, s.horizon, s.unit)
    b.fill(
        curve((-1.2, 0), (-0.8, 0.2), (-0.4, 0.1), (0, 0.24), (0.4, 0.12), (0.9, 0.22), (1.3, 0)),
        paint="#4a5f86",
        shade=False,
    )
    b.fill(
        curve((-1.2, 0), (-0.7, 0.1), (-0.2, 0.06), (0.3, 0.13), (0.8, 0.06), (1.3, 0)), paint="#3a4a6c", shade=False
    )
    moon = b.at(0.28 * s.layout.facing, 0.4, 0.09)
    moon.fill(ellipse(0, 0, 1), paint="#f7e6a8", shade=False)
    for _ in range(12):
        x, y = s.rng.uniform(-0.8, 0.8), s.rng.uniform(0.22, 0.56)
        b.stroke(((x, y + 0.015), (x, 0.8)), "#8a8aa0", 0.0025, strength=0.4)
        b.fill(star(x, y, 0.016), paint="#f7e6a8", shade=False, line=0.4)


def _drapes(s: Stage) -> None:
    red = "#b02a38"
    b = s.brush(s.width / 2, 0, s.unit)
    half = s.width / s.unit / 2
    low = -(s.horizon + s.height * 0.05) / s.unit
    reach = min(half * 0.36, 0.42)
    for side in (-1, 1):
        folds = 6
        for k in range(folds):
            f = k / folds
            x0, x1 = side * (half + 0.02 - reach * f), side * (half - reach * (f + 1.35 / folds))
            pinch = side * reach * 0.26 * f
            b.fill(
                curve(
                    (x0, 0.02),
                    (x1, 0.02),
                    (x1 + pinch * 0.5, low * 0.5),
                    (x1 + pinch, low),
                    (x0 + pinch * 0.9, low),
                    (x0 + pinch * 0.4, low * 0.5),
                ),
                paint=times(red, 0.86 + 0.14 * (k % 2)),
                bump=0.9,
            )
        b.fill(
            limb([(side * half, low * 0.62), (side * (half - reach * 0.7), low * 0.6)], [0.03, 0.03]), paint="#e6b94a"
        )
    n = int(half * 2 / 0.24) + 1
    for k in range(n):
        x = -half + (k + 0.5) * half * 2 / n
        w = half / n * 1.1
        b.fill(
            curve(
                (x - w, 0.03),
                (x + w, 0.03),
                (x + w, -0.1),
                (x + w * 0.4, -0.17),
                (x, -0.185),
                (x - w * 0.4, -0.17),
                (x - w, -0.1),
            ),
            paint=times(red, 1.05),
            bump=0.7,
        )
        b.fill(
            limb(
                [(x - w, -0.105), (x - w * 0.4, -0.175), (x, -0.19), (x + w * 0.4, -0.175), (x + w, -0.105)],
                [0.014] * 5,
            ),
            paint="#e6b94a",
            line=0.4,
        )


def _spot(s: Stage) -> None:
    x, y = s.layout.hero_x, s.ground
    for dx, strength in ((-0.24, 0.15), (0.26, 0.12)):
        b = s.brush(0, 0, 1)
        cone = poly((x + dx * s.unit, 0), (x + s.unit * 0.25, -y), (x - s.unit * 0.25, -y))
        patch = rasterise([b.place(cone)], s.width, s.height)
        if patch is not None:
            s.canvas.light(spread(patch, s.unit * 0.012, s.width, s.height), (1.0, 0.93, 0.76), strength)
    s.brush(x, y, s.unit).soft(ellipse(0, 0, 0.27, 0.04), paint="#fff0c8", sigma=0.012, strength=0.55)


def _footlights(s: Stage) -> None:
    y = s.height * 0.745
    n = int(s.width / (s.unit * 0.13))
    b = s.brush(0, 0, 1)
    b.fill(rect(0, -s.height * 1.01, s.width, -y), paint="#3a2018", shade=False, line=0.8)
    for k in range(n):
        x = (k + 0.5) * s.width / n
        b.fill(ellipse(x, -y, s.unit * 0.016, s.unit * 0.013), paint="#e0b860", line=0.6)
        add_glow(s.canvas, x, y - s.unit * 0.01, s.unit * 0.03, (1.0, 0.86, 0.6), 0.35)


def _cave(s: Stage) -> None:
    """A dark vault with a bright mouth and glowing crystals."""
    wall = "#5b5670"
    for plane, value in zip(s.canvas.rgb, s.colour(wall, 0, 0.2), strict=True):
        plane[:] = np.float32(value * 0.5)
    mouth_x = side_x(s, 0.3)
    _mouth(s, mouth_x)
    s.floor(s.horizon, times(wall, 0.9), times(wall, 0.75), depth=0.0)
    for depth, size in ((0.0, 0.6), (1.0, 1.0)):
        _teeth(s, wall, depth, size)
    for reach, paint, size in (
        (-0.62, "#5ad0e8", 0.2),
        (-0.46, "#8a7af0", 0.13),
        (0.74, "#e87ad0", 0.18),
        (0.88, "#5ad0e8", 0.11),
    ):
        _crystals(s.brush(side_x(s, reach), s.ground - s.height * 0.015, s.unit * size), paint)
    for reach in (-0.8, 0.6):
        rock(s.brush(side_x(s, reach), s.ground - s.height * 0.0, s.unit * 0.07), s.rng, "#4f4a60")
    add_glow(
        s.canvas, s.layout.hero_x, s.ground - s.unit * 0.2, s.unit * 0.34, mix(s.tone.light, (0.9, 0.8, 1.0), 0.5), 0.16
    )


def _mouth(s: Stage, x: float) -> None:
    b = s.brush(x, s.horizon + s.height * 0.01, s.unit * 0.5)
    for grow, tone in ((1.5, 0.62), (1.25, 0.82), (1.1, 1.0)):
        shape = curve(
            (-0.5 * grow, -0.1),
            (-0.54 * grow, 0.3),
            (-0.36 * grow, 0.68),
            (-0.06, 0.84 * grow**0.5),
            (0.3 * grow, 0.70),
            (0.52 * grow, 0.34),
            (0.5 * grow, -0.1),
        )
        ring = b.fill(shape, paint=times("#6f6880", tone), shade=False, line=0.7)
        if ring is not None and s.look.texture:
            crags(s, ring, 0.05)
    hole = b.fill(
        curve((-0.46, -0.1), (-0.5, 0.3), (-0.3, 0.62), (-0.04, 0.74), (0.26, 0.62), (0.48, 0.32), (0.46, -0.1)),
        paint=s.tone.horizon,
        glowing=True,
    )
    if hole is None:
        return
    rows = np.linspace(0, 1, hole.mask.shape[0], dtype=np.float32)[:, None]
    r, g, v = ((np.float32(a) + rows * np.float32(c - a)) for a, c in zip(s.tone.middle, s.tone.horizon, strict=True))
    s.canvas.paint(hole, (r, g, v))
    b.fill(ellipse(0.14, 0.46, 0.075), paint=s.tone.light, glowing=True, inside=hole)
    b.fill(
        curve((-0.6, -0.2), (-0.3, 0.2), (0.05, 0.1), (0.3, 0.24), (0.7, -0.2)),
        paint=s.tone.air(s.tone.lit("#5f7f78"), 0.55),
        glowing=True,
        inside=hole,
    )
    b.glow(0, 0.3, 0.8, s.tone.light, 0.25)


def _teeth(s: Stage, wall: str, near: float, size: float) -> None:
    b = s.brush(0, 0, 1)
    n = int(9 * s.width / s.unit / 1.3)
    paint = times(wall, 0.62 - 0.26 * near)
    edge = [(-50.0, 40.0), (s.width + 50.0, 40.0)]
    y = s.height * (0.12 - 0.05 * near)
    for k in range(n * 2 + 1):
        x = s.width - k / (n * 2) * s.width
        middle = abs(x - s.width / 2) / (s.width / 2)
        drop = s.unit * size * (0.03 + (0.16 if k % 2 else 0.0) * s.rng.uniform(0.4, 1.0)) + s.unit * 0.24 * middle**2
        edge.append((x + s.rng.uniform(-0.3, 0.3) * s.width / n / 2, -(y + drop)))
    edge.append((-50.0, -(y + s.unit * 0.2)))
    part = b.fill(curve(*edge, steps=3) if s.look.round_trees else poly(*edge), paint=paint, bump=0.25)
    if part is not None and s.look.texture:
        crags(s, part, 0.05)


def _crystals(b: Brush, paint: str) -> None:
    b.glow(0, 0.5, 1.1, paint, 0.4)
    for x, h, lean in ((-0.3, 0.7, -0.2), (0.28, 0.8, 0.18), (0.0, 1.1, 0.0)):
        w = 0.16
        b.fill(
            poly((x - w, 0), (x - w + lean, h * 0.78), (x + lean, h), (x + w + lean, h * 0.74), (x + w, 0)),
            paint=mix(paint, "#ffffff", 0.1),
            gloss=0.8,
            bump=0.5,
            glowing=True,
        )
        b.fill(
            poly((x, 0), (x + lean, h), (x + w + lean, h * 0.74), (x + w, 0)),
            paint=times(paint, 0.7),
            glowing=True,
            line=0,
        )
        b.fill(
            poly(
                (x - w * 0.7, 0.1), (x - w * 0.75 + lean, h * 0.7), (x - w * 0.4 + lean, h * 0.74), (x - w * 0.3, 0.1)
            ),
            paint=mix(paint, "#ffffff", 0.6),
            glowing=True,
            line=0,
        )


SETTINGS = {
    "theatre": Setting(_theatre, 0.6, sky=False, indoors=True),
    "cave": Setting(_cave, 0.6, sky=False, indoors=True),
}
