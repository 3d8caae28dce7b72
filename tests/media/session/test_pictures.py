"""Prompts become pictures: what is named is there, no two are alike, the same prompt gives the same bytes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from services.media.adapters.local_painter import LocalPainter
from services.media.local.picture import HERO_KINDS, PLACES, PROPS
from services.media.local.session.paint import paint
from services.media.local.session.prompt import read_prompt, vocabulary
from services.media.local.session.takes import compose_take
from services.media.local.story.dice import Dice
from services.media.ports import Painter
from shared.contracts.values import FRAME_SIZE_PX


def idea(prompt: str):
    return read_prompt(prompt, Dice("test"))


@pytest.mark.parametrize("aspect", FRAME_SIZE_PX)
async def test_the_file_is_a_png_of_exactly_the_frame(aspect, tmp_path):
    painter: Painter = LocalPainter()
    file, seen = tmp_path / "1.png", []
    await painter.paint("man buys hat", 1, aspect, 5, file, seen.append)
    with Image.open(file) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", FRAME_SIZE_PX[aspect])
        assert np.asarray(image).std() > 25
    assert seen[-1] == 1.0


def test_the_same_order_gives_the_same_bytes_and_another_seed_another_picture():
    first = paint("elegant hat showcase", 2, "1:1", 5)
    assert paint("elegant hat showcase", 2, "1:1", 5).tobytes() == first.tobytes()
    assert np.abs(paint("elegant hat showcase", 2, "1:1", 6).astype(int) - first).mean() > 3


@pytest.mark.parametrize("prompt", ["man buys hat", "a castle", "quantum mechanics", "elegant hat showcase"])
def test_pictures_of_one_prompt_are_clearly_different(prompt):
    small = [paint(prompt, item, "16:9", 5)[::24, ::24].astype(int) for item in range(1, 5)]
    for k, one in enumerate(small):
        for other in small[k + 1 :]:
            assert np.abs(one - other).mean() > 12


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("man buys hat", {"hero": "man", "things": ("hat",), "action": "hold"}),
        (
            "a red fox in a snowy forest at dawn",
            {"hero": "fox", "places": ("forest",), "time": "dawn", "weather": "snow"},
        ),
        ("elegant hat showcase", {"hero": "", "things": ("hat",), "places": ("theatre",)}),
        (
            "spaceship over a city at night",
            {"hero": "", "things": ("spaceship",), "places": ("city",), "time": "night"},
        ),
        (
            "anime girl and her dog on the beach",
            {"style": "anime", "hero": "girl", "companion": "dog", "places": ("beach",)},
        ),
        ("photo of a robot reading a book", {"style": "photorealistic", "hero": "robot", "action": "read"}),
        ("comic of a knight", {"style": "comic-book"}),
        ("3d render of a cat", {"style": "pixar-art", "hero": "cat"}),
    ],
)
def test_prompts_are_understood(prompt, expected):
    found = idea(prompt)
    assert {name: getattr(found, name) for name in expected} == expected


def test_nothing_that_is_typed_can_break_a_picture():
    for prompt in ("", "    ", "{}<>[]", "💥", "x" * 5000, "über Größe", "猫", "\ud800"):
        found = compose_take(idea(prompt), 1, "16:9", 3, prompt)
        assert found.script.pages[0].scene.place in PLACES


def test_the_word_lists_name_only_what_can_be_drawn():
    own = vocabulary()
    assert set(own.places) <= set(PLACES)
    assert set(own.props) <= set(PROPS)
    assert {place for row in own.homes.values() for place in row} <= set(PLACES)
    assert set(own.homes) - {"buy", "person", "thing", "nothing"} <= set(HERO_KINDS) | set(PROPS)
