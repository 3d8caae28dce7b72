"""What a short story costs, bought page by page: never more than the estimate that was reserved, and as documented."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from services.media.adapters.local_story import LocalStoryWriter
from services.media.adapters.replicate_customer import Customer
from services.media.adapters.replicate_narrator import ReplicateNarrator
from services.media.adapters.replicate_pictures import flux_purchase
from services.media.adapters.replicate_voices import KOKORO_VERSION
from services.media.adapters.replicate_writers import ReplicateWriter
from services.tasks.workflows import STORY
from shared.contracts.values import Brief, Charge, Length
from shared.pricing.estimate import PAGES, Extent, of_segments
from shared.pricing.prices import Prices
from shared.pricing.settings import PriceSettings
from tests.media.replicate_adapters.buyer import FakeBuyer
from tests.media.writing.answers import said, story

DOCUMENT = Path(__file__).parents[3] / "docs" / "replicate.md"
CHOICES = {
    "as set": PriceSettings(provider="replicate"),
    "flux-dev": PriceSettings(provider="replicate", image_model="flux-dev"),
    "kokoro-82m": PriceSettings(provider="replicate", speech_model="kokoro-82m"),
}


async def bought(prices: Prices, length: Length, folder: Path) -> list[Charge]:
    """The charges of one story whose texts are as long as our own writer's."""
    brief = Brief(topic="the lost kite", length=length, seed=1)
    writer = FakeBuyer(folder, said(story(PAGES[length])))
    await ReplicateWriter(Customer(writer), prices).write(brief)
    local = LocalStoryWriter()
    script = await local.split(await local.write(brief))
    charges = [one.charge for one in writer.purchases]
    for page in script.pages:
        charges.append(flux_purchase(prices, "p", "16:9", page.number).charge)
        speaker = FakeBuyer(folder)
        await ReplicateNarrator(Customer(speaker), prices, KOKORO_VERSION).speak(
            script, page.number, folder, lambda share: None
        )
        charges += [one.charge for one in speaker.purchases]
    return charges


def usd(charges: list[Charge], service: str = "") -> str:
    total = sum(one.amount_microusd for one in charges if one.service.endswith(service))
    return f"{Decimal(total) / 1_000_000:.4f}"


@pytest.mark.parametrize("length", ["short", "long"])
@pytest.mark.parametrize("choice", CHOICES)
async def test_a_story_costs_what_the_document_says_and_less_than_is_reserved(
    choice: str, length: Length, tmp_path: Path
) -> None:
    prices = CHOICES[choice].prices
    charges = await bought(prices, length, tmp_path)
    estimate = of_segments(prices, STORY.segments, Extent(brief=Brief(topic="t", length=length)))
    assert all(one.billed for one in charges)
    spent = sum(one.amount_microusd for one in charges)
    assert spent < estimate.amount_microusd < estimate.at_most_microusd
    row = [choice, length, *(usd(charges, one) for one in ("text", "flux", "speech", "")), usd([*estimate.charges])]
    assert f"| {' | '.join(row)} |" in DOCUMENT.read_text("utf-8")
