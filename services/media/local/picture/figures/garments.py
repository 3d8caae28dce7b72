"""What makes a garment a hoodie, a robe or a tabard: collars, trims, buttons. Figure frame, as in `pose`."""

from __future__ import annotations

from collections.abc import Callable

from services.media.local.picture.figures.jackets import jacket, pockets, sailor
from services.media.local.picture.figures.regalia import ermine, royal, starry, tabard
from services.media.local.picture.figures.tailor import Tailor
from services.media.local.picture.palette import times
from services.media.local.picture.shapes import curve, ellipse, limb


def finish_garment(t: Tailor) -> None:
    """Draws the details of the clothes' collar kind."""
    draw = _WAYS.get(t.clothes.collar)
    if draw is not None:
        draw(t)


def _dress(t: Tailor) -> None:
    """A white collar, buttons and a seam."""
    b, j, c, body, sx, sy, hx, chest, front = (
        t.brush,
        t.joints,
        t.clothes,
        t.body,
        t.joints.shoulder[0],
        t.joints.shoulder[1],
        t.joints.hip[0],
        t.joints.build.chest,
        t.front,
    )
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
    b, c, body, sx, sy, hy, chest, front = (
        t.brush,
        t.clothes,
        t.body,
        t.joints.shoulder[0],
        t.joints.shoulder[1],
        t.joints.hip[1],
        t.joints.build.chest,
        t.front,
    )
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
    b, j, c, body, sx, sy, hy, chest, front = (
        t.brush,
        t.joints,
        t.clothes,
        t.body,
        t.joints.shoulder[0],
        t.joints.shoulder[1],
        t.joints.hip[1],
        t.joints.build.chest,
        t.front,
    )
    if c.collar == "scarf":
        t.down(-0.003, 0.003, times(c.top, 0.7))
        for k in range(3):
            b.fill(ellipse(front + 0.028, sy - 0.12 - 0.05 * k, 0.009), paint=c.trim, shade=False, line=0.4)
    elif t.belly is not None:
        for k in range(3):
            y = hy + (sy - hy) * (0.12 + 0.26 * k)
            b.stroke(((sx - 0.2, y + 0.012), (sx, y), (sx + 0.2, y + 0.012)), times(c.top, 0.82), 0.009, inside=body)
    b.fill(
        limb(
            [(front + 0.01, sy), (front + 0.035, sy - 0.07), (front + 0.02 - 0.04 * j.pose.swing, sy - 0.15)],
            [0.04, 0.05, 0.056],
        ),
        paint=times(c.trim, 0.92),
        line=0.8,
    )
    b.fill(
        limb([(sx - chest * 0.7, sy + 0.018), (sx, sy - 0.002), (sx + chest * 0.8, sy + 0.02)], [0.056, 0.066, 0.056]),
        paint=c.trim,
        line=0.8,
    )


_WAYS: dict[str, Callable[[Tailor], None]] = {
    "round": _dress,
    "stripe": _hoodie,
    "scarf": _scarf,
    "knit": _scarf,
    "jacket": jacket,
    "cardigan": jacket,
    "tabard": tabard,
    "sailor": sailor,
    "pockets": pockets,
    "royal": royal,
    "ermine": ermine,
    "stars": starry,
}
