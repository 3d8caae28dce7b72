"""What every room has: wall, floor in perspective, skirting, rugs, lamps, pictures."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import add_glow
from services.media.local.picture.canvas import Patch
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import curve, ellipse, poly, rect, rounded
from services.media.local.picture.stage import Stage


def shell(s: Stage, wall: Paint, boards: Paint, *, panel: Paint | None = None, planks: bool = True) -> None:
    """Wall and floor; `panel` adds wainscoting."""
    top = s.horizon
    rows = np.arange(s.height, dtype=np.float32)[:, None]
    columns = np.arange(s.width, dtype=np.float32)[None]
    away = np.abs(columns - s.layout.light_x) / s.width
    shade = 1.06 - 0.36 * np.clip(away * 1.5, 0, 1) ** 1.3 - 0.22 * np.clip(1 - rows / (s.height * 0.4), 0, 1)
    grain = 1.0 + (s.noise("ground", 26, 5, 3.2) - np.float32(0.5)) * np.float32(0.1 * s.look.texture)
    light = shade * grain if not s.look.flat else np.broadcast_to(shade, (s.height, s.width))
    for plane, value in zip(s.canvas.rgb, s.colour(wall), strict=True):
        plane[:] = (light * np.float32(value)).astype(np.float32)
    b = s.brush(0, 0, 1)
    if panel is not None:
        y = top - s.height * 0.15
        b.fill(rect(0, -top, s.width, -y), paint=panel, shade=False, line=0)
        for x in np.arange(0, s.width, s.unit * 0.11):
            b.fill(
                rect(
                    float(x) + s.unit * 0.012,
                    -(top - s.height * 0.022),
                    float(x) + s.unit * 0.098,
                    -(y + s.height * 0.02),
                ),
                paint=times(panel, 0.9),
                shade=False,
                line=0.3,
            )
        b.fill(rect(0, -y, s.width, -(y - s.height * 0.012)), paint=times(panel, 1.15), shade=False, line=0.4)
    s.floor(top, times(boards, 0.92), boards, texture=0.8, depth=0.0)
    if planks:
        _planks(s, boards)
    b.fill(rect(0, -top, s.width, -(top - s.height * 0.018)), paint=times(panel or wall, 0.78), shade=False, line=0.5)
    _corner(s, top)


def _planks(s: Stage, boards: Paint) -> None:
    b = s.brush(0, 0, 1)
    vanish_x, vanish_y = s.width / 2, s.horizon - s.height * 0.34
    bottom = s.height * 0.80
    t = (bottom - s.horizon) / (bottom - vanish_y)
    for k in range(-16, 17):
        x = vanish_x + k * s.unit * 0.13
        b.stroke(
            ((x + (vanish_x - x) * t, -s.horizon), (x, -bottom)),
            times(boards, 0.62),
            max(s.unit * 0.0022, 1),
            strength=0.4,
        )


def _corner(s: Stage, top: float) -> None:
    """Soft darkness where wall meets floor."""
    y0, y1 = int(top - s.height * 0.03), int(top + s.height * 0.03)
    rows = np.abs(np.arange(y0, y1, dtype=np.float32) - top) / (s.height * 0.03)
    mask = np.broadcast_to(((1 - rows) * 0.22)[:, None], (y1 - y0, s.width)).astype(np.float32)
    s.canvas.shade(Patch(0, y0, mask), 0.0 if s.look.flat else 1.0)


def rug(s: Stage, paint: Paint, trim: Paint) -> None:
    """An oval rug under the hero, ending above the subtitles."""
    b = s.brush(s.layout.hero_x, s.ground + s.height * 0.004, s.unit)
    b.fill(ellipse(0, 0, 0.36, 0.05), paint=trim, shade=False, line=0.6)
    b.fill(ellipse(0, 0, 0.33, 0.043), paint=paint, shade=False, line=0)
    b.stroke(ellipse(0, 0, 0.27, 0.033), trim, 0.006, closed=True)


def wall_lamp(s: Stage, x: float, y: float, size: float) -> None:
    """A shaded lamp; it shines when it is dark."""
    b = s.brush(x, y, size)
    b.stroke(((0, 0), (0, 1.2)), "#4a3a30", 0.06)
    b.fill(
        poly((-0.28, 0.45), (0.28, 0.45), (0.5, -0.2), (-0.5, -0.2)),
        paint=mix("#e8c88a", "#ffe2a0", s.tone.dark),
        glowing=s.tone.dark > 0.4,
    )
    if s.tone.dark > 0.2:
        add_glow(s.canvas, x, y, size * 4.5, (1.0, 0.74, 0.4), 0.3 * s.tone.dark)
        add_glow(s.canvas, x, y, size * 1.2, (1.0, 0.86, 0.6), 0.4 * s.tone.dark)


def frame(s: Stage, x: float, y: float, w: float, h: float) -> None:
    """A landscape in a frame."""
    b = s.brush(x, y, 1)
    b.fill(rounded(-w / 2, -h / 2, w / 2, h / 2, w * 0.03), paint="#9a6a34", gloss=0.3, bump=0.2)
    view = b.fill(rect(-w * 0.42, -h * 0.4, w * 0.42, h * 0.4), paint="#a8cfe0", shade=False, line=0.4)
    b.fill(
        curve((-w, -h), (-w * 0.4, -h * 0.05), (0, h * 0.12), (w * 0.4, -h * 0.1), (w, -h)),
        paint="#7aa05a",
        shade=False,
        inside=view,
    )
    b.fill(ellipse(w * 0.2, h * 0.2, h * 0.09), paint="#fbe8a0", shade=False, inside=view)
