"""The tasks service in memory with a provider that bills: the real handlers, process and ledger, and buyers that take
money as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from services.tasks.funding import Funding
from services.tasks.handlers import Tasks
from services.tasks.ledger import Ledger
from services.tasks.loading import load_process, task_stream
from services.tasks.manager import ProcessManager
from services.tasks.process_state import ProcessState
from shared.clock import new_id
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Brief, Charge
from shared.eventstore.handle import Origin
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Metadata, StreamName
from shared.pricing.prices import Prices
from tests.tasks.world import result_of

ME = "7"
NOW_MS = 1_796_000_000_000  # 2026-11-29
ALL_BILLED = Prices(text_billed=True, images_billed=True, speech_billed=True, clips_billed=True)
IMAGES_BILLED = Prices(images_billed=True)
IMAGE = 3_000


class WatchedStore(MemoryEventStore):
    """Notes what is loaded. Between a reservation and the fact that it is for, `meanwhile` happens once."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[StreamName] = []
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def load(self, stream: StreamName, after_version: int = 0) -> Any:
        self.loads.append(stream)
        return await super().load(stream, after_version)

    async def append(
        self, stream: StreamName, expected_version: int, events: Sequence[e.Event], metadata: Metadata
    ) -> int:
        if self.meanwhile and any(isinstance(one, e.SegmentRequested) and one.reservation for one in events):
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return await super().append(stream, expected_version, events, metadata)


class BudgetHouse:
    """`media` is done, failed or rest; `bill_microusd` is what each job is billed; `now_ms` is the time."""

    def __init__(self, prices: Prices = IMAGES_BILLED, user: int = 20_000_000, task: int = 5_000_000) -> None:
        self.store = WatchedStore()
        self.now_ms = NOW_MS
        self.funding = Funding(prices, user, task, clock=lambda: self.now_ms)
        self.tasks = Tasks(self.funding)
        self.media, self.bill_microusd = "done", IMAGE
        self.resting: list[c.RunJob] = []
        self.asked = 0
        self._background: set[asyncio.Task[Any]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[BudgetHouse]:
        self._later(ProcessManager(self.store, self, self).run())
        await asyncio.sleep(0)
        try:
            yield self
        finally:
            for task in self._background:
                task.cancel()
            await asyncio.gather(*self._background, return_exceptions=True)

    async def ask(self, command: Any, command_id: str = "") -> c.Reply:
        self.asked += 1
        origin = Origin(source="tasks", causation_id=command_id or f"c{self.asked}")
        return await self.tasks.routes[type(command)](self.store, command, origin)

    async def create(self, task: str = "1", auto: bool = False, **more: Any) -> c.Reply:
        made = {"surface": "stories", "brief": Brief(topic="Magnet Mania"), "auto": auto, **more}
        return await self.ask(c.CreateTask(owner=ME, task=task, **made))

    async def request(self, segment: int, task: str = "1", **more: Any) -> c.Reply:
        return await self.ask(c.RequestSegment(owner=ME, task=task, segment=segment, **more))

    async def put(self, command: c.RunJob, headers: dict[str, str] | None = None) -> bool:
        """Implements the process's queue."""
        if self.media == "rest":
            self.resting.append(command)
        else:
            await self.work(command)
        return True

    async def candidates(self, upto: int) -> list[tuple[str, str]]:
        return []

    async def work(self, command: c.RunJob) -> None:
        """Does one job as a worker that buys: what it costs is settled before its end."""
        await self.bill(command)
        failed = e.JobFailed(job=command.job, attempt=command.attempt, reason="away")
        await self.tell(command, failed if self.media == "failed" else result_of(command))

    async def bill(self, command: c.RunJob, nonce: str = "n", microusd: int | None = None) -> None:
        amount = self.bill_microusd if microusd is None else microusd
        if command.job.kind not in ("draw_image", "draw_picture", "animate_picture") or not amount:
            return
        charge = Charge(
            service="replicate_flux",
            model="flux-schnell",
            quantity=1,
            unit="image",
            amount_microusd=amount,
            billed=True,
        )
        settled = e.ProviderJobSettled(
            job=command.job, attempt=command.attempt, provider="replicate", step="draw", nonce=nonce,
            outcome="succeeded", charge=charge,
        )  # fmt: skip
        await self.tell(command, settled)

    async def tell(self, command: c.RunJob, event: e.Event) -> None:
        await self.append(StreamName("job", ME, command.job.stream_id), event)

    async def append(self, stream: StreamName, *events: e.Event) -> None:
        version = len(await MemoryEventStore.load(self.store, stream))
        await self.store.append(stream, version, events, Metadata(event_id=new_id(), time_ms=self.now_ms))

    async def wake(self) -> None:
        """Does all that came while the workers rested, and all that follows."""
        await self.rested()
        self.media = "done"
        while self.resting:
            await self.work(self.resting.pop(0))
        await self.rested()

    async def rested(self) -> None:
        """Waits until nothing happens any more."""
        quiet, last = 0, -1
        while quiet < 50:
            await asyncio.sleep(0)
            position = await self.store.last_position()
            quiet, last = (quiet + 1 if position == last else 0), position

    async def process(self, task: str = "1") -> ProcessState:
        return await load_process(self.store, ME, task)

    async def money(self) -> tuple[int, int]:
        """What is reserved and what is spent, by a ledger that knows nothing yet."""
        state = await Ledger().state(self.store, ME, self.now_ms)
        return state.reserved_microusd, state.spent_microusd

    async def types(self, task: str = "1") -> list[str]:
        commits = await MemoryEventStore.load(self.store, task_stream(ME, task))
        return [type(event).__name__ for commit in commits for event in commit.events]

    async def every(self, kind: type[e.Event]) -> list[Any]:
        commits = await self.store.read(0, await self.store.last_position())
        return [event for commit in commits for event in commit.events if isinstance(event, kind)]

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
