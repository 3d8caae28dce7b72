"""Things of paper and glass carried in a hand."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded, star


def _book(b: Brush, accent: Paint) -> None:
    b.fill(
        poly((0, 0.0), (-0.72, 0.12), (-0.72, 0.86), (0, 0.72), (0.72, 0.86), (0.72, 0.12)),
        paint=mix(accent, "#7a2a2a", 0.45),
    )
    for side in (-1, 1):
        page = b.fill(
            curve(
                (0, 0.07), (side * 0.34, 0.19), (side * 0.66, 0.19), (side * 0.66, 0.8), (side * 0.3, 0.86), (0, 0.70)
            ),
            paint="#fbf4e0",
            bump=0.5,
            line=0.7,
        )
        for k in range(4):
            y = 0.30 + 0.12 * k
            b.stroke(((side * 0.12, y - 0.03), (side * 0.56, y + 0.05)), "#b8a888", 0.025, inside=page)


def _chart(b: Brush, accent: Paint) -> None:
    sheet = b.fill(
        poly(
            (-0.62, 0.05),
            (-0.22, 0.16),
            (0.2, 0.04),
            (0.62, 0.14),
            (0.6, 0.92),
            (0.2, 0.82),
            (-0.2, 0.94),
            (-0.62, 0.82),
        ),
        paint="#ecd6a2",
        bump=0.4,
    )
    b.fill(
        curve((-0.44, 0.5), (-0.2, 0.72), (0.1, 0.6), (0.36, 0.7), (0.44, 0.4), (0.05, 0.26), (-0.3, 0.3)),
        paint="#9dba78",
        shade=False,
        inside=sheet,
    )
    for k in range(6):
        t = k / 5
        b.fill(
            ellipse(-0.38 + 0.7 * t, 0.34 + 0.22 * float(np.sin(t * 4)), 0.03),
            paint="#8a3a2a",
            shade=False,
            inside=sheet,
        )
    for a in (45, -45):
        c, s = 0.09 * float(np.cos(np.radians(a))), 0.09 * float(np.sin(np.radians(a)))
        b.stroke(((0.36 - c, 0.42 - s), (0.36 + c, 0.42 + s)), "#c8202c", 0.05)
    for x in (-0.2, 0.2):
        b.stroke(((x, 0.08), (x, 0.9)), "#c2a468", 0.02, inside=sheet)


def _letter(b: Brush, accent: Paint) -> None:
    b.fill(rounded(-0.66, 0.06, 0.66, 0.92, 0.04), paint="#fbf3de", bump=0.3)
    b.fill(poly((-0.66, 0.92), (0.66, 0.92), (0, 0.4)), paint="#efe2c2", bump=0.3)
    b.fill(ellipse(0, 0.44, 0.16), paint="#c8303a", gloss=0.6)
    b.fill(star(0, 0.44, 0.08), paint="#e8747a", shade=False, line=0)


def _flower(b: Brush, accent: Paint) -> None:
    b.fill(limb([(0.03, -0.1), (0.0, 0.3), (0.04, 0.66)], [0.05, 0.05, 0.045]), paint="#4d8a3c", line=0.7)
    b.fill(curve((0.0, 0.24), (0.22, 0.4), (0.34, 0.36), (0.18, 0.22)), paint="#5fa34a", line=0.7)
    for k in range(6):
        a = np.radians(k * 60 + 15)
        b.fill(
            ellipse(0.04 + 0.2 * float(np.cos(a)), 0.76 + 0.2 * float(np.sin(a)), 0.17, 0.14, turn=k * 60 + 15),
            paint="#ee5a78" if k % 2 else "#f77d94",
            line=0.7,
        )
    b.fill(ellipse(0.04, 0.76, 0.14), paint="#f8cf4a")


def _candle(b: Brush, accent: Paint) -> None:
    b.glow(0, 0.86, 0.9, "#ffb44a", 0.5)
    b.fill(ellipse(0, 0.06, 0.34, 0.08), paint="#c79a3e", gloss=0.6)
    b.fill(limb([(0, 0.1), (0, 0.58)], [0.24, 0.22]), paint="#f7efd8")
    b.fill(limb([(-0.07, 0.58), (-0.08, 0.4)], [0.07, 0.05]), paint="#fffaf0", line=0)
    b.fill(curve((0, 1.08), (0.09, 0.84), (0.0, 0.68), (-0.09, 0.84)), paint="#ffb63a", glowing=True, line=0.5)
    b.fill(curve((0, 0.94), (0.045, 0.8), (0.0, 0.71), (-0.045, 0.8)), paint="#fff6cf", glowing=True, line=0)


def _cup(b: Brush, accent: Paint) -> None:
    b.stroke(ellipse(0.42, 0.42, 0.2, 0.19, start=-110, end=110), times(accent, 0.85), 0.09)
    b.fill(
        curve((-0.42, 0.74), (-0.38, 0.3), (-0.26, 0.02), (0.26, 0.02), (0.38, 0.3), (0.42, 0.74), (0, 0.7)),
        paint=accent,
        gloss=0.5,
    )
    b.fill(ellipse(0, 0.74, 0.42, 0.1), paint="#5a3524", shade=False)
    for x in (-0.12, 0.14):
        b.stroke(
            curve((x, 0.84), (x + 0.08, 1.0), (x - 0.05, 1.14), (x + 0.05, 1.3), closed=False),
            "#ffffff",
            0.05,
            strength=0.45,
        )


def _phone(b: Brush, accent: Paint) -> None:
    b.fill(rounded(-0.27, 0.0, 0.27, 1.0, 0.09), paint="#23262e", gloss=0.5)
    glass = b.fill(rounded(-0.22, 0.08, 0.22, 0.92, 0.04), paint="#8fd8f4", glowing=True, line=0)
    b.fill(
        poly((-0.22, 0.5), (0.0, 0.72), (0.22, 0.44), (0.22, 0.08), (-0.22, 0.08)),
        paint="#4aa0d8",
        glowing=True,
        line=0,
        inside=glass,
    )
    b.fill(ellipse(0.08, 0.76, 0.06), paint="#fff2b0", glowing=True, line=0, inside=glass)
    b.glow(0, 0.5, 0.7, "#8fd8f4", 0.2)


def _photo(b: Brush, accent: Paint) -> None:
    b.fill(rect(-0.44, 0.0, 0.44, 1.0), paint="#fcf8ee", bump=0.2)
    view = b.fill(rect(-0.36, 0.24, 0.36, 0.92), paint="#9ccbe8", shade=False, line=0.4)
    b.fill(
        curve((-0.5, 0.2), (-0.3, 0.5), (0.0, 0.38), (0.3, 0.56), (0.5, 0.2)), paint="#7aa65a", shade=False, inside=view
    )
    b.fill(ellipse(0.14, 0.74, 0.09), paint="#fff0a8", shade=False, line=0, inside=view)
    for x in (-0.1, 0.06):
        b.fill(ellipse(x, 0.44, 0.06), paint="#e8b48c", shade=False, line=0, inside=view)
        b.fill(
            curve((x - 0.09, 0.22), (x, 0.4), (x + 0.09, 0.22)),
            paint=accent if x > 0 else "#a83a4c",
            shade=False,
            line=0,
            inside=view,
        )


def _scroll(b: Brush, accent: Paint) -> None:
    b.fill(rect(-0.36, 0.1, 0.36, 0.9), paint="#f1dfb4", bump=0.3)
    for k in range(5):
        b.stroke(((-0.24, 0.26 + 0.12 * k), (0.24 - 0.1 * (k == 0), 0.26 + 0.12 * k)), "#a58a5c", 0.028)
    for y in (0.08, 0.92):
        b.fill(limb([(-0.44, y), (0.44, y)], [0.17, 0.17]), paint="#e2c78c")
        for x in (-0.48, 0.48):
            b.fill(ellipse(x, y, 0.06, 0.08), paint="#8a4a2c", line=0.7)
    b.fill(ellipse(0.18, 0.2, 0.08), paint="#c8303a", line=0.6)


THINGS = {
    "book": Thing(_book, 0.17, 0.26, grip=(-0.1, 0.1), two_hands=True),
    "map": Thing(_chart, 0.24, 0.3, grip=(-0.2, 0.2), two_hands=True),
    "letter": Thing(_letter, 0.15, 0.2, grip=(-0.45, 0.2)),
    "flower": Thing(_flower, 0.26, 0.2, grip=(0.02, 0.15)),
    "candle": Thing(_candle, 0.22, 0.16, grip=(0, 0.12)),
    "cup": Thing(_cup, 0.13, 0.14, grip=(0.0, 0.3)),
    "phone": Thing(_phone, 0.17, 0.1, grip=(0, 0.25)),
    "photo": Thing(_photo, 0.2, 0.18, grip=(-0.2, 0.1)),
    "scroll": Thing(_scroll, 0.26, 0.22, grip=(-0.2, 0.3)),
}
