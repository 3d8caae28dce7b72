"""Classroom, _laboratory, _theatre, cave."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.places.homes import side_x
from services.media.local.picture.places.room import shell, wall_lamp
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.places.windows import window
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded, star
from services.media.local.picture.stage import Stage


def _classroom(s: Stage) -> None:
    shell(s, "#efe3c4", "#b98a58", panel="#9fbcae")
    _blackboard(s)
    window(s, side_x(s, -0.5), s.horizon - s.unit * 0.38, s.unit * 0.26, s.unit * 0.32)
    for reach, lift in ((0.42, 0.05), (0.92, 0.05), (-0.68, 0.045), (0.68, 0.018)):
        _desk(s.brush(side_x(s, reach), s.ground - s.height * lift, s.unit * (0.2 if lift > 0.03 else 0.24)))
    b = s.brush(side_x(s, -0.16), s.horizon - s.unit * 0.60, s.unit * 0.05)
    b.fill(ellipse(0, 0, 1), paint="#5a4a40")
    b.fill(ellipse(0, 0, 0.82), paint="#fbf7ea", shade=False, line=0)
    b.stroke(((0, 0), (0, 0.6)), "#33333a", 0.1)
    b.stroke(((0, 0), (0.4, 0.1)), "#33333a", 0.1)


def _blackboard(s: Stage) -> None:
    b = s.brush(side_x(s, 0.34), s.horizon - s.unit * 0.20, s.unit * 0.36)
    b.fill(rounded(-1.0, 0, 1.0, 1.02, 0.03), paint="#96683a", bump=0.1)
    b.fill(rect(-0.94, 0.06, 0.94, 0.96), paint="#2f5446", shade=False, line=0.5)
    chalk = "#f1f4ea"
    b.stroke(ellipse(-0.55, 0.6, 0.2, 0.2), chalk, 0.018, closed=True, strength=0.85)
    b.stroke(poly((-0.1, 0.4), (0.3, 0.4), (0.1, 0.78)), chalk, 0.018, closed=True, strength=0.85)
    b.stroke(rect(0.46, 0.42, 0.8, 0.76), chalk, 0.018, closed=True, strength=0.85)
    b.stroke(star(-0.55, 0.6, 0.13), "#f7d87a", 0.014, closed=True, strength=0.85)
    b.stroke(
        curve((-0.8, 0.22), (-0.4, 0.32), (0.0, 0.18), (0.4, 0.3), (0.8, 0.2), closed=False),
        "#9ad0e8",
        0.016,
        strength=0.85,
    )
    b.fill(rect(-0.9, -0.02, 0.9, 0.035), paint="#7a5230", shade=False, line=0.4)


def _desk(b: Brush) -> None:
    for x in (-0.5, 0.5):
        b.fill(limb([(x, 0), (x * 0.94, 0.62)], [0.05, 0.06]), paint="#5f6670")
    b.fill(rounded(-0.68, 0.6, 0.68, 0.7, 0.03), paint="#c98f4e", bump=0.4)
    b.fill(rounded(-0.3, 0.7, 0.06, 0.77, 0.02), paint="#c8483e", bump=0.3)
    b.fill(rounded(-0.26, 0.77, 0.04, 0.83, 0.02), paint="#4f8ab8", bump=0.3)
    b.fill(ellipse(0.3, 0.76, 0.075), paint="#d8483e", gloss=0.7)


def _laboratory(s: Stage) -> None:
    shell(s, "#7f9aa8", "#7d868e", planks=False)
    window(s, side_x(s, 0.06), s.horizon - s.unit * 0.40, s.unit * 0.24, s.unit * 0.24)
    _consoles(s)
    _coil(s.brush(side_x(s, -0.56), s.horizon + s.height * 0.04, s.unit * 0.46), s)
    _lab_bench(s)
    for reach in (-0.2, 0.6):
        wall_lamp(s, side_x(s, reach), s.horizon - s.unit * 0.56, s.unit * 0.045)


def _consoles(s: Stage) -> None:
    b = s.brush(side_x(s, 0.56), s.horizon + s.height * 0.02, s.unit * 0.46)
    b.fill(rounded(-0.62, 0, 0.62, 0.98, 0.05), paint="#4f6070", bump=0.1)
    for x, w in ((-0.5, 0.44), (0.06, 0.44)):
        glass = b.fill(rounded(x, 0.58, x + w, 0.88, 0.03), paint="#0f2a30", line=0.6, shade=False)
        t = np.linspace(0, 1, 24)
        wave = np.stack([x + t * w, 0.73 + 0.09 * np.sin(t * 14 + x * 9) * np.sin(t * 3.2)], 1)
        b.stroke(wave, "#7dffb8", 0.016, inside=glass, ink=True)
        b.glow(x + w / 2, 0.73, 0.24, "#5affb0", 0.18)
    colours = ("#ff6b5e", "#ffd25e", "#63e0a0", "#6ac0ff")
    for k in range(16):
        b.fill(
            ellipse(-0.5 + 0.066 * k, 0.48 - 0.09 * (k % 3), 0.02),
            paint=colours[int(s.rng.integers(4))],
            glowing=True,
            line=0.3,
        )
    for k in range(4):
        b.fill(rounded(-0.5 + 0.26 * k, 0.08, -0.3 + 0.26 * k, 0.22, 0.02), paint="#2f3a46", bump=0.2, line=0.5)


def _coil(b: Brush, s: Stage) -> None:
    b.fill(rounded(-0.26, 0, 0.26, 0.14, 0.04), paint="#3f4650")
    b.fill(limb([(0, 0.12), (0, 0.72)], [0.17, 0.15]), paint="#b8703a")
    for k in range(9):
        b.fill(
            limb([(-0.1, 0.18 + 0.06 * k), (0, 0.165 + 0.06 * k), (0.1, 0.18 + 0.06 * k)], [0.034] * 3),
            paint="#d98a4a",
            gloss=0.5,
            line=0.5,
        )
    b.fill(ellipse(0, 0.82, 0.17, 0.13), paint="#c3ccd6", gloss=0.9)
    for side in (-1, 1):
        x, y = side * 0.15, 0.84
        bolt = [(x, y)]
        for k in range(4):
            bolt.append((x + side * 0.07 * (k + 1), y + 0.05 * (k + 1) * (-1) ** k + 0.02 * k))
        b.stroke(bolt, "#d8f4ff", 0.014, ink=True)
        b.glow(side * 0.3, 0.86, 0.22, "#7ac8ff", 0.35)


def _lab_bench(s: Stage) -> None:
    b = s.brush(side_x(s, 0.66), s.ground - s.height * 0.025, s.unit * 0.44)
    b.fill(rect(-0.7, 0, 0.7, 0.3), paint="#5f7480", bump=0.05)
    b.fill(rounded(-0.78, 0.29, 0.78, 0.36, 0.02), paint="#d8dee2", bump=0.4)
    for x, paint, kind in ((-0.55, "#5ad08a", 0), (-0.25, "#f07a9a", 1), (0.1, "#6ab8f0", 0), (0.42, "#f2c24a", 1)):
        if kind:
            glass = b.fill(
                curve(
                    (x - 0.035, 0.66),
                    (x - 0.03, 0.54),
                    (x - 0.12, 0.4),
                    (x - 0.1, 0.365),
                    (x + 0.1, 0.365),
                    (x + 0.12, 0.4),
                    (x + 0.03, 0.54),
                    (x + 0.035, 0.66),
                ),
                paint="#dcecf0",
                gloss=0.8,
            )
        else:
            glass = b.fill(rounded(x - 0.06, 0.36, x + 0.06, 0.62, 0.05), paint="#dcecf0", gloss=0.8)
        b.fill(rect(x - 0.2, 0.3, x + 0.2, 0.48), paint=paint, inside=glass, shade=False, strength=0.9)
        b.fill(ellipse(x - 0.02, 0.44, 0.014), paint="#ffffff", glowing=True, line=0, strength=0.8)
        b.glow(x, 0.44, 0.13, paint, 0.18)


SETTINGS = {
    "classroom": Setting(_classroom, 0.61, sky=False, indoors=True),
    "laboratory": Setting(_laboratory, 0.61, sky=False, indoors=True),
}
