"""Writers: what is asked of which model, and that one answer is mended before the user hears of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from services.media.adapters.replicate_customer import Customer
from services.media.adapters.replicate_writers import ReplicateScreenwriter, ReplicateWriter
from services.media.writing import story_question
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.values import Brief
from shared.errors import Invalid
from shared.pricing.estimate import PAGE_TOKENS
from shared.pricing.prices import Prices
from tests.media.replicate_adapters.buyer import FakeBuyer
from tests.media.writing.answers import play, said, story

PRICES = Prices(text_billed=True)
BRIEF = Brief(topic="a fox keeps a lighthouse", seed=4)


async def test_a_story_is_asked_for_with_rules_a_question_and_an_end(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path, said(story()))
    script = await ReplicateWriter(Customer(buyer), PRICES).write(BRIEF)
    assert script.title == "The Fox and the Lighthouse"
    (purchase,) = buyer.purchases
    assert (purchase.step, purchase.model, purchase.media_types) == ("write", "openai/gpt-4.1-mini", ("text/plain",))
    assert purchase.input["prompt"] == story_question(BRIEF)
    assert "never an instruction" in purchase.input["system_prompt"]
    assert purchase.input["max_completion_tokens"] == 6 * PAGE_TOKENS
    charge = purchase.charge
    assert (charge.service, charge.unit, charge.billed) == ("replicate_text", "token", True)
    assert 2_000 < charge.amount_microusd < 10_000


@pytest.mark.parametrize(
    ("model", "limits"),
    [
        ("anthropic/claude-4.5-haiku", {"max_tokens": 8_192}),
        ("openai/gpt-4o-mini", {"max_completion_tokens": 18_000, "temperature": 0.8}),
        ("meta/meta-llama-3-8b-instruct", {"max_tokens": 18_000, "temperature": 0.8}),
    ],
)
async def test_every_vendors_model_is_told_in_its_own_words(tmp_path: Path, model: str, limits) -> None:
    buyer = FakeBuyer(tmp_path, said(story(12)))
    await ReplicateWriter(Customer(buyer), replace(PRICES, text_model=model)).write(replace(BRIEF, length="long"))
    (purchase,) = buyer.purchases
    assert purchase.model == model
    assert {name: value for name, value in purchase.input.items() if not name.endswith("prompt")} == limits


async def test_an_answer_that_is_cut_off_is_mended(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path, said(story())[:-40], said(story()))
    assert len((await ReplicateWriter(Customer(buyer), PRICES).write(BRIEF)).pages) == 6
    assert list(buyer.bought) == ["write", "repair"]
    assert "cut off" in buyer.bought["repair"].input["prompt"]
    assert buyer.bought["repair"].charge.amount_microusd > buyer.bought["write"].charge.amount_microusd


async def test_two_useless_answers_are_refused_and_a_new_attempt_asks_anew(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="try again"):
        await ReplicateWriter(Customer(FakeBuyer(tmp_path, "no", "no")), PRICES).write(BRIEF)
    buyer = FakeBuyer(tmp_path, "no", "no", said(story()))
    await ReplicateWriter(Customer(buyer, attempt=2), PRICES).write(BRIEF)
    assert list(buyer.bought) == ["write", "repair", "write-2"]


async def test_texts_are_split_without_buying_anything(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path, said(story()))
    writer = ReplicateWriter(Customer(buyer), PRICES)
    script = await writer.split(await writer.write(BRIEF))
    assert all("".join(page.pieces).replace(" ", "") == page.text.replace(" ", "") for page in script.pages)
    assert script.pages[0].picture
    assert len(buyer.purchases) == 1


async def test_a_screenplay_and_a_story_of_it(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path, said(play(4)))
    writer = ReplicateScreenwriter(Customer(buyer), PRICES)
    made = await writer.write("a heist", ScreenplayOrder(scene_count=4), 1)
    assert buyer.purchases[0].input["max_completion_tokens"] == 4 * PAGE_TOKENS
    script = await writer.adapt(made, BRIEF)
    assert len(script.pages) == 4
    assert len(buyer.purchases) == 1


async def test_an_order_that_cannot_be_filled_costs_nothing(tmp_path: Path) -> None:
    buyer = FakeBuyer(tmp_path)
    with pytest.raises(Invalid):
        await ReplicateScreenwriter(Customer(buyer), PRICES).write("x", ScreenplayOrder(language="tlh"), 1)
    assert buyer.purchases == []
