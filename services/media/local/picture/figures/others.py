"""Robot, ghost, bird, owl and dragon. Figure frame: feet at the origin, height 1, x towards where it looks."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import Face, draw_face, draw_mouth
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import mix, saturate, times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly, rect, rounded
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


def draw_ghost(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    """A floating sheet with a kind face, a ribbon in the hero's outfit."""
    up, sway = 0.06 + j.pose.lift, 0.06 * (1 + j.pose.swing)
    pale = mix("#eef4ff", hero.outfit, 0.06)
    lower = 0.30 if j.pose.seated else 0.0
    top = 0.97 - lower + up * 0.3
    b.fill(limb([(0.18, 0.58 - lower + up), j.far_elbow, j.far_hand], [0.13, 0.1, 0.07]), paint=times(pale, 0.93))
    b.fill(
        curve(
            (0.0, top),
            (0.19, top - 0.08),
            (0.25, top - 0.30),
            (0.27, 0.36 - lower * 0.7 + up),
            (0.30, 0.10 + up),
            (0.22 - sway, 0.04 + up),
            (0.13, 0.12 + up),
            (0.03 - sway, 0.0 + up),
            (-0.08, 0.11 + up),
            (-0.17 - sway, 0.02 + up),
            (-0.24 - sway, 0.12 + up),
            (-0.3 - sway * 2, 0.07 + up),
            (-0.27, 0.36 - lower * 0.7 + up),
            (-0.24, top - 0.30),
            (-0.18, top - 0.08),
        ),
        paint=pale,
        bump=0.9,
    )
    y = top - 0.47
    b.fill(limb([(-0.25, y + 0.015), (0.02, y - 0.02), (0.26, y + 0.015)], [0.07, 0.075, 0.07]), paint=hero.outfit)
    b.fill(
        limb([(0.12, y - 0.02), (0.17, y - 0.1), (0.14, y - 0.19)], [0.05, 0.07, 0.08]), paint=times(hero.outfit, 0.92)
    )
    for side in (-1, 1):
        b.fill(
            curve((0.11, y), (0.11 + side * 0.075, y + 0.045), (0.11 + side * 0.08, y - 0.04)),
            paint=hero.accent,
            line=0.7,
        )
    b.fill(limb([(-0.18, 0.58 - lower + up), j.near_elbow, j.near_hand], [0.13, 0.1, 0.07]), paint=pale)
    head = b.at(0.03, top - 0.22, 0.19, turn=j.pose.tilt * 0.5)
    draw_face(head, face, None)


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


def fallback_seat(b: Brush, hip: Point, outdoors: bool) -> None:
    """What a seated figure sits on."""
    x, y = hip[0] - 0.02, hip[1] - 0.055
    if outdoors:
        b.fill(rounded(x - 0.15, 0.0, x + 0.15, y, 0.03), paint="#7a5236")
        b.fill(ellipse(x, y, 0.15, 0.035), paint="#d9b383")
        b.stroke(ellipse(x, y, 0.09, 0.02), "#b38a5c", 0.008, closed=True)
    else:
        for leg in (-0.11, 0.11):
            b.fill(rect(x + leg - 0.014, 0, x + leg + 0.014, y), paint="#6a4630")
        b.fill(rounded(x - 0.15, y - 0.035, x + 0.15, y + 0.01, 0.02), paint="#a06a3c")
