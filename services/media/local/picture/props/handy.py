"""Things carried in a hand."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded


def _lantern(b: Brush, accent: Paint) -> None:
    b.stroke(ellipse(0, 0.84, 0.2, 0.17, start=0, end=180), "#4a3a2c", 0.05)
    b.glow(0, 0.42, 0.9, "#ffb84a", 0.5)
    b.fill(rounded(-0.24, 0.12, 0.24, 0.68, 0.08), paint="#ffd36b", glowing=True)
    b.fill(curve((0, 0.6), (0.12, 0.36), (0.0, 0.2), (-0.12, 0.36)), paint="#fff6d0", glowing=True, line=0)
    for x in (-0.24, 0.24):
        b.fill(limb([(x, 0.12), (x, 0.68)], [0.05, 0.05]), paint="#5a4632", line=0.6)
    b.fill(poly((-0.34, 0.66), (-0.16, 0.86), (0.16, 0.86), (0.34, 0.66)), paint="#5a4632")
    b.fill(rounded(-0.32, 0.0, 0.32, 0.14, 0.05), paint="#5a4632")
    b.glow(0, 0.42, 0.28, "#ffe9a8", 0.5)


def _key(b: Brush, accent: Paint) -> None:
    gold = "#e8b93a"
    b.fill(ellipse(0, 0.78, 0.22), paint=gold, gloss=0.8)
    b.fill(ellipse(0, 0.78, 0.1), paint="#5a4016", shade=False, line=0.5)
    b.fill(limb([(0, 0.58), (0, 0.02)], [0.11, 0.11]), paint=gold, gloss=0.6)
    for y in (0.06, 0.2):
        b.fill(rect(0.0, y, 0.24, y + 0.08), paint=gold, gloss=0.4)
    b.glow(0, 0.7, 0.5, "#ffe08a", 0.16)


def _magnet(b: Brush, accent: Paint) -> None:
    outer = np.concatenate(
        [ellipse(0, 0.55, 0.42, 0.42, start=0, end=180), ellipse(0, 0.55, 0.19, 0.19, start=180, end=0)]
    )
    outer = np.concatenate([[(0.42, 0.1)], outer[:40], [(-0.42, 0.1), (-0.19, 0.1)], outer[40:], [(0.19, 0.1)]])
    b.fill(outer, paint="#d8323c", gloss=0.5, bump=0.8)
    for x in (-0.42, 0.19):
        b.fill(rect(x, 0.0, x + 0.23, 0.17), paint="#e4e8ee", gloss=0.6)
    for side in (-1, 1):
        b.fill(
            poly(
                (side * 0.3, -0.12),
                (side * 0.22, -0.28),
                (side * 0.31, -0.26),
                (side * 0.26, -0.42),
                (side * 0.4, -0.2),
                (side * 0.31, -0.22),
            ),
            paint="#ffd94a",
            glowing=True,
            line=0.5,
        )


def _spyglass(b: Brush, accent: Paint) -> None:
    frame = b.at(0, 0, 1, turn=22)
    for x0, x1, r, paint in (
        (-0.62, -0.2, 0.11, "#b8863a"),
        (-0.22, 0.3, 0.145, "#6a3f24"),
        (0.28, 0.8, 0.19, "#b8863a"),
    ):
        frame.fill(rounded(x0, 0.4 - r, x1, 0.4 + r, 0.04), paint=paint, gloss=0.6)
    frame.fill(rounded(0.74, 0.17, 0.88, 0.63, 0.05), paint="#e0b45a", gloss=0.8)
    frame.fill(rounded(-0.7, 0.26, -0.6, 0.54, 0.03), paint="#e0b45a", gloss=0.8)


def _umbrella(b: Brush, accent: Paint) -> None:
    b.fill(limb([(0, 0.1), (0, 0.98)], [0.03, 0.03]), paint="#5a4030", line=0.7)
    b.fill(
        limb([(0, 0.14), (0.0, 0.02), (0.1, 0.0), (0.12, 0.08)], [0.035, 0.04, 0.04, 0.035]), paint="#7a5030", line=0.7
    )
    edge = [(0.48, 0.63), (0.32, 0.68), (0.16, 0.635), (0, 0.69), (-0.16, 0.635), (-0.32, 0.68), (-0.48, 0.63)]
    dome = [(-0.42, 0.8), (-0.24, 0.91), (0, 0.95), (0.24, 0.91), (0.42, 0.8)]
    top = b.fill(poly(*edge, *[tuple(p) for p in curve(*dome, closed=False)]), paint=accent, bump=0.9)
    for x0, x1 in ((-0.32, -0.16), (0.0, 0.16)):
        b.fill(
            poly((0, 0.97), (x0 - 0.01, 0.5), (x1 + 0.01, 0.5)),
            paint=times(accent, 0.72),
            inside=top,
            strength=0.6,
            shade=False,
        )


def _sword(b: Brush, accent: Paint) -> None:
    blade = b.fill(
        poly((-0.055, 0.24), (-0.05, 0.9), (0, 1.02), (0.05, 0.9), (0.055, 0.24)), paint="#dfe6ee", gloss=0.9
    )
    b.stroke(((0, 0.26), (0, 0.92)), "#aab6c4", 0.02, inside=blade)
    b.fill(limb([(-0.17, 0.24), (0.17, 0.24)], [0.06, 0.06]), paint="#d9a93a", gloss=0.6)
    b.fill(limb([(0, 0.02), (0, 0.2)], [0.06, 0.06]), paint="#6a3f24")
    b.fill(ellipse(0, -0.01, 0.05), paint="#d9a93a", gloss=0.6)


def _bone(b: Brush, accent: Paint) -> None:
    frame = b.at(0, 0.3, 1, turn=18)
    for x in (-0.52, 0.52):
        for y in (-0.12, 0.12):
            frame.fill(ellipse(x, y, 0.17), paint="#f4ecd9")
    frame.fill(limb([(-0.5, 0), (0.5, 0)], [0.2, 0.2]), paint="#f4ecd9", line=0)


THINGS = {
    "lantern": Thing(_lantern, 0.26, 0.18, grip=(0, 1.0)),
    "key": Thing(_key, 0.22, 0.1, grip=(0, 0.3)),
    "magnet": Thing(_magnet, 0.24, 0.2, grip=(0, 0.86)),
    "telescope": Thing(_spyglass, 0.3, 0.5, grip=(-0.25, 0.3)),
    "umbrella": Thing(_umbrella, 1.06, 1.0, grip=(0, 0.1)),
    "sword": Thing(_sword, 0.5, 0.16, grip=(0, 0.11)),
    "bone": Thing(_bone, 0.18, 0.24, grip=(-0.1, 0.26)),
}
