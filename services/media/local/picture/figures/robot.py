"""The robot: a friendly machine with a screen for a face. Figure frame, as in `pose`."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import Face
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly, rounded
from services.media.model import Hero


def draw_robot(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    """A friendly machine with a screen for a face, painted in the hero's outfit."""
    steel, coat = "#b7c0cc", hero.outfit
    _tube(b, j.far_root, j.far_elbow, j.far_hand, "#8c96a4", hero.accent)
    for far in (True, False):
        knee, foot = (j.far_knee, j.far_foot) if far else (j.near_knee, j.near_foot)
        b.fill(
            limb([(j.hip[0] + (0.05 if far else -0.05), j.hip[1]), knee, foot], [0.05, 0.045, 0.045]),
            paint=times(steel, 0.8 if far else 0.95),
            gloss=0.5,
        )
        b.fill(ellipse(knee[0], knee[1], 0.032), paint=hero.accent, line=0.7)
        x, y = foot
        b.fill(
            curve(
                (x - 0.06, y - 0.035),
                (x - 0.055, y + 0.02),
                (x, y + 0.04),
                (x + 0.07, y + 0.015),
                (x + 0.085, y - 0.035),
            ),
            paint=coat,
            gloss=0.5,
        )
    x, y, top = j.hip[0] + 0.0, j.hip[1] - 0.05, j.shoulder[1] + 0.01
    sx = j.shoulder[0]
    body = b.fill(
        curve(
            (x - 0.12, y + 0.02),
            (sx - 0.15, (y + top) / 2),
            (sx - 0.13, top),
            (sx, top + 0.025),
            (sx + 0.13, top),
            (sx + 0.15, (y + top) / 2),
            (x + 0.12, y + 0.02),
            (x, y - 0.02),
        ),
        paint=coat,
        gloss=0.6,
    )
    b.fill(rounded(sx - 0.03, top - 0.17, sx + 0.105, top - 0.06, 0.02), paint="#2b3340", line=0.7, inside=body)
    for k, paint in enumerate(("#ff6b5e", hero.accent, "#63e0a0")):
        b.fill(ellipse(sx + 0.0 + 0.04 * k, top - 0.115, 0.014), paint=paint, glowing=True, line=0)
    b.fill(limb([(sx - 0.2, y + 0.055), (sx + 0.2, y + 0.055)], [0.022] * 2), paint=times(coat, 0.72), inside=body)
    for k in range(3):
        b.fill(ellipse(sx - 0.09, top - 0.05 - 0.05 * k, 0.009), paint=times(coat, 0.6), shade=False, line=0)
    r = j.build.head * 0.98
    b.fill(limb([(sx, top), (j.head[0], j.head[1] - r * 0.7)], [0.06, 0.05]), paint="#77818f", gloss=0.5)
    _screen(b.at(j.head[0], j.head[1], r, turn=j.pose.tilt), hero, face)
    _tube(b, j.near_root, j.near_elbow, j.near_hand, steel, hero.accent)


def _tube(b: Brush, root: Point, elbow: Point, hand: Point, paint: str, accent: str) -> None:
    b.fill(limb([root, elbow, hand], [0.045, 0.04, 0.04]), paint=paint, gloss=0.5)
    b.fill(ellipse(root[0], root[1], 0.042), paint=accent, gloss=0.4)
    b.fill(ellipse(elbow[0], elbow[1], 0.028), paint=times(paint, 0.85), line=0.7)
    dx, dy = hand[0] - elbow[0], hand[1] - elbow[1]
    size = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    ux, uy = dx / size, dy / size
    for side in (-1, 1):
        tip = (hand[0] + ux * 0.05 - side * uy * 0.012, hand[1] + uy * 0.05 + side * ux * 0.012)
        mid = (hand[0] + ux * 0.022 - side * uy * 0.034, hand[1] + uy * 0.022 + side * ux * 0.034)
        b.fill(limb([hand, mid, tip], [0.02, 0.02, 0.014]), paint="#6b7482", line=0.7)


def _screen(b: Brush, hero: Hero, face: Face) -> None:
    steel = "#c5cdd8"
    b.fill(limb([(0.0, 0.8), (0.05, 1.35)], [0.1, 0.07]), paint="#77818f")
    b.fill(ellipse(0.05, 1.42, 0.15), paint=hero.accent, gloss=0.8)
    b.glow(0.05, 1.42, 0.5, hero.accent, 0.25)
    for x in (-1.12, 1.12):
        b.fill(rounded(x - 0.16, -0.3, x + 0.16, 0.34, 0.12), paint=hero.outfit)
    b.fill(rounded(-1.1, -0.86, 1.12, 0.92, 0.42), paint=steel, gloss=0.5)
    glass = b.fill(rounded(-0.76, -0.62, 0.98, 0.66, 0.3), paint="#122033", gloss=0.6, line=0.7)
    light = "#8ff2ff" if face.mood not in ("scary", "tense", "sad") else "#9fc4ff"
    for x in (-0.24, 0.5):
        if face.asleep or face.mood in ("funny", "happy", "romantic"):
            up = -1 if face.asleep else 1
            b.fill(
                limb(
                    [(x - 0.2, 0.1 - 0.08 * up), (x, 0.1 + 0.12 * up), (x + 0.2, 0.1 - 0.08 * up)], [0.09, 0.11, 0.09]
                ),
                paint=light,
                glowing=True,
                line=0,
            )
        else:
            tall = 0.28 if face.mood in ("scary", "wonder") else 0.2
            b.fill(ellipse(x, 0.08, 0.155, tall), paint=light, glowing=True, line=0)
            b.fill(ellipse(x + 0.05, 0.15, 0.05), paint="#ffffff", glowing=True, line=0)
        b.glow(x, 0.08, 0.4, light, 0.22)
    bow = {"sad": 0.1, "scary": 0.06, "tense": 0.0}.get(face.mood, -0.1)
    b.fill(
        limb([(-0.08, -0.3 - bow * 0.3), (0.13, -0.33 + bow), (0.34, -0.3 - bow * 0.3)], [0.06, 0.08, 0.06]),
        paint=light,
        glowing=True,
        line=0,
    )
    b.fill(
        poly((-0.7, 0.6), (-0.2, 0.66), (-0.62, -0.4), (-0.8, -0.3)),
        paint="#ffffff",
        glowing=True,
        line=0,
        inside=glass,
        strength=0.1,
    )
