"""What is known about a prop. Its frame: base at the origin, height about 1, y up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint

Draw = Callable[[Brush, Paint], None]
"""Draws the thing; the paint is the hero's accent, for parts that may have any colour."""


@dataclass(frozen=True)
class Thing:
    """`height` and `width` are shares of the hero's height; `grip` is where a hand takes it, in its own frame."""

    draw: Draw
    height: float
    width: float
    where: Literal["hand", "ground", "air"] = "hand"
    grip: tuple[float, float] = (0.0, 0.0)
    two_hands: bool = False
