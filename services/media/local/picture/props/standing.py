"""Things that stand on the ground beside somebody."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.props.thing import Thing
from services.media.local.picture.shapes import curve, ellipse, limb, poly, rect, rounded
from services.media.local.picture.trees import broadleaf


def _door(b: Brush, accent: Paint) -> None:
    arch = [(-0.3, 0), (-0.3, 0.72), (-0.2, 0.92), (0, 1.0), (0.2, 0.92), (0.3, 0.72), (0.3, 0)]
    b.fill(poly(*arch), paint="#8d8580", bump=0.3)
    inner = [(x * 0.8, y * 0.95) for x, y in arch]
    leaf = b.fill(poly(*inner), paint=mix(accent, "#7a4a2c", 0.6), bump=0.25)
    for x in (-0.12, 0.0, 0.12):
        b.stroke(((x, 0), (x, 1)), "#4a2c1a", 0.012, inside=leaf)
    for y in (0.2, 0.7):
        b.stroke(((-0.3, y), (0.3, y)), "#3a3434", 0.035, inside=leaf)
    b.fill(ellipse(0.15, 0.44, 0.03), paint="#f0c24a", gloss=0.9, line=0.6)
    b.glow(0, 0.5, 0.5, "#ffdf9a", 0.14)


def _mirror(b: Brush, accent: Paint) -> None:
    for x in (-0.2, 0.2):
        b.fill(limb([(x, 0.12), (x * 1.3, 0.0)], [0.05, 0.05]), paint="#b8862e")
    b.fill(ellipse(0, 0.54, 0.32, 0.46), paint="#d9a63c", gloss=0.8)
    glass = b.fill(ellipse(0, 0.54, 0.26, 0.39), paint="#b8dcec", gloss=0.2, bump=0.3, line=0.6)
    for x, w in ((-0.08, 0.07), (0.05, 0.03)):
        b.fill(
            poly((x - 0.2, 0.1), (x + 0.2, 1.0), (x + 0.2 + w, 1.0), (x - 0.2 + w, 0.1)),
            paint="#ffffff",
            glowing=True,
            line=0,
            inside=glass,
            strength=0.55,
        )
    b.fill(ellipse(0, 0.99, 0.06), paint="#d8344a", gloss=1.0, line=0.7)


def _chest(b: Brush, accent: Paint) -> None:
    wood, gold = "#8a5228", "#e6b73c"
    b.fill(rounded(-0.66, 0.48, 0.66, 1.0, 0.3), paint=times(wood, 0.9))
    b.fill(
        curve((-0.56, 0.52), (-0.3, 0.7), (0, 0.62), (0.26, 0.72), (0.56, 0.52), (0, 0.42)), paint="#ffd24a", gloss=0.8
    )
    b.glow(0, 0.58, 0.8, "#ffd86a", 0.35)
    body = b.fill(rounded(-0.66, 0.0, 0.66, 0.52, 0.05), paint=wood, bump=0.4)
    for x in (-0.46, 0.46):
        b.fill(rect(x - 0.06, 0, x + 0.06, 0.53), paint=gold, inside=body, gloss=0.4)
        b.fill(
            poly((x - 0.06, 0.56), (x - 0.06, 0.98), (x + 0.06, 0.98), (x + 0.06, 0.56)), paint=times(gold, 0.8), line=0
        )
    b.fill(rounded(-0.11, 0.26, 0.11, 0.5, 0.04), paint=gold, gloss=0.7, line=0.7)
    b.fill(ellipse(0, 0.4, 0.03), paint="#3a2412", shade=False, line=0)


def _bench(b: Brush, accent: Paint) -> None:
    wood = "#a86e3c"
    for x in (-0.78, 0.78):
        b.fill(limb([(x, 0.0), (x * 0.98, 0.5), (x, 0.98)], [0.07, 0.07, 0.06]), paint="#3c4248")
    for y in (0.66, 0.84):
        b.fill(rounded(-0.95, y - 0.06, 0.95, y + 0.07, 0.03), paint=wood, bump=0.5)
    b.fill(rounded(-1.0, 0.38, 1.0, 0.5, 0.04), paint=times(wood, 1.12), bump=0.5)
    for x in (-0.7, 0.7):
        b.fill(limb([(x, 0.38), (x * 1.04, 0.0)], [0.07, 0.06]), paint="#3c4248", line=0.7)


def _pot(b: Brush, accent: Paint) -> None:
    b.fill(ellipse(0, 0.36, 0.5, 0.36), paint="#464a54", gloss=0.6)
    b.fill(ellipse(0, 0.66, 0.38, 0.09), paint="#2c3038")
    b.fill(ellipse(0, 0.65, 0.33, 0.07), paint="#7fd06a", glowing=True, line=0)
    for x, y, r in ((-0.12, 0.76, 0.07), (0.1, 0.84, 0.05), (0.0, 0.95, 0.035)):
        b.fill(ellipse(x, y, r), paint="#b8f0a0", glowing=True, line=0.4, strength=0.85)
    for x in (-0.3, 0.3):
        b.fill(limb([(x, 0.1), (x * 1.2, -0.02)], [0.09, 0.08]), paint="#33373f")
    b.glow(0, 0.7, 0.5, "#8fe87a", 0.2)


def _suitcase(b: Brush, accent: Paint) -> None:
    b.stroke(ellipse(0, 0.82, 0.17, 0.14, start=0, end=180), "#4a2c1a", 0.07)
    body = b.fill(rounded(-0.6, 0.0, 0.6, 0.84, 0.1), paint="#a8683a", bump=0.4)
    for x in (-0.38, 0.3):
        b.fill(rect(x, 0, x + 0.09, 0.84), paint="#6a3c20", inside=body)
        b.fill(rounded(x - 0.01, 0.5, x + 0.1, 0.64, 0.02), paint="#e6b73c", gloss=0.5, line=0.5)
    for x in (-0.54, 0.54):
        for y in (0.06, 0.78):
            b.fill(ellipse(x, y, 0.09), paint="#6a3c20", inside=body)
    b.fill(rounded(-0.2, 0.2, 0.16, 0.42, 0.03), paint=accent, line=0.5, bump=0.3)


def _wheel(b: Brush, accent: Paint) -> None:
    wood = "#96623a"
    ring = np.concatenate([ellipse(0, 0.5, 0.5), ellipse(0, 0.5, 0.38)[::-1]])
    for k in range(8):
        a = np.radians(k * 45 + 10)
        b.fill(limb([(0, 0.5), (0.42 * float(np.cos(a)), 0.5 + 0.42 * float(np.sin(a)))], [0.06, 0.05]), paint=wood)
    b.fill(ring, paint=times(wood, 0.9), bump=0.9)
    b.fill(ellipse(0, 0.5, 0.11), paint="#5a4a40", gloss=0.4)
    b.fill(ellipse(0, 0.5, 0.045), paint="#c79a3e", line=0.6)


def _a_tree(b: Brush, accent: Paint) -> None:
    broadleaf(b, np.random.default_rng(5), "#5f9a44")
    for x, y in ((-0.16, 0.6), (0.05, 0.72), (0.18, 0.58), (-0.04, 0.5)):
        b.fill(ellipse(x, y, 0.028), paint="#d83a3a", gloss=0.6, line=0.5)


THINGS = {
    "door": Thing(_door, 1.12, 0.68, "ground"),
    "mirror": Thing(_mirror, 0.86, 0.56, "ground"),
    "chest": Thing(_chest, 0.38, 0.5, "ground"),
    "bench": Thing(_bench, 0.42, 0.84, "ground"),
    "pot": Thing(_pot, 0.38, 0.38, "ground"),
    "suitcase": Thing(_suitcase, 0.32, 0.38, "ground"),
    "wheel": Thing(_wheel, 0.46, 0.46, "ground"),
    "tree": Thing(_a_tree, 1.3, 0.8, "ground"),
}
