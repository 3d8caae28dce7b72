"""What places are built with: the picture so far, its layout, and brushes for any spot at any depth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Array, Layer, Patch, blur, fbm, resize
from services.media.local.picture.layout import CALM, Layout
from services.media.local.picture.looks import Look
from services.media.local.picture.palette import Colour, Paint, Tone, mix, rgb, saturate
from services.media.model import Scene

SNOWY = (
    "forest", "meadow", "mountain", "village", "castle", "garden", "farm", "river", "lake", "bridge", "city", "street",
    "market", "station", "lighthouse",
)  # fmt: skip
"""Places where snow stays on the ground."""

_SNOW = "#eaf0fa"


@dataclass
class Stage:
    """One picture in the making. `horizon` is in px from the top."""

    canvas: Layer
    look: Look
    tone: Tone
    layout: Layout
    scene: Scene
    rng: np.random.Generator
    horizon: float
    noises: dict[str, Array] = field(default_factory=dict)
    cast: list[Patch] = field(default_factory=list)
    """Where figures and things are: some finishes spare them."""

    @property
    def width(self) -> int:
        """The picture's width in px."""
        return self.canvas.width

    @property
    def height(self) -> int:
        """The picture's height in px."""
        return self.canvas.height

    @property
    def unit(self) -> float:
        """The picture's short side in px."""
        return self.layout.unit

    @property
    def ground(self) -> float:
        """The line that feet stand on, px from the top."""
        return self.layout.hero_y

    @property
    def light(self) -> Colour:
        """Unit direction to the light for modelling: right, down, to the viewer."""
        side = 1 if self.layout.light_x > self.layout.hero_x else -1
        return (side * 0.56, -0.56, 0.61)

    def brush(
        self, x: float, y: float, size: float, *, depth: float = 0.0, flip: int = 1, layer: Layer | None = None
    ) -> Brush:
        """A brush whose frame has its origin at (x, y) px and units of `size` px."""
        return Brush(
            layer or self.canvas, self.look, self.tone, self.light, self.unit, x, y, size, flip=flip, depth=depth
        )

    def depth_at(self, y: float) -> float:
        """How much air lies before the ground at row `y`: 0 at the hero, more towards the horizon."""
        near = np.clip((y - self.horizon) / max(self.ground - self.horizon, 1), 0, 1)
        return float(0.5 * (1 - near) ** 1.3)

    def noise(self, name: str, cells: float, octaves: int = 5, stretch: float = 1.0) -> Array:
        """A named noise field of the picture's size, 0 to 1, made once; half size inside, since it is smooth."""
        if name not in self.noises:
            small = fbm(self.rng, self.width // 2, self.height // 2, cells, octaves, stretch)
            self.noises[name] = resize(small, self.width, self.height)
        return self.noises[name]

    @property
    def snowy(self) -> bool:
        """Whether snow lies on the ground here."""
        return self.scene.weather == "snow" and self.scene.place in SNOWY

    def covered(self, paint: Paint, share: float = 0.82) -> Paint:
        """A paint under the snow, where there is any."""
        return mix(paint, _SNOW, share) if self.snowy else paint

    def colour(self, paint: Paint, depth: float = 0.0, share: float = 0.66) -> Colour:
        """A surface's colour in this picture's light and air."""
        return self.tone.air(self.tone.lit(saturate(paint, self.look.saturation), share), depth * self.look.haze)

    def ridge(self, base: float, amplitude: float, cells: int, *, octaves: int = 5, gain: float = 0.5) -> Array:
        """A skyline: the height in px from the top for each column."""
        total = np.zeros(self.width)
        a = 1.0
        for octave in range(octaves):
            n = cells * 2**octave + 3
            knots = self.rng.random(n) - 0.5
            where = np.linspace(0, n - 3, self.width) + 1
            i = where.astype(int)
            t = where - i
            p0, p1, p2, p3 = knots[i - 1], knots[i], knots[i + 1], knots[np.minimum(i + 2, n - 1)]
            total += a * (
                p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
            )
            a *= gain
        return (base + amplitude * total).astype(np.float32)

    def below(self, skyline: Array) -> Patch:
        """Everything under a skyline."""
        top = int(np.clip(np.floor(skyline.min()), 0, self.height - 1))
        rows = np.arange(top, self.height, dtype=np.float32)[:, None]
        return Patch(0, top, np.clip(rows - skyline[None] + np.float32(0.5), 0, 1))

    def land(
        self, skyline: Array, high: Paint, low: Paint, reach: float, *, depth: float = 0.0, line: float = 0.6
    ) -> Patch:
        """Ground under a skyline, its colour going from `high` to `low` within `reach` px."""
        patch = self.below(skyline)
        rows = np.arange(patch.y, self.height, dtype=np.float32)[:, None]
        t = np.clip((rows - np.float32(skyline.min())) / np.float32(max(reach, 1)), 0, 1)
        a, b = self.colour(self.covered(high, 0.6), depth), self.colour(self.covered(low, 0.6), depth)
        r, g, v = (np.float32(p) + t * np.float32(q - p) for p, q in zip(a, b, strict=True))
        self.canvas.paint(patch, (r, g, v))
        if self.look.line and line:
            xs = np.arange(0, self.width, 4)
            self.brush(0, 0, 1, depth=depth).stroke(
                np.stack([xs, -skyline[xs].astype(np.float64)], 1),
                self.brush(0, 0, 1, depth=depth).ink(),
                max(self.look.line * self.unit * line * (1 - 0.6 * depth), 1),
                ink=True,
            )
        return patch

    def floor(self, top: float, far: Paint, near: Paint, *, texture: float = 1.0, depth: float = 0.35) -> None:
        """The ground from row `top` to the bottom: hazy far away, calm and dark under the subtitles."""
        y0 = int(top)
        rows = np.arange(y0, self.height, dtype=np.float32)
        t = np.clip((rows - top) / max(self.ground - top, 1), 0, 1)
        calm = np.clip((rows - self.ground) / (self.height - self.ground), 0, 1)
        far, near = self.covered(far), self.covered(near)
        a, b = self.colour(far, depth, 0.8), self.colour(near, 0.0, 0.86)
        grain = self._grain(y0, calm, texture)
        patch = Patch(0, y0, np.ones((self.height - y0, self.width), np.float32))
        planes = []
        for p, q in zip(a, b, strict=True):
            column = ((p + (q - p) * t**0.8) * (1 - 0.58 * calm**1.05)).astype(np.float32)
            planes.append(column[:, None] * grain if grain is not None else column[:, None])
        self.canvas.paint(patch, (planes[0], planes[1], planes[2]))
        if self.look.line:
            brush = self.brush(0, 0, 1, depth=depth)
            brush.stroke(((0, -top), (self.width, -top)), brush.ink(), self.look.line * self.unit * 0.6, ink=True)

    def _grain(self, y0: int, calm: Array, texture: float) -> Array | None:
        amount = self.look.texture * texture
        if not amount:
            return None
        field_ = self.noise("ground", 26, 5, 3.2)[y0:]
        fade = (1 - 0.8 * calm)[:, None]
        return 1 + (field_ - np.float32(0.5)) * np.float32(0.42 * amount) * fade.astype(np.float32)

    def veil(self, y: float, reach: float, strength: float, paint: Paint | None = None) -> None:
        """A bank of mist around row `y`."""
        y0, y1 = max(int(y - reach * 2.2), 0), min(int(y + reach * 2.2), self.height)
        rows = np.arange(y0, y1, dtype=np.float32)[:, None]
        cloud = self.noise("mist", 3, 4, 2.5)[y0:y1]
        mask = (
            np.exp(-(((rows - y) / reach) ** 2)) * np.float32(strength) * (np.float32(0.45) + cloud * np.float32(0.75))
        )
        self.canvas.paint(Patch(0, y0, np.clip(mask, 0, 1).astype(np.float32)), rgb(paint) if paint else self.tone.haze)

    def soften(self, far_px: float, near_px: float = 0.0) -> None:
        """Depth of field: blurs the distance, keeps the rows about the hero sharp."""
        edge0, edge1 = self.horizon, self.ground
        rows = np.arange(self.height, dtype=np.float32)
        share = np.clip((edge1 - self.height * 0.03 - rows) / max(edge1 - edge0, 1) * 1.4, 0, 1)
        share = np.maximum(share, near_px * np.clip((rows - self.height * (CALM + 0.02)) / (self.height * 0.1), 0, 1))
        mask = np.broadcast_to(share[:, None].astype(np.float32), (self.height, self.width))
        for plane in self.canvas.rgb:
            plane[:] += (blur(plane, far_px) - plane) * mask

    def clear(self, width: float, height: float) -> Layer:
        """An empty layer for a thing that is stamped several times."""
        return Layer(max(int(width), 4), max(int(height), 4), clear=True)
