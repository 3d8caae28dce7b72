"""What the auth service does without being asked: deliver audit facts, delete what has expired."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from services.auth.model import OwedFact
from services.auth.policy import Brake
from services.auth.ports import Attempts, Outbox, Sessions
from shared.errors import ConcurrencyConflict
from shared.eventstore.port import EventStore, Metadata, StreamName

log = logging.getLogger("talewright.auth")

_BATCH = 100
_CONFLICTS = 5
_POLL_S = 2.0
_LONGEST_PAUSE_S = 30.0


@dataclass(slots=True)
class AuditRelay:
    """Moves facts from the outbox to the event store, in order, each once, however often it is tried.

    Nobody waits for it: logins go on while the event store is down, and the facts arrive later.
    """

    outbox: Outbox
    store: EventStore
    _owed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There may be something to deliver. Facts added by the command line are found by looking now and then."""
        self._owed.set()

    async def run(self) -> None:
        """Delivers for ever; after a failure it tries again, ever more slowly."""
        pause_s = _POLL_S
        while True:
            self._owed.clear()
            try:
                await self.deliver()
                pause_s = _POLL_S
            except Exception as error:
                log.warning("audit events wait: %s", error)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
                await asyncio.sleep(pause_s)
                continue
            await self._woken_or(pause_s)

    async def deliver(self) -> int:
        """Delivers what is owed now. Returns how many facts that were."""
        count = 0
        while facts := await asyncio.to_thread(self.outbox.owed, _BATCH):
            for fact in facts:
                await self._append(fact)
                await asyncio.to_thread(self.outbox.delivered, fact.event_id)
            count += len(facts)
        return count

    async def _append(self, fact: OwedFact) -> None:
        stream = StreamName("account", str(fact.account_id), "account")
        metadata = Metadata(event_id=fact.event_id, time_ms=fact.time_ms, source="auth")
        for _ in range(_CONFLICTS):
            commits = await self.store.load(stream)
            if any(commit.metadata.event_id == fact.event_id for commit in commits):
                return  # stored by a try that did not hear the answer, or by another replica
            try:
                await self.store.append(stream, commits[-1].version if commits else 0, (fact.event,), metadata)
            except ConcurrencyConflict:
                continue
            return
        raise ConcurrencyConflict

    async def _woken_or(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._owed.wait()
        except TimeoutError:
            return


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Deletes expired refresh tokens and login attempts that no longer count."""

    sessions: Sessions
    attempts: Attempts
    brake: Brake
    clock: Callable[[], int]
    every_s: float

    async def run(self) -> None:
        """Sweeps now and then, for ever."""
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except Exception as error:
                log.warning("expired rows are left to the next sweep: %s", error)
            await asyncio.sleep(self.every_s)

    def sweep(self) -> int:
        """Deletes once. Returns how many rows."""
        now_ms = self.clock()
        return self.sessions.sweep(now_ms) + self.attempts.sweep(now_ms - self.brake.window_ms)
