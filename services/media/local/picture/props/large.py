"""Vehicles and other big things."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded


def _boat(b: Brush, accent: Paint) -> None:
    b.fill(limb([(0.0, 0.2), (0.0, 1.0)], [0.045, 0.035]), paint="#7a5230")
    b.fill(curve((0.05, 0.96), (0.3, 0.68), (0.62, 0.34), (0.3, 0.36), (0.05, 0.34)), paint="#fbf4e4", bump=0.7)
    b.fill(curve((-0.05, 0.86), (-0.2, 0.6), (-0.44, 0.36), (-0.05, 0.35)), paint=accent, bump=0.7)
    b.fill(poly((0, 1.0), (0.16, 0.96), (0, 0.92)), paint="#d8404c", line=0.7)
    hull = b.fill(
        curve((-0.74, 0.3), (-0.6, 0.06), (-0.4, 0.0), (0.4, 0.0), (0.62, 0.08), (0.8, 0.32), (0.0, 0.25)),
        paint="#9a5a30",
    )
    b.fill(limb([(-0.8, 0.27), (0, 0.21), (0.85, 0.29)], [0.05, 0.05, 0.05]), paint="#f2e6cc", inside=hull)


def _bicycle(b: Brush, accent: Paint) -> None:
    frame = mix(accent, "#c8303a", 0.55)
    for x in (-0.48, 0.48):
        b.stroke(ellipse(x, 0.31, 0.29, 0.29), "#26262c", 0.055, closed=True)
        b.stroke(ellipse(x, 0.31, 0.255, 0.255), "#b8c0c8", 0.02, closed=True)
        for k in range(6):
            a = np.radians(k * 30 + 8)
            c, s = 0.25 * float(np.cos(a)), 0.25 * float(np.sin(a))
            b.stroke(((x - c, 0.31 - s), (x + c, 0.31 + s)), "#b8c0c8", 0.01)
    for a_, c_ in (
        ((-0.48, 0.31), (-0.04, 0.29)),
        ((-0.04, 0.29), (0.32, 0.72)),
        ((-0.18, 0.72), (0.32, 0.72)),
        ((-0.48, 0.31), (-0.18, 0.72)),
        ((-0.04, 0.29), (-0.2, 0.8)),
        ((0.48, 0.31), (0.3, 0.86)),
    ):
        b.fill(limb([a_, c_], [0.05, 0.05]), paint=frame, line=0.6)
    b.fill(curve((-0.36, 0.84), (-0.2, 0.9), (-0.06, 0.85), (-0.2, 0.79)), paint="#4a3024")
    b.fill(limb([(0.3, 0.86), (0.38, 0.98), (0.24, 0.98)], [0.04, 0.04, 0.05]), paint="#33333a", line=0.6)
    b.fill(ellipse(-0.04, 0.29, 0.07), paint="#8a929c", gloss=0.5, line=0.7)


def _tent(b: Brush, accent: Paint) -> None:
    b.fill(poly((0, 1.0), (-0.82, 0.0), (0.82, 0.0)), paint=mix(accent, "#d8702c", 0.6), bump=0.6)
    b.fill(poly((0.0, 1.0), (0.3, 0.0), (0.82, 0.0)), paint=mix(accent, "#a84c20", 0.6), bump=0.4, line=0.6)
    b.fill(poly((-0.04, 0.78), (-0.4, 0.0), (0.2, 0.0)), paint="#3a2620", shade=False, line=0.6)
    b.fill(curve((-0.05, 0.78), (-0.3, 0.3), (-0.5, 0.0), (-0.32, 0.0), (-0.1, 0.3)), paint="#f2c888", line=0.7)
    b.glow(-0.06, 0.14, 0.3, "#ffb84a", 0.35)
    b.fill(poly((0, 1.12), (0.15, 1.07), (0, 1.02)), paint="#d8404c", line=0.6)
    b.stroke(((0, 0.98), (0, 1.12)), "#5a4030", 0.02)


def _rocket(b: Brush, accent: Paint) -> None:
    b.glow(0, 0.02, 0.26, "#ff9a3a", 0.6)
    b.fill(
        curve((-0.1, 0.14), (-0.12, 0.02), (-0.04, 0.04), (0, -0.1), (0.04, 0.04), (0.12, 0.02), (0.1, 0.14)),
        paint="#ffb03a",
        glowing=True,
        line=0.6,
    )
    for side in (-1, 1):
        b.fill(
            curve((side * 0.16, 0.44), (side * 0.34, 0.24), (side * 0.33, 0.04), (side * 0.13, 0.18)),
            paint="#d8404c",
            gloss=0.5,
        )
    body = b.fill(
        curve(
            (0, 1.0),
            (0.13, 0.84),
            (0.2, 0.56),
            (0.17, 0.26),
            (0.11, 0.13),
            (-0.11, 0.13),
            (-0.17, 0.26),
            (-0.2, 0.56),
            (-0.13, 0.84),
        ),
        paint="#f1f3f6",
        gloss=0.7,
    )
    b.fill(poly((-0.3, 0.8), (0.3, 0.8), (0.3, 1.1), (-0.3, 1.1)), paint="#d8404c", inside=body)
    b.fill(rect(-0.3, 0.22, 0.3, 0.3), paint=accent, inside=body)
    b.fill(ellipse(0, 0.6, 0.095), paint="#c6ccd4", gloss=0.6)
    b.fill(ellipse(0, 0.6, 0.065), paint="#4ab0e8", gloss=0.9, line=0.6)


def _piano(b: Brush, accent: Paint) -> None:
    wood = "#3a241c"
    b.fill(rounded(-0.66, 0.42, 0.66, 1.0, 0.04), paint=wood, gloss=0.5, bump=0.3)
    b.fill(rounded(-0.56, 0.56, 0.56, 0.9, 0.03), paint=times(wood, 1.5), bump=0.2, line=0.6)
    b.fill(rounded(-0.74, 0.3, 0.74, 0.46, 0.03), paint=times(wood, 1.25), gloss=0.3)
    keys = b.fill(rect(-0.66, 0.36, 0.66, 0.46), paint="#fbf8f0", shade=False, line=0.6)
    for k in range(-9, 10):
        b.stroke(((k * 0.068, 0.36), (k * 0.068, 0.46)), "#7a746c", 0.008, inside=keys)
        if k % 7 not in (2, 6):
            b.fill(rect(k * 0.068 - 0.018, 0.40, k * 0.068 + 0.018, 0.47), paint="#16141a", shade=False, line=0)
    for x in (-0.64, 0.64):
        b.fill(limb([(x, 0.3), (x, 0.0)], [0.1, 0.07]), paint=wood)
    b.fill(poly((-0.2, 0.62), (0.2, 0.62), (0.18, 0.84), (-0.18, 0.84)), paint="#f7f0de", shade=False, line=0.6)
    for k in range(3):
        b.stroke(((-0.15, 0.67 + 0.05 * k), (0.15, 0.67 + 0.05 * k)), "#9a8c74", 0.01)


THINGS = {
    "boat": Thing(_boat, 0.7, 1.1, "ground"),
    "bicycle": Thing(_bicycle, 0.56, 0.9, "ground"),
    "tent": Thing(_tent, 0.8, 1.3, "ground"),
    "rocket": Thing(_rocket, 1.1, 0.7, "ground"),
    "piano": Thing(_piano, 0.62, 0.92, "ground"),
}
