"""What makes a garment a hoodie, a robe or a tabard: collars, trims, buttons. Figure frame, as in `pose`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.figures.wardrobe import Clothes
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import Outline, Point, curve, ellipse, limb, poly, rounded, star


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


def finish_garment(t: Tailor) -> None:
    """Draws the details of the clothes' collar kind."""
    draw = _WAYS.get(t.clothes.collar)
    if draw is not None:
        draw(t)


def _dress(t: Tailor) -> None:
    """A white collar, buttons and a seam."""
    b, j, c, body, sx, sy, hx, chest, front = t.brush, t.joints, t.clothes, t.body, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.hip[0], t.joints.build.chest, t.front
    for k in range(3):
        b.fill(ellipse(front, sy - 0.05 - 0.035 * k, 0.0085), paint=c.trim, shade=False, line=0.4)
    b.fill(
        curve(
            (sx - chest * 0.62, sy + 0.03),
            (sx - chest * 0.5, sy - 0.035),
            (front - 0.01, sy - 0.02),
            (sx + chest * 0.72, sy - 0.035),
            (sx + chest * 0.66, sy + 0.03),
        ),
        paint="#faf4e8",
        line=0.6,
    )
    if c.hem > 0.3:
        low = min(j.along_leg(False, c.hem)[1], j.along_leg(True, c.hem)[1])
        b.fill(
            limb([(hx - 0.3, low + 0.03), (hx, low + 0.012), (hx + 0.3, low + 0.03)], [0.02] * 3),
            paint=c.trim,
            shade=False,
            inside=body,
        )


def _hoodie(t: Tailor) -> None:
    """A chest stripe, hood and strings."""
    b, j, c, body, sx, sy, hy, chest, front = t.brush, t.joints, t.clothes, t.body, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.hip[1], t.joints.build.chest, t.front
    y = hy + (sy - hy) * 0.56
    b.fill(
        limb([(sx - 0.2, y + 0.01), (sx, y - 0.006), (sx + 0.2, y + 0.01)], [0.05] * 3),
        paint=c.trim,
        inside=body,
        bump=0.5,
    )
    b.fill(
        limb([(sx - 0.2, y + 0.01), (sx, y - 0.006), (sx + 0.2, y + 0.01)], [0.016] * 3),
        paint="#fbf5e6",
        shade=False,
        inside=body,
    )
    b.fill(
        curve(
            (sx - chest * 0.7, sy + 0.02),
            (sx - chest * 0.55, sy + 0.05),
            (sx + chest * 0.6, sy + 0.05),
            (sx + chest * 0.74, sy + 0.02),
            (front, sy - 0.03),
        ),
        paint=times(c.top, 0.82),
        line=0.7,
    )
    for x in (-0.012, 0.022):
        b.stroke(((front + x, sy - 0.012), (front + x * 1.3, sy - 0.075)), "#f4efe2", 0.008)


def _scarf(t: Tailor) -> None:
    """A scarf over a coat or a sweater."""
    b, j, c, body, sx, sy, hy, chest, front = t.brush, t.joints, t.clothes, t.body, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.hip[1], t.joints.build.chest, t.front
    if c.collar == "scarf":
        t.down(-0.003, 0.003, times(c.top, 0.7))
        for k in range(3):
            b.fill(ellipse(front + 0.028, sy - 0.12 - 0.05 * k, 0.009), paint=c.trim, shade=False, line=0.4)
    elif t.belly is not None:
        for k in range(3):
            y = hy + (sy - hy) * (0.12 + 0.26 * k)
            b.stroke(
                ((sx - 0.2, y + 0.012), (sx, y), (sx + 0.2, y + 0.012)), times(c.top, 0.82), 0.009, inside=body
            )
    b.fill(
        limb(
            [(front + 0.01, sy), (front + 0.035, sy - 0.07), (front + 0.02 - 0.04 * j.pose.swing, sy - 0.15)],
            [0.04, 0.05, 0.056],
        ),
        paint=times(c.trim, 0.92),
        line=0.8,
    )
    b.fill(
        limb(
            [(sx - chest * 0.7, sy + 0.018), (sx, sy - 0.002), (sx + chest * 0.8, sy + 0.02)], [0.056, 0.066, 0.056]
        ),
        paint=c.trim,
        line=0.8,
    )


