"""A till on the double: for tests of adapters, and of the till itself."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.media.job import JOB, JobState
from services.media.replicate.client import ReplicateApi
from services.media.replicate.downloads import Downloader
from services.media.replicate.pace import Pace
from services.media.replicate.till import Counter, Till
from shared.artifacts.memory import MemoryArtifactStore
from shared.contracts.events import Event
from shared.contracts.jobs import JobRef
from shared.contracts.workflow import JobKind
from shared.eventstore.handle import Origin
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import EventStore, StreamName
from tests.replicate_double.double import TOKEN, Double

QUICK = Pace(
    create_timeout_s=0.15, read_timeout_s=0.15, poll_first_s=0.005, poll_most_s=0.02, obeyed_most_s=0.05,
    stop_grace_s=0.15,
    unsent_after_s=0.3, list_every_s=0.05, patience_s=0.1, again_after_s=0.01,
    download_timeout_s=2.0, download_pause_s=0.005,
    download_limit_bytes=20_000_000,
)  # fmt: skip
"""Everything a hundred times faster than for the real provider."""
ORIGIN = Origin(source="test")


class TestShop:
    """What survives a worker: the store, the bucket, the provider. `till()` is a worker's first look at a job."""

    __test__ = False

    def __init__(self, double: Double, folder: Path, store: EventStore | None = None, **parts: Any) -> None:
        self.double, self.folder = double, folder
        self.store: EventStore = store or MemoryEventStore()
        self.artifacts = MemoryArtifactStore()
        pace: Pace = parts.pop("pace", QUICK)
        token = parts.pop("token", TOKEN)
        self.counter = Counter(
            ReplicateApi(
                token, parts.pop("base_url", double.url),
                create_timeout_s=pace.create_timeout_s, read_timeout_s=pace.read_timeout_s,
            ),
            Downloader(pace.download_limit_bytes, pace.download_timeout_s, (double.host,)),
            self.store, self.artifacts, pace, **parts,
        )  # fmt: skip
        self._tills = 0

    def job(self, kind: JobKind = "draw_image", item: int = 1) -> JobRef:
        return JobRef(owner="7", task="1", segment=2, run=2, kind=kind, item=item)

    def till(self, job: JobRef | None = None, attempt: int = 1, **changes: Any) -> Till:
        """A till with an empty folder, as after a restart."""
        self._tills += 1
        counter = replace(self.counter, **changes) if changes else self.counter
        return counter.till(job or self.job(), attempt, ORIGIN, self.folder / f"w{self._tills}")

    async def events(self, job: JobRef | None = None) -> list[Event]:
        ref = job or self.job()
        commits = await self.store.load(StreamName("job", ref.owner, ref.stream_id))
        return [event for commit in commits for event in commit.events]

    async def state(self, job: JobRef | None = None) -> JobState:
        state = JOB.initial
        for event in await self.events(job):
            state = JOB.evolve(state, event)
        return state


@contextlib.asynccontextmanager
async def open_shop(
    double: Double, folder: Path, store: EventStore | None = None, **parts: Any
) -> AsyncIterator[TestShop]:
    """`async with open_shop(double, tmp_path) as shop: await shop.till().buy(purchase)`."""
    shop = TestShop(double, folder, store, **parts)
    try:
        yield shop
    finally:
        await shop.counter.close()
