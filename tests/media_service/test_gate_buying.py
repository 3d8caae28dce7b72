"""Two tills on one bus, the gateway, and the provider's double: the gate and webhooks where they are used."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from nats.aio.client import Client

from services.gateway.adapters.nats_hints import NatsHints
from services.media.adapters.nats_gate import NatsGate
from services.media.adapters.nats_hints import listen
from services.media.gate import Limits
from services.media.replicate.hints import Hints
from services.media.replicate.wording import TryLater
from services.media.settings import ReplicateSettings
from talewright.embedded.nats_server import NatsServer
from tests.fixtures.nats import connect
from tests.gateway.serving import served
from tests.gateway.world import World
from tests.replicate.orders import picture
from tests.replicate_double import Double, Fate, Fault
from tests.replicate_double.shop import QUICK, TestShop, open_shop

LIMITS = Limits(creates_per_min=60_000, burst=100, concurrency=2)


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(scale=0.1) as one:
        yield one


@pytest.fixture
async def shops(
    double: Double, tmp_path: Path, nc: Client, nats_server: NatsServer
) -> AsyncIterator[tuple[TestShop, TestShop]]:
    """Two workers, each with its own connection."""
    other_nc = await connect(nats_server)
    one, other = (NatsGate(connection, LIMITS) for connection in (nc, other_nc))
    async with (
        open_shop(double, tmp_path / "1", gate=one, breaker=one) as first,
        open_shop(double, tmp_path / "2", gate=other, breaker=other) as second,
    ):
        yield first, second
    await other_nc.close()


async def test_no_more_predictions_run_than_all_workers_may(double: Double, shops: tuple[TestShop, TestShop]) -> None:
    double.run_s = 0.1
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            running = [order for order in double.orders.values() if order.status in ("starting", "processing")]
            most = max(most, len(running))
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    bought = [shop.till(shop.job(item=n)).buy(picture()) for shop in shops for n in range(1, 4)]
    assert all(one.files for one in await asyncio.gather(*bought))
    watching.cancel()
    assert most == 2
    assert double.ledger.times() == 6


async def test_where_credit_is_out_one_request_is_made_and_the_vendor_is_not_named(
    double: Double, shops: tuple[TestShop, TestShop]
) -> None:
    detail = "You have insufficient credit. Go to https://replicate.com/account/billing to purchase credit."
    double.faults.add(Fault("create", status=402, times=99, body={"title": "Insufficient credit", "detail": detail}))
    first, second = shops
    errors = []
    for shop, item in ((first, 1), (second, 1), (first, 2), (second, 2)):
        with pytest.raises(TryLater) as caught:
            await shop.till(shop.job(item=item)).buy(picture())
        errors.append(caught.value)
    assert double.calls["create"] == 1
    assert {error.message for error in errors} == {"Generation is temporarily unavailable. Please try again later."}
    assert all(error.delay_s > 290 for error in errors[1:])
    assert double.ledger.times() == 0


async def test_the_provider_tells_the_gateway_and_the_till_hears_of_it(
    double: Double, tmp_path: Path, nc: Client
) -> None:
    """The till would ask again after half a minute; the webhook makes it ask now. Forged ones do not."""
    hints, heard = Hints(), list[str]()

    def tell(nonce: str, prediction_id: str) -> None:
        heard.append(prediction_id)
        hints.tell(nonce, prediction_id)

    await listen(nc, tell)
    world = World(tmp_path, replicate_webhook_secret=double.webhook_secret, port=0)
    world.deps.hints = NatsHints(nc)
    pace = replace(QUICK, poll_first_s=30.0, poll_most_s=30.0)
    async with world.running(), served(world) as gateway:
        url = ReplicateSettings(webhook_base_url=f"http://127.0.0.1:{gateway.port}/").webhook_url
        async with open_shop(double, tmp_path / "shop", pace=pace, hints=hints, webhook_url=url) as shop:
            double.fates.append(Fate(run_s=1.5))
            begun_s = time.monotonic()
            buying = asyncio.create_task(shop.till().buy(picture()))
            while not double.orders:
                await asyncio.sleep(0.005)
            (order,) = double.orders.values()
            assert await double.send_webhook(order, secret="whsec_" + "A" * 32, tries=1) == 401
            assert await double.send_webhook(order, at_s=time.time() - 400, tries=1) == 401
            assert not heard
            assert (await buying).files
            assert time.monotonic() - begun_s < 20
            assert heard == [order.id]
    assert double.ledger.times() == 1


@pytest.mark.parametrize("url", ["http://tales.example", "ftp://tales.example", "tales.example"])
def test_webhooks_come_over_https(url: str) -> None:
    with pytest.raises(ValueError, match="webhook_base_url"):
        ReplicateSettings(webhook_base_url=url)


def test_where_webhooks_go() -> None:
    assert ReplicateSettings(webhook_base_url="https://tales.example/").webhook_url == (
        "https://tales.example/webhooks/replicate"
    )
    assert ReplicateSettings().webhook_url == ""
