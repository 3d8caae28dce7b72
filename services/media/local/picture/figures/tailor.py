"""A garment in the making."""

from __future__ import annotations

from dataclasses import dataclass

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.figures.wardrobe import Clothes
from services.media.local.picture.palette import Paint
from services.media.local.picture.shapes import poly


@dataclass(frozen=True)
class Tailor:
    """A garment to be finished: `body` is what it covers, `front` the x of its middle seam at the neck."""

    brush: Brush
    joints: Joints
    clothes: Clothes
    body: Patch
    belly: Paint | None

    @property
    def front(self) -> float:
        """Where buttons go: off the middle, since figures stand half turned."""
        return self.joints.shoulder[0] + self.joints.build.chest * 0.28

    def down(self, x0: float, x1: float, paint: Paint, to: float = -0.02) -> None:
        """A band from the neck to the hem, between two offsets from the seam."""
        j, front, top = self.joints, self.front, self.joints.shoulder[1] + 0.03
        foot = max(j.near_foot[0], j.far_foot[0]) * self.clothes.hem
        hem = j.hip[0] + foot * 0.5 + 0.02
        band = poly((front + x0, top), (front + x1, top), (hem + x1 * 1.7, to), (hem + x0 * 1.7, to))
        self.brush.fill(band, paint=paint, inside=self.body, bump=0.3)
