"""Heads, ears and tails of the animals that stand upright. Head frame: unit is the head's radius."""

from __future__ import annotations

from collections.abc import Callable

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.figures.face import LOOK_ASIDE, Face, draw_face, draw_mouth
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.figures.skulls import skull
from services.media.local.picture.figures.wardrobe import BELLY, FUR
from services.media.local.picture.palette import mix, times
from services.media.local.picture.shapes import curve, ellipse, limb, poly

_INNER = "#e8a09a"
_SNOUT = LOOK_ASIDE + 0.05
"""The x of nose and mouth: as far aside as the face looks, and a little more since they stand out."""
_MUZZLES = {
    "fox": (0.40, 0.27),
    "cat": (0.34, 0.22),
    "dog": (0.48, 0.36),
    "rabbit": (0.36, 0.25),
    "bear": (0.48, 0.37),
    "mouse": (0.36, 0.27),
}
"""Half width and half height of the pale muzzle."""


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


def draw_beast_head(b: Brush, kind: str, face: Face) -> None:
    """A whole animal head."""
    _ears(b, kind)
    head = b.fill(skull(kind), paint=FUR[kind], bump=0.5 if b.look.flat else 0.9)
    _MARKINGS.get(kind, _unmarked)(b, kind, head)
    draw_face(b, face, head)
    b.fill(ellipse(_SNOUT, -0.54, *_MUZZLES[kind]), paint=BELLY[kind], line=0, bump=0.8)
    if kind in ("cat", "mouse", "rabbit"):
        _whiskers(b)
    _nose(b, kind)
    _mouth(b, kind, face)
    if kind == "dog":
        _hanging_ears(b, kind)


def _fox_cheeks(b: Brush, kind: str, head: Patch | None) -> None:
    """Pale ruffs that run out into the pointed cheeks."""
    for side in (-1, 1):
        x = _SNOUT + side * 0.62
        ruff = curve(
            (x - side * 0.6, -0.28),
            (x - side * 0.1, -0.12),
            (x + side * 0.36, -0.22),
            (x + side * 0.7, -0.6),
            (x - side * 0.1, -1.05),
            (_SNOUT, -1.0),
        )
        b.fill(ruff, paint=BELLY[kind], inside=head, bump=0.5)


def _cat_stripes(b: Brush, kind: str, head: Patch | None) -> None:
    """Three stripes on the forehead and a pale chin."""
    for x in (-0.16, 0.1, 0.36):
        stripe = limb([(x + 0.02, 0.98), (x, 0.52)], [0.13, 0.03])
        b.fill(stripe, paint=times(FUR[kind], 0.66), shade=False, inside=head)
    b.fill(ellipse(_SNOUT, -0.56, 0.52, 0.36), paint=BELLY[kind], inside=head)


def _dog_patch(b: Brush, kind: str, head: Patch | None) -> None:
    """A dark patch about one eye."""
    b.fill(ellipse(_SNOUT + 0.42, 0.02, 0.36, 0.46), paint=times(FUR[kind], 0.66), inside=head)


def _unmarked(b: Brush, kind: str, head: Patch | None) -> None:
    """Plain fur."""


_MARKINGS: dict[str, Callable[[Brush, str, Patch | None], None]] = {
    "fox": _fox_cheeks,
    "cat": _cat_stripes,
    "dog": _dog_patch,
}


def _whiskers(b: Brush) -> None:
    tint = mix(b.look.line_colour, "#6a6066", 0.7)
    for side in (-1, 1):
        for row in (-1, 0, 1):
            root = (_SNOUT + side * 0.26, -0.52 + 0.03 * row)
            tip = (_SNOUT + side * 0.98, -0.48 + 0.15 * row)
            b.stroke((root, tip), tint, 0.022, ink=True, strength=0.75)


def _nose(b: Brush, kind: str) -> None:
    tint = _INNER if kind in ("rabbit", "cat", "mouse") else "#2a2024"
    x = _SNOUT
    b.fill(curve((x - 0.15, -0.33), (x, -0.29), (x + 0.15, -0.33), (x + 0.02, -0.49)), paint=tint, gloss=0.8, line=0.5)
    b.stroke(((x + 0.01, -0.47), (x + 0.01, -0.58)), "#4a2a2a", 0.035)


def _mouth(b: Brush, kind: str, face: Face) -> None:
    """The mouth; a rabbit's front teeth show only while it is closed."""
    lips = mix(BELLY[kind], "#8a5050", 0.4)
    draw_mouth(b, face.mood, lips, _SNOUT + 0.01, -0.63, asleep=face.asleep, wide=0.9)
    if kind == "rabbit" and face.mood not in ("happy", "funny", "wonder", "scary"):
        x = _SNOUT
        teeth = poly((x - 0.06, -0.64), (x + 0.08, -0.64), (x + 0.07, -0.76), (x - 0.05, -0.76))
        b.fill(teeth, paint="#ffffff", shade=False, line=0.3)


def _hanging_ears(b: Brush, kind: str) -> None:
    """Ears that hang over the cheeks, so they come last."""
    for side in (-1, 1):
        x = side * 0.86
        ear = curve(
            (x - side * 0.3, 0.74),
            (x + side * 0.1, 0.78),
            (x + side * 0.34, 0.2),
            (x + side * 0.26, -0.42),
            (x - side * 0.04, -0.34),
            (x - side * 0.12, 0.2),
        )
        b.fill(ear, paint=times(FUR[kind], 0.66))
