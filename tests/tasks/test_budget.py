"""The rules of a budget: given what was reserved and spent, when more is asked for, then."""

from __future__ import annotations

import contextlib
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.budget import BUDGET, BudgetState, Held, Settled, budget_stream, month_of, reservation_of
from services.tasks.budget_rows import evolve_budget
from services.tasks.rows import Row
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.budgets import Budget
from shared.errors import OverBudget
from shared.eventstore.port import Commit, Metadata, StreamName
from tests.spec import Spec

USER, TASK = 1_000, 600


def reserve(name: str = "2026-11/1/a", amount: int = 400, task: str = "1", **changed: Any) -> c.ReserveBudget:
    limits = {"user_limit_microusd": USER, "task_limit_microusd": TASK, "at_ms": 5, **changed}
    return c.ReserveBudget(owner="7", reservation=name, task=task, amount_microusd=amount, **limits)


def settle(name: str = "2026-11/1/a", spent: int = 300) -> c.SettleBudget:
    return c.SettleBudget(owner="7", reservation=name, spent_microusd=spent)


def reserved(name: str = "2026-11/1/a", amount: int = 400, task: str = "1") -> e.BudgetReserved:
    return e.BudgetReserved(reservation=name, task=task, amount_microusd=amount, limit_microusd=USER, at_ms=5)


def settled(name: str = "2026-11/1/a", released: int = 400, spent: int = 300, task: str = "1") -> e.BudgetSettled:
    return e.BudgetSettled(reservation=name, task=task, released_microusd=released, spent_microusd=spent)


def test_what_fits_is_reserved_once() -> None:
    Spec(BUDGET).when(reserve()).then(reserved())
    Spec(BUDGET, reserved()).when(reserve()).nothing()
    Spec(BUDGET, reserved(), settled()).when(reserve()).nothing()
    Spec(BUDGET).when(reserve(amount=0)).nothing()
    Spec(BUDGET).when(reserve(amount=TASK)).then(reserved(amount=TASK))


def test_what_was_released_unused_may_be_reserved_again() -> None:
    Spec(BUDGET, reserved(), settled(spent=0)).when(reserve()).then(reserved())


def test_a_task_may_not_have_more_than_its_limit() -> None:
    left = r"^This may cost up to \$0.0004; of the \$0.0006 that one task may cost \$0.0002 are left\.$"
    Spec(BUDGET, reserved()).when(reserve("2026-11/1/b")).refused(OverBudget, left)
    Spec(BUDGET, reserved(), settled(spent=201)).when(reserve("2026-11/1/b")).refused(OverBudget, "one task")
    Spec(BUDGET, reserved(), settled(spent=200)).when(reserve("2026-11/1/b")).then(reserved("2026-11/1/b"))


def test_a_user_may_not_have_more_than_a_month_s_limit() -> None:
    past = (reserved(), reserved("2026-11/2/a", 500, "2"))
    Spec(BUDGET, *past).when(reserve("2026-11/3/a", 100, "3")).then(reserved("2026-11/3/a", 100, "3"))
    left = r"^This may cost up to \$0.000101; of this month's \$0.001 \$0.0001 are left\.$"
    Spec(BUDGET, *past).when(reserve("2026-11/3/a", 101, "3")).refused(OverBudget, left)


def test_a_settlement_keeps_what_was_spent_and_releases_the_rest() -> None:
    Spec(BUDGET, reserved()).when(settle()).then(settled())
    Spec(BUDGET, reserved(), settled()).when(settle()).nothing()
    Spec(BUDGET, reserved(), settled()).when(settle(spent=299)).nothing()
    Spec(BUDGET).when(settle()).nothing()


def test_money_that_is_billed_late_is_added() -> None:
    Spec(BUDGET, reserved(), settled()).when(settle(spent=450)).then(settled(released=0, spent=150))
    state = Spec(BUDGET, reserved(), settled(), settled(released=0, spent=150)).state
    assert (state.spent_microusd, state.reserved_microusd, state.used_by("1"), state.used_by("2")) == (450, 0, 450, 0)


def test_a_state_says_what_is_open() -> None:
    state = Spec(BUDGET, reserved(), reserved("2026-11/2/b", 100, "2"), settled(), e.ProjectOpened()).state
    assert state.open == {"2026-11/2/b": Held("2", 100, 5)}
    assert state.settled == {"2026-11/1/a": Settled("1", 300)}
    seen = state.seen_by("1", USER, TASK)
    assert seen == Budget(
        limit_microusd=USER,
        spent_microusd=300,
        reserved_microusd=100,
        task_limit_microusd=TASK,
        task_used_microusd=300,
    )
    assert (seen.remaining_microusd, seen.task_remaining_microusd) == (600, 300)
    assert state.seen_by("1", 200, TASK).remaining_microusd == 0
    assert state.seen_by("1", USER, 200).task_remaining_microusd == 0


