"""Library, _bedroom, _kitchen, workshop."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import mix, times
from services.media.local.picture.places.countryside import LAMP
from services.media.local.picture.places.room import frame, rug, shell, wall_lamp
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.places.windows import window
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded
from services.media.local.picture.stage import Stage

SPINES = ("#8a3a34", "#3f5f7a", "#5f7a4a", "#a87a3a", "#6a4a7a", "#3f6f6a", "#b8683a", "#54443c", "#9a8a6a")


def side_x(s: Stage, reach: float) -> float:
    """A column `reach` short sides from the middle, on the side the hero looks to (negative: behind the hero)."""
    edge = s.width * 0.5 - s.unit * 0.02
    return s.width / 2 + s.layout.facing * float(np.clip(reach * s.unit, -edge, edge))


def bookcase(s: Stage, x: float, w: float, h: float, shelves: int) -> None:
    """A case full of books standing on the floor line, x its middle in px."""
    b = s.brush(x, s.horizon + s.height * 0.012, 1)
    wood = "#6b4426"
    b.fill(rect(-w / 2, 0, w / 2, h), paint=wood, bump=0.06)
    b.fill(rect(-w * 0.47, h * 0.02, w * 0.47, h * 0.97), paint=times(wood, 0.42), shade=False, line=0)
    step = h * 0.95 / shelves
    for k in range(shelves):
        y = h * 0.02 + k * step
        _books(s, b, -w * 0.46, w * 0.46, y + step * 0.08, step * 0.86)
        b.fill(rect(-w * 0.48, y, w * 0.48, y + step * 0.08), paint=times(wood, 1.15), shade=False, line=0.4)
    b.fill(rect(-w * 0.54, h * 0.965, w * 0.54, h * 1.02), paint=times(wood, 1.1), bump=0.3)


def _books(s: Stage, b: Brush, x0: float, x1: float, y: float, room: float) -> None:
    x = x0
    while x < x1 - s.unit * 0.012:
        w = s.unit * s.rng.uniform(0.010, 0.022)
        tall = room * s.rng.uniform(0.66, 0.95)
        if s.rng.random() < 0.07:
            x += w * 2.2
            continue
        paint = SPINES[int(s.rng.integers(len(SPINES)))]
        b.fill(rect(x, y, min(x + w * 0.93, x1), y + tall), paint=paint, shade=False, line=0.25)
        if w > s.unit * 0.014:
            b.fill(
                rect(x + w * 0.12, y + tall * 0.72, min(x + w * 0.8, x1), y + tall * 0.8),
                paint="#e8cf92",
                shade=False,
                line=0,
            )
        x += w


def _library(s: Stage) -> None:
    shell(s, "#b08a62", "#8a5c38", panel="#7a5030")
    h = s.horizon - s.height * 0.05
    w = s.unit * 0.44
    for reach in (-0.86, -0.38, 0.62, 1.1):
        x = side_x(s, reach)
        bookcase(s, x, w, min(h, s.unit * 0.58), 5)
    x = side_x(s, 0.12)
    window(s, x, s.horizon - s.unit * 0.33, s.unit * 0.24, s.unit * 0.38, arched=True, curtain="#8a3a3a")
    _ladder(s)
    wall_lamp(s, side_x(s, -0.13), s.horizon - s.unit * 0.44, s.unit * 0.045)
    rug(s, "#8f3b3b", "#d9b06a")
    _armchair(s.brush(side_x(s, 0.72), s.ground - s.height * 0.022, s.unit * 0.24, flip=-s.layout.facing), "#3f6a5c")


def _ladder(s: Stage) -> None:
    b = s.brush(side_x(s, -0.42), s.horizon + s.height * 0.03, s.unit * 0.5)
    for x in (-0.09, 0.09):
        b.fill(limb([(x, 0), (x + 0.1, 1)], [0.026, 0.022]), paint="#a8743e")
    for k in range(7):
        b.fill(
            limb([(-0.09 + 0.014 * k, 0.1 + 0.13 * k), (0.105 + 0.014 * k, 0.1 + 0.13 * k)], [0.02] * 2),
            paint="#96642e",
            line=0.6,
        )


def _armchair(b: Brush, paint: str) -> None:
    b.fill(rounded(-0.42, 0.1, 0.42, 1.05, 0.26), paint=paint)
    b.fill(rounded(-0.36, 0.12, 0.36, 0.5, 0.12), paint=times(paint, 1.15))
    for x in (-0.42, 0.42):
        b.fill(rounded(x - 0.13, 0.06, x + 0.13, 0.62, 0.13), paint=times(paint, 1.05))
        b.fill(limb([(x * 0.9, 0.08), (x * 0.9, 0.0)], [0.07, 0.05]), paint="#4a2f1c")


def _bedroom(s: Stage) -> None:
    shell(s, "#a9bcd8", "#b88a5c", panel="#dfe4ee")
    window(s, side_x(s, 0.16), s.horizon - s.unit * 0.36, s.unit * 0.34, s.unit * 0.32, curtain="#6f7fc0")
    _bed(s)
    frame(s, side_x(s, -0.34), s.horizon - s.unit * 0.40, s.unit * 0.17, s.unit * 0.13)
    _shelf(s)
    _nightstand(s)
    rug(s, "#e3a9b8", "#f6e6d8")
    _toys(s)


def _bed(s: Stage) -> None:
    side = s.layout.facing
    b = s.brush(side_x(s, 0.66), s.ground - s.height * 0.035, s.unit * 0.5, flip=-side)
    wood = "#8f6238"
    b.fill(rounded(-0.62, 0.0, -0.52, 0.74, 0.05), paint=wood)
    b.fill(rounded(-0.58, 0.1, 0.56, 0.26, 0.03), paint=wood, bump=0.3)
    b.fill(rounded(-0.54, 0.22, 0.54, 0.40, 0.07), paint="#f4efe6")
    b.fill(rounded(-0.52, 0.34, -0.2, 0.54, 0.1), paint="#fbf8f2")
    quilt = b.fill(
        curve(
            (-0.24, 0.42), (0.0, 0.50), (0.4, 0.47), (0.56, 0.42), (0.58, 0.16), (0.3, 0.12), (-0.1, 0.16), (-0.26, 0.2)
        ),
        paint="#5f77b8",
    )
    for k in range(6):
        b.fill(ellipse(-0.14 + 0.14 * k, 0.34 - 0.1 * (k % 2), 0.028), paint="#f2d98a", shade=False, inside=quilt)
    b.fill(rounded(0.52, 0.0, 0.62, 0.5, 0.05), paint=wood)


def _shelf(s: Stage) -> None:
    b = s.brush(side_x(s, -0.64), s.horizon - s.unit * 0.30, 1)
    w = s.unit * 0.13
    _books(s, b, -w * 0.9, w * 0.3, 0, s.unit * 0.075)
    b.fill(ellipse(w * 0.6, s.unit * 0.03, s.unit * 0.03), paint="#e8a04a")
    b.fill(rect(-w, -s.unit * 0.012, w, 0), paint="#8f6238")


def _nightstand(s: Stage) -> None:
    b = s.brush(side_x(s, 0.3), s.ground - s.height * 0.045, s.unit * 0.2)
    b.fill(rounded(-0.4, 0.0, 0.4, 0.6, 0.04), paint="#9a6a3c", bump=0.2)
    b.fill(rounded(-0.32, 0.32, 0.32, 0.52, 0.03), paint="#a87848", bump=0.2, line=0.6)
    b.fill(ellipse(0, 0.42, 0.03), paint="#e8c04a", line=0.5)
    b.fill(limb([(0, 0.6), (0, 0.84)], [0.1, 0.05]), paint="#d8b27a")
    b.fill(
        poly((-0.17, 1.14), (0.17, 1.14), (0.27, 0.8), (-0.27, 0.8)),
        paint=mix("#f0d8b0", "#ffe6b0", s.tone.dark),
        glowing=s.tone.dark > 0.3,
    )
    if s.tone.dark > 0.2:
        b.glow(0, 0.95, 1.1, LAMP, 0.42 * s.tone.dark)


def _toys(s: Stage) -> None:
    b = s.brush(side_x(s, -0.52), s.ground - s.height * 0.02, s.unit * 0.07)
    for x, y, paint in ((-0.6, 0, "#d8584e"), (0.5, 0, "#f0c24a"), (-0.05, 0.9, "#4f9ac0")):
        b.fill(rounded(x - 0.45, y, x + 0.45, y + 0.88, 0.08), paint=paint)
        b.fill(ellipse(x, y + 0.44, 0.2), paint="#fbf3e2", shade=False, line=0.3)


SETTINGS = {
    "library": Setting(_library, 0.61, sky=False, indoors=True),
    "bedroom": Setting(_bedroom, 0.61, sky=False, indoors=True),
}
