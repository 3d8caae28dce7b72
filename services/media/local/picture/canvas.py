"""Pixels: layers of planar float32 colour (0 to 1 as displayed), antialiased coverage masks, blur and noise.

Planar because numpy blends one contiguous plane many times faster than an interleaved picture; float because
gradients rounded to 8 bits before the end show as bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import cv2
import numpy as np
import numpy.typing as npt

from services.media.local.picture.shapes import Outline

Array = npt.NDArray[np.float32]
Channel = float | Array
Tint = tuple[Channel, Channel, Channel]

_SMALL_PX = 500_000
_SHIFT = 4


class Patch(NamedTuple):
    """Coverage `mask` (0 to 1) whose top left pixel lies at (x, y) of a layer."""

    x: int
    y: int
    mask: Array

    @property
    def window(self) -> tuple[slice, slice]:
        """Where the patch lies, for indexing a plane."""
        height, width = self.mask.shape
        return slice(self.y, self.y + height), slice(self.x, self.x + width)


class Layer:
    """A picture of `rgb` (3, height, width). A clear layer has `alpha` too, and its colour is premultiplied."""

    def __init__(self, width: int, height: int, *, clear: bool = False) -> None:
        self.width, self.height = width, height
        self.rgb: Array = np.zeros((3, height, width), np.float32)
        self.alpha: Array | None = np.zeros((height, width), np.float32) if clear else None

    def paint(self, patch: Patch, tint: Tint, strength: float = 1.0) -> None:
        """Lays colour over what is there."""
        mask = patch.mask if strength == 1.0 else patch.mask * np.float32(strength)
        for plane, value in zip(self.rgb, tint, strict=True):
            view = plane[patch.window]
            view += (np.asarray(value, np.float32) - view) * mask
        if self.alpha is not None:
            view = self.alpha[patch.window]
            view += (1 - view) * mask

    def light(self, patch: Patch, tint: Tint, strength: float = 1.0) -> None:
        """Adds light; a clear layer takes it only where something is drawn."""
        mask = patch.mask * np.float32(strength)
        if self.alpha is not None:
            mask = mask * self.alpha[patch.window]
        for plane, value in zip(self.rgb, tint, strict=True):
            plane[patch.window] += mask * np.asarray(value, np.float32)

    def shade(self, patch: Patch, strength: float, tint: Tint = (0.0, 0.0, 0.0)) -> None:
        """Multiplies what is there towards `tint` without touching what is not drawn."""
        for plane, value in zip(self.rgb, tint, strict=True):
            view = plane[patch.window]
            view *= 1 - patch.mask * np.float32(strength) * (1 - np.asarray(value, np.float32))

    def over(self, top: Layer, x: int, y: int, opacity: float = 1.0) -> None:
        """Composites a clear layer with its top left pixel at (x, y); what sticks out is cut off."""
        assert top.alpha is not None, "only a clear layer can be composited"
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + top.width, self.width), min(y + top.height, self.height)
        if x1 <= x0 or y1 <= y0:
            return
        here, there = (slice(y0, y1), slice(x0, x1)), (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
        keep = 1 - top.alpha[there] * np.float32(opacity)
        for plane, source in zip(self.rgb, top.rgb, strict=True):
            view = plane[here]
            view *= keep
            view += source[there] * np.float32(opacity)
        if self.alpha is not None:
            self.alpha[here] = 1 - (1 - self.alpha[here]) * keep


def rasterise(
    outlines: Sequence[Outline], width: int, height: int, *, line_px: float = 0.0, closed: bool = True
) -> Patch | None:
    """The union of filled outlines, or of their lines, as an antialiased patch; None if nothing is on the layer."""
    points = np.concatenate(list(outlines))
    pad = line_px / 2 + 2
    low, high = np.floor(points.min(0) - pad), np.ceil(points.max(0) + pad)
    x0, y0 = max(int(low[0]), 0), max(int(low[1]), 0)
    x1, y1 = min(int(high[0]), width), min(int(high[1]), height)
    if x1 <= x0 or y1 <= y0:
        return None
    scale = 2 if (x1 - x0) * (y1 - y0) < _SMALL_PX else 1
    image = np.zeros(((y1 - y0) * scale, (x1 - x0) * scale), np.uint8)
    for outline in outlines:
        fixed = np.rint((np.clip(outline, -9000, 9000) - (x0, y0)) * scale * 2**_SHIFT).astype(np.int32)
        if line_px:
            cv2.polylines(image, [fixed], closed, 255, max(1, round(line_px * scale)), cv2.LINE_AA, _SHIFT)
        else:
            cv2.fillPoly(image, [fixed], 255, cv2.LINE_AA, _SHIFT)
    if scale == 2:
        image = cast(Any, cv2.resize(image, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA))
    return Patch(x0, y0, image.astype(np.float32) * np.float32(1 / 255))


def blur(image: Array, sigma_px: float) -> Array:
    """Gaussian blur of a plane; a wide one is done on a smaller copy, which looks the same and is far cheaper."""
    if sigma_px <= 0.2:
        return image
    height, width = image.shape
    factor = 1 if sigma_px < 3 else 2 if sigma_px < 8 else 4 if sigma_px < 24 else 8
    if factor == 1 or min(height, width) < factor * 8:
        return cast(Array, cv2.GaussianBlur(image, (0, 0), sigma_px))
    small = cv2.resize(image, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / factor)
    return cast(Array, cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def spread(patch: Patch, sigma_px: float, width: int, height: int) -> Patch:
    """The patch blurred, grown so that the blur has room, cut to the layer."""
    pad = int(sigma_px * 2.5) + 1
    mask = np.pad(patch.mask, pad)
    mask = blur(mask, sigma_px)
    x, y = patch.x - pad, patch.y - pad
    left, top = max(-x, 0), max(-y, 0)
    right, bottom = min(mask.shape[1], width - x), min(mask.shape[0], height - y)
    return Patch(x + left, y + top, mask[top:bottom, left:right])


def resize(image: Array, width: int, height: int) -> Array:
    """A plane at another size, smooth."""
    smaller = width < image.shape[1]
    return cast(Array, cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC))


def fbm(
    rng: np.random.Generator, width: int, height: int, cells: float, octaves: int = 5, stretch: float = 1.0
) -> Array:
    """Fractal value noise, 0 to 1: `cells` bumps across, `stretch` times as many down as a square grid has."""
    total = np.zeros((height, width), np.float32)
    gain = 1.0
    for octave in range(octaves):
        across = cells * 2**octave
        down = max(2, int(across * stretch * height / width) + 2)
        grid = rng.random((down, int(across) + 2), dtype=np.float32)
        total += np.float32(gain) * resize(grid, width, height)
        gain *= 0.5
    low, high = float(total.min()), float(total.max())
    return cast(Array, (total - low) / np.float32(max(high - low, 1e-6)))
