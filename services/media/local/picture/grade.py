"""What a style does to the scene behind the figures, so that they stand out from it."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.canvas import rasterise, spread
from services.media.local.picture.palette import mix, times
from services.media.local.picture.shapes import Outline, ellipse, limb
from services.media.local.picture.stage import Stage

_TEAL = (0.10, 0.42, 0.50)
_ORANGE = (1.12, 0.72, 0.36)


def grade_background(s: Stage) -> None:
    """Film: dim, shadows to teal and lights to orange. Other styles keep the scene as it was painted."""
    if s.look.shading != "film":
        return
    red, green, blue = s.canvas.rgb
    light = np.clip(np.float32(0.3) * red + np.float32(0.59) * green + np.float32(0.11) * blue, 0, 1.2)
    warm = light * light
    for plane, teal, orange in zip(s.canvas.rgb, _TEAL, _ORANGE, strict=True):
        toned = light * (np.float32(teal * 1.9) + warm * np.float32(orange * 1.1 - teal * 1.9))
        plane[:] *= np.float32(0.46)
        plane[:] += toned * np.float32(0.46)


def twigs(s: Stage) -> None:
    """A dark, blurred branch hanging into the upper corner that the light is not in."""
    side = 1 if s.layout.light_x < s.width / 2 else -1
    x0, y0 = (s.width * 1.02 if side > 0 else -s.width * 0.02), s.height * s.rng.uniform(-0.02, 0.06)
    outlines: list[Outline] = []
    for k in range(3):
        reach, drop = s.unit * s.rng.uniform(0.26, 0.46), s.unit * (0.03 + 0.075 * k)
        spine = [(x0, y0 + drop * 0.4), (x0 - side * reach * 0.5, y0 + drop * 0.6), (x0 - side * reach, y0 + drop)]
        outlines.append(limb(spine, [s.unit * 0.012, s.unit * 0.008, s.unit * 0.003]))
        for t in s.rng.uniform(0.15, 1.05, 16):
            size = s.unit * s.rng.uniform(0.016, 0.03)
            x = x0 - side * reach * t + s.rng.uniform(-1, 1) * size
            y = y0 + drop * (0.4 + 0.6 * t) + s.rng.uniform(-1.2, 1.8) * size
            outlines.append(ellipse(x, y, size, size * 0.46, s.rng.uniform(-70, 70)))
    patch = rasterise(outlines, s.width, s.height)
    if patch is not None:
        dark = mix(times(s.tone.lit("#2f4a30"), 0.5), (0.02, 0.06, 0.08), 0.4)
        s.canvas.paint(spread(patch, s.unit * 0.006, s.width, s.height), dark, 0.92)
