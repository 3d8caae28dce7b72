"""Hair, beards and hats. The frame's unit is the head's radius; the head is a ball about the origin."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import Outline, curve, ellipse, limb, poly, star


def _cap(low: float = 0.05) -> Outline:
    """Hair over the skull with a parted fringe."""
    return curve(
        (-1.0, low - 0.2),
        (-1.04, 0.35),
        (-0.72, 0.88),
        (-0.1, 1.13),
        (0.55, 0.98),
        (0.93, 0.55),
        (0.94, 0.12),
        (0.80, 0.38),
        (0.46, 0.56),
        (0.02, 0.58),
        (-0.36, 0.44),
        (-0.62, 0.24),
        (-0.76, 0.02),
        (-0.86, -0.22),
    )


def back_hair(b: Brush, kind: str, hair: Paint, accent: Paint, variant: int, swing: float) -> None:
    """What hangs behind head and shoulders."""
    fly = -0.55 * swing
    if kind == "girl" and variant == 0:
        for side in (-1, 1):
            x = side * 0.92
            b.fill(
                limb(
                    [(x, 0.1), (x + side * 0.30 + fly * 0.5, -0.25), (x + side * 0.22 + fly, -0.95)], [0.36, 0.46, 0.12]
                ),
                paint=hair,
                gloss=0.3,
            )
    elif kind in ("girl", "queen") or (kind == "woman" and variant != 1):
        long = 1.75 if kind == "queen" else 1.45 if variant == 1 else 1.1
        b.fill(
            curve(
                (0.0, 1.08),
                (0.8, 0.8),
                (1.02, 0.1),
                (0.98, -long * 0.55),
                (0.62 + fly * 0.5, -long),
                (-0.2 + fly, -long - 0.08),
                (-0.98 + fly, -long + 0.05),
                (-1.16, -long * 0.5),
                (-1.08, 0.2),
                (-0.78, 0.85),
            ),
            paint=times(hair, 0.86),
            gloss=0.2,
        )
    elif kind == "woman":
        b.fill(ellipse(-0.72, 0.78, 0.42), paint=hair, gloss=0.3)


def front_hair(b: Brush, kind: str, hair: Paint, accent: Paint, variant: int) -> None:
    """The fringe, and bows or parting."""
    if kind in ("girl", "woman", "queen"):
        part = b.fill(_cap(), paint=hair, gloss=0.5, bump=0.7)
        if kind == "girl":
            b.fill(
                curve(
                    (-0.1, 0.62),
                    (0.4, 0.66),
                    (0.74, 0.46),
                    (0.72, 0.22),
                    (0.5, 0.42),
                    (0.22, 0.3),
                    (0.1, 0.44),
                    (-0.22, 0.26),
                ),
                paint=hair,
                line=0.5,
                gloss=0.2,
            )
        b.fill(curve((-0.98, 0.3), (-0.78, 0.22), (-0.80, -0.35), (-0.95, -0.66), (-1.06, -0.3)), paint=hair, line=0.6)
        if part is not None and b.look.flat:
            for x in (-0.45, 0.15):
                b.stroke(
                    ((x - 0.1, 1.0), (x + 0.02, 0.75), (x + 0.22, 0.62)),
                    times(hair, 0.6),
                    0.035,
                    inside=part,
                    strength=0.8,
                )
        if kind == "girl":
            _bows(b, accent, variant)
        elif kind == "woman" and variant == 2:
            b.fill(limb([(-0.98, 0.36), (-0.2, 0.93), (0.72, 0.78)], [0.13, 0.15, 0.11]), paint=accent)
        return
    if kind == "boy":
        tuft = (
            (-0.98, -0.05),
            (-1.06, 0.42),
            (-0.82, 0.9),
            (-0.5, 1.02),
            (-0.42, 1.25),
            (-0.06, 1.1),
            (0.14, 1.3),
            (0.42, 1.06),
            (0.74, 1.06),
            (0.86, 0.76),
            (1.0, 0.5),
            (0.9, 0.2),
            (0.72, 0.46),
            (0.52, 0.40),
            (0.34, 0.62),
            (0.02, 0.42),
            (-0.2, 0.62),
            (-0.48, 0.36),
            (-0.7, 0.3),
            (-0.82, -0.1),
        )
        b.fill(poly(*tuft) if b.look.flat else curve(*tuft, steps=4), paint=hair, gloss=0.3, bump=0.7)
    elif kind == "elder":
        b.fill(curve((-0.96, -0.3), (-1.12, 0.1), (-0.98, 0.6), (-0.76, 0.7), (-0.74, 0.3), (-0.8, -0.1)), paint=hair)
        b.fill(curve((0.98, 0.05), (1.02, 0.4), (0.86, 0.62), (0.82, 0.3)), paint=hair)
        b.fill(limb([(-0.5, 0.94), (0.05, 1.06), (0.5, 0.93)], [0.06, 0.13, 0.05]), paint=hair, line=0.5)
    elif kind in ("king", "wizard", "sailor", "explorer", "knight"):
        b.fill(
            curve(
                (-0.96, -0.35),
                (-1.06, 0.2),
                (-0.9, 0.7),
                (-0.4, 0.95),
                (0.5, 0.9),
                (0.92, 0.4),
                (0.72, 0.4),
                (-0.2, 0.55),
                (-0.66, 0.3),
                (-0.78, -0.15),
            ),
            paint=hair,
            gloss=0.2,
        )
    else:
        b.fill(
            curve(
                (-0.98, -0.1),
                (-1.06, 0.35),
                (-0.86, 0.86),
                (-0.3, 1.14),
                (0.35, 1.16),
                (0.86, 0.9),
                (0.98, 0.44),
                (0.88, 0.22),
                (0.72, 0.52),
                (0.2, 0.66),
                (-0.3, 0.52),
                (-0.62, 0.42),
                (-0.74, 0.1),
                (-0.84, -0.18),
            ),
            paint=hair,
            gloss=0.3,
            bump=0.7,
        )


def _bows(b: Brush, accent: Paint, variant: int) -> None:
    spots = ((-1.0, 0.3), (1.02, 0.32)) if variant == 0 else ((-0.5, 0.98),)
    for x, y in spots:
        for side in (-1, 1):
            b.fill(curve((x, y), (x + side * 0.32, y + 0.2), (x + side * 0.34, y - 0.16)), paint=accent, line=0.7)
        b.fill(ellipse(x, y, 0.09), paint=times(accent, 0.85), line=0.6)


def beard(b: Brush, kind: str, hair: Paint) -> None:
    """Beards and moustaches; drawn after the mouth's place is known, before hats."""
    if kind == "wizard":
        b.fill(
            curve(
                (-0.86, -0.15),
                (-0.62, -0.42),
                (-0.2, -0.42),
                (0.2, -0.38),
                (0.6, -0.42),
                (0.92, -0.1),
                (0.86, -0.8),
                (0.62, -1.5),
                (0.22, -2.15),
                (0.02, -2.3),
                (-0.24, -1.75),
                (-0.66, -1.05),
            ),
            paint=hair,
        )
    elif kind == "king":
        b.fill(
            curve(
                (-0.88, -0.1),
                (-0.6, -0.4),
                (0.2, -0.4),
                (0.66, -0.42),
                (0.92, -0.08),
                (0.86, -0.78),
                (0.4, -1.28),
                (0.0, -1.3),
                (-0.6, -1.0),
            ),
            paint=hair,
        )
    elif kind == "elder":
        b.fill(
            curve(
                (-0.88, -0.2),
                (-0.7, -0.5),
                (-0.2, -0.68),
                (0.5, -0.7),
                (0.86, -0.3),
                (0.84, -0.76),
                (0.3, -1.16),
                (-0.5, -1.02),
            ),
            paint=hair,
        )
    else:
        return
    x = 0.22
    for side in (-1, 1):
        b.fill(
            limb([(x, -0.42), (x + side * 0.2, -0.46), (x + side * 0.44, -0.60)], [0.14, 0.2, 0.04]),
            paint=times(hair, 1.05),
            line=0.7,
        )