def _jacket(t: Tailor) -> None:
    """A shirt, and a tie or a bow."""
    b, j, c, body, sy, hy, front = t.brush, t.joints, t.clothes, t.body, t.joints.shoulder[1], t.joints.hip[1], t.front
    shirt = "#f6f1e7" if c.collar == "jacket" else mix("#f1e7d0", c.trim, 0.12)
    wide = 0.030 if c.collar == "jacket" else 0.022
    b.fill(
        poly(
            (front - wide * 1.3, sy + 0.03),
            (front + wide * 1.3, sy + 0.03),
            (front + wide * 0.5, hy + 0.03),
            (front - wide * 0.2, hy + 0.03),
        ),
        paint=shirt,
        shade=False,
        inside=body,
    )
    if c.collar == "jacket":
        b.fill(
            poly(
                (front - 0.010, sy + 0.012),
                (front + 0.016, sy + 0.012),
                (front + 0.022, hy + 0.09),
                (front + 0.006, hy + 0.06),
                (front - 0.008, hy + 0.09),
            ),
            paint=c.trim,
            inside=body,
            line=0.4,
        )
        for side in (-1, 1):
            b.fill(
                poly(
                    (front + side * wide * 1.2, sy + 0.028),
                    (front + side * wide * 2.1, sy - 0.03),
                    (front + side * wide * 0.9, sy - 0.1),
                ),
                paint=times(c.top, 0.78),
                inside=body,
            )
    else:
        b.fill(ellipse(front - 0.018, sy + 0.002, 0.022, 0.015), paint=c.trim, line=0.5)
        b.fill(ellipse(front + 0.022, sy + 0.002, 0.022, 0.015), paint=c.trim, line=0.5)
        for k in range(3):
            b.fill(ellipse(front + 0.034, hy + 0.06 + 0.055 * k, 0.008), paint="#5a4030", shade=False, line=0)


def _tabard(t: Tailor) -> None:
    """A badge, and shoulder plates."""
    b, j, c, sy, front = t.brush, t.joints, t.clothes, t.joints.shoulder[1], t.front
    b.fill(
        curve((front, sy - 0.05), (front + 0.036, sy - 0.1), (front, sy - 0.155), (front - 0.036, sy - 0.1)),
        paint=c.trim,
        line=0.5,
    )
    b.fill(ellipse(front, sy - 0.1, 0.014), paint=c.top, shade=False, line=0)
    for root in (j.near_root, j.far_root):
        b.fill(ellipse(root[0], root[1], 0.05, 0.045), paint="#b4bdca", gloss=0.8)


def _sailor(t: Tailor) -> None:
    """The square collar and its knot."""
    b, j, c, body, sx, sy, hy, chest, front = t.brush, t.joints, t.clothes, t.body, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.hip[1], t.joints.build.chest, t.front
    for y in (0.10, 0.0):
        b.fill(
            limb([(sx - 0.2, hy + y + 0.01), (sx + 0.2, hy + y + 0.01)], [0.014] * 2),
            paint="#f7f4ec",
            shade=False,
            inside=body,
            strength=0.0 if y else 1.0,
        )
    b.fill(
        poly((sx - chest * 0.95, sy + 0.02), (sx + chest * 0.95, sy + 0.02), (front + 0.008, sy - 0.12)),
        paint="#f7f4ec",
        line=0.6,
        shade=False,
    )
    b.fill(
        poly((front - 0.04, sy + 0.03), (front + 0.045, sy + 0.03), (front + 0.006, sy - 0.08)),
        paint=times(c.top, 0.8),
        shade=False,
        line=0,
    )
    b.fill(
        curve((front - 0.022, sy - 0.16), (front + 0.006, sy - 0.07), (front + 0.034, sy - 0.15)),
        paint=c.trim,
        line=0.6,
    )
    b.fill(ellipse(front + 0.006, sy - 0.085, 0.017), paint=c.trim, line=0.6)


