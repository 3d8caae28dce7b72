"""The event store against its targets: `python -m benchmarks.eventstore [--quick | --smoke] [--events N]`.

One private server, one run, on a loop as the services use it. The log is filled with tasks of fifty events each, spread
over the whole log as tasks that run side by side leave it; then, with every write flushed to disk:

* load and fold: one of those tasks, picked at random, loaded and folded to its state by the task's own rules;
* replay: the whole log read in order through `follow`, every event decoded;
* append: `append` beside the bare acknowledgement of the same body without headers or lock (`js.publish`), in turns;
* live: an append until it is acknowledged and a follower has the event in hand.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import NamedTuple

import nats
from nats.aio.client import Client

from benchmarks import sizes
from services.tasks.task import TASK
from shared.bus.service import run
from shared.contracts.events import Event, SegmentCompleted, SegmentRequested, TaskCreated
from shared.contracts.values import Brief
from shared.contracts.workflow import STORY
from shared.eventstore import envelope, names
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Metadata, StreamName
from shared.eventstore.server import prepare_events_stream
from shared.eventstore.tap import tap_of
from talewright.embedded.nats_server import NatsServer

PER_TASK = 50
APPEND_TARGET_RATIO = 1.3
LOAD_TARGET_MS = 1.5
REPLAY_TARGET_PER_S = 60_000
_IN_FLIGHT = 2000


class Row(NamedTuple):
    """One line of the table; without a target it is for information."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def task(number: int) -> StreamName:
    return StreamName("task", f"user-{number % 1000}", f"{number}")


