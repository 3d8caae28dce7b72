"""What many landscapes share: hills, paths, rock texture, the dark calm strip under the subtitles."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.canvas import Patch
from services.media.local.picture.palette import Paint, mix
from services.media.local.picture.shapes import curve, ellipse
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import bush, grove, sprites

GREEN = "#5f9444"
"""Grass."""


def ranges(s: Stage, count: int, high: float, paint: Paint = "#6f8a86", *, cells: int = 3, gain: float = 0.5) -> None:
    """Receding hills, hazier the further away; `high` is the first one's amplitude as a share of the height."""
    soft = 0.34 if s.look.round_trees else gain
    for k in range(count):
        f = k / max(count - 1, 1)
        base = s.horizon - s.height * high * (0.42 - 0.34 * f)
        sky = s.ridge(
            base,
            s.height * high * (1 - 0.55 * f),
            cells + k,
            octaves=3 if s.look.flat or s.look.round_trees else 5,
            gain=soft,
        )
        patch = s.land(sky, paint, mix(paint, s.tone.haze, 0.3), s.height * 0.25, depth=0.82 - 0.34 * f)
        if s.look.texture:
            crags(s, patch, 0.05 + 0.05 * f)


def crags(s: Stage, patch: Patch, strength: float) -> None:
    """Rock texture lit from the light's side, where the patch covers."""
    bump = s.noise("crags", 12, 5, 1.4)
    side = 3 if s.light[0] > 0 else -3
    slope = (bump - np.roll(bump, (2, side), (0, 1)))[patch.window]
    tilt = np.clip(slope * np.float32(7), -1, 1)
    for plane in s.canvas.rgb:
        plane[patch.window] += tilt * patch.mask * np.float32(strength)


def clearing(s: Stage, half: float) -> tuple[float, float]:
    """Columns about the hero that trees keep out of."""
    return s.layout.hero_x - s.unit * half, s.layout.hero_x + s.unit * half * 1.2


def light_pool(s: Stage) -> None:
    """A sunlit patch about the hero, so that the ground is not one tone."""
    if s.scene.weather in ("rain", "storm", "fog", "snow"):
        return
    y = s.ground - s.height * 0.01
    b = s.brush(s.layout.hero_x, y, s.unit)
    rows = ellipse(0, 0, 0.42, 0.05)
    b.soft(rows, paint=mix(GREEN, "#f0e59a", 0.5), sigma=0.035, strength=0.42)


def path(s: Stage, paint: Paint) -> None:
    """A winding path from the horizon to the hero's feet."""
    x, y0, y1 = s.layout.hero_x, s.horizon + s.height * 0.05, s.height * 1.2
    bow = s.layout.facing * s.unit
    left, right = [], []
    for k in range(13):
        t = k / 12
        y = y0 + (y1 - y0) * t**1.5
        down = (y - y0) / (s.ground - y0)
        centre = x + bow * (0.34 * max(1 - down, 0) ** 1.3 * float(np.cos(down * 2.6)) - 0.05 * max(down - 1, 0))
        half = s.unit * (0.008 + 0.10 * down**1.2)
        left.append((centre - half, -y))
        right.append((centre + half, -y))
    b = s.brush(0, 0, 1, depth=0.1)
    b.fill(curve(*left, *reversed(right), steps=4), paint=s.covered(paint, 0.7), shade=False, line=0.4, strength=0.9)
    calm(s)


def calm(s: Stage) -> None:
    """Brings the darkness of the subtitle zone back over what was painted later than the floor."""
    y0 = int(s.ground)
    rows = np.clip((np.arange(y0, s.height, dtype=np.float32) - s.ground) / (s.height - s.ground), 0, 1)
    mask = np.broadcast_to((rows**1.05 * 0.56)[:, None], (s.height - y0, s.width)).astype(np.float32)
    s.canvas.shade(Patch(0, y0, mask), 1.0)


def hedge(s: Stage, y: float, paint: Paint, size: float, depth: float) -> None:
    """A row of shrubs along row `y`."""
    kinds = sprites(s, lambda b: bush(b.at(0, 0, 0.45), s.rng, paint), 2, size)
    grove(s, kinds, y, size * 0.05, int(2.6 * s.width / size), (0.75, 1.1), depth)
