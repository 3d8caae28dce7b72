"""A brush: draws outlines of a local frame (y up) on a layer, in the picture's style, tone and light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.media.local.picture.canvas import Layer, Patch, rasterise, spread
from services.media.local.picture.looks import Look
from services.media.local.picture.palette import Colour, Paint, Tone, mix, rgb, saturate, times
from services.media.local.picture.shade import model
from services.media.local.picture.shapes import Outline, Point

_TINY_PX = 6


@dataclass(frozen=True)
class Brush:
    """`x`, `y` (px) is the frame's origin, `size` the length of its unit in px, `flip` -1 mirrors it."""

    layer: Layer
    look: Look
    tone: Tone
    light: Colour
    unit_px: float
    """The picture's short side: what line widths are measured by."""
    x: float = 0.0
    y: float = 0.0
    size: float = 1.0
    flip: int = 1
    turn: float = 0.0
    depth: float = 0.0

    def place(self, points: Outline) -> Outline:
        """Local points in layer px."""
        c, s = np.cos(np.radians(self.turn)), np.sin(np.radians(self.turn))
        x = points[:, 0] * c - points[:, 1] * s
        y = points[:, 0] * s + points[:, 1] * c
        return np.stack([self.x + x * self.size * self.flip, self.y - y * self.size], 1)

    def at(self, x: float, y: float, size: float = 1.0, turn: float = 0.0, flip: int = 1) -> Brush:
        """A frame inside this one. A turn inside a mirrored frame is mirrored with it."""
        px, py = self.place(np.array([[x, y]]))[0]
        return replace(
            self, x=float(px), y=float(py), size=self.size * size, turn=flip * (self.turn + turn), flip=self.flip * flip
        )

    def colours(self, paint: Paint) -> tuple[Colour, Colour]:
        """The lit and the shaded colour of a surface here."""
        figure = self.layer.alpha is not None
        own = saturate(paint, max(self.look.saturation, 0.92) if figure else self.look.saturation)
        depth = self.depth * self.look.haze
        return self.tone.air(times(own, self.tone.key), depth), self.tone.air(times(own, self.tone.fill), depth)

    def plain(self, paint: Paint, share: float = 0.72) -> Colour:
        """A surface's colour without modelling."""
        lit, dim = self.colours(paint)
        return mix(dim, lit, share)

    @property
    def line_px(self) -> float:
        """How thick ink lines are at this depth; 0 in styles without lines."""
        return self.look.line * self.unit_px * (1 - 0.7 * self.depth)

    def fill(
        self,
        *outlines: Outline,
        paint: Paint,
        shade: bool = True,
        line: float = 1.0,
        gloss: float = 0.0,
        bump: float = 1.0,
        inside: Patch | None = None,
        strength: float = 1.0,
        glowing: bool = False,
    ) -> Patch | None:
        """Fills the union of outlines; returns what was covered, for later shapes to stay `inside` of."""
        placed = [self.place(o) for o in outlines]
        patch = rasterise(placed, self.layer.width, self.layer.height)
        if patch is None:
            return None
        if inside is not None:
            patch = within(patch, inside)
            if patch is None:
                return None
        elif self.line_px and line:
            self._outline(placed, line)
        elif self.look.contact and line and shade and self.layer.alpha is not None:
            self._contact(patch)
        if glowing:
            self.layer.paint(patch, rgb(paint), strength)
        elif shade and min(patch.mask.shape) > _TINY_PX:
            lit, dim = self.colours(paint)
            way = self.look.shading
            self.layer.paint(
                patch, model(patch.mask, way, self.look.bump * bump, self.light, lit, dim, gloss), strength
            )
        else:
            self.layer.paint(patch, self.plain(paint), strength)
        return patch

    def _outline(self, placed: Sequence[Outline], weight: float) -> None:
        width = self.line_px * weight
        ring = rasterise(placed, self.layer.width, self.layer.height, line_px=2 * width)
        if ring is not None:
            self.layer.paint(ring, self.ink())

    def _contact(self, patch: Patch) -> None:
        sigma = max(self.unit_px * 0.006, 1.0)
        self.layer.shade(spread(patch, sigma, self.layer.width, self.layer.height), self.look.contact)

    def ink(self) -> Colour:
        """The colour of lines at this depth."""
        return mix(self.look.line_colour, self.tone.haze, self.depth * 0.75)

    def stroke(
        self,
        points: Outline | Sequence[Point],
        paint: Paint,
        width: float,
        *,
        inside: Patch | None = None,
        strength: float = 1.0,
        closed: bool = False,
        ink: bool = False,
    ) -> None:
        """A line of `width` local units; `ink` takes the colour as it is, untouched by light."""
        line = self.place(np.asarray(points, np.float64))
        width_px = max(width * self.size, 1.0)
        patch = rasterise([line], self.layer.width, self.layer.height, line_px=width_px, closed=closed)
        if patch is not None and inside is not None:
            patch = within(patch, inside)
        if patch is not None:
            self.layer.paint(patch, rgb(paint) if ink else self.plain(paint), strength)

    def soft(
        self, *outlines: Outline, paint: Paint, sigma: float, strength: float = 1.0, inside: Patch | None = None
    ) -> None:
        """A fill with blurred edges of `sigma` local units; it stays on what is drawn of a clear layer."""
        patch = rasterise([self.place(o) for o in outlines], self.layer.width, self.layer.height)
        if patch is None:
            return
        patch = spread(patch, sigma * self.size, self.layer.width, self.layer.height)
        clipped = within(patch, inside) if inside is not None else patch
        if clipped is None:
            return
        if self.layer.alpha is not None:
            clipped = clipped._replace(mask=clipped.mask * (self.layer.alpha[clipped.window] > 0.5))
        self.layer.paint(clipped, self.plain(paint), strength)

    def shadow(
        self,
        *outlines: Outline,
        sigma: float,
        strength: float,
        tint: Colour = (0.0, 0.0, 0.0),
        inside: Patch | None = None,
    ) -> None:
        """Darkens what is already there."""
        patch = rasterise([self.place(o) for o in outlines], self.layer.width, self.layer.height)
        if patch is None:
            return
        if sigma > 0:
            patch = spread(patch, sigma * self.size, self.layer.width, self.layer.height)
        if inside is not None:
            patch = within(patch, inside)
        if patch is not None:
            self.layer.shade(patch, strength, tint)

    def glow(self, x: float, y: float, radius: float, paint: Paint, strength: float) -> None:
        """Adds round light about (x, y); `radius` in local units is where it has sunk to a third."""
        px, py = self.place(np.array([[x, y]]))[0]
        add_glow(self.layer, float(px), float(py), radius * self.size, rgb(paint), strength)


