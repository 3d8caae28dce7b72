"""Outlines: closed (or open) lines of points, shape (n, 2), float64, in whatever frame the caller draws in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Outline = npt.NDArray[np.float64]
Point = tuple[float, float]


def poly(*points: Point) -> Outline:
    """Straight edges between `points`."""
    return np.array(points, np.float64)


def rect(x0: float, y0: float, x1: float, y1: float) -> Outline:
    """An upright rectangle between two corners."""
    return poly((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def ellipse(
    cx: float,
    cy: float,
    rx: float,
    ry: float | None = None,
    turn: float = 0.0,
    *,
    start: float = 0.0,
    end: float = 360.0,
) -> Outline:
    """An ellipse, or the arc between two angles; angles and `turn` in degrees, anticlockwise where y points up."""
    a = np.radians(np.linspace(start, end, 40))
    x, y = np.cos(a) * rx, np.sin(a) * (rx if ry is None else ry)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return np.stack([cx + x * c - y * s, cy + x * s + y * c], 1)


def rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> Outline:
    """A rectangle with round corners; the radius gives way in a small rectangle."""
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    corners = ((x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180), (x1 - r, y0 + r, 270))
    a = np.radians(np.linspace(0, 90, 8))
    return np.concatenate(
        [
            np.stack([x + r * np.cos(a + np.radians(turn)), y + r * np.sin(a + np.radians(turn))], 1)
            for x, y, turn in corners
        ]
    )


def curve(*points: Point, closed: bool = True, steps: int = 8) -> Outline:
    """A smooth line through all `points` (Catmull-Rom)."""
    p = np.array(points, np.float64)
    if closed:
        a, b, c, d = np.roll(p, 1, 0), p, np.roll(p, -1, 0), np.roll(p, -2, 0)
    else:
        e = np.concatenate([p[:1], p, p[-1:]])
        a, b, c, d = e[:-3], e[1:-2], e[2:-1], e[3:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    line = line.transpose(1, 0, 2).reshape(-1, 2)
    return line if closed else np.concatenate([line, p[-1:]])


def limb(points: Sequence[Point], widths: Sequence[float]) -> Outline:
    """A tube along a smooth spine with round ends; one width for each spine point, blended in between."""
    spine = curve(*points, closed=False, steps=6)
    where = np.linspace(0, len(points) - 1, len(spine))
    half = np.interp(where, range(len(points)), widths)[:, None] / 2
    along = np.gradient(spine, axis=0)
    along /= np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-9)
    side = np.stack([-along[:, 1], along[:, 0]], 1)
    head = _cap(spine[-1], along[-1], half[-1, 0])
    tail = _cap(spine[0], -along[0], half[0, 0])
    return np.concatenate([spine - side * half, head, (spine + side * half)[::-1], tail])


def _cap(centre: Outline, forward: Outline, radius: float) -> Outline:
    a = np.arctan2(forward[1], forward[0]) + np.linspace(-np.pi / 2, np.pi / 2, 9)
    return centre + radius * np.stack([np.cos(a), np.sin(a)], 1)


def star(cx: float, cy: float, radius: float, points: int = 5, inner: float = 0.45, turn: float = 90.0) -> Outline:
    """A star with `points` rays; `inner` is the notch radius as a share of `radius`."""
    a = np.radians(turn + np.arange(points * 2) * 180 / points)
    r = np.where(np.arange(points * 2) % 2, radius * inner, radius)
    return np.stack([cx + np.cos(a) * r, cy + np.sin(a) * r], 1)


def heart(cx: float, cy: float, size: float) -> Outline:
    """A heart of about `size` in width, its middle at (cx, cy), its tip pointing to smaller y."""
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([cx + x * size / 33, cy + (y + 2) * size / 33], 1)


def circles(rows: Sequence[tuple[float, float, float]]) -> list[Outline]:
    """Discs given as (x, y, radius)."""
    return [ellipse(x, y, r) for x, y, r in rows]
