"""The budgets of all users over the event store: reserving, settling, and making good what a crash left open."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from weakref import WeakValueDictionary

from services.tasks.budget import BUDGET, BudgetRequest, BudgetState, budget_stream, month_of
from services.tasks.loading import load_process
from shared.contracts.commands import SettleBudget
from shared.eventstore.handle import Known, Origin, handle
from shared.eventstore.port import EventStore, StreamName

CACHED_BUDGETS = 1_000
GRACE_MS = 120_000
"""After this, a reservation that its task knows nothing of was made for a request that never came to be."""


class Ledger:
    """Carries out what is asked of budgets. Months at hand are caches: each is read on from where it stood."""

    def __init__(self) -> None:
        self._known: OrderedDict[StreamName, Known[BudgetState]] = OrderedDict()
        self._turns: WeakValueDictionary[StreamName, asyncio.Lock] = WeakValueDictionary()

    async def ask(self, store: EventStore, command: BudgetRequest, origin: Origin) -> BudgetState:
        """The budget afterwards. Raises `OverBudget`. One request at a time for each budget: two at once would only
        have to be decided again."""
        stream = budget_stream(command.owner, command.reservation)
        async with self._turns.setdefault(stream, asyncio.Lock()):
            known = await self._newest(store, stream)
            handled = await handle(store, BUDGET, stream, command, origin, known)
            self._known[stream] = Known(handled.state, handled.version, handled.position)
        return handled.state

    async def state(self, store: EventStore, owner: str, at_ms: int) -> BudgetState:
        """A user's budget of the month as it is now."""
        return (await self._newest(store, budget_stream(owner, month_of(at_ms)))).state

    async def reconcile(self, store: EventStore, owner: str, at_ms: int, origin: Origin) -> None:
        """Settles what is open of the month although it is over: somebody stopped before he could do it."""
        for name, held in (await self.state(store, owner, at_ms)).open.items():
            process = await load_process(store, owner, held.task)
            never_used = name not in process.spent and at_ms - held.at_ms > GRACE_MS
            if never_used or process.is_over(name):
                spent = process.spent.get(name, 0)
                await self.ask(store, SettleBudget(owner=owner, reservation=name, spent_microusd=spent), origin)

    async def _newest(self, store: EventStore, stream: StreamName) -> Known[BudgetState]:
        known = self._known.get(stream) or Known(BUDGET.initial, 0)
        if commits := await store.load(stream, known.version):
            last = commits[-1]
            known = Known(BUDGET.fold(commits, known.state), last.version, last.position)
        self._known[stream] = known
        self._known.move_to_end(stream)
        while len(self._known) > CACHED_BUDGETS:
            self._known.popitem(last=False)
        return known
