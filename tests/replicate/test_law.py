"""The law: whatever the provider does and wherever workers die, a step is paid once and every payment is accounted."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.media.purchases import Purchase
from services.media.replicate.wording import WORTH_ANOTHER
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.errors import Rejected, TalewrightError
from shared.eventstore.jetstream import JetStreamEventStore
from tests.replicate.mortal import Killed, Life, Mortal
from tests.replicate.orders import picture, words
from tests.replicate_double import HICCUP, NSFW, Double, Fate, Fault
from tests.replicate_double.shop import QUICK, TestShop, open_shop

PACE = msgspec.structs.replace(
    QUICK, create_timeout_s=0.1, read_timeout_s=0.1, unsent_after_s=0.12, list_every_s=0.02, patience_s=0.05
)
DELIVERIES_MOST = 12

ITEMS = itertools.count(1)


async def deliver(shop: TestShop, job: JobRef, purchases: list[Purchase], life: Life | None = None) -> str:
    """One delivery of the job to a worker with such a life; says how it went."""
    mortal: dict[str, Any] = {}
    if life:
        counter = shop.counter
        mortal = {
            "api": Mortal(counter.api, life), "downloader": Mortal(counter.downloader, life),
            "store": Mortal(counter.store, life), "artifacts": Mortal(counter.artifacts, life),
        }  # fmt: skip
    till = shop.till(job, **mortal)
    try:
        for purchase in purchases:
            bought = await till.buy(purchase)
            assert bought.files or bought.text
    except Killed:
        return "killed"
    except Rejected:
        return "rejected"
    except TalewrightError:
        return "later"
    return "bought"


async def story(shop: TestShop, lives: list[tuple[Life, ...]]) -> JobRef:
    """Each entry of `lives` are workers that have the job at the same time; in the end comes one that lives."""
    job = shop.job(item=next(ITEMS))
    purchases = [picture(prompt=f"job {job.item}"), words(f"job {job.item}")]
    for together in lives:
        await asyncio.gather(*(deliver(shop, job, purchases, life) for life in together))
    for _ in range(DELIVERIES_MOST):
        if await deliver(shop, job, purchases) in ("bought", "rejected"):
            break
    await assert_the_law(shop, job, purchases)
    return job


async def assert_the_law(shop: TestShop, job: JobRef, purchases: list[Purchase]) -> None:
    events = await shop.events(job)
    settled = [event for event in events if isinstance(event, e.ProviderJobSettled)]
    assert not (await shop.state(job)).unsettled()
    for purchase in purchases:
        mine = [one for one in settled if one.step.startswith(purchase.step)]
        billed = {b.prediction_id for b in shop.double.ledger.bills if is_for(shop.double, b.prediction_id, purchase)}
        unknown = billed - {one.provider_job_id for one in mine}
        faded = [one for one in mine if one.reason == "faded_traces"]  # lost: its input was removed from the list
        assert len(unknown) <= len(faded), "paid, and nobody knows what for"
        assert all(one.outcome == "succeeded" or one.reason for one in mine)
        repeated = [one for one in mine if one.reason in WORTH_ANOTHER and not one.step.endswith("-again")]
        assert len(billed) <= 1 + len(repeated), "paid more than once"
        assert sum(one.outcome == "succeeded" for one in mine) <= 1


def is_for(double: Double, prediction_id: str, purchase: Purchase) -> bool:
    order = double.orders[prediction_id]
    return order.model.name == purchase.model and order.given["prompt"] == purchase.input["prompt"]


FAULTS = [
    Fault("create", "reset_before"), Fault("create", "reset_after"), Fault("create", "hang_after"),
    Fault("create", "cut"), Fault("create", status=500, body=b"<html>"), Fault("create", status=402, body={}),
    Fault("create", status=429, body={"retry_after": 0.01}), Fault("create", "slow", delay_s=0.03),
    Fault("create", "mangle", change=lambda document: {**document, "status": "aborted"}),
    Fault("create", "mangle", change=lambda document: [document]),
    Fault("get", "reset_after"), Fault("get", status=502, body=[1]), Fault("get", status=404, body={}),
    Fault("get", "hang_before"), Fault("list", status=500, body=b""), Fault("list", "reset_after"),
    Fault("file", "cut"), Fault("file", status=503, body=b"", times=3), Fault("file", status=404, body=b""),
]  # fmt: skip
FATES = [
    Fate(), Fate(status="failed", error=NSFW), Fate(status="failed", error=HICCUP), Fate(status="failed", error="boom"),
    Fate(status="aborted"), Fate(status="canceled"), Fate(output=[]), Fate(cold_s=0.03), Fate(removed=True),
]  # fmt: skip
LIVES = st.builds(Life, st.integers(0, 24), st.sampled_from(["before", "after", "during"]))


def copy(one: Any) -> Any:
    return type(one)(**vars(one))


@asynccontextmanager
async def world() -> AsyncIterator[TestShop]:
    with tempfile.TemporaryDirectory() as folder:
        async with Double(scale=0.05, run_s=0.005) as double, open_shop(double, Path(folder), pace=PACE) as shop:
            yield shop


@pytest.fixture
def runner() -> Iterator[tuple[asyncio.Runner, TestShop]]:
    """One loop, one provider and one set of connections for all examples."""
    with asyncio.Runner() as one:
        context = world()
        shop = one.run(context.__aenter__())
        yield one, shop
        one.run(context.__aexit__(None, None, None))


@given(
    st.lists(st.one_of(st.tuples(LIVES), st.tuples(LIVES, LIVES)), max_size=3),
    st.lists(st.sampled_from(FAULTS), max_size=4),
    st.lists(st.sampled_from(FATES), max_size=3),
)
@settings(
    max_examples=40, deadline=None, print_blob=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_nothing_is_paid_twice(
    runner: tuple[asyncio.Runner, TestShop],
    lives: list[tuple[Life, ...]],
    faults: list[Fault],
    fates: list[Fate],
) -> None:
    loop, shop = runner
    shop.double.faults.clear()
    shop.double.faults.add(*map(copy, faults))
    shop.double.fates[:] = map(copy, fates)
    loop.run(story(shop, [tuple(copy(life) for life in together) for together in lives]))


@pytest.mark.parametrize("kind", ["before", "after", "during"])
async def test_a_death_at_every_single_call(tmp_path: Path, kind: Any) -> None:
    async with world() as shop:
        for fuse in range(60):
            life = Life(fuse, kind)
            job = await story(shop, [(life,)])
            assert bills_of(shop, job) == 2
            if not life.dead:
                break
        else:
            pytest.fail("the purchase makes more calls than were tried")
        assert fuse > 20


@pytest.mark.parametrize("kind", ["before", "after", "during"])
async def test_on_the_real_event_store(event_store: JetStreamEventStore, tmp_path: Path, kind: Any) -> None:
    async with Double(scale=0.05) as double, open_shop(double, tmp_path, event_store, pace=PACE) as shop:
        for fuse in (1, 3, 4, 6, 8, 9):
            double.faults.add(Fault("create", "reset_after"))
            job = await story(shop, [(Life(fuse, kind), Life(99))])
            assert bills_of(shop, job) == 2


async def test_two_workers_with_the_same_job(tmp_path: Path) -> None:
    async with world() as shop:
        for _ in range(5):
            job = await story(shop, [(Life(999), Life(999), Life(999))])
            assert bills_of(shop, job) == 2


def bills_of(shop: TestShop, job: JobRef) -> int:
    return sum(order.given["prompt"] == f"job {job.item}" for order in shop.double.orders.values())
