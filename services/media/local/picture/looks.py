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
    haze: float = 1.0
    """How much of the air between near and far is painted."""
    frame: bool = False
    """Out-of-focus twigs in a corner, as a lens would see them."""

    @property
    def flat(self) -> bool:
        """Drawn with lines and plain areas instead of modelled light."""
        return self.shading in ("cel", "ink")


LOOKS: dict[Style, Look] = {
    "photorealistic": Look(
        "photorealistic", "soft", 0.62, head=0.86, eye=0.74, limb=1.0, contact=0.34, bump=0.7, texture=1.0, frame=True
    ),
    "cinematic": Look(
        "cinematic", "film", 0.84, head=0.92, eye=0.8, limb=1.0, contact=0.4, bump=0.75, texture=0.7, frame=True
    ),
    "anime": Look(
        "anime", "cel", 1.22, line=0.0021, line_colour="#3b2230", head=1.2, eye=1.5, limb=0.9, bump=0.8, haze=0.85
    ),
    "comic-book": Look(
        "comic-book", "ink", 1.3, line=0.0046, line_colour="#0e0c12", head=1.0, eye=1.05, limb=1.08, bump=0.6, haze=0.55
    ),
    "pixar-art": Look(
        "pixar-art", "clay", 1.12, head=1.3, eye=1.42, limb=1.05, contact=0.3, bump=1.0, round_trees=True
    ),
}
