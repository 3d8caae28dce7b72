"""Notes of answered requests, sent on in batches: a command says which, an event keeps it, a view adds them up."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from services.gateway.ports import Commands
from services.gateway.reach import Reach
from shared.clock import new_id
from shared.contracts.commands import RecordUsage
from shared.contracts.events import RequestNote
from shared.errors import Rejected, TalewrightError

log = logging.getLogger("talewright.gateway")

MOST_WAITING = 10_000
"""Notes of one process that may wait for the tasks service; what comes then is dropped, and the log says so."""
AT_ONCE = 200


class _Waiting:
    """An owner's notes. `batch` is being sent, or was and nobody knows whether it arrived."""

    __slots__ = ("batch", "lock", "name", "notes")

    def __init__(self) -> None:
        self.notes: deque[RequestNote] = deque()
        self.batch: tuple[RequestNote, ...] = ()
        self.name = ""
        self.lock = asyncio.Lock()

    def fill(self) -> bool:
        """Takes the next batch unless there is one; False if there is nothing to send."""
        if not self.batch and self.notes:
            self.batch = tuple(self.notes.popleft() for _ in range(min(AT_ONCE, len(self.notes))))
            self.name = new_id()
        return bool(self.batch)


class Usage:
    """Collects notes by owner. A batch that may not have arrived is sent again under the same name: it counts once."""

    def __init__(self, commands: Commands, reach: Reach, every_s: float) -> None:
        self._commands, self._reach, self._every_s = commands, reach, every_s
        self._owners: dict[str, _Waiting] = {}
        self._count = self._dropped = self._position = 0

    def note(self, owner: str, note: RequestNote) -> None:
        """Takes one note."""
        if self._count >= MOST_WAITING:
            self._dropped += 1
            return
        self._owners.setdefault(owner, _Waiting()).notes.append(note)
        self._count += 1

    async def flush(self, owner: str) -> None:
        """Sends an owner's notes and waits until the views show them. Raises `Unavailable`."""
        await self._send(owner)
        await self._reach.reached(self._position)

    async def run(self) -> None:
        """Sends what waits, for ever."""
        while True:
            await asyncio.sleep(self._every_s)
            await self.flush_all()

    async def flush_all(self) -> None:
        """Sends what waits; what cannot be sent now waits on."""
        if self._dropped:
            log.warning("%d usage notes are dropped: too many were waiting", self._dropped)
            self._dropped = 0
        for owner in list(self._owners):
            try:
                await self._send(owner)
            except TalewrightError as error:
                log.info("usage notes wait: %s", error.message)
                return

    async def _send(self, owner: str) -> None:
        waiting = self._owners.get(owner)
        if waiting is None:
            return
        async with waiting.lock:
            while waiting.fill():
                await self._send_batch(owner, waiting)
            if self._owners.get(owner) is waiting:  # nothing waits, and no await lies between that and this
                del self._owners[owner]

    async def _send_batch(self, owner: str, waiting: _Waiting) -> None:
        try:
            reply = await self._commands.ask(RecordUsage(owner=owner, requests=waiting.batch), waiting.name)
            self._position = max(self._position, reply.position)
        except Rejected as error:  # it would be refused for ever
            log.error("usage notes are refused: %s", error.message)
        self._count -= len(waiting.batch)
        waiting.batch = ()
