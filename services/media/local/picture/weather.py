"""What falls and drifts before everything: rain, snow, lightning, leaves, fireflies."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import add_glow
from services.media.local.picture.canvas import Patch, blur, rasterise, spread
from services.media.local.picture.palette import Colour
from services.media.local.picture.shapes import circles, curve, poly
from services.media.local.picture.stage import Stage


def draw_weather(s: Stage, *, indoors: bool) -> None:
    """The weather of an outdoor scene; within doors only dust in the light."""
    if indoors:
        return
    falls = {"rain": _rain, "storm": _rain, "snow": _snow, "wind": _leaves}
    if s.scene.weather in falls and s.scene.place != "space":
        falls[s.scene.weather](s)
    elif s.scene.weather == "fog":
        s.veil(s.ground, s.height * 0.04, 0.4)
    elif s.scene.time == "night" and s.scene.place in (
        "forest",
        "meadow",
        "garden",
        "village",
        "lake",
        "river",
        "farm",
        "island",
    ):
        _fireflies(s)


def lightning(s: Stage) -> None:
    """A bolt in the sky, behind the land."""
    x = s.width * 0.5 + (s.layout.light_x - s.width * 0.5) * 0.7
    y, points = 0.0, [(x, 0.0)]
    while y < s.horizon:
        y += s.height * s.rng.uniform(0.04, 0.09)
        x += s.unit * s.rng.uniform(-0.06, 0.06)
        points.append((x, y))
    line = np.array(points)
    for wide, strength in ((0.02, 0.35), (0.006, 0.7), (0.0028, 1.0)):
        patch = rasterise([line], s.width, s.height, line_px=max(s.unit * wide, 1.5), closed=False)
        if patch is not None:
            s.canvas.light(spread(patch, s.unit * wide * 0.6, s.width, s.height), (0.86, 0.9, 1.0), strength)
    add_glow(s.canvas, line[0, 0], s.horizon * 0.3, s.unit * 0.5, (0.6, 0.66, 0.85), 0.3)


def _rain(s: Stage) -> None:
    streaks = []
    for _ in range(260):
        x, y = s.rng.uniform(0, s.width * 1.15), s.rng.uniform(-40, s.height)
        n = s.unit * s.rng.uniform(0.03, 0.09)
        w = s.unit * 0.0011
        streaks.append(poly((x, y), (x - n * 0.24, y + n), (x - n * 0.24 + w * 2, y + n), (x + w, y)))
    patch = rasterise(streaks, s.width, s.height)
    if patch is not None:
        s.canvas.paint(patch, (0.84, 0.9, 0.97), 0.42)


def _snow(s: Stage) -> None:
    flat = s.look.flat or s.look.round_trees
    for count, size, sigma, strength in ((170, 0.0024, 0.0, 0.9), (70, 0.0046, 0.6, 0.9), (16, 0.010, 3.0, 0.7)):
        rows = [
            (s.rng.uniform(0, s.width), s.rng.uniform(0, s.height), s.unit * size * s.rng.uniform(0.6, 1.3))
            for _ in range(count)
        ]
        patch = rasterise(circles(rows), s.width, s.height)
        if patch is not None:
            soft = patch if flat or not sigma else Patch(patch.x, patch.y, blur(patch.mask, sigma))
            s.canvas.paint(soft, (0.97, 0.985, 1.0), strength)


def _leaves(s: Stage) -> None:
    paints = ("#e0913a", "#c8663a", "#d9b84a", "#8fae4a")
    for k in range(18):
        size = s.unit * s.rng.uniform(0.007, 0.016)
        b = s.brush(s.rng.uniform(0, s.width), s.rng.uniform(s.height * 0.1, s.height * 0.7), size)
        turn = s.rng.uniform(0, 360)
        b.at(0, 0, 1, turn=turn).fill(
            curve((-1, 0), (-0.2, 0.45), (1, 0), (-0.2, -0.45)), paint=paints[k % 4], line=0.4
        )
    b = s.brush(0, 0, 1)
    for _ in range(5):
        x, y, w = s.rng.uniform(0, s.width), s.rng.uniform(0.12, 0.5) * s.height, s.unit * 0.2
        b.stroke(
            curve(
                (x, -y),
                (x + w * 0.5, -y + w * 0.07),
                (x + w, -y),
                (x + w * 1.08, -y - w * 0.08),
                (x + w * 0.98, -y - w * 0.1),
                closed=False,
            ),
            "#ffffff",
            max(s.unit * 0.0025, 1),
            strength=0.4,
        )


def _fireflies(s: Stage) -> None:
    glow: Colour = (1.0, 0.88, 0.42)
    for _ in range(20):
        x, y = s.rng.uniform(0, s.width), s.rng.uniform(s.horizon * 0.9, s.height * 0.735)
        r = s.unit * s.rng.uniform(0.0022, 0.004)
        add_glow(s.canvas, x, y, r * 4.5, glow, 0.3)
        add_glow(s.canvas, x, y, r, glow, 0.95)
