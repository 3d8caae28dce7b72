"""Robes of queens, kings and wizards, a knight's tabard."""

from __future__ import annotations

from services.media.local.picture.figures.tailor import Tailor
from services.media.local.picture.palette import mix
from services.media.local.picture.shapes import curve, ellipse, limb, star


def tabard(t: Tailor) -> None:
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


def royal(t: Tailor) -> None:
    """A front panel with trim and a jewel."""
    b, c, sx, sy, chest, front = (
        t.brush,
        t.clothes,
        t.joints.shoulder[0],
        t.joints.shoulder[1],
        t.joints.build.chest,
        t.front,
    )
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


def ermine(t: Tailor) -> None:
    """White fur with dark tails."""
    b, j, body, sx, sy, chest, front = (
        t.brush,
        t.joints,
        t.body,
        t.joints.shoulder[0],
        t.joints.shoulder[1],
        t.joints.build.chest,
        t.front,
    )
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


def starry(t: Tailor) -> None:
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