def test_names() -> None:
    assert month_of(1_796_083_199_999) == "2026-11"
    assert month_of(1_796_083_200_000) == "2026-12"
    name = reservation_of("4711", "c1", 1_796_083_199_999)
    assert name == "2026-11/4711/c1"
    assert budget_stream("7", name) == budget_stream("7", "2026-11") == StreamName("budget", "7", "2026-11")


def test_amounts_are_told_in_whole_cents_at_least() -> None:
    big: dict[str, Any] = {"user_limit_microusd": 20_000_000, "task_limit_microusd": 50_000_000}
    words = r"up to \$21.05; of this month's \$20.00 \$20.00 are left"
    Spec(BUDGET).when(reserve(amount=21_050_000, **big)).refused(OverBudget, words)


_names = st.sampled_from([f"2026-11/{task}/{request}" for task in "123" for request in "ab"])
_reserve = st.builds(lambda n, a: reserve(n, a, n.split("/")[1]), _names, st.integers(0, 700))
_settle = st.builds(settle, _names, st.integers(0, 900))
_requests = st.lists(_reserve | _settle, max_size=40)


def play(requests: list[Any]) -> tuple[list[tuple[Any, tuple[e.Event, ...], BudgetState]], BudgetState]:
    state, log = BudgetState(), []
    for request in requests:
        events: tuple[e.Event, ...] = ()
        with contextlib.suppress(OverBudget):
            events = tuple(BUDGET.decide(request, state))
        for event in events:
            state = BUDGET.evolve(state, event)
        log.append((request, events, state))
    return log, state


@given(_requests)
@settings(max_examples=200, deadline=None)
def test_law_no_reservation_goes_beyond_a_limit(requests: list[Any]) -> None:
    for _, events, state in play(requests)[0]:
        for event in events:
            if isinstance(event, e.BudgetReserved):
                assert state.reserved_microusd + state.spent_microusd <= USER
                assert state.used_by(event.task) <= TASK


@given(_requests)
@settings(max_examples=200, deadline=None)
def test_law_asking_again_adds_nothing(requests: list[Any]) -> None:
    for request, events, state in play(requests)[0]:
        if events:
            assert tuple(BUDGET.decide(request, state)) == ()


@given(_requests)
@settings(max_examples=200, deadline=None)
def test_law_sums_are_those_of_the_parts(requests: list[Any]) -> None:
    for _, _, state in play(requests)[0]:
        assert state.spent_microusd == sum(one.spent_microusd for one in state.settled.values())
        assert state.open.keys().isdisjoint(state.settled)
        assert state.reserved_microusd >= 0


@given(_requests, st.randoms())
@settings(max_examples=100, deadline=None)
def test_law_rows_say_the_same_and_do_not_mind_repeats(requests: list[Any], chance: random.Random) -> None:
    row: Row | None = None
    past: list[Commit] = []
    for position, (_, events, state) in enumerate(play(requests)[0], 1):
        if not events:
            continue
        past.append(
            Commit(
                stream=StreamName("budget", "7", "2026-11"),
                version=len(past) + 1,
                position=position,
                events=events,
                metadata=Metadata(event_id=str(position), time_ms=1),
            )
        )
        row = evolve_budget(row, past[-1])
        for old in past[chance.randint(0, len(past) - 1) :]:
            assert evolve_budget(row, old) == row
        assert row is not None
        seen = (row["reserved_microusd"], row["spent_microusd"], row["owner"], row["month"], row["position"])
        assert seen == (state.reserved_microusd, state.spent_microusd, "7", "2026-11", position)


def test_a_row_leaves_out_what_is_not_its_own() -> None:
    commit = Commit(
        stream=StreamName("budget", "7", "2026-11"),
        version=1,
        position=3,
        events=(reserved(), reserved("2026-11/2/a"), e.ProjectOpened()),
        metadata=Metadata(event_id="1", time_ms=1),
    )
    told = {"reserved_microusd": 800, "spent_microusd": 0}
    assert evolve_budget(None, commit) == {"owner": "7", "month": "2026-11", **told, "position": 3}
