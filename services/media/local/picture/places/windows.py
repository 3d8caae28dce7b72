"""Windows with the world outside, and the light they let in."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch, rasterise, spread
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import circles, curve, ellipse, limb, poly, rounded
from services.media.local.picture.stage import Stage


def window(
    s: Stage, x: float, y: float, w: float, h: float, *, curtain: Paint | None = None, arched: bool = False
) -> None:
    """A window centred at (x, y) px with sky, hills and the moon or sun behind it, and its light on the floor."""
    b = s.brush(x, y, 1)
    shape = rounded(-w / 2, -h / 2, w / 2, h / 2, w * 0.48 if arched else w * 0.03)
    b.fill(
        rounded(-w * 0.56, -h * 0.55, w * 0.56, h * 0.55, w * 0.5 if arched else w * 0.04),
        paint="#f1e8d8" if s.look.saturation > 1 else "#d8cbb6",
        bump=0.2,
    )
    glass = b.fill(shape, paint=s.tone.middle, glowing=True, line=0.5)
    if glass is None:
        return
    rows = np.linspace(0, 1, glass.mask.shape[0], dtype=np.float32)[:, None]
    r, g, v = ((np.float32(a) + rows * np.float32(c - a)) for a, c in zip(s.tone.top, s.tone.horizon, strict=True))
    s.canvas.paint(glass, (r, g, v))
    _view(s, b, w, h, glass)
    frame = times("#f1e8d8", 0.92)
    for line in (((0, -h / 2), (0, h / 2)), ((-w / 2, h * 0.04), (w / 2, h * 0.04))):
        b.stroke(line, frame, w * 0.045, inside=glass)
    b.fill(rounded(-w * 0.64, -h * 0.62, w * 0.64, -h * 0.54, w * 0.02), paint="#f1e8d8")
    if curtain is not None:
        _curtains(b, w, h, curtain)
    _beam(s, x, y, w, h)


def _view(s: Stage, b: Brush, w: float, h: float, glass: Patch) -> None:
    """What is seen through the glass: stars and disc, two hills, and the weather."""
    _night_or_day(s, b, w, h, glass)
    far = curve(
        (-w * 0.7, -h),
        (-w * 0.55, -h * 0.16),
        (-w * 0.1, -h * 0.30),
        (w * 0.3, -h * 0.14),
        (w * 0.7, -h * 0.26),
        (w * 0.7, -h),
    )
    near = curve((-w * 0.7, -h), (-w * 0.4, -h * 0.34), (w * 0.1, -h * 0.24), (w * 0.7, -h * 0.4), (w * 0.7, -h))
    for hill, paint, depth in ((far, "#5f8a68", 0.5), (near, "#4a7a48", 0.2)):
        b.fill(hill, paint=s.tone.air(s.tone.lit(paint), depth), glowing=True, line=0, inside=glass)
    if s.scene.weather in ("rain", "storm"):
        _rain(s, b, w, h, glass)
    if s.scene.weather == "snow":
        flakes = [(s.rng.uniform(-0.5, 0.5) * w, s.rng.uniform(-0.5, 0.5) * h, s.unit * 0.003) for _ in range(20)]
        b.fill(*circles(flakes), paint="#ffffff", glowing=True, line=0, inside=glass)


def _night_or_day(s: Stage, b: Brush, w: float, h: float, glass: Patch) -> None:
    """Stars by night; sun or moon where clouds leave it to be seen."""
    disc = mix(s.tone.light, (1, 1, 1), 0.3)
    if s.scene.time == "night":
        stars = [
            (s.rng.uniform(-0.5, 0.5) * w, s.rng.uniform(-0.1, 0.5) * h, s.unit * s.rng.uniform(0.0012, 0.003))
            for _ in range(16)
        ]
        b.fill(*circles(stars), paint=disc, glowing=True, line=0, inside=glass)
    if s.scene.weather in ("clear", "wind", "cloudy"):
        b.fill(ellipse(w * 0.2, h * 0.24, w * 0.11), paint=disc, glowing=True, line=0, inside=glass)


def _rain(s: Stage, b: Brush, w: float, h: float, glass: Patch) -> None:
    for _ in range(16):
        x, y = s.rng.uniform(-0.5, 0.5) * w, s.rng.uniform(-0.5, 0.5) * h
        streak = ((x, y), (x - w * 0.03, y - h * 0.08))
        b.stroke(streak, "#e6f0f8", max(w * 0.008, 1), inside=glass, strength=0.6, ink=True)


def _curtains(b: Brush, w: float, h: float, paint: Paint) -> None:
    for side in (-1, 1):
        x0, x1 = side * w * 0.72, side * w * 0.3
        cloth = b.fill(
            curve(
                (x0, h * 0.62),
                (x1, h * 0.62),
                (x1 + side * w * 0.04, h * 0.2),
                (side * w * 0.56, -h * 0.16),
                (side * w * 0.5, -h * 0.68),
                (x0, -h * 0.7),
            ),
            paint=paint,
            bump=0.5,
        )
        for k in (0.35, 0.65):
            x = x0 + (x1 - x0) * k
            b.stroke(
                (
                    (x, h * 0.62),
                    (x0 + (side * w * 0.55 - x0) * k, -h * 0.16),
                    (x0 + (side * w * 0.5 - x0) * k, -h * 0.7),
                ),
                times(paint, 0.72),
                w * 0.02,
                inside=cloth,
                strength=0.6,
            )
    b.fill(limb([(-w * 0.82, h * 0.64), (w * 0.82, h * 0.64)], [w * 0.04] * 2), paint="#8a5a34")


def _beam(s: Stage, x: float, y: float, w: float, h: float) -> None:
    """The window's light: a shaft through the room and a bright patch on the floor."""
    strength = {"day": 0.18, "dawn": 0.2, "sunset": 0.24, "night": 0.12}[s.scene.time]
    lean = s.unit * 0.16 * (1 if x < s.width / 2 else -1)
    floor_y = s.ground - s.height * 0.01
    b = s.brush(0, 0, 1)
    spot = poly(
        (x - w / 2 + lean, -(s.horizon + s.height * 0.03)),
        (x + w / 2 + lean, -(s.horizon + s.height * 0.03)),
        (x + w * 0.75 + lean * 1.9, -floor_y),
        (x - w * 0.6 + lean * 1.9, -floor_y),
    )
    shaft = poly(
        (x - w / 2, -(y - h / 2)),
        (x + w / 2, -(y - h / 2)),
        (x + w * 0.75 + lean * 1.9, -floor_y),
        (x - w * 0.6 + lean * 1.9, -floor_y),
    )
    for shape, power, sigma in ((spot, strength, 0.006), (shaft, strength * 0.42, 0.02)):
        patch = rasterise([b.place(shape)], s.width, s.height)
        if patch is not None:
            s.canvas.light(spread(patch, s.unit * sigma, s.width, s.height), s.tone.light, power)
