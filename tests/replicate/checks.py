"""What tests ask of a shop and of a fault."""

from __future__ import annotations

import pytest

from shared.contracts import events as e
from shared.errors import Rejected
from tests.replicate.orders import picture
from tests.replicate_double import Fault
from tests.replicate_double.shop import TestShop

VENDOR = ("replicate", "nsfw", "e005", "flux", "billing", "credit", "token")


async def settlements(shop: TestShop) -> list[e.ProviderJobSettled]:
    return [event for event in await shop.events() if isinstance(event, e.ProviderJobSettled)]


async def refused(shop: TestShop) -> str:
    with pytest.raises(Rejected) as refusal:
        await shop.till().buy(picture())
    message = refusal.value.message
    assert not [word for word in VENDOR if word in message.lower()]
    return message


def fresh(fault: Fault) -> Fault:
    return Fault(**vars(fault))


async def told(shop: TestShop) -> list[tuple[str, str, str]]:
    """Step, outcome and reason of every settlement."""
    return [(one.step, one.outcome, one.reason) for one in await settlements(shop)]
