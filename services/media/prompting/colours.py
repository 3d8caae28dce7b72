"""Colours by the names that people give them. Pure."""

from __future__ import annotations

import colorsys

_HUES = (
    (14, "red"), (38, "orange"), (66, "golden yellow"), (90, "lime green"), (160, "green"), (195, "turquoise"),
    (250, "blue"), (290, "purple"), (335, "pink"), (361, "red"),
)  # fmt: skip
_GREYS = ((0.2, "black"), (0.45, "dark grey"), (0.75, "grey"), (0.9, "light grey"), (1.01, "white"))
_PALE = 0.16
_DARK = 0.42
_PLUM = 0.6
_SKINS = ((0.36, "dark brown"), (0.55, "brown"), (0.72, "light brown"), (0.85, "fair"), (1.01, "pale"))


def colour_name(colour: str) -> str:
    """ "dark red" for `#7a1f2b`. Brown is dark orange, cream a light one. Grey for what is no colour."""
    red, green, blue = _rgb(colour)
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < _PALE:
        return "cream" if saturation > 0 and value > 0.9 and red > blue else _upto(_GREYS, value)
    name = _upto(_HUES, hue * 360)
    if 10 <= hue * 360 < 60:
        if value < 0.75 and saturation < 0.92:
            return "dark brown" if value < 0.42 else "brown"
        if saturation < 0.4:
            return "cream" if value > 0.85 else "beige"
    if name == "pink" and value < _PLUM:
        return "plum"
    if value < _DARK:
        return f"dark {name}"
    return f"light {name}" if saturation < 0.35 and value > 0.7 else name


def skin_name(colour: str) -> str:
    """How dark somebody's skin is, in a word."""
    red, green, blue = _rgb(colour)
    return _upto(_SKINS, 0.299 * red + 0.587 * green + 0.114 * blue)


def _rgb(colour: str) -> tuple[float, float, float]:
    try:
        number = int(colour.removeprefix("#"), 16)
    except ValueError:
        number = 0x808080
    return (number >> 16 & 255) / 255, (number >> 8 & 255) / 255, (number & 255) / 255


def _upto(steps: tuple[tuple[float, str], ...], value: float) -> str:
    return next(name for limit, name in steps if value < limit)
