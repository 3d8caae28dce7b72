"""Outlines of the animals' heads. Head frame: unit is the head's radius."""

from __future__ import annotations

from services.media.local.picture.shapes import Outline, Point, curve

_FOX: tuple[Point, ...] = (
    (-0.02, 0.94), (0.7, 0.72), (1.0, 0.16), (1.26, -0.38), (0.78, -0.62), (0.34, -0.92),
    (0.1, -0.98), (-0.3, -0.88), (-0.74, -0.62), (-1.22, -0.4), (-0.98, 0.16), (-0.7, 0.72),
)  # fmt: skip
_CAT: tuple[Point, ...] = (
    (0, 0.9), (0.72, 0.72), (1.06, 0.1), (1.0, -0.42), (0.5, -0.84),
    (0.1, -0.9), (-0.5, -0.82), (-1.02, -0.4), (-1.06, 0.1), (-0.72, 0.72),
)  # fmt: skip
_RODENT: tuple[Point, ...] = (
    (0, 0.96), (0.68, 0.72), (0.96, 0.05), (0.94, -0.42), (0.5, -0.84),
    (0.1, -0.92), (-0.46, -0.82), (-0.92, -0.4), (-0.96, 0.05), (-0.68, 0.72),
)  # fmt: skip
_BROAD: tuple[Point, ...] = (
    (0, 0.98), (0.72, 0.78), (1.04, 0.15), (0.98, -0.4), (0.55, -0.86),
    (0.1, -0.94), (-0.5, -0.84), (-1.0, -0.38), (-1.04, 0.15), (-0.72, 0.78),
)  # fmt: skip
_SKULLS = {"fox": _FOX, "cat": _CAT, "rabbit": _RODENT, "mouse": _RODENT}


def skull(kind: str) -> Outline:
    """The head's outline, cheeks included; bears and dogs share the broad one."""
    return curve(*_SKULLS.get(kind, _BROAD))
