"""Things that drive, fly or sound."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect


def _spaceship(b: Brush, accent: Paint) -> None:
    steel = "#c3ccd8"
    for x in (-0.34, 0.34):
        b.glow(x, 0.14, 0.26, "#58c8ff", 0.75)
    for side in (-1, 1):
        b.fill(
            curve((side * 0.3, 0.42), (side * 0.86, 0.3), (side * 1.22, 0.2), (side * 1.16, 0.3), (side * 0.5, 0.62)),
            paint=times(steel, 0.8),
            gloss=0.4,
        )
        b.fill(ellipse(side * 1.16, 0.25, 0.05), paint="#ff5a4a", glowing=True, line=0.5)
        b.glow(side * 1.16, 0.25, 0.12, "#ff5a4a", 0.5)
    b.fill(ellipse(0, 0.42, 0.78, 0.2), paint=steel, gloss=0.7, bump=0.9)
    b.fill(
        curve((-0.46, 0.5), (-0.34, 0.86), (0, 1.0), (0.34, 0.86), (0.46, 0.5), (0, 0.42)), paint="#5fb8e0", gloss=1.0
    )
    b.fill(limb([(-0.5, 0.52), (0, 0.44), (0.5, 0.52)], [0.07, 0.08, 0.07]), paint=accent, line=0.7)
    for k in range(-3, 4):
        b.fill(ellipse(0.19 * k, 0.37 - 0.006 * k * k, 0.036), paint="#fff2b0", glowing=True, line=0.4)
        b.glow(0.19 * k, 0.37, 0.07, "#ffe9a0", 0.35)
    for x in (-0.34, 0.34):
        b.fill(ellipse(x, 0.22, 0.16, 0.06), paint="#8a96a6", gloss=0.5, line=0.7)
        b.fill(ellipse(x, 0.2, 0.11, 0.035), paint="#c9f2ff", glowing=True, line=0)


def _car(b: Brush, accent: Paint) -> None:
    b.fill(
        curve(
            (-0.98, 0.2),
            (-0.98, 0.46),
            (-0.6, 0.56),
            (-0.34, 0.92),
            (0.28, 0.94),
            (0.56, 0.58),
            (0.94, 0.46),
            (1.0, 0.2),
            (0, 0.16),
        ),
        paint=accent,
        gloss=0.8,
    )
    for points in (
        ((-0.48, 0.56), (-0.28, 0.84), (-0.04, 0.85), (-0.04, 0.56)),
        ((0.04, 0.56), (0.04, 0.85), (0.24, 0.85), (0.44, 0.56)),
    ):
        b.fill(poly(*points), paint="#bfe0ee", gloss=0.6, line=0.7)
    b.fill(ellipse(0.94, 0.36, 0.06, 0.08), paint="#fff2b8", glowing=True, line=0.6)
    b.fill(ellipse(-0.95, 0.38, 0.04, 0.07), paint="#d8323c", line=0.6)
    b.stroke(((0.0, 0.54), (0.0, 0.22)), times(accent, 0.6), 0.018)
    for x in (-0.56, 0.58):
        b.fill(ellipse(x, 0.18, 0.2), paint="#26262c")
        b.fill(ellipse(x, 0.18, 0.1), paint="#b8c0c8", gloss=0.6, line=0.6)


def _plane(b: Brush, accent: Paint) -> None:
    b.fill(poly((-0.92, 0.56), (-1.06, 0.98), (-0.84, 0.98), (-0.6, 0.6)), paint=accent)
    b.fill(poly((0.06, 0.56), (-0.3, 0.86), (-0.16, 0.88), (0.34, 0.58)), paint="#c9d2dc")
    b.fill(
        curve(
            (-1.0, 0.58), (-0.6, 0.62), (0.4, 0.66), (0.92, 0.56), (1.04, 0.46), (0.9, 0.38), (0.3, 0.34), (-0.6, 0.42)
        ),
        paint="#f3f5f7",
        gloss=0.7,
    )
    b.fill(limb([(-0.94, 0.48), (0, 0.43), (0.98, 0.45)], [0.04, 0.06, 0.03]), paint=accent, line=0.5)
    b.fill(poly((0.82, 0.56), (0.9, 0.5), (0.99, 0.5), (0.94, 0.56)), paint="#4a90c0", line=0.6)
    for k in range(7):
        b.fill(ellipse(-0.5 + 0.17 * k, 0.54, 0.032), paint="#4a90c0", line=0.4)
    b.fill(poly((0.2, 0.44), (-0.5, 0.06), (-0.3, 0.04), (0.46, 0.42)), paint="#d8dfe6", line=0.8)
    b.fill(rect(-0.12, 0.16, 0.08, 0.26), paint="#8a96a6", line=0.7)


def _guitar(b: Brush, accent: Paint) -> None:
    wood = mix(accent, "#c07a3a", 0.7)
    b.fill(limb([(0, 0.34), (0, 0.92)], [0.08, 0.06]), paint="#5a3a26")
    b.fill(curve((-0.07, 0.88), (-0.09, 1.04), (0.09, 1.04), (0.07, 0.88)), paint="#4a2e20", line=0.8)
    b.fill(
        curve(
            (0, 0.52),
            (0.16, 0.5),
            (0.17, 0.38),
            (0.13, 0.3),
            (0.25, 0.16),
            (0.18, 0.01),
            (0, -0.02),
            (-0.18, 0.01),
            (-0.25, 0.16),
            (-0.13, 0.3),
            (-0.17, 0.38),
            (-0.16, 0.5),
        ),
        paint=wood,
        gloss=0.6,
    )
    b.fill(ellipse(0, 0.3, 0.075), paint="#2e1c14", shade=False, line=0.7)
    b.fill(rect(-0.09, 0.1, 0.09, 0.135), paint="#3a241a", line=0.6)
    for k in (-0.024, -0.008, 0.008, 0.024):
        b.stroke(((k, 0.12), (k, 0.94)), "#f0e6d0", 0.006)


THINGS = {
    "spaceship": Thing(_spaceship, 0.42, 1.0, "air"),
    "car": Thing(_car, 0.5, 1.06, "ground"),
    "plane": Thing(_plane, 0.4, 0.84, "air"),
    "guitar": Thing(_guitar, 0.56, 0.28, grip=(0.0, 0.7)),
}
