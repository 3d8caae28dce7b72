"""Beards and moustaches. The frame's unit is the head's radius; the head is a ball about the origin."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, times
from services.media.local.picture.shapes import Point, curve, limb

_BEARDS: dict[str, tuple[Point, ...]] = {
    "wizard": (
        (-0.86, -0.15), (-0.62, -0.42), (-0.2, -0.42), (0.2, -0.38), (0.6, -0.42), (0.92, -0.1),
        (0.86, -0.8), (0.62, -1.5), (0.22, -2.15), (0.02, -2.3), (-0.24, -1.75), (-0.66, -1.05),
    ),
    "king": (
        (-0.88, -0.1), (-0.6, -0.4), (0.2, -0.4), (0.66, -0.42), (0.92, -0.08),
        (0.86, -0.78), (0.4, -1.28), (0.0, -1.3), (-0.6, -1.0),
    ),
    "elder": (
        (-0.88, -0.2), (-0.7, -0.5), (-0.2, -0.68), (0.5, -0.7),
        (0.86, -0.3), (0.84, -0.76), (0.3, -1.16), (-0.5, -1.02),
    ),
}  # fmt: skip
"""From the ear along the upper edge to the other ear, then back along the lower edge."""


def beard(b: Brush, kind: str, hair: Paint) -> None:
    """A beard and a moustache for the kinds that wear them; drawn over the mouth, before hats."""
    if kind not in _BEARDS:
        return
    b.fill(curve(*_BEARDS[kind]), paint=hair)
    x = 0.22
    for side in (-1, 1):
        whisker = limb([(x, -0.42), (x + side * 0.2, -0.46), (x + side * 0.44, -0.60)], [0.14, 0.2, 0.04])
        b.fill(whisker, paint=times(hair, 1.05), line=0.7)
