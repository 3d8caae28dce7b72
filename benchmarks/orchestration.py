"""The story workflow with jobs that do nothing: `python -m benchmarks.orchestration [--quick] [--no-peers]`.

A private nats-server (flushing every event to disk), the real tasks service, two media workers whose work is a no-op,
and this process as the client. Ours runs 16 jobs a story (the sound track is one more than the peers' 15), keeps every
event for ever, and projects them into SQLite.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import nats

from shared.bus.commands import CommandClient, accepted
from shared.contracts.commands import CreateTask
from shared.contracts.events import SegmentCompleted
from shared.contracts.subjects import event_filter
from shared.contracts.values import Brief
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import LATEST
from talewright.embedded.nats_server import NatsServer

LAST_SEGMENT = 5


class Measured(msgspec.Struct, frozen=True):
    """One row: workflows a second and latencies, medians over the rounds."""

    name: str
    in_flight: int
    per_second: float
    p50_ms: float
    p99_ms: float
    spread: float


@contextmanager
def house(folder: Path, workers: int = 2) -> Iterator[NatsServer]:
    """A server, the tasks service and media workers as processes of their own."""
    server = NatsServer(folder / "nats")
    server.start()
    environment = os.environ | {
        "TALEWRIGHT_NATS_URL": server.url,
        "TALEWRIGHT_READMODEL_URL": f"sqlite:///{folder}/views.db",
        "TALEWRIGHT_LOG_LEVEL": "WARNING",
    }
    modules = ["services.tasks.main", *["benchmarks.quiet_worker"] * workers]
    with ExitStack() as stack:
        stack.callback(server.stop)
        for module in modules:
            child = subprocess.Popen([sys.executable, "-m", module], env=environment)
            stack.callback(child.wait)
            stack.callback(child.terminate)
        yield server


class Driver:
    """Starts stories and waits for their last event."""

    def __init__(self, nc: nats.NATS) -> None:
        self._client, self._store = CommandClient(nc), JetStreamEventStore(nc)
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._count = 0

    async def watch(self) -> None:
        async for commits in self._store.follow(LATEST, (event_filter("task", "bench"),)):
            for commit in commits:
                for event in commit.events:
                    if isinstance(event, SegmentCompleted) and event.segment == LAST_SEGMENT:
                        self._waiting.pop(commit.stream.id).set_result(None)

    async def story(self) -> float:
        """Seconds from asking to the last event being told."""
        self._count += 1
        task = f"{os.getpid()}-{self._count}"
        done = self._waiting[task] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        command = CreateTask(owner="bench", task=task, surface="videos", brief=Brief(topic="quiet"), auto=True)
        accepted(await self._client.ask(command, command_id=task, timeout_s=30))
        await asyncio.wait_for(done, 60)
        return time.perf_counter() - begun

    async def closed_loop(self, in_flight: int, seconds: float) -> tuple[float, list[float]]:
        """So many stories at a time for so long: rate, and each story's seconds."""
        took: list[float] = []
        begun = time.perf_counter()

        async def loop() -> None:
            while time.perf_counter() - begun < seconds:
                took.append(await self.story())

        await asyncio.gather(*(loop() for _ in range(in_flight)))
        return len(took) / (time.perf_counter() - begun), took


async def measure(in_flights: tuple[int, ...], seconds: float, rounds: int) -> list[Measured]:
    """Ours, with so many stories in flight."""
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as server:
        nc = await nats.connect(server.url)
        await _ready(nc)
        driver = Driver(nc)
        watching = asyncio.create_task(driver.watch())
        await asyncio.sleep(0.5)
        await driver.closed_loop(4, 1.0)  # warm up
        rows = [await _row(driver, n, seconds, rounds) for n in in_flights]
        watching.cancel()
        await nc.close()
    return rows


async def _row(driver: Driver, in_flight: int, seconds: float, rounds: int) -> Measured:
    rates, all_took = [], []
    for _ in range(rounds):
        rate, took = await driver.closed_loop(in_flight, seconds)
        rates.append(rate)
        all_took += took
    all_took.sort()
    spread = (max(rates) - min(rates)) / statistics.median(rates)
    p99 = all_took[min(len(all_took) - 1, int(len(all_took) * 0.99))]
    return Measured(
        "Talewright, every event flushed", in_flight, statistics.median(rates),
        statistics.median(all_took) * 1000, p99 * 1000, spread,
    )  # fmt: skip


async def _ready(nc: nats.NATS) -> None:
    js = nc.jetstream()
    async with asyncio.timeout(20):
        while True:
            try:
                waiting = [(await js.consumer_info("COMMANDS", name)).num_waiting or 0 for name in ("tasks", "media")]
                if waiting[0] >= 1 and waiting[1] >= 2:
                    await asyncio.sleep(1)  # the process takes its lease
                    return
            except nats.errors.Error:
                waiting = []
            await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    arguments = parser.parse_args()
    seconds, rounds = (2.0, 1) if arguments.quick else (8.0, 3)
    for row in asyncio.run(measure((1, 50), seconds, rounds)):
        print(
            f"{row.name:40} {row.in_flight:3} in flight  {row.per_second:7.1f}/s  p50 {row.p50_ms:7.1f} ms  p99 {row.p99_ms:7.1f} ms  spread {row.spread:.0%}"
        )


if __name__ == "__main__":
    main()
