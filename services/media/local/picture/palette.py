"""Colours: parsing, mixing, and the tone that hour, weather and mood give to everything in a picture."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace
from functools import lru_cache

Colour = tuple[float, float, float]
Paint = str | Colour


@lru_cache(maxsize=1024)
def _parse(text: str) -> Colour:
    digits = text.lstrip("#")
    try:
        r, g, b = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    except ValueError:
        return (0.6, 0.55, 0.5)
    return (r, g, b)


def rgb(paint: Paint) -> Colour:
    """A colour from `#rrggbb` or itself; a malformed text gives a neutral grey, since heroes come from outside."""
    return _parse(paint) if isinstance(paint, str) else paint


def mix(a: Paint, b: Paint, share: float) -> Colour:
    """`share` of `b` in `a`."""
    (r, g, v), (s, h, w) = rgb(a), rgb(b)
    return (r + (s - r) * share, g + (h - g) * share, v + (w - v) * share)


def times(a: Paint, b: Paint | float) -> Colour:
    """The product of two colours, or a colour made brighter or darker."""
    r, g, v = rgb(a)
    s, h, w = (b, b, b) if isinstance(b, float | int) else rgb(b)
    return (r * s, g * h, v * w)


def saturate(paint: Paint, amount: float) -> Colour:
    """More (above 1) or less colourful at the same brightness."""
    r, g, b = rgb(paint)
    grey = 0.3 * r + 0.59 * g + 0.11 * b
    return (
        min(max(grey + (r - grey) * amount, 0.0), 1.2),
        min(max(grey + (g - grey) * amount, 0.0), 1.2),
        min(max(grey + (b - grey) * amount, 0.0), 1.2),
    )


def turn_hue(paint: Paint, degrees: float) -> Colour:
    """The same colour further round the colour wheel."""
    h, s, v = colorsys.rgb_to_hsv(*rgb(paint))
    return colorsys.hsv_to_rgb((h + degrees / 360) % 1, s, v)


@dataclass(frozen=True)
class Tone:
    """Light and air of one picture. `key` and `fill` multiply lit and shaded surfaces; the others are colours."""

    top: Colour
    middle: Colour
    horizon: Colour
    light: Colour
    key: Colour
    fill: Colour
    haze: Colour
    dark: float
    """How much of the lamps and windows is to be seen: 0 by day, 1 at night."""

    def air(self, paint: Paint, depth: float) -> Colour:
        """A surface seen through air: `depth` 0 is near, 1 is lost in the haze."""
        return mix(paint, self.haze, depth)

    def lit(self, paint: Paint, share: float = 0.62) -> Colour:
        """A surface's colour in this light; `share` of the key light reaches it."""
        return times(paint, mix(self.fill, self.key, share))


def _tone(words: str, key: Colour, fill: Colour, dark: float) -> Tone:
    top, middle, horizon, light, haze = (rgb("#" + word) for word in words.split())
    return Tone(top, middle, horizon, light, key, fill, haze, dark)


HOURS = {
    "dawn": _tone("47619f c49ab6 ffd2a4 fff0cf d9b7b4", (1.04, 0.90, 0.78), (0.60, 0.56, 0.72), 0.35),
    "day": _tone("2c74c6 72b3e8 d9eef6 fffbe6 c4dcea", (1.06, 1.02, 0.95), (0.62, 0.68, 0.82), 0.0),
    "sunset": _tone("38336f c25a7c ffb163 ffe0a0 d98a76", (1.08, 0.80, 0.58), (0.46, 0.38, 0.55), 0.7),
    "night": _tone("060c24 142a5c 355a94 e4ecff 243f70", (0.66, 0.76, 1.0), (0.24, 0.30, 0.50), 1.0),
}
_GREY = {"clear": 0.0, "wind": 0.08, "cloudy": 0.4, "snow": 0.42, "rain": 0.58, "fog": 0.55, "storm": 0.74}
_DIM = {"clear": 1.0, "wind": 1.0, "cloudy": 0.94, "snow": 1.02, "rain": 0.78, "fog": 0.95, "storm": 0.6}
_MOODS: dict[str, tuple[Colour, float, float]] = {
    "calm": ((1.0, 1.0, 1.0), 1.0, 1.0),
    "happy": ((1.04, 1.02, 0.98), 1.03, 1.1),
    "sad": ((0.92, 0.96, 1.06), 0.90, 0.72),
    "scary": ((0.86, 1.0, 0.94), 0.68, 0.72),
    "tense": ((1.0, 0.93, 0.90), 0.84, 0.92),
    "wonder": ((1.0, 0.96, 1.10), 1.0, 1.14),
    "funny": ((1.04, 1.02, 0.96), 1.03, 1.12),
    "romantic": ((1.10, 0.94, 0.98), 0.98, 1.08),
}
"""A tint, a brightness and a saturation for each mood."""


def tone_of(time: str, weather: str, mood: str, saturation: float) -> Tone:
    """The tone for vocabulary words; `saturation` is the style's own."""
    base = HOURS[time]
    tint, bright, vivid = _MOODS[mood]
    grey, dim = _GREY[weather], _DIM[weather]

    def sky(colour: Colour, share: float = 1.0) -> Colour:
        flat = sum(colour) / 3
        clouded = mix(colour, (flat * 0.94, flat * 0.99, flat * 1.05), grey * share)
        return saturate(times(times(clouded, tint), dim * bright), vivid * saturation)

    soft = 0.5 + 0.5 * bright * dim
    return replace(
        base,
        top=sky(base.top),
        middle=sky(base.middle),
        horizon=sky(base.horizon),
        haze=sky(base.haze),
        light=mix(base.light, "#eef2f6", grey),
        key=times(times(mix(base.key, (0.8, 0.84, 0.9), grey * 0.8 * (1 - 0.4 * base.dark)), tint), soft),
        fill=times(times(base.fill, tint), soft),
    )


ROOM_HOURS = {
    "dawn": ((1.0, 0.9, 0.8), (0.62, 0.56, 0.62), 0.35),
    "day": ((1.02, 0.99, 0.94), (0.68, 0.68, 0.74), 0.0),
    "sunset": ((1.06, 0.84, 0.64), (0.56, 0.46, 0.52), 0.6),
    "night": ((0.98, 0.80, 0.58), (0.34, 0.30, 0.42), 1.0),
}


def room_tone(outside: Tone, time: str, mood: str) -> Tone:
    """The same hour seen from within: lamp light at night, window light by day."""
    key, fill, dark = ROOM_HOURS[time]
    tint, bright, _ = _MOODS[mood]
    soft = 0.45 + 0.55 * bright
    return replace(
        outside, key=times(times(key, tint), soft), fill=times(times(fill, tint), soft), dark=max(dark, outside.dark)
    )
