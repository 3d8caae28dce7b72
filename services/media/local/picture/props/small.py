"""Round, light and flying things."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rounded, star
from services.media.local.picture.shapes import heart as heart_shape


def _ball(b: Brush, accent: Paint) -> None:
    whole = b.fill(ellipse(0, 0.5, 0.5), paint=accent, gloss=0.6)
    for paint, x in (("#f6f2e8", -0.18), ("#d8404c", 0.3)):
        b.fill(
            limb([(x - 0.1, 1.1), (x + 0.12, 0.5), (x - 0.1, -0.1)], [0.14, 0.2, 0.14]),
            paint=paint,
            inside=whole,
            strength=0.9,
            bump=0.2,
        )


def _kite(b: Brush, accent: Paint) -> None:
    tail = curve((0, 0.1), (0.16, -0.1), (-0.06, -0.32), (0.12, -0.56), closed=False)
    b.stroke(tail, "#f2ead8", 0.025)
    for k, (x, y) in enumerate(((0.12, -0.08), (-0.02, -0.3), (0.1, -0.5))):
        for side in (-1, 1):
            b.fill(
                poly((x, y), (x + side * 0.12, y + 0.07), (x + side * 0.12, y - 0.07)),
                paint="#e85a5a" if k % 2 else "#4aa0d8",
                line=0.6,
            )
    whole = b.fill(poly((0, 1), (0.42, 0.62), (0, 0.06), (-0.42, 0.62)), paint=accent, bump=0.4)
    b.fill(poly((0, 1.05), (0.5, 0.62), (0, 0.62)), paint="#e85a5a", inside=whole, shade=False)
    b.fill(poly((0, 0.0), (-0.5, 0.62), (0, 0.62)), paint="#4aa0d8", inside=whole, shade=False)
    for line in (((0, 0.06), (0, 1)), ((-0.42, 0.62), (0.42, 0.62))):
        b.stroke(line, "#6a4a34", 0.025)


def _heart(b: Brush, accent: Paint) -> None:
    b.glow(0, 0.5, 0.7, "#ff5a78", 0.3)
    b.fill(heart_shape(0, 0.48, 0.98), paint="#e8304e", gloss=0.9)


def _a_star(b: Brush, accent: Paint) -> None:
    b.glow(0, 0.5, 0.95, "#ffd95a", 0.45)
    if b.look.round_trees:
        points = star(0, 0.5, 0.52, inner=0.56)
        b.fill(curve(*[(float(x), float(y)) for x, y in points], steps=5), paint="#ffd23e", gloss=0.7)
    else:
        b.fill(star(0, 0.5, 0.52), paint="#ffd23e", gloss=0.6)
    b.glow(0, 0.5, 0.3, "#fff6c8", 0.3)


def _balloon(b: Brush, accent: Paint) -> None:
    b.stroke(curve((0, 0.4), (0.05, 0.26), (-0.04, 0.12), (0, -0.1), closed=False), "#f2ead8", 0.014)
    b.fill(poly((0, 0.43), (-0.05, 0.38), (0.05, 0.38)), paint="#d83a48", line=0.7)
    b.fill(
        curve((0, 1.0), (0.2, 0.94), (0.27, 0.74), (0.16, 0.52), (0, 0.42), (-0.16, 0.52), (-0.27, 0.74), (-0.2, 0.94)),
        paint="#e8404e",
        gloss=0.9,
    )
    b.fill(ellipse(-0.1, 0.84, 0.04, 0.08, turn=-25), paint="#ffffff", glowing=True, line=0, strength=0.7)


def _crown(b: Brush, accent: Paint) -> None:
    gold = "#f4c430"
    b.glow(0, 0.45, 0.9, "#ffe08a", 0.25)
    b.fill(
        poly((-0.56, 0.14), (-0.66, 0.78), (-0.32, 0.48), (0, 0.95), (0.32, 0.48), (0.66, 0.78), (0.56, 0.14)),
        paint=gold,
        gloss=0.9,
    )
    b.fill(limb([(-0.55, 0.1), (0, 0.04), (0.55, 0.1)], [0.2, 0.2, 0.2]), paint="#d89a1c", gloss=0.5)
    for x, y, paint in (
        (-0.66, 0.82, "#fff0c0"),
        (0, 0.98, "#fff0c0"),
        (0.66, 0.82, "#fff0c0"),
        (0, 0.06, "#d8344a"),
        (-0.3, 0.09, "#3a8fd8"),
        (0.3, 0.09, "#3a8fd8"),
    ):
        b.fill(ellipse(x, y, 0.075), paint=paint, gloss=1.0, line=0.6)


def _bell(b: Brush, accent: Paint) -> None:
    gold = "#e9b53c"
    b.fill(ellipse(0, 0.1, 0.11), paint="#a8741c")
    b.fill(
        curve(
            (0, 0.9),
            (0.2, 0.84),
            (0.3, 0.5),
            (0.48, 0.18),
            (0.2, 0.1),
            (-0.2, 0.1),
            (-0.48, 0.18),
            (-0.3, 0.5),
            (-0.2, 0.84),
        ),
        paint=gold,
        gloss=0.9,
    )
    b.fill(limb([(-0.46, 0.18), (0, 0.1), (0.46, 0.18)], [0.1, 0.1, 0.1]), paint=times(gold, 0.85), gloss=0.5)
    b.stroke(ellipse(0, 0.98, 0.09, 0.09), "#a8741c", 0.06, closed=True)


def _globe(b: Brush, accent: Paint) -> None:
    b.fill(curve((-0.3, 0.0), (-0.22, 0.08), (0, 0.12), (0.22, 0.08), (0.3, 0.0)), paint="#7a4e2c")
    b.fill(limb([(0, 0.1), (0, 0.22)], [0.07, 0.07]), paint="#b88a3a")
    b.stroke(ellipse(0, 0.58, 0.44, 0.44, start=110, end=290), "#c79a3e", 0.05)
    sea = b.fill(ellipse(0, 0.58, 0.38), paint="#3f8fce", gloss=0.6)
    for land in (
        curve((-0.28, 0.74), (-0.08, 0.86), (0.02, 0.68), (-0.1, 0.58), (-0.06, 0.42), (-0.2, 0.46), (-0.3, 0.6)),
        curve((0.14, 0.8), (0.36, 0.7), (0.34, 0.5), (0.22, 0.38), (0.1, 0.54), (0.16, 0.66)),
    ):
        b.fill(land, paint="#6fae52", inside=sea, bump=0.3)


def _clock(b: Brush, accent: Paint) -> None:
    for x in (-0.24, 0.24):
        b.fill(limb([(x * 0.8, 0.16), (x * 1.3, 0.0)], [0.08, 0.07]), paint="#8a5a2c")
        b.fill(ellipse(x * 1.05, 0.92, 0.17, 0.13, turn=-x * 120), paint="#e0b04a", gloss=0.8)
    b.fill(ellipse(0, 0.5, 0.44), paint=mix(accent, "#b8343c", 0.6), gloss=0.6)
    b.fill(ellipse(0, 0.5, 0.34), paint="#fdf8ea", bump=0.3, line=0.6)
    for k in range(12):
        a = np.radians(k * 30)
        c, s = float(np.cos(a)), float(np.sin(a))
        b.stroke(((0.27 * c, 0.5 + 0.27 * s), (0.31 * c, 0.5 + 0.31 * s)), "#4a3a30", 0.03)
    b.stroke(((0, 0.5), (0.0, 0.74)), "#2a2228", 0.04)
    b.stroke(((0, 0.5), (0.15, 0.43)), "#2a2228", 0.05)
    b.fill(ellipse(0, 0.5, 0.035), paint="#c83a3a", line=0)


def _cake(b: Brush, accent: Paint) -> None:
    b.fill(ellipse(0, 0.05, 0.62, 0.08), paint="#dfe5ea")
    b.fill(rounded(-0.5, 0.06, 0.5, 0.42, 0.06), paint="#e9b88a")
    b.fill(rounded(-0.36, 0.4, 0.36, 0.68, 0.06), paint="#f6d3c0")
    for y, w in ((0.42, 0.5), (0.68, 0.36)):
        drops = [
            (-w, y),
            (-w * 0.8, y - 0.12),
            (-w * 0.6, y - 0.04),
            (-w * 0.3, y - 0.15),
            (0, y - 0.05),
            (w * 0.3, y - 0.13),
            (w * 0.6, y - 0.04),
            (w * 0.8, y - 0.12),
            (w, y),
            (w * 0.6, y + 0.06),
            (-w * 0.6, y + 0.06),
        ]
        b.fill(curve(*drops, steps=4), paint="#f58aa0", line=0.7)
    b.fill(rounded(-0.03, 0.72, 0.03, 0.9, 0.02), paint=accent, line=0.6)
    b.glow(0, 0.97, 0.3, "#ffc04a", 0.5)
    b.fill(curve((0, 1.06), (0.05, 0.96), (0, 0.9), (-0.05, 0.96)), paint="#ffc84a", glowing=True, line=0.4)


def _basket(b: Brush, accent: Paint) -> None:
    b.stroke(ellipse(0, 0.5, 0.42, 0.48, start=0, end=180), "#8a5a2c", 0.08)
    for x, paint in ((-0.26, "#d8404c"), (0.0, "#e8a030"), (0.26, "#7fae4a")):
        b.fill(ellipse(x, 0.54, 0.17), paint=paint, gloss=0.5)
    part = b.fill(
        curve((-0.54, 0.52), (-0.46, 0.1), (-0.3, 0.0), (0.3, 0.0), (0.46, 0.1), (0.54, 0.52), (0, 0.48)),
        paint="#c08a4a",
    )
    for k in range(4):
        b.stroke(((-0.6, 0.12 + 0.11 * k), (0.6, 0.12 + 0.11 * k)), "#96642e", 0.025, inside=part)
    for k in range(-4, 5):
        b.stroke(((k * 0.12, 0.0), (k * 0.13, 0.52)), "#96642e", 0.02, inside=part)


THINGS = {
    "ball": Thing(_ball, 0.24, 0.24, "ground"),
    "kite": Thing(_kite, 0.5, 0.4, "air"),
    "heart": Thing(_heart, 0.26, 0.26, "air"),
    "star": Thing(_a_star, 0.3, 0.3, "air"),
    "balloon": Thing(_balloon, 0.72, 0.3, "air"),
    "crown": Thing(_crown, 0.2, 0.26, grip=(0, 0.1)),
    "bell": Thing(_bell, 0.22, 0.2, grip=(0, 0.95)),
    "globe": Thing(_globe, 0.42, 0.36, "ground"),
    "clock": Thing(_clock, 0.34, 0.32, "ground"),
    "cake": Thing(_cake, 0.36, 0.42, "ground"),
    "basket": Thing(_basket, 0.3, 0.32, grip=(0, 0.96)),
}