def history(number: int) -> list[Event]:
    """Fifty events of a task whose segments are redone until the log is long enough."""
    brief = Brief(topic=f"A fox who follows the moon, number {number}", main_role="Mira the fox", scene="a snowy wood")
    events: list[Event] = [TaskCreated(surface="stories", workflow=STORY, brief=brief)]
    for turn in range(PER_TASK // 2):
        segment, round_ = turn % 5 + 1, turn + 1
        events += [
            SegmentRequested(segment=segment, run=round_),
            SegmentCompleted(segment=segment, run=round_, pages=6),
        ]
    return events[:PER_TASK]


def metadata(event_id: str) -> Metadata:
    return Metadata(
        event_id=event_id,
        time_ms=1_763_722_800_123,
        source="services/tasks",
        correlation_id="01J8ZJ5XK4M7Q2V9T3R6W8Y0AC",
        causation_id="01J8ZJ5XK4M7Q2V9T3R6W8Y0AD",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )


async def fill(nc: Client, tasks: int) -> None:
    """Writes all histories side by side: first every task's version 1, then every task's version 2 ..."""
    sent = acknowledged = 0
    room = asyncio.Event()

    def on_ack(_subject: bytes, _reply: bytes, _headers: bytes | None, ack: bytes) -> None:
        nonlocal acknowledged
        assert b'"seq"' in ack, ack
        acknowledged += 1
        if sent - acknowledged <= _IN_FLIGHT // 2:
            room.set()

    inbox = nc.new_inbox()
    subscription = await tap_of(nc).subscribe(inbox, on_ack)
    for version, event in enumerate(history(0), 1):
        for number in range(tasks):
            headers, body = envelope.encode(task(number), (event,), metadata(f"{number}-{version}"))
            sent += 1
            await nc.publish(f"{names.prefix_of(task(number))}.{version}", body, reply=inbox, headers=headers)
            if sent - acknowledged >= _IN_FLIGHT:
                room.clear()
                await room.wait()
    while acknowledged < sent:
        await asyncio.sleep(0.01)
    await tap_of(nc).release(subscription)


async def timed_ms(action: Awaitable[object]) -> float:
    start = time.perf_counter()
    await action
    return (time.perf_counter() - start) * 1000


async def measure_load(store: JetStreamEventStore, tasks: int, loads: int) -> Iterator[Row]:
    """Random tasks; the first tenth warms up the server's file cache and is not counted."""
    picks = random.Random(7)
    took_ms = []

    async def load_and_fold() -> None:
        state = TASK.fold(await store.load(task(picks.randrange(tasks))))
        assert state.runs == PER_TASK // 2

    for number in range(loads + loads // 10):
        spent = await timed_ms(load_and_fold())
        if number >= loads // 10:
            took_ms.append(spent)
    p50 = statistics.median(took_ms)
    return iter([
        Row(f"load and fold {PER_TASK} events, p50", f"{p50:.2f} ms", f"<= {LOAD_TARGET_MS} ms", p50 <= LOAD_TARGET_MS),
        Row("load and fold, p99", f"{_p99(took_ms):.2f} ms"),
    ])  # fmt: skip


async def measure_replay(store: JetStreamEventStore, events: int) -> Iterator[Row]:
    """The median of three passes, and the reader's own processor time, which other processes disturb less."""
    speeds, cpu_us = [], []
    for _ in range(3):
        start, worked, seen = time.perf_counter(), time.process_time(), 0
        async for page in store.follow(0, batch=1000):
            seen += sum(len(commit.events) for commit in page)
            if seen >= events:
                break
        speeds.append(seen / (time.perf_counter() - start))
        cpu_us.append((time.process_time() - worked) / seen * 1e6)
    speed = statistics.median(speeds)
    target = f">= {REPLAY_TARGET_PER_S:,} /s"
    return iter([
        Row(f"replay of {events:,} decoded events", f"{speed:,.0f} /s", target, speed >= REPLAY_TARGET_PER_S),
        Row("replay, the reader's processor time", f"{statistics.median(cpu_us):.1f} us/event"),
    ])  # fmt: skip


async def measure_append(nc: Client, store: JetStreamEventStore, rounds: int, each: int) -> Iterator[Row]:
    """Rounds of bare publishes and of appends in turns, so that both meet the same disk and the same noise."""
    js = nc.jetstream()
    event = SegmentCompleted(segment=2, run=3, pages=6)
    body = envelope.encode(task(0), (event,), metadata("x"))[1]
    bare_ms: list[float] = []
    append_ms: list[float] = []
    for round_ in range(rounds):
        name = StreamName("task", "bench", f"append-{round_}")
        for n in range(each):
            bare_ms.append(await timed_ms(js.publish(f"tw.events.bare.bench.{round_}.{n + 1}", body)))
        for n in range(each):
            about = metadata(f"append-{round_}-{n}")
            append_ms.append(await timed_ms(store.append(name, n, (event,), about)))
    bare, append = statistics.median(bare_ms), statistics.median(append_ms)
    ratio = append / bare
    return iter([
        Row("bare publish acknowledged, p50", f"{bare:.3f} ms"),
        Row("bare publish acknowledged, p99", f"{_p99(bare_ms):.3f} ms"),
        Row("append, p50", f"{append:.3f} ms"),
        Row("append, p99", f"{_p99(append_ms):.3f} ms"),
        Row("append : bare, p50", f"{ratio:.2f}", f"<= {APPEND_TARGET_RATIO}", ratio <= APPEND_TARGET_RATIO),
    ])  # fmt: skip


async def measure_live(store: JetStreamEventStore, appends: int) -> Iterator[Row]:
    follower, took_ms = store.follow(await store.last_position()), []
    name = StreamName("task", "bench", "live")
    for n in range(appends):
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0.002)
        appending = store.append(name, n, (SegmentRequested(segment=1, run=n + 1),), metadata(f"live-{n}"))
        took_ms.append(await timed_ms(asyncio.gather(appending, waiting)))
    await follower.aclose()  # type: ignore[attr-defined]
    return iter([Row("append, until a follower has the event, p50", f"{statistics.median(took_ms):.3f} ms")])


async def measure(folder: Path, size: sizes.EventStore, events: int) -> list[Row]:
    tasks = events // PER_TASK
    server = NatsServer(folder, sync_always=False, memory_mib=512 + events // 1000)
    server.start()
    try:
        nc = await nats.connect(server.url)
        await prepare_events_stream(nc)
        start = time.perf_counter()
        await fill(nc, tasks)
        print(f"{tasks * PER_TASK:,} events in {tasks:,} tasks, filled in {time.perf_counter() - start:.0f} s")
        await nc.close()
        server.stop()
        server.sync_always = True
        start = time.perf_counter()
        server.start()
        restart = time.perf_counter() - start
        nc = await nats.connect(server.url)
        await prepare_events_stream(nc)
        store = JetStreamEventStore(nc)
        rows = list(await measure_load(store, tasks, size.loads))
        rows += await measure_replay(store, tasks * PER_TASK)
        rows += await measure_append(nc, store, size.append_rounds, size.appends)
        rows += await measure_live(store, size.live)
        rows.append(Row("server start on this log", f"{restart:.2f} s"))
        await nc.close()
        return rows
    finally:
        server.stop()


def report(rows: list[Row]) -> None:
    for row in rows:
        met = "" if row.met is None else "yes" if row.met else "NO"
        print(f"{row.what:<44} {row.measured:>14}   {row.target:<12} {met}")


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sizes.add_options(options)
    options.add_argument("--events", type=int, default=0, help="events in the log (by size: 1,000,000)")
    chosen = options.parse_args()
    size = sizes.EVENT_STORE.chosen(chosen)

    async def all_of_it() -> None:
        with tempfile.TemporaryDirectory(prefix="eventstore-benchmark-") as name:
            report(await measure(Path(name), size, chosen.events or size.events))

    run(all_of_it())


if __name__ == "__main__":
    main()