def hat(b: Brush, kind: str, outfit: Paint, accent: Paint) -> None:
    """Crowns, hats, helmets."""
    draw = {
        "queen": _crown,
        "king": _crown,
        "wizard": _wizard_hat,
        "sailor": _sailor_cap,
        "explorer": _explorer_hat,
        "knight": _helmet,
    }
    if kind in draw:
        draw[kind](b, outfit, accent)


def _crown(b: Brush, outfit: Paint, accent: Paint) -> None:
    gold = "#f4c430"
    b.fill(
        poly(
            (-0.66, 0.72),
            (-0.82, 1.5),
            (-0.4, 1.16),
            (-0.12, 1.72),
            (0.12, 1.18),
            (0.56, 1.62),
            (0.66, 1.12),
            (0.92, 1.42),
            (0.76, 0.7),
            (0.3, 0.82),
            (-0.2, 0.84),
        ),
        paint=gold,
        gloss=0.8,
        bump=0.6,
    )
    b.fill(limb([(-0.68, 0.78), (0.05, 0.9), (0.78, 0.76)], [0.17, 0.19, 0.17]), paint="#d89a1c", gloss=0.5, line=0.6)
    for x, y, paint in ((-0.3, 0.88, "#d8344a"), (0.08, 0.92, outfit), (0.45, 0.87, "#3a8fd8")):
        b.fill(ellipse(x, y, 0.085), paint=paint, gloss=1.0, line=0.5)
    for x, y in ((-0.82, 1.52), (-0.12, 1.74), (0.56, 1.64), (0.92, 1.44)):
        b.fill(ellipse(x, y, 0.08), paint="#fff0c0", gloss=0.8, line=0.5)


