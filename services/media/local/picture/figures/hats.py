"""Crowns, hats, helmets and glasses. The frame's unit is the head's radius."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import curve, ellipse, limb, poly, star


def hat(b: Brush, kind: str, outfit: Paint, accent: Paint) -> None:
    """Crowns, hats, helmets."""
    draw = {
        "queen": _crown,
        "king": _crown,
        "wizard": _wizard_hat,
        "sailor": _sailor_cap,
        "explorer": _explorer_hat,
        "knight": _helmet,
    }
    if kind in draw:
        draw[kind](b, outfit, accent)


def _crown(b: Brush, outfit: Paint, accent: Paint) -> None:
    gold = "#f4c430"
    b.fill(
        poly(
            (-0.66, 0.72),
            (-0.82, 1.5),
            (-0.4, 1.16),
            (-0.12, 1.72),
            (0.12, 1.18),
            (0.56, 1.62),
            (0.66, 1.12),
            (0.92, 1.42),
            (0.76, 0.7),
            (0.3, 0.82),
            (-0.2, 0.84),
        ),
        paint=gold,
        gloss=0.8,
        bump=0.6,
    )
    b.fill(limb([(-0.68, 0.78), (0.05, 0.9), (0.78, 0.76)], [0.17, 0.19, 0.17]), paint="#d89a1c", gloss=0.5, line=0.6)
    for x, y, paint in ((-0.3, 0.88, "#d8344a"), (0.08, 0.92, outfit), (0.45, 0.87, "#3a8fd8")):
        b.fill(ellipse(x, y, 0.085), paint=paint, gloss=1.0, line=0.5)
    for x, y in ((-0.82, 1.52), (-0.12, 1.74), (0.56, 1.64), (0.92, 1.44)):
        b.fill(ellipse(x, y, 0.08), paint="#fff0c0", gloss=0.8, line=0.5)


def _wizard_hat(b: Brush, outfit: Paint, accent: Paint) -> None:
    cone = b.fill(
        curve(
            (-0.9, 0.62),
            (-0.62, 1.3),
            (-0.42, 2.0),
            (-0.72, 2.56),
            (-1.0, 2.6),
            (-0.56, 2.78),
            (-0.06, 2.4),
            (0.36, 1.7),
            (0.84, 0.62),
            (0.0, 0.48),
        ),
        paint=outfit,
    )
    b.fill(limb([(-0.86, 0.76), (0.0, 0.66), (0.82, 0.76)], [0.2, 0.24, 0.2]), paint=accent, inside=cone)
    for x, y, r in ((-0.3, 1.2, 0.17), (0.22, 1.28, 0.13), (-0.2, 1.82, 0.13)):
        b.fill(star(x, y, r), paint=accent, shade=False, line=0, inside=cone)
    b.fill(
        limb([(-1.42, 0.42), (-0.7, 0.60), (0.05, 0.55), (0.8, 0.62), (1.4, 0.5)], [0.12, 0.25, 0.28, 0.25, 0.12]),
        paint=times(outfit, 0.9),
    )


def _sailor_cap(b: Brush, outfit: Paint, accent: Paint) -> None:
    b.fill(
        curve((-1.06, 0.92), (-0.7, 1.36), (0.1, 1.5), (0.9, 1.3), (1.1, 0.92), (0.5, 0.76), (-0.5, 0.76)),
        paint="#f6f4ee",
    )
    b.fill(limb([(-0.94, 0.5), (-0.2, 0.72), (0.3, 0.72), (0.96, 0.52)], [0.3, 0.32, 0.32, 0.3]), paint=outfit)
    b.fill(ellipse(0.28, 0.74, 0.12), paint=accent, gloss=0.6, line=0.6)


def _explorer_hat(b: Brush, outfit: Paint, accent: Paint) -> None:
    b.fill(
        curve((-0.82, 0.56), (-0.74, 1.12), (-0.36, 1.42), (0.05, 1.3), (0.42, 1.42), (0.76, 1.1), (0.82, 0.56)),
        paint="#c49a62",
    )
    b.fill(limb([(-0.84, 0.68), (0, 0.62), (0.84, 0.68)], [0.22, 0.24, 0.22]), paint=accent, line=0.6)
    b.fill(
        limb([(-1.46, 0.56), (-0.7, 0.5), (0, 0.47), (0.8, 0.5), (1.5, 0.62)], [0.1, 0.2, 0.24, 0.2, 0.1]),
        paint="#b58850",
    )


def _helmet(b: Brush, outfit: Paint, accent: Paint) -> None:
    steel = "#aab4c2"
    b.fill(limb([(-0.1, 1.2), (-0.5, 1.72), (-1.1, 1.6), (-1.5, 0.9)], [0.2, 0.46, 0.5, 0.1]), paint=accent)
    b.fill(
        curve(
            (-1.06, -0.75),
            (-1.14, 0.2),
            (-0.86, 0.9),
            (0.0, 1.26),
            (0.82, 0.92),
            (1.08, 0.3),
            (1.0, 0.28),
            (0.5, 0.48),
            (-0.3, 0.44),
            (-0.62, 0.1),
            (-0.66, -0.6),
            (-0.8, -0.95),
        ),
        paint=steel,
        gloss=0.9,
        bump=0.8,
    )
    b.fill(
        limb([(-0.78, 0.42), (-0.05, 0.66), (0.5, 0.64), (1.04, 0.42)], [0.2, 0.3, 0.3, 0.2]),
        paint=mix(steel, "#ffffff", 0.25),
        gloss=0.7,
    )
    for x in (-0.1, 0.25, 0.6):
        b.stroke(((x, 0.56), (x, 0.74)), "#4a5260", 0.05)
    b.fill(ellipse(-0.84, 0.38, 0.13), paint="#d8b04a", gloss=0.6, line=0.6)


def glasses(b: Brush) -> None:
    """Round spectacles over the eyes."""
    for x in (-0.23, 0.53):
        b.stroke(ellipse(x, -0.08, 0.29, 0.29), "#6a5a3a", 0.055, closed=True)
    b.stroke(((0.06, -0.02), (0.24, -0.02)), "#6a5a3a", 0.055)
    b.stroke(((-0.52, -0.02), (-0.95, 0.06)), "#6a5a3a", 0.05)
