"""Skies: the gradient, sun or moon, stars and each style's own clouds."""

from __future__ import annotations

import numpy as np

from services.media.local.picture.brush import add_glow
from services.media.local.picture.canvas import blur, resize
from services.media.local.picture.palette import Colour, mix, times
from services.media.local.picture.shapes import circles, ellipse, poly
from services.media.local.picture.stage import Stage

_COVER = {"clear": 0.36, "wind": 0.5, "cloudy": 0.75, "rain": 0.85, "snow": 0.7, "fog": 0.3, "storm": 1.0}


def draw_sky(s: Stage) -> None:
    """Fills the whole picture with sky; the land is painted over it."""
    _gradient(s)
    weather, night = s.scene.weather, s.scene.time == "night"
    veiled = weather in ("rain", "storm", "fog", "cloudy", "snow")
    if night and not veiled:
        stars(s)
    if s.look.shading == "ink" and not night and not veiled:
        _sunburst(s)
    _disc(s, veiled)
    cover = _COVER[weather] * (0.5 if night and not veiled else 1.0)
    if s.look.shading in ("soft", "film"):
        _wisps(s, cover)
    else:
        _heaps(s, cover)


def _gradient(s: Stage) -> None:
    t = np.clip(np.arange(s.height, dtype=np.float32) / max(s.horizon, 1), 0, 1)
    curve = t ** (0.85 if s.look.shading != "film" else 1.25)
    for plane, top, middle, low in zip(s.canvas.rgb, s.tone.top, s.tone.middle, s.tone.horizon, strict=True):
        plane[:] = np.interp(curve, [0, 0.55, 1], [top, middle, low]).astype(np.float32)[:, None]
    glow = times(s.tone.light, mix(s.tone.horizon, (1, 1, 1), 0.4))
    power = {"day": 0.2, "dawn": 0.34, "sunset": 0.42, "night": 0.26}[s.scene.time]
    power *= 0.35 if s.scene.weather in ("rain", "storm", "fog") else 1.0
    add_glow(s.canvas, s.layout.light_x, s.layout.light_y, s.unit * 0.5, glow, power)


def stars(s: Stage) -> None:
    """Stars, the galaxy and a few that sparkle."""
    count = int(s.width * s.height / 3200)
    x = s.rng.integers(2, s.width - 2, count)
    y = (s.rng.random(count) ** 1.3 * s.horizon).astype(int)
    power = s.rng.random(count).astype(np.float32) ** 3
    points = np.zeros((s.height, s.width), np.float32)
    points[y, x] = power
    glow = points * 0.7 + blur(points, 0.9) * 3.4
    for plane, value in zip(s.canvas.rgb, s.tone.light, strict=True):
        plane[:] += glow * np.float32(value)
    if s.look.shading in ("soft", "film", "clay"):
        band = s.noise("galaxy", 4, 5)
        rows, columns = np.mgrid[0 : s.height : 8, 0 : s.width : 8].astype(np.float32)
        tilt = np.exp(-(((rows - 0.3 * s.height - 0.22 * (columns - s.width / 2)) / (0.15 * s.height)) ** 2))
        band = band**2 * resize(tilt, s.width, s.height) * np.float32(0.2)
        for plane, value in zip(s.canvas.rgb, (0.55, 0.62, 1.0), strict=True):
            plane[:] += band * np.float32(value)
    for _ in range(9):
        px, py = s.rng.uniform(0, s.width), s.rng.uniform(0, s.horizon * 0.7)
        _sparkle(s, px, py, s.unit * s.rng.uniform(0.006, 0.016), s.tone.light)


def _sparkle(s: Stage, x: float, y: float, size: float, colour: Colour) -> None:
    b = s.brush(x, y, size)
    thin = 0.09
    rays = (poly((-1, 0), (0, thin), (1, 0), (0, -thin)), poly((0, -1), (thin, 0), (0, 1), (-thin, 0)))
    b.fill(*rays, paint=colour, glowing=True, line=0, strength=0.9)


def _sunburst(s: Stage) -> None:
    x, y = s.layout.light_x, s.layout.light_y
    reach = float(np.hypot(s.width, s.height))
    b = s.brush(x, y, reach)
    turn = s.rng.uniform(0, 360)
    rays = []
    for k in range(14):
        a, c = np.radians(turn + k * 360 / 14), np.radians(turn + (k + 0.5) * 360 / 14)
        rays.append(poly((0, 0), (float(np.cos(a)), float(np.sin(a))), (float(np.cos(c)), float(np.sin(c)))))
    b.fill(*rays, paint=mix(s.tone.horizon, s.tone.light, 0.6), glowing=True, line=0, strength=0.34)


def _disc(s: Stage, veiled: bool) -> None:
    x, y = s.layout.light_x, s.layout.light_y
    night = s.scene.time == "night"
    radius = s.unit * (0.058 if night else 0.052) * (1.25 if s.look.round_trees or s.look.flat else 1.0)
    if s.scene.time == "sunset":
        radius *= 1.25
    core = mix(s.tone.light, s.tone.horizon, 0.15) if night else mix(s.tone.light, (1.0, 1.0, 0.96), 0.55)
    if veiled:
        add_glow(s.canvas, x, y, radius * 2.6, core, 0.25)
        return
    if s.look.shading == "soft" and s.scene.time == "day":
        add_glow(s.canvas, x, y, radius * 1.1, core, 0.9)
        return
    add_glow(s.canvas, x, y, radius * 2.1, times(s.tone.light, 1.0), 0.42 if night else 0.3)
    b = s.brush(x, y, radius)
    face = b.fill(ellipse(0, 0, 1), paint=times(core, 1.04), glowing=True, line=0.8 if s.look.shading == "ink" else 0)
    if night and face is not None:
        spots = [(-0.35, 0.25, 0.24), (0.3, 0.42, 0.16), (0.28, -0.2, 0.28), (-0.25, -0.45, 0.17), (0.62, 0.08, 0.12)]
        b.fill(*circles(spots), paint=times(core, 0.88), glowing=True, line=0, inside=face, strength=0.75)
        b.shadow(ellipse(0.55, -0.5, 1.05), sigma=0.3, strength=0.16, inside=face)


