"""The last pass of the drawn styles: sparkles for anime; dots, speed lines and paper for comics."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import add_glow
from services.media.local.picture.canvas import blur, rasterise
from services.media.local.picture.develop import bloom, contrast, luma, saturate_all, vignette
from services.media.local.picture.layout import CALM
from services.media.local.picture.palette import mix, rgb
from services.media.local.picture.shapes import ellipse, poly
from services.media.local.picture.stage import Stage


def finish_anime(s: Stage) -> None:
    """Glow, clear colours, glints and lens ghosts."""
    bloom(s, 0.8, 0.3, 0.018)
    saturate_all(s, 1.12)
    contrast(s, 1.05, 0.45)
    _sparkles(s)
    vignette(s, 0.14, (0.3, 0.2, 0.5))


def _sparkles(s: Stage) -> None:
    """Four-pointed glints and a chain of lens ghosts from the light through the middle."""
    b = s.brush(0, 0, 1)
    white = mix(s.tone.light, (1, 1, 1), 0.5)
    for _ in range(9):
        x, y, r = s.rng.uniform(0, s.width), s.rng.uniform(0.05, 0.68) * s.height, s.unit * s.rng.uniform(0.006, 0.017)
        if abs(x - s.layout.hero_x) < s.unit * 0.13 and y > s.ground - s.layout.hero_height * 1.1:
            continue
        thin = r * 0.1
        b.fill(
            poly((x - r, -y), (x, -y + thin), (x + r, -y), (x, -y - thin)),
            poly((x, -y - r), (x + thin, -y), (x, -y + r), (x - thin, -y)),
            paint=white,
            glowing=True,
            line=0,
            strength=0.85,
        )
        add_glow(s.canvas, x, y, r * 0.7, white, 0.3)
    if s.scene.time == "night" or s.scene.weather not in ("clear", "wind") or s.scene.place in ("cave", "theatre"):
        return
    cx, cy = s.width / 2, s.height * 0.45
    for t, r, strength in ((0.35, 0.03, 0.10), (0.62, 0.016, 0.14), (1.2, 0.045, 0.08), (1.5, 0.022, 0.12)):
        x, y = s.layout.light_x + (cx - s.layout.light_x) * t, s.layout.light_y + (cy - s.layout.light_y) * t
        patch = rasterise([b.place(ellipse(x, -y, s.unit * r))], s.width, s.height)
        if patch is not None:
            s.canvas.light(patch, (1.0, 0.9, 0.75), strength)


def finish_comic(s: Stage) -> None:
    """Few tones, dots, speed lines and paper."""
    saturate_all(s, 1.14)
    _posterise(s)
    _halftone(s)
    if s.scene.action in ("run", "jump") or s.scene.mood in ("scary", "tense"):
        _speed_lines(s)
    _paper(s)


def _posterise(s: Stage) -> None:
    """Few tones of ink: brightness in steps, with the hue kept."""
    light = np.maximum(np.maximum(s.canvas.rgb[0], s.canvas.rgb[1]), s.canvas.rgb[2])
    light = np.maximum(light, np.float32(0.02))
    steps = np.float32(7)
    whole = np.floor(light * steps)
    part = light * steps - whole
    part = np.clip((part - np.float32(0.5)) * np.float32(7) + np.float32(0.5), 0, 1)
    ratio = (whole + part) / steps / light
    ratio = np.float32(0.6) + ratio * np.float32(0.4)
    for plane in s.canvas.rgb:
        plane[:] *= ratio


def _halftone(s: Stage) -> None:
    """Dots at 45 degrees, the larger the darker the tone."""
    cell = s.unit / 92
    rows = np.arange(s.height, dtype=np.float32)[:, None]
    columns = np.arange(s.width, dtype=np.float32)[None]
    k = np.float32(np.pi * 2 / cell * 0.7071)
    wave = np.cos((rows + columns) * k) + np.cos((columns - rows) * k)
    wave = (wave * np.float32(0.25) + np.float32(0.5)).astype(np.float32)
    light = blur(np.clip(luma(s.canvas), 0, 1), cell * 0.6)
    dark = np.clip(np.float32(0.92) - light, 0, 0.74)
    dots = np.clip((wave - (np.float32(1.02) - dark * np.float32(0.78))) * np.float32(9), 0, 1)
    fade = np.float32(1) - np.clip((rows / s.height - np.float32(CALM)) * 6, 0, 1) * np.float32(0.75)
    dots *= fade * np.float32(0.30)
    for x, y, alpha in s.cast:
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + alpha.shape[1], s.width), min(y + alpha.shape[0], s.height)
        if x1 > x0 and y1 > y0:
            dots[y0:y1, x0:x1] *= 1 - alpha[y0 - y : y1 - y, x0 - x : x1 - x] * np.float32(0.72)
    for plane, tint in zip(s.canvas.rgb, (0.10, 0.08, 0.30), strict=True):
        plane[:] += (np.float32(tint) - plane) * dots


def _speed_lines(s: Stage) -> None:
    """Lines running in from the frame towards the hero."""
    cx, cy = s.layout.hero_x, s.ground - s.layout.hero_height * 0.55
    outer = float(np.hypot(s.width, s.height))
    rays = []
    for a in np.radians(np.arange(0, 360, 5.2) + s.rng.uniform(-2, 2, 70)):
        if 0.28 < np.sin(a) < 1:
            continue
        inner = s.unit * s.rng.uniform(0.46, 0.7)
        half = s.rng.uniform(0.003, 0.009)
        tip = (cx + inner * 1.35 * float(np.cos(a)), cy + inner * float(np.sin(a)))
        ends = [(cx + outer * float(np.cos(a + d)), cy + outer * float(np.sin(a + d))) for d in (-half, half)]
        rays.append(poly(tip, *ends))
    patch = rasterise(rays, s.width, s.height)
    if patch is not None:
        s.canvas.paint(patch, rgb(s.look.line_colour), 0.8)


def _paper(s: Stage) -> None:
    """Slightly warm paper. No panel border: the camera would show a part of it, and a part looks like a mistake."""
    for plane, warm in zip(s.canvas.rgb, (1.0, 0.985, 0.94), strict=True):
        np.clip(plane, 0, 1, out=plane)
        plane[:] *= np.float32(warm)
