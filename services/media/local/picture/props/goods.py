"""Things that are bought and given."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded


def _hat(b: Brush, accent: Paint) -> None:
    felt = mix(accent, "#4a3228", 0.6)
    b.fill(ellipse(0, 0.14, 0.98, 0.15), paint=times(felt, 0.85))
    crown = b.fill(
        curve(
            (-0.52, 0.16), (-0.5, 0.62), (-0.4, 0.94), (-0.12, 0.86), (0.06, 0.9), (0.4, 0.98), (0.5, 0.6), (0.52, 0.16)
        ),
        paint=felt,
        bump=0.9,
    )
    b.fill(limb([(-0.62, 0.26), (0, 0.2), (0.62, 0.26)], [0.17, 0.19, 0.17]), paint=accent, inside=crown, line=0.6)
    b.soft(curve((-0.1, 0.9), (0.02, 0.7), (0.1, 0.9)), paint=times(felt, 0.55), sigma=0.03, strength=0.7, inside=crown)
    b.fill(
        curve(
            (-1.02, 0.24), (-0.6, 0.12), (0, 0.07), (0.6, 0.12), (1.04, 0.28), (0.66, 0.02), (0, -0.02), (-0.66, 0.02)
        ),
        paint=times(felt, 1.15),
    )
    b.fill(curve((0.44, 0.24), (0.6, 0.62), (0.52, 0.78), (0.4, 0.5)), paint=mix(accent, "#ffffff", 0.4), line=0.6)


def _gift(b: Brush, accent: Paint) -> None:
    box = b.fill(rect(-0.46, 0.0, 0.46, 0.6), paint=accent, bump=0.3)
    b.fill(rect(-0.09, 0.0, 0.09, 0.6), paint="#f6efe0", inside=box, line=0.5)
    b.fill(rounded(-0.52, 0.54, 0.52, 0.74, 0.03), paint=times(accent, 1.1), bump=0.4)
    b.fill(rect(-0.1, 0.54, 0.1, 0.74), paint="#f6efe0", shade=False, line=0.5)
    for side in (-1, 1):
        b.fill(
            curve((0, 0.74), (side * 0.3, 1.02), (side * 0.42, 0.84), (side * 0.12, 0.74)), paint="#f6efe0", line=0.7
        )
    b.fill(ellipse(0, 0.77, 0.08), paint="#e8dcc2", line=0.7)


def _bag(b: Brush, accent: Paint) -> None:
    for x in (-0.14, 0.14):
        b.stroke(ellipse(x * 0.4, 0.74, 0.2, 0.26, start=0, end=180), "#5a4030", 0.045)
    b.fill(poly((-0.42, 0.76), (0.42, 0.76), (0.48, 0.0), (-0.48, 0.0)), paint=mix(accent, "#f2e6cc", 0.35), bump=0.4)
    b.fill(
        poly((0.26, 0.76), (0.42, 0.76), (0.48, 0.0), (0.3, 0.0)),
        paint=times(accent, 0.75),
        shade=False,
        line=0,
        strength=0.5,
    )
    b.fill(ellipse(-0.08, 0.36, 0.16), paint=times(accent, 0.8), line=0.6)


def _bottle(b: Brush, accent: Paint) -> None:
    glass = b.fill(
        curve(
            (-0.1, 0.98),
            (-0.1, 0.74),
            (-0.24, 0.56),
            (-0.25, 0.04),
            (0, 0.0),
            (0.25, 0.04),
            (0.24, 0.56),
            (0.1, 0.74),
            (0.1, 0.98),
        ),
        paint=mix(accent, "#3a7a5a", 0.55),
        gloss=1.0,
    )
    b.fill(rect(-0.3, 0.16, 0.3, 0.44), paint="#f6efe0", inside=glass, line=0.6)
    b.fill(ellipse(0, 0.3, 0.09), paint=accent, line=0.5)
    b.fill(rounded(-0.11, 0.9, 0.11, 1.06, 0.03), paint="#c9a05a", gloss=0.4)


def _apple(b: Brush, accent: Paint) -> None:
    b.fill(limb([(0.0, 0.78), (0.06, 1.02)], [0.07, 0.05]), paint="#6a4528")
    b.fill(
        curve(
            (0, 0.8),
            (0.3, 0.9),
            (0.52, 0.62),
            (0.4, 0.16),
            (0.12, 0.0),
            (-0.12, 0.0),
            (-0.4, 0.16),
            (-0.52, 0.62),
            (-0.3, 0.9),
        ),
        paint="#d8323c",
        gloss=1.0,
    )
    b.fill(curve((0.04, 0.9), (0.3, 1.06), (0.42, 0.94), (0.2, 0.86)), paint="#6aa84a", line=0.7)


def _dress(b: Brush, accent: Paint) -> None:
    b.fill(limb([(0, 0.0), (0, 0.5)], [0.05, 0.05]), paint="#6a4a34")
    b.fill(ellipse(0, 0.02, 0.24, 0.04), paint="#6a4a34")
    skirt = curve(
        (-0.12, 0.62),
        (-0.3, 0.36),
        (-0.44, 0.12),
        (-0.2, 0.08),
        (0, 0.12),
        (0.2, 0.08),
        (0.44, 0.12),
        (0.3, 0.36),
        (0.12, 0.62),
    )
    whole = b.fill(skirt, paint=accent, bump=0.7)
    for x in (-0.2, -0.06, 0.08, 0.22):
        b.soft(
            limb([(x * 0.4, 0.58), (x, 0.14)], [0.02, 0.05]),
            paint=times(accent, 0.6),
            sigma=0.012,
            strength=0.6,
            inside=whole,
        )
    b.fill(
        curve((-0.13, 0.6), (-0.19, 0.9), (-0.08, 0.98), (0, 0.88), (0.08, 0.98), (0.19, 0.9), (0.13, 0.6)),
        paint=accent,
        bump=0.8,
    )
    b.fill(
        limb([(-0.14, 0.61), (0, 0.59), (0.14, 0.61)], [0.06, 0.06, 0.06]),
        paint=mix(accent, "#ffffff", 0.5),
        gloss=0.5,
        line=0.6,
    )


THINGS = {
    "hat": Thing(_hat, 0.2, 0.34, grip=(0.86, 0.16)),
    "gift": Thing(_gift, 0.28, 0.28, grip=(0, 0.1)),
    "bag": Thing(_bag, 0.3, 0.26, grip=(0, 0.96)),
    "bottle": Thing(_bottle, 0.26, 0.14, grip=(0, 0.4)),
    "apple": Thing(_apple, 0.14, 0.14, grip=(0, 0.3)),
    "dress": Thing(_dress, 0.86, 0.8, "ground"),
}