def _wisps(s: Stage, cover: float) -> None:
    """Soft, lit clouds from noise, at a third of the size: they have no sharp edges."""
    w, h = s.width // 3, s.height // 3
    film = s.look.shading == "film"
    field_ = resize(s.noise("clouds", 3.2 if not film else 2.2, 6, 1.9 if not film else 3.4), w, h)
    cut = 0.74 - 0.42 * cover
    mask = np.clip((field_ - cut) * np.float32(3.4 if film else 3.0), 0, 1)
    mask *= np.clip(1.2 - np.arange(h, dtype=np.float32)[:, None] / (s.horizon / 3), 0, 1)
    step = max(int(h * 0.025), 1)
    side = 1 if s.layout.light_x > s.width / 2 else -1
    lit = np.clip(0.5 + (field_ - np.roll(field_, (step, -side * step), (0, 1))) * np.float32(4.0), 0, 1)
    bright = mix(times(s.tone.light, s.tone.key), s.tone.horizon, 0.35)
    dark = mix(times(s.tone.middle, 0.62), s.tone.top, 0.3)
    if s.scene.weather == "storm":
        bright, dark = times(bright, 0.62), times(dark, 0.62)
    cloud = resize(mask * np.float32(0.92), s.width, s.height)
    glow = resize(lit, s.width, s.height)
    for plane, a, b in zip(s.canvas.rgb, dark, bright, strict=True):
        plane[:] += (np.float32(a) + glow * np.float32(b - a) - plane) * cloud


def _heaps(s: Stage, cover: float) -> None:
    """Clouds with a shape: cumulus, ink clouds or soft balls."""
    count = int(2 + cover * 6 * s.width / s.height**0.5 / 52)
    rows = sorted(s.rng.uniform(0.16, 0.86) for _ in range(count))
    for share in reversed(rows):
        y = s.horizon * share
        size = s.unit * (0.30 - 0.19 * share) * s.rng.uniform(0.75, 1.25)
        x = s.rng.uniform(-0.05, 1.05) * s.width
        if abs(x - s.layout.light_x) < size and share < 0.6 and s.scene.weather in ("clear", "wind"):
            x += size * 2.2 * (1 if x > s.layout.light_x else -1)
        _heap(s, x, y, size, share)


def _heap(s: Stage, x: float, y: float, size: float, share: float) -> None:
    bumps = _bumps(s)
    b = s.brush(x, y, size, depth=min(0.1 + share * 0.3, 0.4))
    white, shadow = _cloud_colours(s)
    if s.look.shading == "clay":
        whole = b.fill(*circles([(bx, by, r * 1.22) for bx, by, r in bumps]), paint=white, bump=0.8)
        for bx, by, r in sorted(bumps, key=lambda q: q[1], reverse=True)[::2]:
            b.fill(ellipse(bx, by, r * 1.1, r), paint=white, inside=whole, strength=0.42)
        return
    side = 1 if s.layout.light_x > x else -1
    whole = b.fill(*circles(bumps), paint=shadow, glowing=True, line=0.8 if s.look.shading == "ink" else 0)
    if whole is None:
        return
    for grow, colour in ((0.93, mix(shadow, white, 0.55)), (0.82, white)):
        lift = (1 - grow) * 1.1
        inner = [(bx + side * lift * 0.6, by + lift * 0.62, r * grow) for bx, by, r in bumps]
        b.fill(*circles(inner), paint=colour, glowing=True, line=0, inside=whole)


def _bumps(s: Stage) -> list[tuple[float, float, float]]:
    rows = [(0.0, 0.3, 0.33)]
    puffs = 7 if s.look.shading == "clay" else 12
    for k in range(puffs):
        t = (k + 0.5) / puffs * 2 - 1
        height = (1 - t * t) ** 0.8
        r = 0.13 + 0.17 * height * s.rng.uniform(0.7, 1.15)
        rows.append((t * 0.95 + s.rng.uniform(-0.05, 0.05), r * 0.86 + height * s.rng.uniform(0.0, 0.34), r))
    rows += [(x, 0.13, 0.13) for x in (-0.7, -0.35, 0.0, 0.35, 0.7)]
    return rows


def _cloud_colours(s: Stage) -> tuple[Colour, Colour]:
    grey = {"storm": 0.66, "rain": 0.42, "cloudy": 0.2, "snow": 0.12, "fog": 0.2}.get(s.scene.weather, 0.0)
    white = mix((1.0, 1.0, 1.0), (0.36, 0.38, 0.44), grey)
    if s.look.shading == "clay":
        return mix(white, s.tone.horizon, 0.25), white
    hour = {"day": (1, 1, 1), "dawn": (1.0, 0.93, 0.9), "sunset": (1.0, 0.83, 0.66), "night": (0.34, 0.42, 0.68)}
    lit = times(white, hour[s.scene.time])
    return lit, mix(times(lit, 0.78), s.tone.middle, 0.5)
