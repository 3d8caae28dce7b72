"""The projector at work on a pair of servers, over events that keep coming."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from benchmarks import histories
from services.gateway.reach import Reach
from services.gateway.views import Checkpoint
from services.tasks.projector import project
from services.tasks.rebuild import verify
from services.tasks.rows import Row
from shared.contracts import events as e
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Commit, Metadata, StreamName
from tests.gateway.views.house import House

NOTE = e.RequestNote(
    endpoint="/stories", operation="story_create", status=200, took_ms=1.5, sent_bytes=100, at_ms=5_000
)
PATIENCE_S = 15.0


class Following(House):
    """The read models on a multi-host URL, their projector, and a gateway that hears of it."""

    def __init__(self, url: str, wait_s: float = PATIENCE_S) -> None:
        super().__init__(url)
        self.prepare()
        self.store = MemoryEventStore()
        self.reach = Reach(self.views, wait_s)
        self.told: list[Checkpoint] = []
        self._history = histories.log(100_000)

    async def told_of(self, generation: int, position: int) -> None:
        self.told.append(Checkpoint(generation, position))
        self.reach.told(self.told[-1])

    async def add(self, commits: int) -> None:  # type: ignore[override]
        """More of many stories, and of each user's requests, which are added up in a row."""
        for number in range(commits):
            commit = next(self._history) if number % 4 else self._request(number)
            await self.store.append(commit.stream, commit.version - 1, commit.events, commit.metadata)

    def _request(self, number: int) -> Commit:
        position = len(self.store._log) + 1
        stream = StreamName("usage", str(number % 7), f"c{position}")
        metadata = Metadata(event_id=f"usage{position}", time_ms=position)
        return Commit(
            stream=stream, version=1, position=position, events=(e.RequestsServed(requests=(NOTE,)),), metadata=metadata
        )

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """The projector runs meanwhile."""
        work = asyncio.create_task(project(self.store, self.generations, self.told_of))
        try:
            yield
        finally:
            assert not work.done(), work
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def reached(self, position: int) -> None:
        """Waits until the views show a position."""
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(self.shown) < position:
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Nobody asks any more, and all is let go of."""
        if self.reach._polling is not None:
            await self.reach._polling
        await super().close()

    def shown(self) -> int:
        """The checkpoint in the database; -1 while nobody can tell."""
        try:
            return self.generations.live().position()
        except Exception:
            return -1

    def usage(self) -> dict[str, int]:
        """How many requests of each user the views show."""
        return {row["owner"]: row["requests"] for row in self.rows("usage")}

    def rows(self, table: str) -> list[Row]:
        """All rows of a table."""
        return self.generations.live().all_rows()[1][table]

    async def is_right(self) -> None:
        """The views show every event, as if they were built anew."""
        last = await self.store.last_position()
        await self.reached(last)
        verdict = await verify(self.store, self.generations, lambda *_: None)
        assert (verdict.position, verdict.differences) == (last, ())
        assert verdict.rows > 10


@asynccontextmanager
async def coming(house: Following, commits: int = 5, every_s: float = 0.01) -> AsyncIterator[None]:
    """Events keep coming meanwhile."""
    going = True

    async def come() -> None:
        while going:
            await house.add(commits)
            await asyncio.sleep(every_s)

    adding = asyncio.create_task(come())
    try:
        yield
    finally:
        going = False
        await adding


async def until(true: Callable[[], bool]) -> None:
    """Waits for something that needs no database."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await asyncio.sleep(0.01)
