"""The cave."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush, add_glow
from services.media.local.picture.nature import rock
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.ground import crags
from services.media.local.picture.places.homes import side_x
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, poly
from services.media.local.picture.stage import Stage


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


SETTINGS = {"cave": Setting(_cave, 0.6, sky=False, indoors=True)}
