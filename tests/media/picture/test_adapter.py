"""The port's promise: a PNG file, progress, and refusals that pass through."""

import asyncio

import numpy as np
import pytest
from PIL import Image

from services.media.adapters.local_illustrator import LocalIllustrator
from services.media.local.picture import illustrate
from services.media.model import Scene
from services.media.ports import Illustrator
from shared.errors import NotFound
from tests.media.picture.stories import story

SCRIPT = story(Scene(place="space", time="night", props=("rocket",)), style="anime")


async def test_the_file_holds_the_picture(tmp_path):
    illustrator: Illustrator = LocalIllustrator()
    seen = []
    file = tmp_path / "page.png"
    await illustrator.draw(SCRIPT, 1, file, seen.append)
    with Image.open(file) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1536, 864))
        assert np.array_equal(np.asarray(image), illustrate(SCRIPT, 1))
    assert seen[0] == 0.0
    assert seen[-1] == 1.0


async def test_drawing_leaves_the_loop_free(tmp_path):
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    ticker = asyncio.create_task(tick())
    await LocalIllustrator().draw(SCRIPT, 1, tmp_path / "page.png", lambda _: None)
    ticker.cancel()
    assert ticks > 5


async def test_a_missing_page_leaves_no_file(tmp_path):
    with pytest.raises(NotFound):
        await LocalIllustrator().draw(SCRIPT, 9, tmp_path / "page.png", lambda _: None)
    assert not (tmp_path / "page.png").exists()