def _pockets(t: Tailor) -> None:
    """Breast pockets, a neckerchief and straps."""
    b, j, c, body, sx, sy, hy, chest, front = t.brush, t.joints, t.clothes, t.body, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.hip[1], t.joints.build.chest, t.front
    for x in (-0.062, 0.05):
        b.fill(
            rounded(front + x - 0.02, sy - 0.15, front + x + 0.024, sy - 0.1, 0.006),
            paint=times(c.top, 0.84),
            line=0.5,
            inside=body,
        )
        b.fill(
            rounded(front + x - 0.024, sy - 0.11, front + x + 0.028, sy - 0.092, 0.005),
            paint=times(c.top, 0.72),
            line=0.4,
            inside=body,
        )
    b.fill(
        limb([(sx - chest * 0.6, sy + 0.018), (sx, sy), (sx + chest * 0.7, sy + 0.02)], [0.04, 0.05, 0.04]),
        paint=c.trim,
        line=0.7,
    )
    for x in (-0.055, 0.075):
        b.stroke(((sx + x, sy + 0.02), (sx + x * 1.05, hy + 0.06)), "#6a4528", 0.016, inside=body)


def _royal(t: Tailor) -> None:
    """A front panel with trim and a jewel."""
    b, j, c, sx, sy, chest, front = t.brush, t.joints, t.clothes, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.build.chest, t.front
    t.down(-0.03, 0.03, mix(c.top, "#ffffff", 0.35))
    t.down(-0.037, -0.03, c.trim)
    t.down(0.03, 0.037, c.trim)
    b.fill(
        limb(
            [(sx - chest * 0.62, sy + 0.02), (front, sy - 0.05), (sx + chest * 0.8, sy + 0.02)],
            [0.016, 0.022, 0.016],
        ),
        paint="#f6e6a0",
        gloss=0.8,
        line=0.5,
    )
    b.fill(ellipse(front, sy - 0.062, 0.014), paint="#4ab0e0", gloss=1.0, line=0.5)


def _ermine(t: Tailor) -> None:
    """White fur with dark tails."""
    b, j, body, sx, sy, chest, front = t.brush, t.joints, t.body, t.joints.shoulder[0], t.joints.shoulder[1], t.joints.build.chest, t.front
    t.down(-0.026, 0.026, "#f7f2e8")
    b.fill(
        curve(
            (sx - chest * 1.2, sy - 0.05),
            (sx - chest * 0.8, sy + 0.04),
            (sx, sy + 0.02),
            (sx + chest * 0.9, sy + 0.04),
            (sx + chest * 1.2, sy - 0.05),
            (sx + chest * 0.5, sy - 0.085),
            (sx - chest * 0.5, sy - 0.085),
        ),
        paint="#f7f2e8",
    )
    for k in range(5):
        b.fill(
            ellipse(sx + chest * (-0.9 + 0.45 * k), sy - 0.035 - 0.01 * (k % 2), 0.006, 0.011),
            paint="#3a3030",
            shade=False,
            line=0,
        )
    for k in range(4):
        b.fill(
            ellipse(front + 0.006 * k, j.hip[1] + 0.02 - 0.09 * k, 0.006, 0.011),
            paint="#3a3030",
            shade=False,
            line=0,
            inside=body,
        )


def _stars(t: Tailor) -> None:
    """A starry hem."""
    b, j, c, body = t.brush, t.joints, t.clothes, t.body
    low = 0.05 + j.pose.lift
    b.fill(limb([(-0.4, low), (0, low - 0.02), (0.4, low)], [0.03] * 3), paint=c.trim, shade=False, inside=body)
    for x, y, r in (
        (-0.06, 0.2, 0.024),
        (0.07, 0.14, 0.018),
        (0.03, 0.30, 0.02),
        (-0.05, 0.38, 0.014),
        (0.1, 0.26, 0.013),
    ):
        b.fill(star(j.hip[0] + x, y + j.pose.lift, r), paint=c.trim, shade=False, line=0, inside=body)


_WAYS: dict[str, Callable[[Tailor], None]] = {
    "round": _dress,
    "stripe": _hoodie,
    "scarf": _scarf,
    "knit": _scarf,
    "jacket": _jacket,
    "cardigan": _jacket,
    "tabard": _tabard,
    "sailor": _sailor,
    "pockets": _pockets,
    "royal": _royal,
    "ermine": _ermine,
    "stars": _stars,
}
