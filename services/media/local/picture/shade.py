"""Light on a shape. A shape's outline is blown up to a cushion; its slopes meet the light as the style wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np

from services.media.local.picture.canvas import Array, Tint, blur
from services.media.local.picture.looks import Shading
from services.media.local.picture.palette import Colour, mix, times

Slopes = tuple[Array, Array, Array]
_ALL = slice(None)
_SIDES = (
    ((0, _ALL), (1, _ALL), (0, _ALL)),
    ((-1, _ALL), (-2, _ALL), (-1, _ALL)),
    ((_ALL, 0), (_ALL, 1), (_ALL, 0)),
    ((_ALL, -1), (_ALL, -2), (_ALL, -1)),
)
"""For each side of a padded mask: its rim, the line next to that, and the same side of the mask without padding."""
_FINE_PX = 150
"""Slopes are smooth: above this size they are worked out on a smaller copy."""


def slopes(mask: Array, bump: float) -> Slopes:
    """The unit normal of a cushion over `mask`: to the right, down, and towards the viewer."""
    height, width = mask.shape
    factor = max(1, round(max(height, width) / _FINE_PX))
    small = mask
    if factor > 1:
        size = (max(width // factor, 4), max(height // factor, 4))
        small = cast(Array, cv2.resize(mask, size, interpolation=cv2.INTER_AREA))
    depth, deepest = _depth(small, mask)
    reach = max(deepest * bump, 1.5)
    lack = np.clip(reach - depth, 0, reach)
    dome = np.sqrt(np.maximum(reach * reach - lack * lack, 0)).astype(np.float32)
    dome = blur(dome, max(reach * 0.3, 1.1))
    right = cv2.Sobel(dome, cv2.CV_32F, 1, 0, scale=0.125)[1:-1, 1:-1]
    down = cv2.Sobel(dome, cv2.CV_32F, 0, 1, scale=0.125)[1:-1, 1:-1]
    if factor > 1:
        right, down = (_enlarged(cast(Array, slope), width, height, factor) for slope in (right, down))
    up = 1 / np.sqrt(right * right + down * down + 1)
    return cast(Slopes, (-right * up, -down * up, up))


def _enlarged(slope: Array, width: int, height: int, factor: int) -> Array:
    """A slope at full size. Without the averaging its coarse pixels would show as a grid on large shapes."""
    large = cv2.resize(slope, (width, height), interpolation=cv2.INTER_LINEAR)
    return cast(Array, cv2.blur(large, (factor * 2 - 1, factor * 2 - 1)) if factor > 2 else large)


def _depth(small: Array, mask: Array) -> tuple[Array, float]:
    """How far inside the shape each pixel of `small`, padded by one, lies, and how far the deepest one.

    A shape that runs out of the picture goes on there: where it is cut it has no edge, so it must not be rounded.
    """
    solid = np.pad((small > 0.5).astype(np.uint8), 1)
    depth = cast(Array, cv2.distanceTransform(solid, cv2.DIST_L2, 5))
    deepest = float(depth.max())
    cuts = [(rim, inner) for rim, inner, side in _SIDES if (mask[side] > 0.5).any()]
    for rim, inner in cuts:
        solid[rim] = solid[inner]
    return (cast(Array, cv2.distanceTransform(solid, cv2.DIST_L2, 5)) if cuts else depth), deepest


def _step(value: Array, low: float, high: float) -> Array:
    t = np.clip((value - low) / np.float32(high - low), 0, 1)
    return cast(Array, t * t * (3 - 2 * t))


def _ramp(share: Array, dark: Colour, bright: Colour) -> Tint:
    r, g, b = (np.float32(d) + share * np.float32(h - d) for d, h in zip(dark, bright, strict=True))
    return (r, g, b)


def _plus(tint: Tint, extra: Array, colour: Colour) -> Tint:
    r, g, b = (t + extra * np.float32(c) for t, c in zip(tint, colour, strict=True))
    return (r, g, b)


def _facing(n: Slopes, light: Colour) -> Array:
    return cast(Array, n[0] * np.float32(light[0]) + n[1] * np.float32(light[1]) + n[2] * np.float32(light[2]))


def _glint(n: Slopes, light: Colour, power: float) -> Array:
    x, y, z = light[0], light[1], light[2] + 1
    size = (x * x + y * y + z * z) ** 0.5
    shine = np.clip(_facing(n, (x / size, y / size, z / size)), 0, 1)
    return cast(Array, shine**power)


def _soft(n: Slopes, light: Colour, lit: Colour, dim: Colour, gloss: float) -> Tint:
    facing = _facing(n, light)
    tint = _ramp(_step(facing, -0.25, 1.0), times(dim, 0.92), times(lit, 1.02))
    return _plus(tint, _glint(n, light, 26) * (0.05 + 0.4 * gloss), (1.0, 0.98, 0.94))


def _film(n: Slopes, light: Colour, lit: Colour, dim: Colour, gloss: float) -> Tint:
    facing = _facing(n, light)
    tint = _ramp(_step(facing, -0.05, 0.95), times(dim, 0.72), times(lit, 1.14))
    return _plus(tint, _glint(n, light, 18) * (0.06 + 0.5 * gloss), (1.0, 0.86, 0.66))


def _crescent(mask: Array, light: Colour, share: float) -> Array:
    """1 on the lit part of a shape, 0 on the crisp crescent away from the light.

    The lit part is the shape moved towards the light: normals would leave ragged blotches under a hard threshold.
    """
    solid = (mask > 0.5).astype(np.uint8)
    small = solid[::2, ::2] if solid.size > _FINE_PX**2 else solid
    reach = float(cv2.distanceTransform(np.ascontiguousarray(small), cv2.DIST_L2, 3).max())
    reach *= 2 if small is not solid else 1
    right, down = light[0] * reach * share, light[1] * reach * share
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    # Replicated, so that a shape cut by the picture's edge has no dark seam along it.
    size, border = (mask.shape[1], mask.shape[0]), cv2.BORDER_REPLICATE
    moved = cv2.warpAffine(mask, shift, size, flags=cv2.INTER_LINEAR, borderMode=border)
    return _step(cast(Array, moved), 0.3, 0.7)


def _spot(mask: Array, light: Colour, gloss: float, bump: float) -> Array:
    shine = _glint(slopes(mask, bump), light, 16)
    return _step(shine, 0.78, 0.88) * np.float32(0.6 * gloss)


def _cel(mask: Array, light: Colour, lit: Colour, dim: Colour, gloss: float, bump: float) -> Tint:
    shadow = mix(times(dim, 1.12), (0.42, 0.30, 0.62), 0.14)
    tint = _ramp(_crescent(mask, light, 0.62 * bump), shadow, times(lit, 1.05))
    return _plus(tint, _spot(mask, light, gloss, bump), (1.0, 1.0, 1.0)) if gloss else tint


def _ink(mask: Array, light: Colour, lit: Colour, dim: Colour, gloss: float, bump: float) -> Tint:
    tint = _ramp(_crescent(mask, light, 0.8 * bump), times(dim, 0.86), times(lit, 1.06))
    return _plus(tint, _spot(mask, light, gloss, bump), (1.0, 1.0, 1.0)) if gloss else tint


def _clay(n: Slopes, light: Colour, lit: Colour, dim: Colour, gloss: float) -> Tint:
    wrap = np.clip(0.45 + 0.55 * _facing(n, light), 0, 1)
    tint = _ramp(wrap * wrap, times(dim, 0.88), times(lit, 1.14))
    warm = wrap * (1 - wrap) * 4
    edge = (1 - n[2]) ** 2
    tint = _plus(tint, warm * 0.1, times(lit, (1.3, 0.5, 0.3)))
    tint = _plus(tint, edge * np.clip(0.55 - n[1], 0, 1) * 0.34, mix(lit, (0.8, 0.85, 1.0), 0.45))
    return _plus(tint, _glint(n, light, 30) * (0.1 + 0.5 * gloss), (1.0, 0.97, 0.92))


_ROUND: dict[Shading, Callable[[Slopes, Colour, Colour, Colour, float], Tint]] = {
    "soft": _soft,
    "film": _film,
    "clay": _clay,
}


def model(mask: Array, way: Shading, bump: float, light: Colour, lit: Colour, dim: Colour, gloss: float = 0.0) -> Tint:
    """The colours of a shape whose lit and shaded sides have the given colours.

    `light` is the unit direction to the light: right, down, towards the viewer.
    """
    if way in ("cel", "ink"):
        return (_cel if way == "cel" else _ink)(mask, light, lit, dim, gloss, bump)
    return _ROUND[way](slopes(mask, bump), light, lit, dim, gloss)
