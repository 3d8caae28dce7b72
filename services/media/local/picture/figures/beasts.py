"""Heads, ears and tails of the animals that stand upright. Head frame: unit is the head's radius."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import LOOK_ASIDE, Face, draw_face, draw_mouth
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.figures.wardrobe import BELLY, FUR
from services.media.local.picture.palette import mix, times
from services.media.local.picture.shapes import Outline, curve, ellipse, limb, poly

_INNER = "#e8a09a"


def draw_tail(b: Brush, kind: str, j: Joints) -> None:
    """The tail, behind everything."""
    fur, fly = FUR[kind], j.pose.swing * 0.1
    x, y = j.hip[0] - 0.06, j.hip[1] + 0.0
    if kind == "fox":
        spine = [(x, y), (x - 0.16, y - 0.07), (x - 0.27 - fly, y + 0.06 + fly), (x - 0.25 - fly, y + 0.24 + fly)]
        part = b.fill(limb(spine, [0.06, 0.13, 0.16, 0.02]), paint=fur)
        b.fill(ellipse(x - 0.25 - fly, y + 0.24 + fly, 0.12, 0.1), paint=BELLY[kind], inside=part)
    elif kind == "cat":
        b.fill(
            limb(
                [
                    (x, y),
                    (x - 0.13, y - 0.03),
                    (x - 0.19 - fly, y + 0.12),
                    (x - 0.13 - fly, y + 0.24),
                    (x - 0.17 - fly, y + 0.31),
                ],
                [0.045, 0.042, 0.04, 0.036, 0.026],
            ),
            paint=fur,
        )
    elif kind == "dog":
        b.fill(limb([(x, y), (x - 0.1, y + 0.05), (x - 0.13 - fly, y + 0.17)], [0.055, 0.05, 0.03]), paint=fur)
    elif kind in ("rabbit", "bear"):
        b.fill(
            ellipse(x - 0.03, y - 0.01, 0.055 if kind == "rabbit" else 0.035),
            paint=BELLY[kind] if kind == "rabbit" else fur,
        )
    else:
        b.fill(
            limb(
                [(x, y), (x - 0.12, y - 0.12), (x - 0.24 - fly, y - 0.06), (x - 0.3 - fly, y + 0.08)],
                [0.03, 0.024, 0.02, 0.012],
            ),
            paint=_INNER,
        )


def _ears(b: Brush, kind: str) -> None:
    fur, dark = FUR[kind], times(FUR[kind], 0.7)
    for side in (-1, 1):
        x = side * 0.6 + 0.02
        if kind in ("fox", "cat"):
            tall = 1.0 if kind == "fox" else 0.78
            b.fill(
                curve(
                    (x - 0.36, 0.5),
                    (x - 0.2 + side * 0.1, 0.72 + tall * 0.3),
                    (x + side * 0.22, 0.72 + tall),
                    (x + 0.26 + side * 0.1, 0.9),
                    (x + 0.36, 0.4),
                ),
                paint=fur,
            )
            b.fill(
                curve((x - 0.18, 0.62), (x + side * 0.17, 0.6 + tall * 0.88), (x + 0.2, 0.58)),
                paint=dark if kind == "fox" else _INNER,
                line=0,
            )
        elif kind == "rabbit":
            lean = side * 0.12
            b.fill(
                limb([(x * 0.72, 0.6), (x * 0.8 + lean, 1.3), (x * 0.9 + lean * 2.2, 2.05)], [0.36, 0.5, 0.2]),
                paint=fur,
            )
            b.fill(
                limb([(x * 0.74, 0.8), (x * 0.82 + lean, 1.3), (x * 0.9 + lean * 2.1, 1.85)], [0.14, 0.26, 0.08]),
                paint=_INNER,
                line=0,
            )
        elif kind == "mouse":
            b.fill(ellipse(x * 1.25, 0.82, 0.6, 0.6), paint=fur)
            b.fill(ellipse(x * 1.25, 0.80, 0.42, 0.42), paint=_INNER, line=0)
        elif kind == "bear":
            b.fill(ellipse(x * 1.12, 0.78, 0.34), paint=fur)
            b.fill(ellipse(x * 1.12, 0.76, 0.19), paint=BELLY[kind], line=0)


def _skull(kind: str) -> Outline:
    if kind == "fox":
        return curve(
            (-0.02, 0.94),
            (0.7, 0.72),
            (1.0, 0.16),
            (1.26, -0.38),
            (0.78, -0.62),
            (0.34, -0.92),
            (0.1, -0.98),
            (-0.3, -0.88),
            (-0.74, -0.62),
            (-1.22, -0.4),
            (-0.98, 0.16),
            (-0.7, 0.72),
        )
    if kind == "cat":
        return curve(
            (0, 0.9),
            (0.72, 0.72),
            (1.06, 0.1),
            (1.0, -0.42),
            (0.5, -0.84),
            (0.1, -0.9),
            (-0.5, -0.82),
            (-1.02, -0.4),
            (-1.06, 0.1),
            (-0.72, 0.72),
        )
    if kind in ("rabbit", "mouse"):
        return curve(
            (0, 0.96),
            (0.68, 0.72),
            (0.96, 0.05),
            (0.94, -0.42),
            (0.5, -0.84),
            (0.1, -0.92),
            (-0.46, -0.82),
            (-0.92, -0.4),
            (-0.96, 0.05),
            (-0.68, 0.72),
        )
    return curve(
        (0, 0.98),
        (0.72, 0.78),
        (1.04, 0.15),
        (0.98, -0.4),
        (0.55, -0.86),
        (0.1, -0.94),
        (-0.5, -0.84),
        (-1.0, -0.38),
        (-1.04, 0.15),
        (-0.72, 0.78),
    )


def draw_beast_head(b: Brush, kind: str, face: Face) -> None:
    """A whole animal head."""
    fur, pale = FUR[kind], BELLY[kind]
    _ears(b, kind)
    head = b.fill(_skull(kind), paint=fur, bump=0.5 if b.look.flat else 0.9)
    m = LOOK_ASIDE + 0.05
    if kind == "fox":
        for side in (-1, 1):
            x = m + side * 0.62
            b.fill(
                curve(
                    (x - side * 0.6, -0.28),
                    (x - side * 0.1, -0.12),
                    (x + side * 0.36, -0.22),
                    (x + side * 0.7, -0.6),
                    (x - side * 0.1, -1.05),
                    (m, -1.0),
                ),
                paint=pale,
                inside=head,
                bump=0.5,
            )
    elif kind == "cat":
        for x in (-0.16, 0.1, 0.36):
            b.fill(limb([(x + 0.02, 0.98), (x, 0.52)], [0.13, 0.03]), paint=times(fur, 0.66), shade=False, inside=head)
        b.fill(ellipse(m, -0.56, 0.52, 0.36), paint=pale, inside=head)
    elif kind == "dog":
        b.fill(ellipse(m + 0.42, 0.02, 0.36, 0.46), paint=times(fur, 0.66), inside=head)
    draw_face(b, face, head)
    muzzle = {
        "fox": (0.40, 0.27),
        "cat": (0.34, 0.22),
        "dog": (0.48, 0.36),
        "rabbit": (0.36, 0.25),
        "bear": (0.48, 0.37),
        "mouse": (0.36, 0.27),
    }[kind]
    b.fill(ellipse(m, -0.54, *muzzle), paint=pale, line=0, bump=0.8)
    nose = _INNER if kind in ("rabbit", "cat", "mouse") else "#2a2024"
    if kind in ("cat", "mouse", "rabbit"):
        for side in (-1, 1):
            for k in (-1, 0, 1):
                start = (m + side * 0.26, -0.52 + 0.03 * k)
                b.stroke(
                    (start, (m + side * 0.98, -0.48 + 0.15 * k)),
                    mix(b.look.line_colour, "#6a6066", 0.7),
                    0.022,
                    ink=True,
                    strength=0.75,
                )
    b.fill(curve((m - 0.15, -0.33), (m, -0.29), (m + 0.15, -0.33), (m + 0.02, -0.49)), paint=nose, gloss=0.8, line=0.5)
    b.stroke(((m + 0.01, -0.47), (m + 0.01, -0.58)), "#4a2a2a", 0.035)
    draw_mouth(b, face.mood, mix(pale, "#8a5050", 0.4), m + 0.01, -0.63, asleep=face.asleep, wide=0.9)
    if kind == "rabbit" and face.mood not in ("happy", "funny", "wonder", "scary"):
        b.fill(
            poly((m - 0.06, -0.64), (m + 0.08, -0.64), (m + 0.07, -0.76), (m - 0.05, -0.76)),
            paint="#ffffff",
            shade=False,
            line=0.3,
        )
    if kind == "dog":
        for side in (-1, 1):
            x = side * 0.86
            b.fill(
                curve(
                    (x - side * 0.3, 0.74),
                    (x + side * 0.1, 0.78),
                    (x + side * 0.34, 0.2),
                    (x + side * 0.26, -0.42),
                    (x - side * 0.04, -0.34),
                    (x - side * 0.12, 0.2),
                ),
                paint=times(fur, 0.66),
            )
