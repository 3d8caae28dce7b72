"""The last pass over a picture: each style's grade, bloom, grain, dots and frame, then dither and 8 bits."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from services.media.local.picture.brush import add_glow
from services.media.local.picture.canvas import Patch, rasterise, resize, spread
from services.media.local.picture.develop import bloom, contrast, grain, luma, saturate_all, vignette
from services.media.local.picture.finish_flat import finish_anime, finish_comic
from services.media.local.picture.palette import mix
from services.media.local.picture.shapes import ellipse, poly
from services.media.local.picture.stage import Stage

Picture = npt.NDArray[np.uint8]


def finish(s: Stage) -> Picture:
    """The finished picture, (height, width, 3) RGB."""
    _FINISHES[s.look.name](s)
    return _to_bytes(s)


def _photo(s: Stage) -> None:
    bloom(s, 0.72, 0.3, 0.02)
    contrast(s, 1.08)
    vignette(s, 0.36)
    grain(s, 0.0075)


def _film(s: Stage) -> None:
    _haze_beams(s)
    bloom(s, 0.6, 0.5, 0.035)
    _streak(s)
    light = np.clip(luma(s.canvas), 0, 1)
    for plane, low, high in zip(s.canvas.rgb, (-0.03, 0.008, 0.03), (0.06, 0.0, -0.07), strict=True):
        plane[:] += np.float32(low) + light * np.float32(high - low)
    contrast(s, 1.18, 0.42)
    vignette(s, 0.72, (0.0, 0.02, 0.04))
    _dust(s)
    grain(s, 0.006)


def _haze_beams(s: Stage) -> None:
    """Wide shafts from the light through the air."""
    if s.scene.weather in ("rain", "storm"):
        return
    x, y = s.layout.light_x, s.layout.light_y
    reach = s.height * 1.05
    strength = 0.06 if s.scene.time == "night" else 0.1
    if s.scene.place in (
        "space",
        "library",
        "bedroom",
        "kitchen",
        "workshop",
        "classroom",
        "laboratory",
        "theatre",
        "cave",
    ):
        return
    w, h = s.width // 4, s.height // 4
    for k in range(6):
        a = np.radians(90 + (k - 2.5) * 15 + s.rng.uniform(-4, 4))
        half = np.radians(s.rng.uniform(1.6, 4.0))
        rays = [(x + reach * 1.3 * float(np.cos(a + d)), y + reach * 1.3 * float(np.sin(a + d))) for d in (-half, half)]
        patch = rasterise([poly((x, y), *rays) / 4], w, h)
        if patch is None:
            continue
        soft = spread(patch, s.unit * 0.004, w, h)
        field = np.zeros((h, w), np.float32)
        field[soft.window] = soft.mask
        fade = np.clip(1.1 - np.arange(h, dtype=np.float32)[:, None] / (h * 0.8), 0, 1)
        s.canvas.light(Patch(0, 0, resize(field * fade, s.width, s.height)), s.tone.light, strength)


def _streak(s: Stage) -> None:
    """An anamorphic flare across the light."""
    if s.scene.weather not in ("clear", "wind") or s.scene.place in (
        "bedroom",
        "library",
        "kitchen",
        "workshop",
        "classroom",
        "laboratory",
        "theatre",
        "cave",
        "space",
    ):
        return
    x, y = s.layout.light_x, s.layout.light_y
    columns = np.exp(-np.abs(np.arange(s.width, dtype=np.float32) - x) / (s.width * 0.2))
    y0, y1 = int(max(y - s.unit * 0.03, 0)), int(y + s.unit * 0.03)
    rows = np.exp(-(((np.arange(y0, y1, dtype=np.float32) - y) / (s.unit * 0.006)) ** 2))
    s.canvas.light(Patch(0, y0, rows[:, None] * columns[None]), mix(s.tone.light, (0.5, 0.75, 1.0), 0.6), 0.32)


def _dust(s: Stage) -> None:
    for _ in range(16):
        x, y = s.rng.uniform(0, s.width), s.rng.uniform(0.1, 0.7) * s.height
        add_glow(
            s.canvas,
            x,
            y,
            s.unit * s.rng.uniform(0.002, 0.008),
            mix(s.tone.light, (1.0, 0.8, 0.55), 0.4),
            s.rng.uniform(0.06, 0.2),
        )


def _pixar(s: Stage) -> None:
    bloom(s, 0.66, 0.42, 0.04)
    saturate_all(s, 1.06)
    for plane, low in zip(s.canvas.rgb, (0.022, 0.012, 0.02), strict=True):
        plane[:] *= np.float32(1.04)
        plane[:] += np.float32(low)
    _bokeh(s)
    vignette(s, 0.2, (0.3, 0.15, 0.35))


def _bokeh(s: Stage) -> None:
    for _ in range(9):
        x, y = s.rng.uniform(0, s.width), s.rng.uniform(0.05, 0.6) * s.height
        if abs(x - s.layout.hero_x) < s.unit * 0.2 and y > s.ground - s.layout.hero_height * 1.15:
            continue
        patch = rasterise([ellipse(x, y, s.unit * s.rng.uniform(0.008, 0.024))], s.width, s.height)
        if patch is not None:
            s.canvas.light(
                spread(patch, s.unit * 0.002, s.width, s.height),
                mix(s.tone.light, (1.0, 0.85, 0.6), 0.5),
                s.rng.uniform(0.05, 0.13),
            )


_FINISHES: dict[str, Callable[[Stage], None]] = {
    "photorealistic": _photo,
    "cinematic": _film,
    "anime": finish_anime,
    "comic-book": finish_comic,
    "pixar-art": _pixar,
}


def _to_bytes(s: Stage) -> Picture:
    """8 bits with triangular noise of one step, which turns rounding steps in gradients into invisible grain."""
    size = (s.height, s.width)
    noise = s.rng.random(size, dtype=np.float32) - s.rng.random(size, dtype=np.float32)
    planes = []
    for shift, plane in enumerate(s.canvas.rgb):
        moved = np.roll(noise, shift * 37, 1) if shift else noise
        value = plane * np.float32(255)
        value += moved
        value += np.float32(0.5)
        np.clip(value, 0, 255, out=value)
        planes.append(value.astype(np.uint8))
    return np.asarray(cv2.merge(planes), np.uint8)
