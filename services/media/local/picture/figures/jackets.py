"""Jackets: shirt and tie, sailor's collar, pockets."""

from __future__ import annotations

from services.media.local.picture.figures.tailor import Tailor
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rounded


def jacket(t: Tailor) -> None:
    """A shirt, and a tie or a bow."""
    formal = t.clothes.collar == "jacket"
    wide = 0.030 if formal else 0.022
    _shirt_front(t, "#f6f1e7" if formal else mix("#f1e7d0", t.clothes.trim, 0.12), wide)
    if formal:
        _tie(t)
        _lapels(t, wide)
    else:
        _bow_and_buttons(t)


def _shirt_front(t: Tailor, shirt: Paint, wide: float) -> None:
    """The strip of shirt between the jacket's edges."""
    front, neck, hip = t.front, t.joints.shoulder[1], t.joints.hip[1]
    strip = poly(
        (front - wide * 1.3, neck + 0.03),
        (front + wide * 1.3, neck + 0.03),
        (front + wide * 0.5, hip + 0.03),
        (front - wide * 0.2, hip + 0.03),
    )
    t.brush.fill(strip, paint=shirt, shade=False, inside=t.body)


def _tie(t: Tailor) -> None:
    front, neck, hip = t.front, t.joints.shoulder[1], t.joints.hip[1]
    tie = poly(
        (front - 0.010, neck + 0.012),
        (front + 0.016, neck + 0.012),
        (front + 0.022, hip + 0.09),
        (front + 0.006, hip + 0.06),
        (front - 0.008, hip + 0.09),
    )
    t.brush.fill(tie, paint=t.clothes.trim, inside=t.body, line=0.4)


def _lapels(t: Tailor, wide: float) -> None:
    front, neck = t.front, t.joints.shoulder[1]
    for side in (-1, 1):
        lapel = poly(
            (front + side * wide * 1.2, neck + 0.028),
            (front + side * wide * 2.1, neck - 0.03),
            (front + side * wide * 0.9, neck - 0.1),
        )
        t.brush.fill(lapel, paint=times(t.clothes.top, 0.78), inside=t.body)


def _bow_and_buttons(t: Tailor) -> None:
    """A small bow at the neck of a cardigan and three buttons down its front."""
    b, front, neck, hip = t.brush, t.front, t.joints.shoulder[1], t.joints.hip[1]
    b.fill(ellipse(front - 0.018, neck + 0.002, 0.022, 0.015), paint=t.clothes.trim, line=0.5)
    b.fill(ellipse(front + 0.022, neck + 0.002, 0.022, 0.015), paint=t.clothes.trim, line=0.5)
    for k in range(3):
        b.fill(ellipse(front + 0.034, hip + 0.06 + 0.055 * k, 0.008), paint="#5a4030", shade=False, line=0)


def sailor(t: Tailor) -> None:
    """The square collar and its knot."""
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


def pockets(t: Tailor) -> None:
    """Breast pockets, a neckerchief and straps."""
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
