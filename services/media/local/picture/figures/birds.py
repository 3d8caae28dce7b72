"""Birds and owls: wings for arms. Figure frame, as in `pose`."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import Face, draw_face
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import mix, saturate, times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly
from services.media.model import Hero


def draw_bird(b: Brush, hero: Hero, j: Joints, face: Face, kind: str) -> None:
    """A round bird or an owl: wings for arms, a scarf in the hero's colours."""
    owl = kind == "owl"
    plume = "#8d6a4a" if owl else saturate(mix("#4a90d0", hero.accent, 0.0), 1.0)
    pale = "#f0dfc2" if owl else "#f9f0dc"
    up, low = j.pose.lift, 0.07 if not j.pose.seated else 0.02
    bottom, top = low + up, (0.97 if not j.pose.seated else 0.92) + up
    for x in (-0.07, 0.09):
        b.fill(limb([(x, bottom + 0.12), (x + 0.01, bottom - 0.04)], [0.03, 0.024]), paint="#e39a34")
        for toe in (-0.045, 0.015, 0.07):
            b.fill(limb([(x, bottom - 0.045), (x + toe, bottom - 0.066)], [0.022, 0.015]), paint="#e39a34", line=0.7)
    b.fill(
        poly((-0.16, bottom + 0.2), (-0.42, bottom + 0.1), (-0.38, bottom + 0.02), (-0.1, bottom + 0.08)),
        paint=times(plume, 0.75),
    )
    _wing(b, (0.20, 0.55 + up), j.far_hand, times(plume, 0.8))
    body = b.fill(
        curve(
            (0.02, top),
            (0.2, top - 0.05),
            (0.30, top - 0.25),
            (0.31, 0.36 + up),
            (0.2, bottom + 0.04),
            (0, bottom),
            (-0.2, bottom + 0.04),
            (-0.31, 0.36 + up),
            (-0.29, top - 0.25),
            (-0.18, top - 0.05),
        ),
        paint=plume,
    )
    b.fill(ellipse(0.05, 0.30 + up, 0.21, 0.23), paint=pale, inside=body, bump=0.8)
    if owl:
        for row in range(3):
            for k in range(-2, 3):
                b.stroke(
                    ellipse(
                        0.05 + k * 0.075 + 0.037 * (row % 2), 0.42 - row * 0.08 + up, 0.032, 0.03, start=200, end=340
                    ),
                    times(plume, 0.9),
                    0.012,
                    inside=body,
                )
        for side in (-1, 1):
            b.fill(
                curve((side * 0.1 + 0.02, top - 0.03), (side * 0.27, top + 0.09), (side * 0.25 + 0.02, top - 0.12)),
                paint=times(plume, 0.85),
            )
    else:
        for k in range(3):
            b.fill(
                limb(
                    [(-0.01, top - 0.02), (-0.04 - 0.05 * k, top + 0.05), (-0.09 - 0.08 * k, top + 0.08 - 0.03 * k)],
                    [0.035, 0.03, 0.01],
                ),
                paint=plume,
                line=0.8,
            )
    y = 0.52 + up
    b.fill(limb([(0.1, y), (0.14, y - 0.08), (0.10, y - 0.17)], [0.05, 0.06, 0.07]), paint=times(hero.outfit, 0.9))
    b.fill(limb([(-0.29, y + 0.03), (0.03, y - 0.015), (0.3, y + 0.03)], [0.08, 0.085, 0.08]), paint=hero.outfit)
    b.stroke(((-0.28, y + 0.03), (0.03, y - 0.015), (0.29, y + 0.03)), hero.accent, 0.018)
    head = b.at(0.05, top - 0.24, 0.205, turn=j.pose.tilt * 0.4)
    if owl:
        for x in (-0.26, 0.56):
            head.fill(ellipse(x, -0.06, 0.46, 0.48), paint=pale, line=0.6)
    draw_face(head, face, body)
    tip = (0.5, -0.5) if owl else (0.78, -0.36)
    head.fill(curve((0.02, -0.22), (0.24, -0.14), (0.42, -0.22), tip, (0.2, -0.62)), paint="#f0a53a", gloss=0.4)
    if face.mood in ("happy", "funny", "wonder", "scary") and not owl:
        head.fill(curve((0.12, -0.5), (0.5, -0.48), (0.3, -0.78)), paint="#c96a2a", line=0.8)
    _wing(b, (-0.24, 0.55 + up), j.near_hand, times(plume, 0.92))


def _wing(b: Brush, root: Point, hand: Point, paint: object) -> None:
    x, y = hand
    dx, dy = x - root[0], y - root[1]
    b.fill(
        curve(
            (root[0], root[1] + 0.06),
            (root[0] + dx * 0.5 - dy * 0.2, root[1] + dy * 0.5 + dx * 0.2),
            (x, y),
            (x - dx * 0.12 + dy * 0.2, y - dy * 0.12 - dx * 0.2),
            (root[0] + dx * 0.5 + dy * 0.26, root[1] + dy * 0.5 - dx * 0.26),
            (root[0], root[1] - 0.06),
        ),
        paint=paint,  # type: ignore[arg-type]
    )