def _wizard_hat(b: Brush, outfit: Paint, accent: Paint) -> None:
    cone = b.fill(
        curve(
            (-0.9, 0.62),
            (-0.62, 1.3),
            (-0.42, 2.0),
            (-0.72, 2.56),
            (-1.0, 2.6),
            (-0.56, 2.78),
            (-0.06, 2.4),
            (0.36, 1.7),
            (0.84, 0.62),
            (0.0, 0.48),
        ),
        paint=outfit,
    )
    b.fill(limb([(-0.86, 0.76), (0.0, 0.66), (0.82, 0.76)], [0.2, 0.24, 0.2]), paint=accent, inside=cone)
    for x, y, r in ((-0.3, 1.2, 0.17), (0.22, 1.28, 0.13), (-0.2, 1.82, 0.13)):
        b.fill(star(x, y, r), paint=accent, shade=False, line=0, inside=cone)
    b.fill(
        limb([(-1.42, 0.42), (-0.7, 0.60), (0.05, 0.55), (0.8, 0.62), (1.4, 0.5)], [0.12, 0.25, 0.28, 0.25, 0.12]),
        paint=times(outfit, 0.9),
    )


def _sailor_cap(b: Brush, outfit: Paint, accent: Paint) -> None:
    b.fill(
        curve((-1.06, 0.92), (-0.7, 1.36), (0.1, 1.5), (0.9, 1.3), (1.1, 0.92), (0.5, 0.76), (-0.5, 0.76)),
        paint="#f6f4ee",
    )
    b.fill(limb([(-0.94, 0.5), (-0.2, 0.72), (0.3, 0.72), (0.96, 0.52)], [0.3, 0.32, 0.32, 0.3]), paint=outfit)
    b.fill(ellipse(0.28, 0.74, 0.12), paint=accent, gloss=0.6, line=0.6)


def _explorer_hat(b: Brush, outfit: Paint, accent: Paint) -> None:
    b.fill(
        curve((-0.82, 0.56), (-0.74, 1.12), (-0.36, 1.42), (0.05, 1.3), (0.42, 1.42), (0.76, 1.1), (0.82, 0.56)),
        paint="#c49a62",
    )
    b.fill(limb([(-0.84, 0.68), (0, 0.62), (0.84, 0.68)], [0.22, 0.24, 0.22]), paint=accent, line=0.6)
    b.fill(
        limb([(-1.46, 0.56), (-0.7, 0.5), (0, 0.47), (0.8, 0.5), (1.5, 0.62)], [0.1, 0.2, 0.24, 0.2, 0.1]),
        paint="#b58850",
    )


def _helmet(b: Brush, outfit: Paint, accent: Paint) -> None:
    steel = "#aab4c2"
    b.fill(limb([(-0.1, 1.2), (-0.5, 1.72), (-1.1, 1.6), (-1.5, 0.9)], [0.2, 0.46, 0.5, 0.1]), paint=accent)
    b.fill(
        curve(
            (-1.06, -0.75),
            (-1.14, 0.2),
            (-0.86, 0.9),
            (0.0, 1.26),
            (0.82, 0.92),
            (1.08, 0.3),
            (1.0, 0.28),
            (0.5, 0.48),
            (-0.3, 0.44),
            (-0.62, 0.1),
            (-0.66, -0.6),
            (-0.8, -0.95),
        ),
        paint=steel,
        gloss=0.9,
        bump=0.8,
    )
    b.fill(
        limb([(-0.78, 0.42), (-0.05, 0.66), (0.5, 0.64), (1.04, 0.42)], [0.2, 0.3, 0.3, 0.2]),
        paint=mix(steel, "#ffffff", 0.25),
        gloss=0.7,
    )
    for x in (-0.1, 0.25, 0.6):
        b.stroke(((x, 0.56), (x, 0.74)), "#4a5260", 0.05)
    b.fill(ellipse(-0.84, 0.38, 0.13), paint="#d8b04a", gloss=0.6, line=0.6)


def glasses(b: Brush) -> None:
    """Round spectacles over the eyes."""
    for x in (-0.23, 0.53):
        b.stroke(ellipse(x, -0.08, 0.29, 0.29), "#6a5a3a", 0.055, closed=True)
    b.stroke(((0.06, -0.02), (0.24, -0.02)), "#6a5a3a", 0.055)
    b.stroke(((-0.52, -0.02), (-0.95, 0.06)), "#6a5a3a", 0.05)
