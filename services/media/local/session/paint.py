"""Draws one picture of a prompt: larger than it is shown, then cut to the framing. No I/O."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.local.picture import illustrate, lay_out
from services.media.local.session.prompt import read_prompt
from services.media.local.session.takes import FLYING, Composition, compose_take
from services.media.local.story.dice import Dice
from shared.contracts.values import FRAME_SIZE_PX, AspectRatio

Picture = NDArray[np.uint8]

LOOK_ROOM = 0.1
"""Figures stand off the middle, by this share of the picture, and look into it."""


def paint(prompt: str, item: int, aspect_ratio: AspectRatio, seed: int) -> Picture:
    """Picture `item` (from 1) as (height, width, 3) uint8 RGB of the aspect ratio's frame size."""
    idea = read_prompt(prompt, Dice("idea", prompt, seed))
    composition = compose_take(idea, item, aspect_ratio, seed, prompt)
    drawn = illustrate(composition.script, 1, composition.take)
    left, top, right, bottom = window(composition, drawn.shape[1], drawn.shape[0])
    part = np.ascontiguousarray(drawn[top:bottom, left:right])
    size = FRAME_SIZE_PX[aspect_ratio]
    method = cv2.INTER_AREA if part.shape[1] >= size[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size, interpolation=method), np.uint8)


def window(composition: Composition, width: int, height: int) -> tuple[int, int, int, int]:
    """What of the drawn picture is shown: left, top, right and bottom in px."""
    share, bottom = composition.framing.share, composition.framing.bottom
    place = lay_out(composition.script, 1, composition.take)
    scene = composition.script.pages[0].scene
    star = composition.take.star
    room = LOOK_ROOM if not star else 0.0
    if scene.companion or scene.props:
        room = 0.22
    middle = place.hero_x + place.facing * room * share * width if scene.hero_visible or star else width / 2
    if star in FLYING and share > 0.9:
        middle = width / 2
    left = round(min(max(middle - share * width / 2, 0), width - share * width))
    top = round(max(0.0, (bottom - share) * height))
    return left, top, left + round(share * width), top + round(share * height)
