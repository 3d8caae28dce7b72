"""The dragon. Figure frame, as in `pose`."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import Face, draw_face, draw_mouth
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import mix, times
from services.media.local.picture.shapes import curve, ellipse, limb, poly
from services.media.model import Hero


def draw_dragon(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    """A small plump dragon in a scarf: scales in the hero's outfit colour, belly and horns in the accent's."""
    scale, belly = hero.outfit, mix(hero.accent, "#fff2cf", 0.5)
    up, low = j.pose.lift, 0.08 if j.pose.seated else 0.0
    fly = 0.1 * j.pose.swing
    b.fill(
        limb(
            [(-0.12, 0.26 + up - low), (-0.3, 0.13 + up), (-0.42 - fly, 0.17 + up), (-0.5 - fly, 0.3 + up)],
            [0.2, 0.13, 0.08, 0.02],
        ),
        paint=scale,
    )
    b.fill(poly((-0.56 - fly, 0.27 + up), (-0.49 - fly, 0.4 + up), (-0.42 - fly, 0.29 + up)), paint=hero.accent)
    wing = [
        (-0.1, 0.6 + up - low),
        (-0.3, 0.86 + up + fly),
        (-0.5, 0.92 + up + fly),
        (-0.46, 0.74 + up),
        (-0.53, 0.64 + up),
        (-0.4, 0.58 + up),
        (-0.38, 0.47 + up),
        (-0.22, 0.5 + up - low),
    ]
    b.fill(poly(*wing), paint=mix(hero.accent, scale, 0.25))
    for tip in (wing[2], wing[4], wing[6]):
        b.stroke((wing[1] if tip is not wing[6] else wing[0], tip), times(scale, 0.8), 0.014)
    b.fill(limb([(0.12, 0.52 + up - low), j.far_elbow, j.far_hand], [0.09, 0.075, 0.06]), paint=times(scale, 0.85))
    for far in (True, False):
        foot = j.far_foot if far else j.near_foot
        b.fill(
            limb([(0.08 if far else -0.08, 0.26 + up - low), foot], [0.17, 0.12]),
            paint=times(scale, 0.85 if far else 0.95),
        )
        b.fill(
            curve(
                (foot[0] - 0.08, foot[1] - 0.035),
                (foot[0] - 0.05, foot[1] + 0.03),
                (foot[0] + 0.06, foot[1] + 0.03),
                (foot[0] + 0.14, foot[1] - 0.035),
            ),
            paint=times(scale, 0.9 if far else 1.0),
        )
        for k in range(3):
            b.fill(ellipse(foot[0] + 0.05 + 0.035 * k, foot[1] - 0.025, 0.014), paint="#fff6e0", shade=False, line=0.5)
    body = b.fill(
        curve(
            (0.02, 0.66 + up - low),
            (0.15, 0.55 + up - low),
            (0.23, 0.32 + up - low),
            (0.14, 0.14 + up - low),
            (-0.04, 0.11 + up - low),
            (-0.2, 0.16 + up - low),
            (-0.23, 0.34 + up - low),
            (-0.13, 0.56 + up - low),
        ),
        paint=scale,
    )
    b.fill(ellipse(0.1, 0.33 + up - low, 0.14, 0.2), paint=belly, inside=body, bump=0.8)
    for k in range(4):
        b.stroke(
            (
                (-0.1, 0.44 - 0.075 * k + up - low),
                (0.1, 0.425 - 0.075 * k + up - low),
                (0.3, 0.44 - 0.075 * k + up - low),
            ),
            times(belly, 0.78),
            0.012,
            inside=body,
            strength=0.8,
        )
    _dragon_head(b.at(0.05, 0.76 + up - low, 0.2, turn=j.pose.tilt * 0.6), hero, face)
    b.fill(limb([(-0.13, 0.52 + up - low), j.near_elbow, j.near_hand], [0.1, 0.08, 0.065]), paint=scale)


def _dragon_head(b: Brush, hero: Hero, face: Face) -> None:
    scale = hero.outfit
    for x, y in ((-0.62, 0.62), (-0.98, 0.2), (-1.0, -0.3)):
        b.fill(poly((x - 0.05, y + 0.26), (x - 0.42, y + 0.2), (x - 0.05, y - 0.2)), paint=hero.accent)
    for x in (-0.3, 0.42):
        b.fill(limb([(x, 0.78), (x - 0.06, 1.12), (x - 0.24, 1.42)], [0.24, 0.16, 0.03]), paint="#fff0cf")
    b.fill(
        curve(
            (-0.1, 1.0),
            (0.6, 0.84),
            (0.94, 0.3),
            (1.3, -0.12),
            (1.34, -0.5),
            (0.9, -0.82),
            (0.1, -0.92),
            (-0.6, -0.78),
            (-1.0, -0.2),
            (-0.84, 0.62),
        ),
        paint=scale,
    )
    b.fill(ellipse(0.72, -0.46, 0.62, 0.38), paint=mix(scale, "#fff6d8", 0.28), line=0)
    quiet = Face(face.mood, face.skin, face.brow, face.iris, asleep=face.asleep, mouth=False, nose=False)
    draw_face(b.at(-0.02, 0.14, 1.0), quiet, None)
    for x in (0.98, 1.2):
        b.fill(ellipse(x, -0.26, 0.05, 0.035), paint=times(scale, 0.4), shade=False, line=0)
    draw_mouth(b, face.mood, times(scale, 0.8), 0.72, -0.56, asleep=face.asleep, wide=1.7)
    b.fill(poly((0.36, -0.6), (0.5, -0.6), (0.43, -0.78)), paint="#ffffff", shade=False, line=0.4)
