"""Failure cases of a run: what a prediction can come to. The double's ledger says what was paid."""

from __future__ import annotations

import pytest

from services.media.replicate.wording import TryLater
from shared.errors import Rejected
from tests.replicate.checks import refused, settlements
from tests.replicate.orders import CHARGE, picture
from tests.replicate_double import ALL_NSFW, HICCUP, NSFW, Double, Fate, Fault
from tests.replicate_double.shop import TestShop


@pytest.mark.parametrize("error", [NSFW, ALL_NSFW, "NSFW content detected. Try running it again."])
async def test_refused_content_is_not_tried_again(shop: TestShop, double: Double, error: str) -> None:
    double.fates.append(Fate(status="failed", error=error))
    assert "wording" in await refused(shop)
    assert "wording" in await refused(shop)  # delivered again: from the record
    assert double.ledger.times() == 1
    (settled,) = await settlements(shop)
    assert (settled.outcome, settled.reason, settled.charge) == ("failed", "content_rejected", CHARGE)


async def test_pictures_that_were_held_back_are_just_not_there(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(drop=(1,)))
    assert len((await shop.till().buy(picture(number=3))).files) == 2


@pytest.mark.parametrize("error", [HICCUP, "CUDA out of memory", None])
async def test_a_failed_run_is_bought_once_more(shop: TestShop, double: Double, error: str | None) -> None:
    double.fates.append(Fate(status="failed", error=error))
    assert (await shop.till().buy(picture())).files
    assert [(one.step, one.outcome) for one in await settlements(shop)] == [
        ("draw", "failed"),
        ("draw-again", "succeeded"),
    ]
    assert (await shop.till(attempt=2).buy(picture())).files  # what the second try bought is bought in later attempts
    assert double.ledger.times() == 2


async def test_a_model_that_keeps_failing_is_paid_twice_at_most(shop: TestShop, double: Double) -> None:
    double.fates += [Fate(status="failed", error="boom")] * 4
    await refused(shop)
    await refused(shop)
    assert double.ledger.times() == 2
    with pytest.raises(Rejected):
        await shop.till(attempt=2).buy(picture())  # the user asked for another attempt
    assert double.ledger.times() == 4


async def test_a_prediction_that_was_never_started_is_free_and_made_again(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(status="aborted"))
    assert (await shop.till().buy(picture())).files
    aborted, succeeded = await settlements(shop)
    assert (aborted.outcome, aborted.charge) == ("aborted", None)
    assert succeeded.outcome == "succeeded"
    assert double.ledger.times() == 1


async def test_a_stuck_run_is_stopped_at_its_deadline(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(status="stuck"))
    with pytest.raises(Rejected, match="too long"):
        await shop.till().buy(picture(deadline_s=0.1))
    (settled,) = await settlements(shop)
    assert (settled.outcome, settled.reason, settled.charge) == ("canceled", "deadline", CHARGE)


async def test_a_start_that_takes_too_long_is_stopped_for_nothing(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(cold_s=60))
    with pytest.raises(Rejected, match="too long"):
        await shop.till().buy(picture(deadline_s=0.1))
    (settled,) = await settlements(shop)
    assert (settled.outcome, settled.reason, settled.charge) == ("aborted", "deadline", None)
    assert double.ledger.times() == 0


async def test_what_succeeds_while_it_is_stopped_has_succeeded(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(status="stuck", finishes_when_canceled=True))
    assert (await shop.till().buy(picture(deadline_s=0.1))).files
    assert double.calls["cancel"] == 1


async def test_a_stop_that_nobody_sees_is_looked_for_at_the_next_delivery(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(status="stuck"))
    double.faults.add(Fault("cancel", status=500), Fault("get", status=502, times=1))
    with pytest.raises(TryLater):
        await shop.till().buy(picture(deadline_s=0.05))
    assert not await settlements(shop)
    with pytest.raises(Rejected, match="too long"):
        await shop.till().buy(picture(deadline_s=0.05))
    assert [one.reason for one in await settlements(shop)] == ["deadline"]


async def test_somebody_else_stops_it(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(status="canceled"))
    assert "stopped" in await refused(shop)
    assert (await settlements(shop))[0].reason == "stopped"


@pytest.mark.parametrize("output", [None, [], "", [None], [""]])
async def test_a_success_with_nothing_in_it(shop: TestShop, double: Double, output: object) -> None:
    double.fates.append(Fate(output=output))
    assert "nothing" in await refused(shop)
    assert [(one.outcome, one.reason) for one in await settlements(shop)] == [("failed", "empty_output")]


@pytest.mark.parametrize("output", [{"a": 1}, [1, 2], "no url", 7])
async def test_a_success_with_something_else_in_it(shop: TestShop, double: Double, output: object) -> None:
    double.fates.append(Fate(output=output))
    await refused(shop)
    assert [(one.outcome, one.reason) for one in await settlements(shop)] == [("lost", "unreadable_output")]


async def test_an_output_that_has_expired(shop: TestShop, double: Double) -> None:
    double.fates.append(Fate(removed=True))
    await refused(shop)
    assert [(one.outcome, one.reason, one.charge) for one in await settlements(shop)] == [("lost", "expired", CHARGE)]
