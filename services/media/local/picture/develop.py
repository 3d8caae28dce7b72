"""Steps that several finishes share: bloom, vignette, colour, grain."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.canvas import Array, Layer, Patch, blur, resize
from services.media.local.picture.stage import Stage


def luma(layer: Layer) -> Array:
    """Brightness as the eye weighs it."""
    r, g, b = layer.rgb
    return np.asarray(np.float32(0.3) * r + np.float32(0.59) * g + np.float32(0.11) * b, np.float32)


def bloom(s: Stage, threshold: float, strength: float, sigma: float) -> None:
    """Light spilling over from what is brighter than `threshold`; `sigma` in short sides."""
    w, h = s.width // 4, s.height // 4
    for plane in s.canvas.rgb:
        small = np.clip(resize(plane, w, h) - np.float32(threshold), 0, 1)
        plane[:] += resize(blur(small, s.unit * sigma / 4), s.width, s.height) * np.float32(strength)


def vignette(s: Stage, strength: float, tint: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
    """Corners sinking towards `tint`."""
    rows = np.linspace(-1, 1, s.height // 8, dtype=np.float32)[:, None] ** 2
    columns = np.linspace(-1, 1, s.width // 8, dtype=np.float32)[None] ** 2
    mask = resize(np.clip((rows * 0.9 + columns - 0.45) * np.float32(0.9), 0, 1), s.width, s.height)
    s.canvas.shade(Patch(0, 0, np.clip(mask, 0, 1)), strength, tint)


def saturate_all(s: Stage, amount: float) -> None:
    """The whole picture more (above 1) or less colourful."""
    grey = luma(s.canvas)
    for plane in s.canvas.rgb:
        plane[:] -= grey
        plane[:] *= np.float32(amount)
        plane[:] += grey


def contrast(s: Stage, amount: float, pivot: float = 0.42) -> None:
    """Tones spread (above 1) about `pivot`."""
    for plane in s.canvas.rgb:
        plane[:] -= np.float32(pivot)
        plane[:] *= np.float32(amount)
        plane[:] += np.float32(pivot)


def grain(s: Stage, strength: float) -> None:
    """Film grain, the same in all channels."""
    noise = s.rng.standard_normal((s.height, s.width), dtype=np.float32)
    fine = noise * np.float32(0.6) + blur(noise, 0.8) * np.float32(1.1)
    for plane in s.canvas.rgb:
        plane[:] += fine * np.float32(strength)
