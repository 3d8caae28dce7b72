"""Read your own writes: waiting until the views have reached a position."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools

from services.gateway.ports import Views
from services.gateway.views import Checkpoint
from shared.errors import Unavailable

POLL_S = 0.05


class Reach:
    """Knows how far the served views are: told by the projector, and asking by itself while somebody waits."""

    def __init__(self, views: Views, wait_s: float = 2.0) -> None:
        self._views = views
        self._wait_s = wait_s
        self._known = Checkpoint(0, 0)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._polling: asyncio.Task[None] | None = None

    def told(self, checkpoint: Checkpoint) -> None:
        """The projector committed. What another generation than the served one has reached is of no use here."""
        if checkpoint.generation == self._known.generation:
            self._advance(checkpoint)

    async def reached(self, position: int, wait_s: float | None = None) -> bool:
        """Waits, but not for ever; False says that the views are still behind."""
        if position <= self._known.position:
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (position, next(self._order), future))
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(self._wait_s if wait_s is None else wait_s):
                await future  # not by wait_for: until Python 3.12 it may lose a cancellation
        except TimeoutError:
            return False
        return True

    async def _poll(self) -> None:
        while self._waiting:
            with contextlib.suppress(Unavailable):  # then those who wait time out by themselves
                self._advance(await self._views.checkpoint())
            await asyncio.sleep(POLL_S)
            self._settle()

    def _advance(self, checkpoint: Checkpoint) -> None:
        self._known = checkpoint
        self._settle()

    def _settle(self) -> None:
        while self._waiting and (self._waiting[0][0] <= self._known.position or self._waiting[0][2].done()):
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
