"""The offline illustrator: pure functions from a script's page to a picture. numpy and OpenCV only, no I/O."""

from services.media.local.picture.compose import illustrate
from services.media.local.picture.layout import CALM, GROUND, Take, hero_box, lay_out, picture_size, subtitle_zone
from services.media.local.picture.vocabulary import ACTIONS, HERO_KINDS, MOODS, PLACES, PROPS, STYLES, TIMES, WEATHERS

__all__ = [
    "ACTIONS",
    "CALM",
    "GROUND",
    "HERO_KINDS",
    "MOODS",
    "PLACES",
    "PROPS",
    "STYLES",
    "TIMES",
    "WEATHERS",
    "Take",
    "hero_box",
    "illustrate",
    "lay_out",
    "picture_size",
    "subtitle_zone",
]
