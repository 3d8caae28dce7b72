"""The theatre's stage."""

from __future__ import annotations

from services.media.local.picture.brush import Brush, add_glow
from services.media.local.picture.canvas import rasterise, spread
from services.media.local.picture.palette import times
from services.media.local.picture.places.room import shell
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, star
from services.media.local.picture.stage import Stage

_VELVET = "#b02a38"
_GOLD = "#e6b94a"


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
    """Curtains drawn to both sides, and a valance along the top."""
    b = s.brush(s.width / 2, 0, s.unit)
    half = s.width / s.unit / 2
    low = -(s.horizon + s.height * 0.05) / s.unit
    for side in (-1, 1):
        _side_curtain(b, side, half, low, min(half * 0.36, 0.42))
    _valance(b, half)


def _side_curtain(b: Brush, side: int, half: float, low: float, reach: float) -> None:
    """Six folds from the edge inwards, gathered by a golden tie; `half` is the stage's half width in short sides."""
    folds = 6
    for k in range(folds):
        f = k / folds
        x0, x1 = side * (half + 0.02 - reach * f), side * (half - reach * (f + 1.35 / folds))
        pinch = side * reach * 0.26 * f
        fold = curve(
            (x0, 0.02),
            (x1, 0.02),
            (x1 + pinch * 0.5, low * 0.5),
            (x1 + pinch, low),
            (x0 + pinch * 0.9, low),
            (x0 + pinch * 0.4, low * 0.5),
        )
        b.fill(fold, paint=times(_VELVET, 0.86 + 0.14 * (k % 2)), bump=0.9)
    tie = limb([(side * half, low * 0.62), (side * (half - reach * 0.7), low * 0.6)], [0.03, 0.03])
    b.fill(tie, paint=_GOLD)


def _valance(b: Brush, half: float) -> None:
    """A row of swags with a golden hem."""
    count = int(half * 2 / 0.24) + 1
    for k in range(count):
        x = -half + (k + 0.5) * half * 2 / count
        w = half / count * 1.1
        swag = curve(
            (x - w, 0.03),
            (x + w, 0.03),
            (x + w, -0.1),
            (x + w * 0.4, -0.17),
            (x, -0.185),
            (x - w * 0.4, -0.17),
            (x - w, -0.1),
        )
        b.fill(swag, paint=times(_VELVET, 1.05), bump=0.7)
        hem = [(x - w, -0.105), (x - w * 0.4, -0.175), (x, -0.19), (x + w * 0.4, -0.175), (x + w, -0.105)]
        b.fill(limb(hem, [0.014] * 5), paint=_GOLD, line=0.4)


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


SETTINGS = {"theatre": Setting(_theatre, 0.6, sky=False, indoors=True)}
