"""Buying where nothing goes wrong: every kind of model, with the real client, and files that are what they say."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path
from typing import Any

import cv2
import pytest
from PIL import Image

from services.media.purchases import Purchase
from shared.contracts import events as e
from tests.replicate.orders import CHARGE, picture, words
from tests.replicate_double import KOKORO, Double, Fate
from tests.replicate_double.shop import TestShop, open_shop


async def test_pictures_come_and_the_record_tells_it_in_order(shop: TestShop, double: Double) -> None:
    bought = await shop.till().buy(picture(number=2))
    assert [Image.open(file).format for file in bought.files] == ["PNG", "PNG"]
    started, intended, submitted, settled = await shop.events()
    assert isinstance(started, e.JobStarted)
    assert isinstance(intended, e.SubmissionIntended)
    assert isinstance(submitted, e.ProviderJobSubmitted)
    assert isinstance(settled, e.ProviderJobSettled)
    assert {submitted.provider_job_id} == double.ledger.ids
    assert (settled.outcome, settled.charge, len(settled.outputs)) == ("succeeded", CHARGE, 2)
    assert all("/r2/" in one.key and not one.public for one in settled.outputs)
    assert double.ledger.total_usd == 0.006


async def test_a_bought_step_is_fetched_and_never_bought_again(shop: TestShop, double: Double) -> None:
    first = await shop.till().buy(picture())
    events = await shop.events()
    double.orders.clear()
    again = await shop.till(attempt=2).buy(picture())
    assert again.files[0].read_bytes() == first.files[0].read_bytes()
    assert again.files != first.files
    assert await shop.events() == events
    assert double.calls["create"] == 1


async def test_our_token_goes_to_no_file_host(shop: TestShop, double: Double) -> None:
    await shop.till().buy(picture())
    assert double.file_headers
    assert all("authorization" not in headers for headers in double.file_headers)


@pytest.mark.parametrize(
    ("given", "size_px"), [({"aspect_ratio": "16:9"}, (1344, 768)), ({"megapixels": "0.25"}, (512, 512))]
)
async def test_pictures_have_their_size(tmp_path: Path, given: Any, size_px: tuple[int, int]) -> None:
    async with Double() as double, open_shop(double, tmp_path) as shop:
        bought = await shop.till().buy(picture(**given, output_format="webp"))
        assert Image.open(bought.files[0]).size == size_px
        assert bought.files[0].suffix == ".webp"


@pytest.mark.parametrize("writer", [lambda given: ["Once ", "upon"], lambda given: "Once upon"])
async def test_text_comes_whole_or_in_pieces(shop: TestShop, double: Double, writer: object) -> None:
    double.writer = writer  # type: ignore[assignment]
    assert (await shop.till().buy(words())).text == "Once upon"
    assert (await shop.till().buy(words())).text == "Once upon"
    assert double.ledger.times() == 1
    (text,) = (await shop.state()).steps["write"].outputs
    assert await shop.artifacts.get_bytes(text.key) == b"Once upon"


async def test_a_film_from_a_picture(shop: TestShop, double: Double, tmp_path: Path) -> None:
    image = tmp_path / "in.png"
    Image.new("RGB", (64, 36)).save(image)
    purchase = Purchase(
        step="animate", model="runwayml/gen4-turbo", input={"prompt": "waves", "image": image, "duration": 5},
        charge=CHARGE, media_types=("video/mp4",),
    )  # fmt: skip
    (file,) = (await shop.till().buy(purchase)).files
    film = cv2.VideoCapture(str(file))
    assert film.get(cv2.CAP_PROP_FRAME_COUNT) / film.get(cv2.CAP_PROP_FPS) == pytest.approx(5, abs=0.1)
    (order,) = double.orders.values()
    assert order.given["image"].startswith("data:image/png;base64,")


async def test_speech_of_an_official_and_of_a_community_model(shop: TestShop, double: Double) -> None:
    text = "The fox went home over the quiet hills."
    mp3 = Purchase(
        step="speak-1", model="minimax/speech-02-turbo", input={"text": text, "voice_id": "Calm_Woman"},
        charge=CHARGE, media_types=("audio/mpeg",),
    )  # fmt: skip
    wav = Purchase(
        step="speak-2", model=f"jaaari/kokoro-82m:{KOKORO}", input={"text": text, "voice": "af_bella"},
        charge=CHARGE, media_types=("audio/wav",),
    )  # fmt: skip
    till = shop.till()
    first, second = await asyncio.gather(till.buy(mp3), till.buy(wav))
    assert first.files[0].suffix == ".mp3"
    with wave.open(str(second.files[0])) as file:
        assert 2 < file.getnframes() / file.getframerate() < 5
    assert double.ledger.times() == 2


async def test_many_steps_side_by_side(shop: TestShop, double: Double) -> None:
    till = shop.till()
    await asyncio.gather(*(till.buy(picture(f"draw-{n}")) for n in range(12)), till.buy(picture("draw-0")))
    assert double.ledger.times() == 12
    assert len((await shop.state()).charges) == 12


async def test_a_cold_start_is_waited_for(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(cold_s=0.3))
    assert (await shop.till().buy(picture())).files
    assert double.calls["get"] < 40


async def test_a_seed_left_open_is_one_that_no_other_sending_has(shop: TestShop, double: Double) -> None:
    till = shop.till()
    await till.buy(picture("a", prompt="same", seed=None))
    await till.buy(picture("b", prompt="same", seed=None))
    seeds = [order.given["seed"] for order in double.orders.values()]
    assert len(set(seeds)) == 2
    assert all(0 <= seed < 2**31 for seed in seeds)
