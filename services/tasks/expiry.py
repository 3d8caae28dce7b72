"""Previews that nobody finalized in time are deleted, with their files. Projects made of them keep theirs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from services.tasks.loading import task_stream
from services.tasks.ports import OldPreviews
from services.tasks.task import TASK
from shared.clock import now_ms
from shared.contracts.commands import DeleteTask
from shared.errors import ConcurrencyConflict, Unavailable
from shared.eventstore.handle import Origin, handle
from shared.eventstore.port import EventStore

log = logging.getLogger("talewright.previews")


class Expiry:
    """Deletes what is older than `ttl_ms`. One instance does it for all; a second one would only repeat."""

    def __init__(
        self, store: EventStore, previews: OldPreviews, ttl_ms: int, every_s: float, clock: Callable[[], int] = now_ms
    ) -> None:
        self._store, self._previews, self._ttl_ms, self._every_s, self._clock = store, previews, ttl_ms, every_s, clock

    async def run(self) -> None:
        """Looks again and again, for ever."""
        while True:
            try:
                await self.sweep()
            except (Unavailable, ConcurrencyConflict) as error:
                log.warning("previews are looked at again later: %s", error.message)
            await asyncio.sleep(self._every_s)

    async def sweep(self) -> int:
        """Deletes the previews that are too old by now; says how many. The process purges their files."""
        found = await self._previews.created_before(self._clock() - self._ttl_ms)
        for owner, task in found:
            command = DeleteTask(owner=owner, task=task)
            await handle(self._store, TASK, task_stream(owner, task), command, Origin(source="tasks/expiry"))
        return len(found)
