"""Workers that end, workers with the same job, jobs that nobody wants any more."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from services.media.handlers import job_stream
from services.media.job import JOB, GiveUp
from services.media.replicate.outcomes import CreateOutcome, Later
from services.media.replicate.wording import TryLater
from shared.contracts import events as e
from shared.eventstore.handle import handle
from tests.replicate.checks import told
from tests.replicate.mortal import Killed, Life, Mortal
from tests.replicate.orders import picture
from tests.replicate_double import Double, Fate, Fault
from tests.replicate_double.shop import ORIGIN, QUICK, TestShop


async def stopped_while_waiting(shop: TestShop, double: Double) -> None:
    """A worker that is told to end while its prediction runs."""
    task = asyncio.create_task(shop.till().buy(picture()))
    while not double.calls.get("get"):
        await asyncio.sleep(0.002)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_a_worker_that_ends_leaves_the_prediction_running(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(run_s=0.1))
    await stopped_while_waiting(shop, double)
    assert "cancel" not in double.calls
    assert (await shop.till().buy(picture())).files
    assert double.calls["create"] == 1


async def test_a_worker_that_waits_takes_over_from_one_that_sends(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("create", "slow", delay_s=0.08))
    both = await asyncio.gather(shop.till().buy(picture()), shop.till().buy(picture()))
    assert both[0].files[0].read_bytes() == both[1].files[0].read_bytes()
    assert double.calls["create"] == 1


async def test_a_deleted_job_is_stopped_and_settled(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(status="stuck"))
    await stopped_while_waiting(shop, double)
    await shop.till().abandon()
    assert await told(shop) == [("draw", "canceled", "not_wanted")]
    await shop.till().abandon()
    assert double.calls["cancel"] == 1


async def test_a_deleted_job_whose_result_was_there_is_a_loss(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(run_s=0.03))
    await stopped_while_waiting(shop, double)
    await asyncio.sleep(0.05)
    await shop.till().abandon()
    assert await told(shop) == [("draw", "lost", "not_wanted")]


@pytest.mark.parametrize("kind", ["before", "during"])
async def test_a_deleted_job_that_was_being_sent(shop: TestShop, double: Double, kind: Any) -> None:
    mortal = Mortal(shop.counter.api, Life(0, kind))
    if kind == "during":
        double.fates.append(Fate(status="stuck"))
    with pytest.raises(Killed):
        await shop.till(api=mortal).buy(picture())
    await shop.till().abandon()
    assert not (await shop.state()).unsettled()
    assert len(await told(shop)) == 1


async def test_nothing_is_sent_once_the_attempt_is_over(shop: TestShop, double: Double) -> None:
    await handle(shop.store, JOB, job_stream(shop.job()), GiveUp(shop.job(), 1, "late"), ORIGIN)
    with pytest.raises(TryLater):
        await shop.till().buy(picture())
    assert not double.calls


async def test_an_answer_that_comes_after_all_is_not_lost(shop: TestShop, double: Double) -> None:
    """A worker sleeps (a suspended machine) between its order and its answer; another has given it up for unsent."""
    api = shop.counter.api

    class Sleeper:
        def __getattr__(self, name: str) -> Any:
            return getattr(api, name)

        async def create(self, *arguments: Any) -> CreateOutcome:
            await shop.till().abandon()  # finds no trace
            other = asyncio.create_task(shop.till().buy(picture()))
            await asyncio.sleep(0.05)
            outcome = await api.create(*arguments)
            await other
            return outcome

    assert (await shop.till(api=Sleeper()).buy(picture())).files
    assert ("draw", "lost", "stray") in await told(shop)
    ids = {one.provider_job_id for one in await shop.events() if isinstance(one, e.ProviderJobSettled)}
    assert double.ledger.ids <= ids
    assert len((await shop.state()).charges) == 2


async def test_an_order_that_was_held_up_for_too_long_is_not_sent(shop: TestShop, double: Double) -> None:
    outcome = await shop.counter.api.create("openai/gpt-4.1-mini", {"prompt": "a"}, spent_s=QUICK.create_timeout_s)
    assert outcome == Later("not_reached", 0.0)
    assert not double.calls
