"""The offline illustrator: pure functions from a script's page to a picture. numpy and OpenCV only, no I/O."""

from services.media.local.picture.compose import illustrate
from services.media.local.picture.layout import hero_box, picture_size, subtitle_zone
from services.media.local.picture.vocabulary import ACTIONS, HERO_KINDS, MOODS, PLACES, PROPS, STYLES, TIMES, WEATHERS

__all__ = [
    "ACTIONS",
    "HERO_KINDS",
    "MOODS",
    "PLACES",
    "PROPS",
    "STYLES",
    "TIMES",
    "WEATHERS",
    "hero_box",
    "illustrate",
    "picture_size",
    "subtitle_zone",
]
