"""The rules of a user's budget of one month: what is reserved before it is spent, and what was spent of it. Pure.

A reservation is accepted only while all that is reserved and spent stays within the limits. What has been billed is
true whatever the limits say, so a settlement is never refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.budgets import Budget
from shared.errors import OverBudget
from shared.eventstore.handle import Decider
from shared.eventstore.port import StreamName

BudgetRequest = c.ReserveBudget | c.SettleBudget


class Held(msgspec.Struct, frozen=True):
    """A reservation that is not settled."""

    task: str
    amount_microusd: int
    at_ms: int


class Settled(msgspec.Struct, frozen=True):
    """A reservation that is, and what it was spent on altogether."""

    task: str
    spent_microusd: int


class BudgetState(msgspec.Struct, frozen=True, kw_only=True):
    """A month's budget after its events; reservations by name."""

    open: dict[str, Held] = {}
    settled: dict[str, Settled] = {}
    spent_microusd: int = 0

    @property
    def reserved_microusd(self) -> int:
        """What is kept for work in hand."""
        return sum(held.amount_microusd for held in self.open.values())

    def used_by(self, task: str) -> int:
        """What is kept for one task, or was spent on it."""
        kept = sum(held.amount_microusd for held in self.open.values() if held.task == task)
        return kept + sum(one.spent_microusd for one in self.settled.values() if one.task == task)

    def seen_by(self, task: str, user_limit_microusd: int, task_limit_microusd: int) -> Budget:
        """The budget as users see it."""
        return Budget(
            limit_microusd=user_limit_microusd,
            spent_microusd=self.spent_microusd,
            reserved_microusd=self.reserved_microusd,
            task_limit_microusd=task_limit_microusd,
            task_used_microusd=self.used_by(task),
        )


def decide(command: BudgetRequest, state: BudgetState) -> Sequence[e.Event]:
    """What a request makes happen; nothing, if it took effect before. Raises `OverBudget`."""
    match command:
        case c.ReserveBudget():
            return _reserve(command, state)
        case _:
            return _settle(command, state)


def _reserve(asked: c.ReserveBudget, state: BudgetState) -> Sequence[e.Event]:
    before = state.settled.get(asked.reservation)
    if asked.amount_microusd <= 0 or asked.reservation in state.open or (before and before.spent_microusd):
        return ()
    budget = state.seen_by(asked.task, asked.user_limit_microusd, asked.task_limit_microusd)
    if asked.amount_microusd > budget.task_remaining_microusd:
        raise OverBudget(_refusal(asked, budget))
    return (
        e.BudgetReserved(
            reservation=asked.reservation,
            task=asked.task,
            amount_microusd=asked.amount_microusd,
            limit_microusd=asked.user_limit_microusd,
            at_ms=asked.at_ms,
        ),
    )


def _refusal(asked: c.ReserveBudget, budget: Budget) -> str:
    most = f"This may cost up to {_usd(asked.amount_microusd)}"
    if asked.amount_microusd > budget.remaining_microusd:
        return f"{most}; of this month's {_usd(budget.limit_microusd)} {_usd(budget.remaining_microusd)} are left."
    left = _usd(budget.task_remaining_microusd)
    return f"{most}; of the {_usd(budget.task_limit_microusd)} that one task may cost {left} are left."


def _usd(amount_microusd: int) -> str:
    """`$0.036`: whole cents at least, and no digit that is not needed."""
    cents, rest = divmod(amount_microusd, 10_000)
    return f"${cents // 100}.{cents % 100:02}" + (f"{rest:04}".rstrip("0") if rest else "")


def _settle(found: c.SettleBudget, state: BudgetState) -> Sequence[e.Event]:
    held, settled = state.open.get(found.reservation), state.settled.get(found.reservation)
    if held:
        return (_settlement(found, held.task, held.amount_microusd, found.spent_microusd),)
    if settled and found.spent_microusd > settled.spent_microusd:
        return (_settlement(found, settled.task, 0, found.spent_microusd - settled.spent_microusd),)
    return ()


def _settlement(found: c.SettleBudget, task: str, released: int, spent: int) -> e.BudgetSettled:
    return e.BudgetSettled(reservation=found.reservation, task=task, released_microusd=released, spent_microusd=spent)


def evolve(state: BudgetState, event: e.Event) -> BudgetState:
    """The budget after one more event."""
    match event:
        case e.BudgetReserved(reservation=name):
            held = Held(event.task, event.amount_microusd, event.at_ms)
            settled = {other: one for other, one in state.settled.items() if other != name}
            return replace(state, open={**state.open, name: held}, settled=settled)
        case e.BudgetSettled(reservation=name, spent_microusd=spent):
            before = state.settled.get(name, Settled(event.task, 0))
            kept = {other: held for other, held in state.open.items() if other != name}
            settled = {**state.settled, name: Settled(event.task, before.spent_microusd + spent)}
            return replace(state, open=kept, settled=settled, spent_microusd=state.spent_microusd + spent)
        case _:
            return state


def reservation_of(task: str, request: str, at_ms: int) -> str:
    """A reservation's name: the month that pays, the task, and the request that it is made for."""
    return f"{month_of(at_ms)}/{task}/{request}"


def month_of(at_ms: int) -> str:
    """`2026-11` for milliseconds since 1970, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m")


def budget_stream(owner: str, reservation: str) -> StreamName:
    """Where the budget is that a reservation is made of; a month alone will do."""
    return StreamName("budget", owner, reservation.partition("/")[0])


BUDGET: Decider[BudgetRequest, BudgetState] = Decider(BudgetState(), decide, evolve)
