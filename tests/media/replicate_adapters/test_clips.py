"""Clips: what is bought for a length, and that what comes is cut to the frame in our own format."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from services.media.adapters.replicate_clip_maker import LARGEST_PICTURE_BYTES, ReplicateClipMaker, first_frame
from services.media.adapters.replicate_customer import SPOILED, Customer
from services.media.local.film import ffmpeg
from shared.contracts.values import FRAME_SIZE_PX
from shared.errors import Invalid, Rejected
from shared.pricing.prices import Prices
from tests.media.replicate_adapters.buyer import FakeBuyer
from tests.replicate_double import media

PRICES = Prices(clips_billed=True)
SMALL_PX = (320, 180)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "picture.png"
    Image.new("RGB", (1280, 720), "teal").save(file)
    return file


def told(share: float) -> None:
    assert 0 <= share <= 1


async def clip(buyer: FakeBuyer, picture: Path, duration_ms: int, size_px: tuple[int, int] = SMALL_PX) -> Path:
    file = picture.with_name("clip.mp4")
    maker = ReplicateClipMaker(Customer(buyer), PRICES, threads=1)
    await maker.animate(picture, "waves roll in", duration_ms, size_px, 2, 7, file, told)
    return file


def small_film(duration_s: int) -> bytes:
    return media.film(160, 96, duration_s)


def shape(file: Path) -> tuple[int, int, int, float]:
    film = cv2.VideoCapture(str(file))
    frames = 0
    while film.grab():
        frames += 1
    size = int(film.get(cv2.CAP_PROP_FRAME_WIDTH)), int(film.get(cv2.CAP_PROP_FRAME_HEIGHT))
    return (*size, frames, film.get(cv2.CAP_PROP_FPS))


@pytest.mark.parametrize(
    ("duration_ms", "sold_s", "frames"),
    [(1000, 5, 24), (4999, 5, 120), (5000, 5, 120), (5001, 10, 120), (8000, 10, 192)],
)
async def test_the_next_longer_clip_is_bought_and_cut_to_the_frame(
    tmp_path: Path, picture: Path, duration_ms: int, sold_s: int, frames: int
) -> None:
    buyer = FakeBuyer(tmp_path, small_film(sold_s))
    assert shape(await clip(buyer, picture, duration_ms)) == (*SMALL_PX, frames, 24.0)
    (purchase,) = buyer.purchases
    assert (purchase.step, purchase.model) == ("animate", "runwayml/gen4-turbo")
    assert (purchase.input["duration"], purchase.input["aspect_ratio"]) == (sold_s, "16:9")
    assert purchase.input["prompt"] == "waves roll in"
    assert (purchase.charge.quantity, purchase.charge.unit) == (sold_s, "second")
    assert purchase.charge.amount_microusd == 15_000 * sold_s
    assert purchase.charge.billed


async def test_a_clip_that_is_too_short_stands_still_at_its_end(tmp_path: Path, picture: Path) -> None:
    buyer = FakeBuyer(tmp_path, small_film(1))
    assert shape(await clip(buyer, picture, 2000))[2] == 48


@pytest.mark.parametrize("ratio", FRAME_SIZE_PX)
async def test_every_shape_is_ordered_and_filled(tmp_path: Path, picture: Path, ratio) -> None:
    buyer = FakeBuyer(tmp_path, small_film(1))
    width, height = FRAME_SIZE_PX[ratio]
    assert shape(await clip(buyer, picture, 100, (width, height)))[:2] == (width, height)
    assert buyer.purchases[0].input["aspect_ratio"] == ratio


async def test_it_is_encoded_as_all_our_clips_are(tmp_path: Path, picture: Path) -> None:
    file = await clip(FakeBuyer(tmp_path, small_film(1)), picture, 500)
    stop, listing = ffmpeg.Stop(), tmp_path / "info.txt"
    ffmpeg.run(["-i", str(file), "-map", "0", "-c", "copy", "-f", "framehash", str(listing)], tmp_path, stop)
    text = listing.read_text()
    assert "#media_type 0: video" in text
    assert "#media_type 1" not in text  # silent
    assert "#tb 0: 1/12288" in text


async def test_the_picture_goes_along_as_a_small_jpeg_of_the_films_shape(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1440, 1440, 3), np.uint8)
    picture, file = tmp_path / "noise.png", tmp_path / "first.jpg"
    Image.fromarray(noise).save(picture)
    first_frame(picture, (1280, 720), file)
    assert file.stat().st_size <= LARGEST_PICTURE_BYTES
    with Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 720))
    before = file.read_bytes()
    first_frame(picture, (1280, 720), file)
    assert file.read_bytes() == before  # the same input on every delivery


@pytest.mark.parametrize("broken", [b"", b"\0\0\0\x18ftypmp42" + b"\0" * 99, None])
async def test_a_broken_film_is_refused(tmp_path: Path, picture: Path, broken) -> None:
    with pytest.raises(Rejected) as refusal:
        await clip(FakeBuyer(tmp_path, broken), picture, 1000)
    assert refusal.value.message == SPOILED


async def test_what_cannot_be_made_costs_nothing(tmp_path: Path, picture: Path) -> None:
    buyer = FakeBuyer(tmp_path)
    with pytest.raises(Invalid, match="10 seconds"):
        await clip(buyer, picture, 10_001)
    picture.write_bytes(io.BytesIO(b"no picture").getvalue())
    with pytest.raises(Invalid, match="cannot be read"):
        await clip(buyer, picture, 1000)
    assert buyer.purchases == []