def add_glow(layer: Layer, x: float, y: float, radius_px: float, colour: Colour, strength: float) -> None:
    """Gaussian light added on a layer, worked out only where it shows."""
    reach = 2.6 * radius_px
    x0, y0 = max(int(x - reach), 0), max(int(y - reach), 0)
    x1, y1 = min(int(x + reach) + 1, layer.width), min(int(y + reach) + 1, layer.height)
    if x1 <= x0 or y1 <= y0:
        return
    across = np.exp(-(((np.arange(x0, x1) - x) / radius_px) ** 2)).astype(np.float32)
    down = np.exp(-(((np.arange(y0, y1) - y) / radius_px) ** 2)).astype(np.float32)
    layer.light(Patch(x0, y0, down[:, None] * across[None]), colour, strength)


def within(patch: Patch, limit: Patch) -> Patch | None:
    """The part of `patch` that `limit` covers too."""
    x0, y0 = max(patch.x, limit.x), max(patch.y, limit.y)
    x1 = min(patch.x + patch.mask.shape[1], limit.x + limit.mask.shape[1])
    y1 = min(patch.y + patch.mask.shape[0], limit.y + limit.mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return None
    a = patch.mask[y0 - patch.y : y1 - patch.y, x0 - patch.x : x1 - patch.x]
    b = limit.mask[y0 - limit.y : y1 - limit.y, x0 - limit.x : x1 - limit.x]
    return Patch(x0, y0, a * b)
