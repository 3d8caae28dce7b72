"""Kitchen and workshop."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.palette import times
from services.media.local.picture.places.homes import side_x
from services.media.local.picture.places.room import shell, wall_lamp
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.places.windows import window
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded
from services.media.local.picture.stage import Stage


def _kitchen(s: Stage) -> None:
    shell(s, "#e8d3a8", "#c08a5c", planks=False)
    _tiles(s)
    window(s, side_x(s, 0.14), s.horizon - s.unit * 0.37, s.unit * 0.3, s.unit * 0.28, curtain="#d8605a")
    _counter(s)
    _stove(s)
    _hanging(s)
    _table(s)
    wall_lamp(s, side_x(s, 0.62), s.horizon - s.unit * 0.50, s.unit * 0.055)


def _tiles(s: Stage) -> None:
    b = s.brush(0, 0, 1)
    y0, size = s.horizon - s.unit * 0.27, s.unit * 0.05
    for row in range(3):
        y = y0 + row * size
        for k, x in enumerate(np.arange(0, s.width, size)):
            if (k + row) % 2:
                b.fill(rect(float(x), -(y + size), float(x) + size, -y), paint="#8fb8b4", shade=False, line=0)


def _counter(s: Stage) -> None:
    b = s.brush(0, s.horizon + s.height * 0.035, 1)
    h = s.unit * 0.16
    b.fill(rect(0, 0, s.width, h), paint="#5f8f8a", bump=0.04)
    w = s.unit * 0.17
    for x in np.arange(0, s.width, w):
        b.fill(
            rounded(float(x) + w * 0.06, h * 0.1, float(x) + w * 0.94, h * 0.88, w * 0.03),
            paint="#6fa09a",
            bump=0.08,
            line=0.5,
        )
        b.fill(ellipse(float(x) + w * 0.82, h * 0.6, w * 0.035), paint="#e8cf8a", line=0.5)
    b.fill(rect(0, h, s.width, h * 1.12), paint="#efe2c8", bump=0.3)
    for reach, kind in ((-0.62, "jar"), (-0.52, "jar"), (-0.3, "pot"), (0.36, "plant")):
        c = s.brush(side_x(s, reach), s.horizon + s.height * 0.035 - h * 1.1, s.unit * 0.1)
        if kind == "jar":
            c.fill(rounded(-0.3, 0, 0.3, 0.8, 0.12), paint="#d8a05a", gloss=0.5)
            c.fill(rounded(-0.32, 0.72, 0.32, 0.92, 0.06), paint="#8a5a34")
        elif kind == "pot":
            c.fill(rounded(-0.5, 0, 0.5, 0.56, 0.12), paint="#c84a44", gloss=0.6)
            c.fill(limb([(-0.54, 0.58), (0.54, 0.58)], [0.12, 0.12]), paint="#d86058")
            c.fill(ellipse(0, 0.72, 0.09), paint="#3a2a28")
        else:
            c.fill(poly((-0.3, 0.5), (0.3, 0.5), (0.22, 0), (-0.22, 0)), paint="#c8744a")
            for a in (-0.4, -0.15, 0.15, 0.4):
                c.fill(limb([(0, 0.5), (a * 0.7, 0.9), (a, 1.1)], [0.06, 0.16, 0.03]), paint="#5f9a4a")


def _stove(s: Stage) -> None:
    b = s.brush(side_x(s, 0.62), s.horizon + s.height * 0.045, s.unit * 0.28)
    b.fill(rounded(-0.45, 0.0, 0.45, 0.72, 0.05), paint="#3f444c", bump=0.2)
    b.fill(rounded(-0.32, 0.12, 0.32, 0.46, 0.06), paint="#221c1c", line=0.6)
    b.fill(
        curve((-0.22, 0.14), (-0.12, 0.34), (-0.02, 0.22), (0.08, 0.38), (0.22, 0.14)),
        paint="#ff9a3a",
        glowing=True,
        line=0,
    )
    b.glow(0, 0.26, 0.5, "#ff9a3a", 0.4)
    for x in (-0.24, -0.08, 0.08, 0.24):
        b.fill(ellipse(x, 0.6, 0.035), paint="#d8d2c4", line=0.5)
    b.fill(limb([(-0.12, 0.74), (-0.12, 0.98), (0.12, 0.98), (0.12, 0.74)], [0.02] * 4), paint="#c8cdd2", line=0)
    b.fill(rounded(-0.2, 0.72, 0.2, 0.98, 0.08), paint="#c9ced6", gloss=0.8)
    for k in range(3):
        b.soft(ellipse(0.04 * k, 1.1 + 0.14 * k, 0.07 + 0.03 * k), paint="#ffffff", sigma=0.05, strength=0.34)


def _hanging(s: Stage) -> None:
    y = s.horizon - s.unit * 0.5
    b = s.brush(side_x(s, -0.48), y, s.unit * 0.1)
    b.fill(limb([(-1.7, 0.9), (1.7, 0.9)], [0.07] * 2), paint="#5a4638")
    for x, paint in ((-1.2, "#b8703a"), (-0.2, "#8f959e"), (0.9, "#b8703a")):
        b.stroke(((x, 0.9), (x, 0.4)), "#5a4638", 0.05)
        b.fill(ellipse(x, 0.1, 0.4, 0.36), paint=paint, gloss=0.7)


def _table(s: Stage) -> None:
    b = s.brush(side_x(s, 0.94), s.ground - s.height * 0.012, s.unit * 0.34)
    for x in (-0.5, 0.5):
        b.fill(limb([(x, 0), (x, 0.5)], [0.06, 0.07]), paint="#8a5a30")
    b.fill(rounded(-0.66, 0.48, 0.66, 0.56, 0.03), paint="#a8703e", bump=0.4)
    b.fill(curve((-0.24, 0.68), (-0.2, 0.58), (0.2, 0.58), (0.24, 0.68)), paint="#f4efe4")
    for x, paint in ((-0.1, "#d8483e"), (0.02, "#e8a83a"), (0.12, "#8ab04a")):
        b.fill(ellipse(x, 0.71, 0.07), paint=paint, gloss=0.5)


def _workshop(s: Stage) -> None:
    shell(s, "#9a8468", "#7d6248")
    window(s, side_x(s, -0.1), s.horizon - s.unit * 0.38, s.unit * 0.26, s.unit * 0.26)
    _pegboard(s)
    _workbench(s)
    _gears(s)
    wall_lamp(s, side_x(s, 0.5), s.horizon - s.unit * 0.5, s.unit * 0.06)
    b = s.brush(side_x(s, -0.64), s.ground - s.height * 0.03, s.unit * 0.24)
    b.fill(rounded(-0.36, 0, 0.36, 0.86, 0.12), paint="#96683a", bump=0.7)
    for y in (0.18, 0.66):
        b.fill(limb([(-0.38, y), (0, y - 0.02), (0.38, y)], [0.07] * 3), paint="#4a4a50", line=0.6)


def _pegboard(s: Stage) -> None:
    b = s.brush(side_x(s, 0.5), s.horizon - s.unit * 0.22, s.unit * 0.3)
    b.fill(rect(-1.0, 0, 1.0, 0.9), paint="#c09a68", bump=0.05)
    for k, x in enumerate((-0.8, -0.52, -0.24, 0.06, 0.36, 0.66)):
        if k % 3 == 0:
            b.fill(limb([(x, 0.15), (x, 0.6)], [0.06, 0.06]), paint="#8a4a2c", line=0.7)
            b.fill(rounded(x - 0.13, 0.58, x + 0.13, 0.74, 0.03), paint="#5a6068", gloss=0.4)
        elif k % 3 == 1:
            b.fill(
                poly((x - 0.05, 0.5), (x + 0.05, 0.5), (x + 0.14, 0.12), (x - 0.14, 0.12)), paint="#b8bec6", gloss=0.5
            )
            b.fill(rounded(x - 0.08, 0.5, x + 0.08, 0.74, 0.04), paint="#c8783a")
        else:
            b.fill(limb([(x, 0.12), (x, 0.5)], [0.05, 0.05]), paint="#d84a3e", line=0.7)
            b.stroke(ellipse(x, 0.62, 0.09, 0.09, start=120, end=420), "#7a828c", 0.05)


def _workbench(s: Stage) -> None:
    b = s.brush(side_x(s, 0.56), s.ground - s.height * 0.05, s.unit * 0.46)
    for x in (-0.66, 0.66):
        b.fill(rect(x - 0.05, 0, x + 0.05, 0.36), paint="#7a5230", bump=0.4)
    b.fill(rect(-0.66, 0.1, 0.66, 0.14), paint="#6b4628", bump=0.3)
    b.fill(rounded(-0.8, 0.34, 0.8, 0.42, 0.02), paint="#a8743e", bump=0.3)
    b.fill(rounded(-0.55, 0.42, -0.3, 0.54, 0.02), paint="#c8483e", bump=0.4)
    b.fill(limb([(-0.5, 0.54), (-0.42, 0.6), (-0.34, 0.54)], [0.03] * 3), paint="#3a3a40", line=0.5)
    b.fill(rounded(0.3, 0.42, 0.56, 0.5, 0.02), paint="#5f6a74", gloss=0.4)
    b.fill(rounded(0.36, 0.5, 0.5, 0.58, 0.02), paint="#4f5a64", gloss=0.4)
    b.fill(ellipse(0.02, 0.48, 0.06), paint="#d8a84a", gloss=0.7)


def _gears(s: Stage) -> None:
    for reach, y, r, paint in (
        (-0.46, 0.44, 0.085, "#b8863e"),
        (-0.58, 0.35, 0.055, "#8f959e"),
        (-0.36, 0.34, 0.045, "#a8703e"),
    ):
        b = s.brush(side_x(s, reach), s.horizon - s.unit * y, s.unit * r)
        teeth = []
        for k in range(12):
            a = np.radians(k * 30)
            c, d = float(np.cos(a)), float(np.sin(a))
            teeth.append(limb([(c * 0.8, d * 0.8), (c * 1.08, d * 1.08)], [0.24, 0.2]))
        b.fill(ellipse(0, 0, 0.9), *teeth, paint=paint, gloss=0.5, bump=0.4)
        b.fill(ellipse(0, 0, 0.34), paint=times(paint, 0.5), shade=False, line=0.6)


SETTINGS = {
    "kitchen": Setting(_kitchen, 0.61, sky=False, indoors=True),
    "workshop": Setting(_workshop, 0.61, sky=False, indoors=True),
}
