"""Asking something of a task that may cost money: the rules first, then a reservation, then the fact, in this order.

A reservation is named after the command that it is made for, so a command that comes again finds its own. While
nothing is billed, none of this happens: no load and no append more than without it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from services.tasks.budget import reservation_of
from services.tasks.costing import estimate_of, paid_by
from services.tasks.ledger import Ledger
from services.tasks.task import TASK, TaskRequest
from services.tasks.task_state import TaskState
from shared.clock import new_id, now_ms
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.budgets import Quote
from shared.errors import ConcurrencyConflict, OverBudget, Rejected, Unavailable
from shared.eventstore.handle import Handled, Known, Origin, handle, load
from shared.eventstore.port import EventStore, StreamName
from shared.pricing.estimate import Estimate
from shared.pricing.prices import Prices


@dataclass(frozen=True, slots=True)
class Funding:
    """The prices, the limits (of a user for a month, and of a task in it), and the ledger."""

    prices: Prices = field(default_factory=Prices)
    user_limit_microusd: int = 20_000_000
    task_limit_microusd: int = 5_000_000
    ledger: Ledger = field(default_factory=Ledger)
    clock: Callable[[], int] = now_ms

    async def ask(
        self, store: EventStore, stream: StreamName, request: TaskRequest, origin: Origin
    ) -> Handled[TaskState]:
        """Carries out a request. Raises what the rules say, and only then `OverBudget` with a quote."""
        if not self.prices.bills:
            return await handle(store, TASK, stream, request, origin)
        known = await load(store, TASK, stream)
        estimate = estimate_of(self.prices, known.state, TASK.decide(request, known.state))
        if not estimate.at_most_microusd:
            return await handle(store, TASK, stream, request, origin, known)
        reservation = await self._reserve(store, stream, estimate, origin)
        try:
            paid = paid_by(reservation, self.prices, estimate)
            handled = await handle(store, paid, stream, request, origin, known)
        except Rejected:
            await self._release(store, stream.owner, reservation, origin)
            raise
        if not any(_uses(event, reservation) for event in handled.events):
            await self._release(store, stream.owner, reservation, origin)
        return handled

    async def quote(self, store: EventStore, stream: StreamName, request: TaskRequest) -> Quote:
        """What a request would cost, and the budget as it is. Raises what the rules say, but not `OverBudget`."""
        known: Known[TaskState] = await load(store, TASK, stream)
        events = TASK.decide(request, known.state)
        return await self._quote(store, stream, estimate_of(self.prices, known.state, events))

    async def _quote(self, store: EventStore, stream: StreamName, estimate: Estimate) -> Quote:
        state = await self.ledger.state(store, stream.owner, self.clock())
        budget = state.seen_by(stream.id, self.user_limit_microusd, self.task_limit_microusd)
        return Quote(charges=estimate.charges, at_most_microusd=estimate.at_most_microusd, budget=budget)

    async def _reserve(self, store: EventStore, stream: StreamName, estimate: Estimate, origin: Origin) -> str:
        at_ms = self.clock()
        await self.ledger.reconcile(store, stream.owner, at_ms, origin)
        reservation = reservation_of(stream.id, origin.causation_id or new_id(), at_ms)
        command = c.ReserveBudget(
            owner=stream.owner,
            reservation=reservation,
            task=stream.id,
            amount_microusd=estimate.at_most_microusd,
            user_limit_microusd=self.user_limit_microusd,
            task_limit_microusd=self.task_limit_microusd,
            at_ms=at_ms,
        )
        try:
            await self.ledger.ask(store, command, origin)
        except OverBudget as refusal:
            raise OverBudget(refusal.message, await self._quote(store, stream, estimate)) from refusal
        return reservation

    async def _release(self, store: EventStore, owner: str, reservation: str, origin: Origin) -> None:
        """What cannot be released now is when the owner reserves something the next time."""
        with contextlib.suppress(Unavailable, ConcurrencyConflict):
            command = c.SettleBudget(owner=owner, reservation=reservation, spent_microusd=0)
            await self.ledger.ask(store, command, origin)


def _uses(event: e.Event, reservation: str) -> bool:
    return isinstance(event, e.SegmentRequested | e.RedrawRequested) and event.reservation == reservation
