"""Pictures: what is ordered, and that what comes is brought to exactly the size that is needed."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from services.media import prompting
from services.media.adapters.replicate_customer import SPOILED, Customer
from services.media.adapters.replicate_pictures import ReplicateIllustrator, ReplicatePainter
from services.media.writing import script_of
from shared.contracts.values import FRAME_SIZE_PX, Brief, Charge
from shared.errors import NotFound, Rejected, Unavailable
from shared.pricing.prices import Prices
from tests.media.replicate_adapters.buyer import FakeBuyer
from tests.media.writing.answers import said, story

PRICES = Prices(images_billed=True)
SCRIPT = script_of(Brief(topic="t", seed=5), said(story()))


def told(share: float) -> None:
    assert 0 <= share <= 1


def png(size_px: tuple[int, int], mode: str = "RGB") -> bytes:
    Image.new(mode, size_px, "red").save(out := io.BytesIO(), "PNG")
    return out.getvalue()


async def test_one_picture_is_ordered_as_the_model_wants_it(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path)
    await ReplicateIllustrator(Customer(buyer), PRICES).draw(SCRIPT, 2, tmp_path / "p.png", told, variant=1)
    (purchase,) = buyer.purchases
    assert (purchase.step, purchase.model) == ("draw", "black-forest-labs/flux-schnell")
    assert purchase.input == {
        "prompt": prompting.picture_prompt(SCRIPT, 2, 1),
        "aspect_ratio": "16:9",
        "num_outputs": 1,
        "num_inference_steps": 4,
        "output_format": "png",
        "seed": prompting.picture_seed(SCRIPT, 2, 1),
    }
    assert purchase.charge == Charge(
        service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3000, billed=True
    )


async def test_the_dearer_model_by_setting(tmp_path: Path) -> None:
    prices = Prices(image_model="flux-dev", image_usd=Decimal("0.025"), images_billed=True)
    buyer = FakeBuyer(tmp_path)
    await ReplicatePainter(Customer(buyer), prices).paint("a fox", 3, "3:4", 9, tmp_path / "p.png", told)
    (purchase,) = buyer.purchases
    assert (purchase.model, purchase.input["num_inference_steps"]) == ("black-forest-labs/flux-dev", 28)
    assert (purchase.charge.model, purchase.charge.amount_microusd) == ("flux-dev", 25_000)


@pytest.mark.parametrize("ratio", FRAME_SIZE_PX)
async def test_pages_have_a_margin_for_the_camera_and_paintings_are_exact(tmp_path: Path, ratio) -> None:
    script, page, painting = replace(SCRIPT, aspect_ratio=ratio), tmp_path / "page.png", tmp_path / "painting.png"
    await ReplicateIllustrator(Customer(FakeBuyer(tmp_path)), PRICES).draw(script, 1, page, told)
    await ReplicatePainter(Customer(FakeBuyer(tmp_path)), PRICES).paint("a fox", 1, ratio, 9, painting, told)
    width, height = FRAME_SIZE_PX[ratio]
    for file, size in ((page, (round(width * 0.6) * 2, round(height * 0.6) * 2)), (painting, (width, height))):
        with Image.open(file) as image:
            assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)


async def test_another_shape_is_cut_evenly_and_never_squeezed(tmp_path: Path) -> None:
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 140:260] = 255  # a little more than a square in the middle
    Image.fromarray(wide).save(out := io.BytesIO(), "WEBP", lossless=True)
    file = tmp_path / "p.png"
    await ReplicatePainter(Customer(FakeBuyer(tmp_path, out.getvalue())), PRICES).paint("x", 1, "1:1", 9, file, told)
    with Image.open(file) as image:
        assert np.asarray(image).min() > 250


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK"])
async def test_any_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    Image.new("RGB", (64, 64), "red").convert(mode).save(out := io.BytesIO(), "JPEG" if mode == "CMYK" else "PNG")
    file = tmp_path / "p.png"
    await ReplicatePainter(Customer(FakeBuyer(tmp_path, out.getvalue())), PRICES).paint("x", 1, "1:1", 9, file, told)
    with Image.open(file) as image:
        assert image.mode == "RGB"


BROKEN = [b"", b"\x89PNG\r\n\x1a\nnonsense", png((300, 300))[:200], None]


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_picture_is_not_bought_again_in_the_same_attempt(tmp_path: Path, broken) -> None:
    buyer = FakeBuyer(tmp_path, broken)
    with pytest.raises(Rejected) as refusal:
        await ReplicateIllustrator(Customer(buyer), PRICES).draw(SCRIPT, 1, tmp_path / "p.png", told)
    assert refusal.value.message == SPOILED
    assert list(buyer.bought) == ["draw"]
    assert not (tmp_path / "p.png").exists()


async def test_the_next_attempt_buys_a_new_one_only_if_the_old_one_is_of_no_use(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path, b"", png((64, 64)))
    await ReplicateIllustrator(Customer(buyer, attempt=2), PRICES).draw(SCRIPT, 1, tmp_path / "p.png", told)
    assert list(buyer.bought) == ["draw", "draw-2"]
    buyer = FakeBuyer(tmp_path)
    await ReplicateIllustrator(Customer(buyer, attempt=5), PRICES).draw(SCRIPT, 1, tmp_path / "p.png", told)
    assert list(buyer.bought) == ["draw"]


@pytest.mark.parametrize("error", [Rejected("The content was refused."), Unavailable("Away.")])
async def test_what_the_till_says_goes_on_as_it_is(tmp_path: Path, error) -> None:
    with pytest.raises(type(error), match=error.message):
        await ReplicateIllustrator(Customer(FakeBuyer(tmp_path, error)), PRICES).draw(
            SCRIPT, 1, tmp_path / "p.png", told
        )


async def test_a_page_that_is_not_there_costs_nothing(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path)
    with pytest.raises(NotFound):
        await ReplicateIllustrator(Customer(buyer), PRICES).draw(SCRIPT, 9, tmp_path / "p.png", told)
    assert buyer.purchases == []
