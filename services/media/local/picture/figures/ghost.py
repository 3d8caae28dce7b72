"""The ghost, and what a seated figure sits on. Figure frame, as in `pose`."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import Face, draw_face
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import Colour, mix, times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, rect, rounded
from services.media.model import Hero

_SLEEVE = (0.13, 0.1, 0.07)


def draw_ghost(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    """A floating sheet with a kind face, a ribbon in the hero's outfit."""
    up = 0.06 + j.pose.lift
    pale = mix("#eef4ff", hero.outfit, 0.06)
    lower = 0.30 if j.pose.seated else 0.0
    top = 0.97 - lower + up * 0.3
    b.fill(limb([(0.18, 0.58 - lower + up), j.far_elbow, j.far_hand], _SLEEVE), paint=times(pale, 0.93))
    _sheet(b, pale, top, up, lower, 0.06 * (1 + j.pose.swing))
    _ribbon(b, hero, top - 0.47)
    b.fill(limb([(-0.18, 0.58 - lower + up), j.near_elbow, j.near_hand], _SLEEVE), paint=pale)
    draw_face(b.at(0.03, top - 0.22, 0.19, turn=j.pose.tilt * 0.5), face, None)


def _sheet(b: Brush, pale: Colour, top: float, up: float, lower: float, sway: float) -> None:
    """The sheet; its wavy hem trails behind by `sway`."""
    waist = 0.36 - lower * 0.7 + up
    sheet = curve(
        (0.0, top),
        (0.19, top - 0.08),
        (0.25, top - 0.30),
        (0.27, waist),
        (0.30, 0.10 + up),
        (0.22 - sway, 0.04 + up),
        (0.13, 0.12 + up),
        (0.03 - sway, 0.0 + up),
        (-0.08, 0.11 + up),
        (-0.17 - sway, 0.02 + up),
        (-0.24 - sway, 0.12 + up),
        (-0.3 - sway * 2, 0.07 + up),
        (-0.27, waist),
        (-0.24, top - 0.30),
        (-0.18, top - 0.08),
    )
    b.fill(sheet, paint=pale, bump=0.9)


def _ribbon(b: Brush, hero: Hero, y: float) -> None:
    """A sash with a hanging end, and a bow in the accent."""
    b.fill(limb([(-0.25, y + 0.015), (0.02, y - 0.02), (0.26, y + 0.015)], [0.07, 0.075, 0.07]), paint=hero.outfit)
    b.fill(
        limb([(0.12, y - 0.02), (0.17, y - 0.1), (0.14, y - 0.19)], [0.05, 0.07, 0.08]), paint=times(hero.outfit, 0.92)
    )
    for side in (-1, 1):
        b.fill(
            curve((0.11, y), (0.11 + side * 0.075, y + 0.045), (0.11 + side * 0.08, y - 0.04)),
            paint=hero.accent,
            line=0.7,
        )


def draw_seat(b: Brush, hip: Point, outdoors: bool) -> None:
    """What a seated figure sits on."""
    x, y = hip[0] - 0.02, hip[1] - 0.055
    if outdoors:
        b.fill(rounded(x - 0.15, 0.0, x + 0.15, y, 0.03), paint="#7a5236")
        b.fill(ellipse(x, y, 0.15, 0.035), paint="#d9b383")
        b.stroke(ellipse(x, y, 0.09, 0.02), "#b38a5c", 0.008, closed=True)
    else:
        for leg in (-0.11, 0.11):
            b.fill(rect(x + leg - 0.014, 0, x + leg + 0.014, y), paint="#6a4630")
        b.fill(rounded(x - 0.15, y - 0.035, x + 0.15, y + 0.01, 0.02), paint="#a06a3c")
