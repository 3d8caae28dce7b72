"""The five styles as data: what geometry, shading and finish each asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shared.contracts.values import Style

Shading = Literal["soft", "film", "cel", "ink", "clay"]


@dataclass(frozen=True)
class Look:
    """One style. Sizes are shares: `line` of the picture's short side, `head` and `eye` of the plain figure's."""

    name: str
    shading: Shading
    saturation: float
    line: float = 0.0
    line_colour: str = "#000000"
    head: float = 1.0
    eye: float = 1.0
    limb: float = 1.0
    contact: float = 0.0
    """How dark the soft shadow is that one part of a figure casts on the part behind it."""
    bump: float = 0.3
    """How much of a shape is rounded: 1 makes a ball of a disc."""
    texture: float = 0.0
    """Strength of surface grain on ground, walls and rock."""
    round_trees: bool = False

    @property
    def flat(self) -> bool:
        """Drawn with lines and plain areas instead of modelled light."""
        return self.shading in ("cel", "ink")


LOOKS: dict[Style, Look] = {
    "photorealistic": Look(
        "photorealistic", "soft", 0.78, head=0.86, eye=0.72, limb=1.0, contact=0.34, bump=0.7, texture=1.0
    ),
    "cinematic": Look("cinematic", "film", 0.9, head=0.9, eye=0.78, limb=1.0, contact=0.4, bump=0.75, texture=0.7),
    "anime": Look(
        "anime", "cel", 1.22, line=0.0021, line_colour="#3b2230", head=1.08, eye=1.42, limb=0.92, bump=0.8
    ),
    "comic-book": Look(
        "comic-book", "ink", 1.2, line=0.0046, line_colour="#0e0c12", head=0.98, eye=1.0, limb=1.06, bump=0.6
    ),
    "pixar-art": Look(
        "pixar-art", "clay", 1.12, head=1.3, eye=1.42, limb=1.05, contact=0.3, bump=1.0, round_trees=True
    ),
}
