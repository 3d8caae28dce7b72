"""From an event on disk to a reader of server-sent events: the second half of `benchmarks.gateway`."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections import defaultdict
from typing import NamedTuple

from shared.clock import new_id, now_ms
from shared.contracts.events import SegmentCompleted, TaskCreated
from shared.contracts.values import Brief
from shared.contracts.workflow import STORY
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Metadata, StreamName

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_GRACE_S = 10
"""How long events are waited for after the last was written."""


class Delivered(NamedTuple):
    """What one run showed; `cpu` is the gateway's share of one core."""

    expected: int
    received: int
    p50_ms: float
    p99_ms: float
    per_s: float
    cpu: float


class Reader(asyncio.Protocol):
    """One client: notes when each position came. A plain protocol, so that 200 of them cost little."""

    def __init__(self, task: str) -> None:
        self.task = task
        self.came_s: dict[int, float] = {}
        self.opened = asyncio.get_running_loop().create_future()
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    async def open(self, port: int, path: str, token: str) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", port)
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        await self.opened

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter()
        data = self._rest + data
        whole, _, self._rest = data.rpartition(b"\n\n")
        if not self.opened.done():
            self.opened.set_result(None) if b"retry:" in whole else self._refused(data)
        for frame in whole.split(b"\n\n"):
            at = 0 if frame.startswith(b"id: ") else frame.find(b"\nid: ") + 1  # after the length of a chunk
            if frame.startswith(b"id: ", at):
                self.came_s[int(frame[at + 4 : frame.index(b"\n", at)])] = now_s

    def _refused(self, data: bytes) -> None:
        if not data.startswith(b"HTTP/1.1 200"):
            self.opened.set_exception(RuntimeError(data.decode()))

    def close(self) -> None:
        if self._transport:
            self._transport.close()


class Writer:
    """Appends events to tasks, and notes when each is on disk."""

    def __init__(self, store: JetStreamEventStore, owner: str) -> None:
        self._store, self._owner = store, owner
        self._versions: dict[str, int] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.acknowledged_s: dict[int, tuple[float, str]] = {}

    async def create(self, task: str) -> None:
        await self._append(task, TaskCreated(surface="stories", workflow=STORY, brief=Brief(topic="kites")))

    async def tell(self, task: str) -> None:
        position = await self._append(task, SegmentCompleted(segment=1, run=1, pages=6))
        self.acknowledged_s[position] = time.perf_counter(), task

    async def _append(self, task: str, event: TaskCreated | SegmentCompleted) -> int:
        metadata = Metadata(event_id=new_id(), time_ms=now_ms())
        async with self._turns[task]:  # where the disk is slow, a task's next event can be due before the last is kept
            version = self._versions.get(task, 0)
            self._versions[task] = version + 1
            return await self._store.append(StreamName("task", self._owner, task), version, [event], metadata)


async def deliver(
    store: JetStreamEventStore, port: int, pid: int, token: str, readers: list[Reader], per_s: int, seconds: float
) -> Delivered:
    """Appends at a steady rate to the readers' tasks in turn; a reader without a task hears all of them."""
    writer = Writer(store, "1")
    tasks = sorted({reader.task for reader in readers} - {""}) or [new_id() for _ in range(len(readers))]
    await asyncio.gather(*(writer.create(task) for task in tasks))
    for reader in readers:
        path = f"/api/task/{reader.task}/events" if reader.task else "/api/events"
        await reader.open(port, path, token)
    cpu_s, began_s = _cpu_s(pid), time.perf_counter()
    writing: list[asyncio.Task[None]] = []
    for number in range(round(per_s * seconds)):
        due_s = began_s + number / per_s
        if (early_s := due_s - time.perf_counter()) > 0:
            await asyncio.sleep(early_s)
        writing.append(asyncio.create_task(writer.tell(tasks[number % len(tasks)])))
    await asyncio.gather(*writing)
    took_s, used_s = time.perf_counter() - began_s, _cpu_s(pid) - cpu_s
    for _ in range(_GRACE_S):
        await asyncio.sleep(1)  # counting more often would hold up the readers
        expected, late_ms = _late(writer, readers)
        if len(late_ms) == expected:
            break
    for reader in readers:
        reader.close()
    cuts = statistics.quantiles(late_ms, n=100)
    return Delivered(expected, len(late_ms), cuts[49], cuts[98], expected / took_s, used_s / took_s)


def _late(writer: Writer, readers: list[Reader]) -> tuple[int, list[float]]:
    """How many deliveries there should be, and the milliseconds of those that there were."""
    late_ms: list[float] = []
    expected = 0
    for position, (on_disk_s, task) in writer.acknowledged_s.items():
        wanted = [reader for reader in readers if reader.task in ("", task)]
        expected += len(wanted)
        late_ms += [(r.came_s[position] - on_disk_s) * 1e3 for r in wanted if position in r.came_s]
    return expected, late_ms


def _cpu_s(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as told:
        fields = told.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
