"""The near bank of any water, with foam on a sea shore."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.canvas import Patch
from services.media.local.picture.stage import Stage


def bank(s: Stage, y: float, far: str, near: str, *, foam: bool, bow: float = 0.03) -> None:
    """The near bank: from a wavy line about row `y` to the bottom."""
    line = s.ridge(y, s.height * bow, 2, octaves=2)
    if foam:
        _foam(s, line)
    patch = s.below(line)
    rows = np.arange(patch.y, s.height, dtype=np.float32)[:, None]
    t = np.clip((rows - y) / (s.ground - y + 1), 0, 1)
    calm = 1 - 0.58 * np.clip((rows - s.ground) / (s.height - s.ground), 0, 1) ** 1.05
    a, b = s.colour(far, 0.12, 0.8), s.colour(near, 0.0, 0.86)
    grain: np.ndarray | float = 1.0
    if s.look.texture:
        grain = 1 + (s.noise("ground", 26, 5, 3.2)[patch.y :] - np.float32(0.5)) * np.float32(0.3 * s.look.texture)
    r, g, v = (
        ((np.float32(p) + t * np.float32(q - p)) * calm * grain).astype(np.float32) for p, q in zip(a, b, strict=True)
    )
    s.canvas.paint(patch, (r, g, v))


def _foam(s: Stage, line: np.ndarray) -> None:
    rows = np.arange(s.height, dtype=np.float32)[:, None]
    for lift, strength, wide in ((s.height * 0.006, 0.9, s.height * 0.007), (s.height * 0.026, 0.5, s.height * 0.004)):
        wave = line[None] - lift + (s.noise("crest", 10, 4, 14)[:1] - 0.5) * s.height * 0.02
        y0, y1 = int(wave.min() - wide * 3), int(wave.max() + wide * 3)
        mask = np.exp(-(((rows[y0:y1] - wave) / wide) ** 2)) * strength
        s.canvas.paint(Patch(0, y0, mask.astype(np.float32)), s.colour("#f6fbff", 0.0, 0.9))
