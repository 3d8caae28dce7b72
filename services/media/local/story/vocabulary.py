"""The words in which a story tells the illustrator what to draw. Language-neutral: every pack uses them as they are."""

from __future__ import annotations


def _words(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


HERO_KINDS = _words(
    "girl boy woman man elder queen king wizard knight sailor explorer robot ghost "
    "fox cat dog rabbit bear bird owl dragon mouse"
)
PLACES = _words(
    "forest meadow mountain village city street castle sea beach lake river desert snowfield island garden farm "
    "library bedroom kitchen workshop classroom laboratory cave space market theatre station bridge lighthouse"
)
TIMES = _words("dawn day sunset night")
WEATHERS = _words("clear cloudy rain storm snow fog wind")
ACTIONS = _words("stand walk run sit wave point read hold jump sleep think")
MOODS = _words("calm happy sad scary tense wonder funny romantic")
PROPS = _words(
    "lantern book map key letter magnet telescope ball kite boat bicycle umbrella flower heart clock door mirror chest "
    "candle bench tent rocket globe cake cup piano bell star balloon basket photo phone suitcase tree scroll wheel pot "
    "crown sword bone hat spaceship car gift guitar bag bottle apple plane dress"
)
MAX_PROPS = 3

SETTING = "@"
"""In a plan: the place, time or weather of the story's own setting (what the user asked for, or the invented one)."""
THEME = "%"
"""In a plan: the place or the prop of the topic's theme."""
