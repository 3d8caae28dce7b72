"""Hair. The frame's unit is the head's radius; the head is a ball about the origin."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly

_CAP: tuple[Point, ...] = (
    (-1.0, -0.15), (-1.04, 0.35), (-0.72, 0.88), (-0.1, 1.13), (0.55, 0.98), (0.93, 0.55), (0.94, 0.12),
    (0.80, 0.38), (0.46, 0.56), (0.02, 0.58), (-0.36, 0.44), (-0.62, 0.24), (-0.76, 0.02), (-0.86, -0.22),
)  # fmt: skip
"""Hair over the skull with a parted fringe."""
_FRINGE: tuple[Point, ...] = (
    (-0.1, 0.62), (0.4, 0.66), (0.74, 0.46), (0.72, 0.22), (0.5, 0.42), (0.22, 0.3), (0.1, 0.44), (-0.22, 0.26),
)  # fmt: skip
_TUFTS: tuple[Point, ...] = (
    (-0.98, -0.05), (-1.06, 0.42), (-0.82, 0.9), (-0.5, 1.02), (-0.42, 1.25), (-0.06, 1.1), (0.14, 1.3),
    (0.42, 1.06), (0.74, 1.06), (0.86, 0.76), (1.0, 0.5), (0.9, 0.2), (0.72, 0.46), (0.52, 0.40),
    (0.34, 0.62), (0.02, 0.42), (-0.2, 0.62), (-0.48, 0.36), (-0.7, 0.3), (-0.82, -0.1),
)  # fmt: skip
"""A boy's unruly hair."""
_UNDER_HAT: tuple[Point, ...] = (
    (-0.96, -0.35), (-1.06, 0.2), (-0.9, 0.7), (-0.4, 0.95), (0.5, 0.9),
    (0.92, 0.4), (0.72, 0.4), (-0.2, 0.55), (-0.66, 0.3), (-0.78, -0.15),
)  # fmt: skip
"""Flat on top, so that hats and crowns sit on it."""
_SHORT: tuple[Point, ...] = (
    (-0.98, -0.1), (-1.06, 0.35), (-0.86, 0.86), (-0.3, 1.14), (0.35, 1.16), (0.86, 0.9), (0.98, 0.44),
    (0.88, 0.22), (0.72, 0.52), (0.2, 0.66), (-0.3, 0.52), (-0.62, 0.42), (-0.74, 0.1), (-0.84, -0.18),
)  # fmt: skip


def back_hair(b: Brush, kind: str, hair: Paint, accent: Paint, variant: int, swing: float) -> None:
    """What hangs behind head and shoulders."""
    fly = -0.55 * swing
    if kind == "girl" and variant == 0:
        for side in (-1, 1):
            x = side * 0.92
            b.fill(
                limb(
                    [(x, 0.1), (x + side * 0.30 + fly * 0.5, -0.25), (x + side * 0.22 + fly, -0.95)], [0.36, 0.46, 0.12]
                ),
                paint=hair,
                gloss=0.3,
            )
    elif kind in ("girl", "queen") or (kind == "woman" and variant != 1):
        long = 1.75 if kind == "queen" else 1.45 if variant == 1 else 1.1
        b.fill(
            curve(
                (0.0, 1.08),
                (0.8, 0.8),
                (1.02, 0.1),
                (0.98, -long * 0.55),
                (0.62 + fly * 0.5, -long),
                (-0.2 + fly, -long - 0.08),
                (-0.98 + fly, -long + 0.05),
                (-1.16, -long * 0.5),
                (-1.08, 0.2),
                (-0.78, 0.85),
            ),
            paint=times(hair, 0.86),
            gloss=0.2,
        )
    elif kind == "woman":
        b.fill(ellipse(-0.72, 0.78, 0.42), paint=hair, gloss=0.3)


def front_hair(b: Brush, kind: str, hair: Paint, accent: Paint, variant: int) -> None:
    """The fringe, and bows or parting."""
    if kind in ("girl", "woman", "queen"):
        _long_hair_front(b, kind, hair)
        if kind == "girl":
            _bows(b, accent, variant)
        elif kind == "woman" and variant == 2:
            b.fill(limb([(-0.98, 0.36), (-0.2, 0.93), (0.72, 0.78)], [0.13, 0.15, 0.11]), paint=accent)
    elif kind == "boy":
        b.fill(poly(*_TUFTS) if b.look.flat else curve(*_TUFTS, steps=4), paint=hair, gloss=0.3, bump=0.7)
    elif kind == "elder":
        _thin_hair(b, hair)
    elif kind in ("king", "wizard", "sailor", "explorer", "knight"):
        b.fill(curve(*_UNDER_HAT), paint=hair, gloss=0.2)
    else:
        b.fill(curve(*_SHORT), paint=hair, gloss=0.3, bump=0.7)


def _long_hair_front(b: Brush, kind: str, hair: Paint) -> None:
    """A parted cap, a girl's fringe, and the lock before the ear."""
    cap = b.fill(curve(*_CAP), paint=hair, gloss=0.5, bump=0.7)
    if kind == "girl":
        b.fill(curve(*_FRINGE), paint=hair, line=0.5, gloss=0.2)
    b.fill(curve((-0.98, 0.3), (-0.78, 0.22), (-0.80, -0.35), (-0.95, -0.66), (-1.06, -0.3)), paint=hair, line=0.6)
    if cap is None or not b.look.flat:
        return
    # Drawn styles have no gloss to show how the hair falls, so two strands say it.
    for x in (-0.45, 0.15):
        strand = ((x - 0.1, 1.0), (x + 0.02, 0.75), (x + 0.22, 0.62))
        b.stroke(strand, times(hair, 0.6), 0.035, inside=cap, strength=0.8)


def _thin_hair(b: Brush, hair: Paint) -> None:
    """Tufts over the ears and a wisp on top."""
    b.fill(curve((-0.96, -0.3), (-1.12, 0.1), (-0.98, 0.6), (-0.76, 0.7), (-0.74, 0.3), (-0.8, -0.1)), paint=hair)
    b.fill(curve((0.98, 0.05), (1.02, 0.4), (0.86, 0.62), (0.82, 0.3)), paint=hair)
    b.fill(limb([(-0.5, 0.94), (0.05, 1.06), (0.5, 0.93)], [0.06, 0.13, 0.05]), paint=hair, line=0.5)


def _bows(b: Brush, accent: Paint, variant: int) -> None:
    spots = ((-1.0, 0.3), (1.02, 0.32)) if variant == 0 else ((-0.5, 0.98),)
    for x, y in spots:
        for side in (-1, 1):
            b.fill(curve((x, y), (x + side * 0.32, y + 0.2), (x + side * 0.34, y - 0.16)), paint=accent, line=0.7)
        b.fill(ellipse(x, y, 0.09), paint=times(accent, 0.85), line=0.6)
