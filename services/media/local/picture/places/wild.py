"""Forest, _meadow, mountains, snow, desert."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.nature import flowers, grass
from services.media.local.picture.palette import times
from services.media.local.picture.places.ground import GREEN, clearing, light_pool, path, ranges
from services.media.local.picture.places.setting import Setting
from services.media.local.picture.shapes import curve, ellipse, limb
from services.media.local.picture.stage import Stage
from services.media.local.picture.trees import broadleaf, conifer, grove, sprites, stamp


def _forest(s: Stage) -> None:
    ranges(s, 2, 0.22, "#5f7f70")
    fir = not s.look.round_trees and s.rng.random() < 0.5
    leaf = s.covered("#4c7f46" if s.scene.mood != "scary" else "#3f5a4a", 0.5)
    tall = s.unit * 0.62

    def tree(b: Brush) -> None:
        if fir:
            conifer(b, s.rng, "#3f6b4c", s.snowy)
        elif s.rng.random() < 0.3:
            conifer(b, s.rng, leaf, s.snowy)
        else:
            broadleaf(b, s.rng, leaf)

    kinds = sprites(s, tree, 3, tall)
    grow = s.width / s.unit
    grove(s, kinds, s.horizon + s.height * 0.005, 3, int(16 * grow), (0.34, 0.5), 0.66)
    s.floor(s.horizon, "#7d9a62", "#4d7238")
    light_pool(s)
    grove(s, kinds, s.horizon + s.height * 0.02, 4, int(9 * grow), (0.55, 0.72), 0.46)
    grove(s, kinds, s.horizon + s.height * 0.05, 5, int(5 * grow), (0.85, 1.05), 0.2, clearing(s, 0.2))
    s.veil(s.horizon + s.height * 0.01, s.height * 0.06, 0.34)
    grass(s, s.horizon + s.height * 0.09, s.unit * 0.03, int(150 * grow), times(GREEN, 0.85), depth=0.1)
    if not s.snowy:
        _toadstools(s)


def _toadstools(s: Stage) -> None:
    for _ in range(4):
        x = s.layout.hero_x + s.rng.uniform(-0.6, 0.6) * s.width * 0.8
        if abs(x - s.layout.hero_x) < s.unit * 0.16:
            continue
        y = s.rng.uniform(s.horizon + s.height * 0.08, s.ground)
        b = s.brush(x, y, s.unit * 0.03, depth=s.depth_at(y) * 0.5)
        b.fill(limb([(0, 0), (0, 0.7)], [0.34, 0.26]), paint="#f2e8d4")
        cap = b.fill(curve((-0.7, 0.55), (-0.5, 1.0), (0, 1.2), (0.5, 1.0), (0.7, 0.55), (0, 0.48)), paint="#cf3f3a")
        for dx, dy in ((-0.3, 0.85), (0.1, 1.0), (0.38, 0.75)):
            b.fill(ellipse(dx, dy, 0.1), paint="#fbf3e6", shade=False, inside=cap)


def _meadow(s: Stage) -> None:
    ranges(s, 3, 0.2, "#6f9478", cells=2)
    leaf = s.covered("#5f9a4a", 0.5)
    kinds = sprites(s, lambda b: broadleaf(b, s.rng, leaf), 2, s.unit * 0.34)
    hill = s.ridge(s.horizon, s.height * 0.07, 2, octaves=2)
    s.land(hill, "#9dbf6a", "#7aa64c", s.height * 0.12, depth=0.3)
    grow = s.width / s.unit
    grove(s, kinds, s.horizon + s.height * 0.005, 8, int(6 * grow), (0.4, 0.65), 0.38)
    s.floor(s.horizon + s.height * 0.045, "#93b85a", "#5f8f3a", depth=0.2)
    light_pool(s)
    path(s, "#d8c08a")
    edge = -1 if s.layout.hero_x > s.width / 2 else 1
    grove(s, kinds, s.horizon + s.height * 0.085, 4, 1, (1.5, 1.7), 0.05) if edge == 0 else None
    for x in (0.5 - edge * -0.42,):
        kinds_big = sprites(s, lambda b: broadleaf(b, s.rng, leaf), 1, s.unit * 0.56)
        stamp(s, kinds_big[0], x * s.width, s.horizon + s.height * 0.09, 1.0, 0.06)
    grass(s, s.ground - s.height * 0.02, s.unit * 0.028, int(170 * grow), "#78a848")
    if s.snowy:
        return
    flowers(
        s,
        s.horizon + s.height * 0.07,
        s.height * 0.742,
        int(46 * grow),
        ("#f4f0f8", "#f2a0b8", "#e8574a", "#8a7ae0"),
        s.unit * 0.009,
    )


SETTINGS = {
    "forest": Setting(_forest, 0.55),
    "meadow": Setting(_meadow, 0.52),
}
