"""Money from the asking to the settlement: reserved before anything is due, settled when the work rests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.funding import Funding
from services.tasks.handlers import Tasks
from services.tasks.ledger import GRACE_MS, Ledger
from services.tasks.loading import task_stream
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.orders import PicturesOrder
from shared.contracts.values import Artifact
from shared.errors import Busy, ConcurrencyConflict, NotFound, OutOfOrder, OverBudget, Rejected, Unavailable
from shared.eventstore.handle import Origin
from shared.pricing.prices import Prices
from tests.tasks.budget_house import ALL_BILLED, IMAGE, IMAGES_BILLED, ME, BudgetHouse
from tests.tasks.world import BRIEF

SHORT = 6
MOST = 2 * IMAGE * SHORT
DRAWN = 3 * IMAGE
"""The workers of these tests write three pages."""


@pytest.fixture
async def house() -> AsyncIterator[BudgetHouse]:
    async with BudgetHouse().running() as built:
        yield built


async def test_a_whole_story_is_reserved_at_once_and_settled_at_its_end(house: BudgetHouse) -> None:
    house.media = "rest"
    await house.create(auto=True)
    assert await house.money() == (MOST, 0)
    await house.wake()
    assert (await house.process()).task.current == 5
    assert await house.money() == (0, DRAWN)
    (reserved,), (settled,) = await house.every(e.BudgetReserved), await house.every(e.BudgetSettled)
    assert reserved.reservation == "2026-11/1/c1"
    assert (settled.reservation, settled.released_microusd, settled.spent_microusd) == ("2026-11/1/c1", MOST, DRAWN)
    asked = await house.every(e.SegmentRequested)
    assert {one.reservation for one in asked} == {"2026-11/1/c1"}


async def test_step_by_step_only_what_is_billed_is_reserved(house: BudgetHouse) -> None:
    await house.create()
    await house.request(1)
    await house.rested()
    assert await house.every(e.BudgetReserved) == []
    house.media = "rest"
    await house.request(2)
    assert await house.money() == (2 * DRAWN, 0)  # the pages are known by now
    assert [one.reservation for one in await house.every(e.SegmentRequested)] == ["", "2026-11/1/c3"]


async def test_an_edited_script_may_be_as_long_as_users_may_make_it() -> None:
    async with BudgetHouse(Prices(speech_billed=True)).running() as house:
        await house.create()
        await house.request(1)
        await house.rested()
        plain = await house.request(2)
        await house.rested()
        assert plain.quote is None
        script = Artifact(name="script_data.json", key="k", media_type="application/json", size_bytes=1)
        await house.ask(c.EditScript(owner=ME, task="1", segment=1, script=script, pages=2))
        for segment in (2, 3):
            await house.request(segment)
            await house.rested()
        told = await house.request(4, dry_run=True)
        assert told.quote
        (charge,) = told.quote.charges
        assert (charge.quantity, charge.unit, charge.amount_microusd) == (6_000, "character", 360_000)
        assert told.quote.at_most_microusd == 720_000


async def test_a_failed_run_is_settled_and_its_retry_reserved_anew(house: BudgetHouse) -> None:
    await house.create()
    await house.request(1)
    await house.rested()
    house.media = "failed"
    await house.request(2)
    await house.rested()
    assert await house.money() == (0, DRAWN)
    house.media, house.bill_microusd = "done", IMAGE // 2
    await house.request(2)
    await house.rested()
    assert await house.money() == (0, DRAWN + DRAWN // 2)
    assert len(await house.every(e.BudgetReserved)) == len(await house.every(e.BudgetSettled)) == 2


async def test_a_redraw_is_reserved_and_settled(house: BudgetHouse) -> None:
    await house.create(auto=True)
    await house.rested()
    house.media = "rest"
    await house.ask(c.RedrawPage(owner=ME, task="1", page=2))
    assert await house.money() == (2 * IMAGE, DRAWN)
    await house.wake()
    assert "RedrawCompleted" in await house.types()
    assert await house.money() == (0, DRAWN + IMAGE)
    house.media = "failed"
    await house.ask(c.RedrawPage(owner=ME, task="1", page=1))
    await house.rested()
    assert "RedrawFailed" in await house.types()
    assert await house.money() == (0, DRAWN + 2 * IMAGE)


async def test_a_deleted_task_is_settled_and_late_bills_are_added(house: BudgetHouse) -> None:
    await house.create(auto=True, workflow="session", surface="sessions", order=PicturesOrder(count=2))
    await house.rested()
    house.media = "rest"
    await house.request(1, redo=True)
    await house.rested()
    first, second = house.resting
    await house.bill(first)
    await house.ask(c.DeleteTask(owner=ME, task="1"))
    await house.rested()
    assert await house.money() == (0, 3 * IMAGE)
    await house.bill(second)
    await house.rested()
    assert await house.money() == (0, 4 * IMAGE)


async def test_a_gate_ends_what_was_reserved(house: BudgetHouse) -> None:
    await house.create(auto=True, workflow="session", surface="sessions", order=PicturesOrder(count=4))
    await house.rested()
    assert [one.amount_microusd for one in await house.every(e.BudgetReserved)] == [8 * IMAGE]
    assert await house.money() == (0, 4 * IMAGE)


async def test_over_budget_nothing_happens_and_the_refusal_tells_what_it_would_cost() -> None:
    async with BudgetHouse(task=MOST - 1).running() as house:
        with pytest.raises(OverBudget, match="one task") as refusal:
            await house.create(auto=True)
        assert await house.store.last_position() == 0
        quote = refusal.value.quote
        assert quote
        assert (quote.at_most_microusd, quote.charges[0].quantity) == (MOST, SHORT)
        assert (quote.budget.task_limit_microusd, quote.budget.remaining_microusd) == (MOST - 1, 20_000_000)
        await house.create()  # without auto nothing is asked for that costs


async def test_what_others_have_reserved_counts_for_the_user_and_not_for_another() -> None:
    async with BudgetHouse(user=MOST + 1).running() as house:
        house.media = "rest"
        await house.create("1", auto=True)
        with pytest.raises(OverBudget, match="this month"):
            await house.create("2", auto=True)
        house.now_ms += 5 * 86_400_000
        await house.create("2", auto=True)  # another month
        other = c.CreateTask(owner="8", task="3", surface="stories", brief=BRIEF, auto=True)
        await house.ask(other)


async def test_an_error_of_order_wins_over_the_budget() -> None:
    async with BudgetHouse(task=0).running() as house:
        await house.create()
        with pytest.raises(OutOfOrder):
            await house.request(2)
        with pytest.raises(OutOfOrder):
            await house.request(2, dry_run=True)
        with pytest.raises(NotFound):
            await house.ask(c.RedrawPage(owner=ME, task="9", page=1, dry_run=True))
        await house.request(1)
        await house.rested()
        with pytest.raises(OverBudget):
            await house.request(2)
        assert await house.every(e.BudgetReserved) == []
        told = await house.request(2, dry_run=True)  # an estimate is never refused
        assert told.quote
        assert (told.quote.at_most_microusd, told.quote.budget.task_remaining_microusd) == (2 * DRAWN, 0)


async def test_a_dry_run_changes_nothing(house: BudgetHouse) -> None:
    told = await house.create(auto=True, dry_run=True)
    assert await house.store.last_position() == 0
    assert told.quote
    assert (told.position, told.quote.at_most_microusd) == (0, MOST)
    assert told.quote.charges[0].amount_microusd == SHORT * IMAGE
    nothing = await house.create(dry_run=True)
    assert nothing.quote
    assert nothing.quote.charges == ()


async def test_a_command_that_comes_again_reserves_nothing_more(house: BudgetHouse) -> None:
    house.media = "rest"
    await house.create()
    await house.request(1)
    await house.wake()
    house.media = "rest"
    asked = c.RequestSegment(owner=ME, task="1", segment=2)
    first = await house.ask(asked, "same")
    again = await house.ask(asked, "same")
    assert (first.repeated, again.repeated) == (False, True)
    assert len(await house.every(e.BudgetReserved)) == 1
    joined = await house.ask(asked, "another")
    assert (joined.repeated, joined.run) == (True, first.run)
    assert await house.money() == (2 * DRAWN, 0)


async def test_while_nothing_is_billed_nothing_is_added() -> None:
    async with BudgetHouse(Prices(), user=0, task=0).running() as house:
        house.bill_microusd = 0
        house.media = "rest"
        await house.create(auto=True)
        stream = task_stream(ME, "1")
        assert [one for one in house.store.loads if one.category != "workflow"] == [stream]
        await house.wake()
        assert (await house.process()).task.current == 5
        assert await house.every(e.BudgetReserved) == await house.every(e.BudgetSettled) == []
        assert not [one for one in house.store.loads if one.category == "budget"]


async def ready(house: BudgetHouse) -> None:
    """A story whose pictures come next."""
    await house.create()
    await house.request(1)
    await house.rested()
    house.media = "rest"


async def test_who_loses_a_race_gives_back_what_he_reserved() -> None:
    async with BudgetHouse().running() as house:
        await ready(house)

        async def another() -> None:
            await house.request(2)

        house.store.meanwhile = another
        joined = await house.request(2)
        assert joined.repeated
        assert await house.money() == (2 * DRAWN, 0)
        assert len(await house.every(e.BudgetSettled)) == 1


async def test_who_is_refused_after_all_gives_back_what_he_reserved() -> None:
    async with BudgetHouse().running() as house:
        await ready(house)

        async def deleted() -> None:
            await house.ask(c.DeleteTask(owner=ME, task="1"))

        house.store.meanwhile = deleted
        with pytest.raises(NotFound):
            await house.request(2)
        assert await house.money() == (0, 0)


async def test_a_task_that_grew_meanwhile_is_priced_again() -> None:
    async with BudgetHouse().running() as house:
        await ready(house)
        script = Artifact(name="script_data.json", key="k", media_type="application/json", size_bytes=1)

        async def edited() -> None:
            await house.ask(c.EditScript(owner=ME, task="1", segment=1, script=script, pages=10))

        house.store.meanwhile = edited
        asked = c.RequestSegment(owner=ME, task="1", segment=2)
        with pytest.raises(ConcurrencyConflict):  # the bus delivers it again
            await house.ask(asked, "same")
        house.now_ms += GRACE_MS + 1
        await house.ask(asked, "same")
        assert await house.money() == (2 * 10 * IMAGE, 0)
        assert {one.reservation for one in await house.every(e.BudgetReserved)} == {"2026-11/1/same"}


async def test_a_crash_between_reservation_and_fact_is_made_good() -> None:
    async with BudgetHouse(user=3 * DRAWN).running() as house:
        await ready(house)

        async def crash() -> None:
            raise Unavailable("killed")

        house.store.meanwhile = crash
        with pytest.raises(Unavailable):
            await house.ask(c.RequestSegment(owner=ME, task="1", segment=2), "lost")
        assert await house.money() == (2 * DRAWN, 0)
        with pytest.raises(OverBudget):  # it may still be under way
            await house.request(2)
        house.now_ms += GRACE_MS + 1
        await house.request(2)
        assert await house.money() == (2 * DRAWN, 0)


async def test_a_lost_settlement_is_made_good_by_the_next_reservation() -> None:
    house = BudgetHouse()
    async with house.running():
        await ready(house)
        await house.request(2)
        await house.rested()
        assert await house.money() == (2 * DRAWN, 0)
    house.media = "done"  # the process is gone; the workers go on
    for command in house.resting:
        await house.work(command)
    done = e.SegmentCompleted(segment=2, run=2)
    await house.append(task_stream(ME, "1"), done)
    assert await house.money() == (2 * DRAWN, 0)
    house.media = "rest"
    await house.create("2", auto=True)
    assert await house.money() == (MOST, DRAWN)


async def test_what_is_in_hand_is_not_reconciled() -> None:
    async with BudgetHouse().running() as house:
        house.media = "rest"
        await house.create("1", auto=True)
        house.now_ms += 10 * GRACE_MS
        await house.create("2", auto=True)
        assert await house.money() == (2 * MOST, 0)


async def test_many_at_once_do_not_get_more_than_there_is() -> None:
    async with BudgetHouse(user=5 * MOST).running() as house:
        house.media = "rest"
        asked = (house.create(str(task), auto=True) for task in range(20))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(one, OverBudget) for one in answers) == 15
        assert await house.money() == (5 * MOST, 0)


async def test_two_services_with_ledgers_of_their_own_share_one_budget() -> None:
    async with BudgetHouse(user=5 * MOST).running() as house:
        house.media = "rest"
        others = [Tasks(Funding(IMAGES_BILLED, 5 * MOST, MOST, clock=lambda: house.now_ms)) for _ in range(2)]
        for number in range(10):
            command = c.CreateTask(owner=ME, task=str(number), surface="stories", brief=BRIEF, auto=True)
            route = others[number % 2].routes[c.CreateTask]
            try:
                await route(house.store, command, Origin(source="t", causation_id=f"o{number}"))
            except OverBudget:
                assert number >= 5
        assert await house.money() == (5 * MOST, 0)


async def test_a_ledger_forgets_months_and_reads_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.tasks.ledger.CACHED_BUDGETS", 1)
    house, ledger = BudgetHouse(), Ledger()
    for owner in "789":
        asked = c.ReserveBudget(
            owner=owner, reservation="2026-11/1/a", task="1", amount_microusd=5, user_limit_microusd=9,
            task_limit_microusd=9, at_ms=1,
        )  # fmt: skip
        await ledger.ask(house.store, asked, Origin(source="t"))
    for owner in "789":
        assert (await ledger.state(house.store, owner, house.now_ms)).reserved_microusd == 5


MOVES = st.lists(
    st.tuples(st.sampled_from(["auto", "step", "redo", "redraw", "delete", "edit"]), st.integers(1, 3)), max_size=12
)


@given(MOVES, st.sampled_from([0, IMAGE // 2, IMAGE, 2 * IMAGE]), st.integers(0, 4 * MOST))
@settings(max_examples=25, deadline=None)
def test_law_when_all_rests_what_is_spent_is_what_was_billed(
    moves: list[tuple[str, int]], bill: int, limit: int
) -> None:
    asyncio.run(_law(moves, bill, limit))


async def _law(moves: list[tuple[str, int]], bill: int, limit: int) -> None:
    async with BudgetHouse(user=limit).running() as house:
        house.bill_microusd = bill
        for move, number in moves:
            try:
                await _move(house, move, str(number))
            except (Rejected, Busy):
                continue
            await house.rested()
        charges = [one.charge.amount_microusd for one in await house.every(e.ProviderJobSettled) if one.charge]
        assert await house.money() == (0, sum(charges))
        if bill <= 2 * IMAGE:
            assert sum(charges) <= limit


async def _move(house: BudgetHouse, move: str, task: str) -> None:
    state = (await house.process(task)).task
    match move:
        case "auto":
            await house.create(task, auto=True)
        case "step":
            await house.create(task)
            await house.request(state.current + 1, task)
        case "redo":
            await house.request(max(1, state.current - 1), task, redo=True)
        case "redraw":
            await house.ask(c.RedrawPage(owner=ME, task=task, page=2))
        case "edit":
            script = Artifact(name="script_data.json", key=f"k{house.asked}", media_type="x/y", size_bytes=1)
            await house.ask(c.EditScript(owner=ME, task=task, segment=1, script=script, pages=4))
        case _:
            await house.ask(c.DeleteTask(owner=ME, task=task))


async def test_everything_billed_is_estimated_together() -> None:
    async with BudgetHouse(ALL_BILLED).running() as house:
        told = await house.create(auto=True, dry_run=True)
        assert told.quote
        assert [one.service for one in told.quote.charges] == ["replicate_text", "replicate_flux", "replicate_speech"]
        assert told.quote.at_most_microusd == 2 * sum(one.amount_microusd for one in told.quote.charges)
