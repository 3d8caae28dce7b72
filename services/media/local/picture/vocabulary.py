"""The words a scene may use. The story author picks from these; anything else falls back to something sensible."""

from __future__ import annotations

from shared.contracts.values import STYLES as STYLES

PEOPLE = ("girl", "boy", "woman", "man", "elder", "queen", "king", "wizard", "knight", "sailor", "explorer")
BEASTS = ("fox", "cat", "dog", "rabbit", "bear", "mouse")
OTHERS = ("robot", "ghost", "bird", "owl", "dragon")
HERO_KINDS: tuple[str, ...] = PEOPLE + BEASTS + OTHERS

INDOORS = ("library", "bedroom", "kitchen", "workshop", "classroom", "laboratory", "theatre", "cave")
PLACES: tuple[str, ...] = (
    "forest",
    "meadow",
    "mountain",
    "village",
    "city",
    "street",
    "castle",
    "sea",
    "beach",
    "lake",
    "river",
    "desert",
    "snowfield",
    "island",
    "garden",
    "farm",
    "space",
    "market",
    "station",
    "bridge",
    "lighthouse",
    *INDOORS,
)
TIMES = ("dawn", "day", "sunset", "night")
WEATHERS = ("clear", "cloudy", "rain", "storm", "snow", "fog", "wind")
ACTIONS = ("stand", "walk", "run", "sit", "wave", "point", "read", "hold", "jump", "sleep", "think")
MOODS = ("calm", "happy", "sad", "scary", "tense", "wonder", "funny", "romantic")
PROPS: tuple[str, ...] = (
    "lantern",
    "book",
    "map",
    "key",
    "letter",
    "magnet",
    "telescope",
    "ball",
    "kite",
    "boat",
    "bicycle",
    "umbrella",
    "flower",
    "heart",
    "clock",
    "door",
    "mirror",
    "chest",
    "candle",
    "bench",
    "tent",
    "rocket",
    "globe",
    "cake",
    "cup",
    "piano",
    "bell",
    "star",
    "balloon",
    "basket",
    "photo",
    "phone",
    "suitcase",
    "tree",
    "scroll",
    "wheel",
    "pot",
    "crown",
    "sword",
    "bone",
    "hat",
    "spaceship",
    "car",
    "gift",
    "guitar",
    "bag",
    "bottle",
    "apple",
    "plane",
    "dress",
)


def known(word: str, words: tuple[str, ...], default: str) -> str:
    """`word` in lower case when the vocabulary has it, else `default`."""
    plain = word.strip().lower()
    return plain if plain in words else default
