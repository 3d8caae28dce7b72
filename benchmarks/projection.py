"""The read models against their targets: `python -m benchmarks.projection [--quick | --smoke] [--events N]`.

* projector: a log of whole stories (`benchmarks.histories`: fifty in the making at any time) through the services' own
  `Projection.apply` in batches as the projector takes them, into SQLite on disk, a transaction a batch;
* rebuild: a log of a million events in a real JetStream store, rebuilt into a new generation of the read models by
  `services.tasks.rebuild`, read, decoded, projected and switched to.

A commit counts as one, whether it has one event or two: a position in the log. So the rates are a little too low.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import nats
from nats.aio.client import Client

from benchmarks import histories, sizes
from benchmarks.peers import eventsourcing_sqlite
from benchmarks.peers.install import CannotInstall
from benchmarks.peers.rounds import Driver
from benchmarks.table import Line, at_least, show
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.projector import BATCH, Projection
from services.tasks.rebuild import rebuild
from shared.bus.service import run
from shared.eventstore import envelope, names
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Commit
from shared.eventstore.server import prepare_events_stream
from shared.readmodel.database import open_engine, prepare
from talewright.embedded.nats_server import NatsServer

PROJECTOR_TARGET_PER_S = 5_000
_IN_FLIGHT = 2_000
_UNIT = "events/s"
PEER = "`eventsourcing` library on SQLite"
_PEER_NOTE = "an empty view: decodes, and commits and flushes the position of each event"
_PEER_ROUND_S = 2.0


def measure_projector(folder: Path, log: list[Commit], rounds: int, peer: Driver | None) -> list[Line]:
    """Each round fills an empty database; the peer's rounds are in between."""
    rates, peer_rates, batches_ms = [], [], []
    for number in range(rounds):
        took_ms = project(folder / f"round{number}.db", log)
        rates.append(len(log) / sum(took_ms) * 1000)
        batches_ms += took_ms
        if peer:
            peer_rates.append(peer.run_round(1, _PEER_ROUND_S)[0])
        print(f"  projector: round {number + 1} of {rounds}, {rates[-1]:,.0f} events/s", flush=True)
    spread = (max(rates) - min(rates)) / statistics.median(rates)
    note = f"{rounds} x {len(log):,} events" + (f", spread {spread:.0%}" if rounds > 1 else "")
    return [
        at_least("projector on SQLite", statistics.median(rates), _UNIT, PROJECTOR_TARGET_PER_S, note),
        Line(f"  a batch of {BATCH}, p50", statistics.median(batches_ms), "ms"),
        Line(f"  a batch of {BATCH}, p99", _p99(batches_ms), "ms"),
        *(Line(PEER, statistics.median(peer_rates), _UNIT, note=_PEER_NOTE) for _ in peer_rates[:1]),
    ]


def project(file: Path, log: list[Commit]) -> list[float]:
    """Milliseconds a batch."""
    return project_into(f"sqlite:///{file}", log)


def project_into(url: str, log: list[Commit]) -> list[float]:
    """The same into any database without read models."""
    engine = open_engine(url)
    prepare(engine)
    projection = Projection(SqlGenerations(engine).live())
    took_ms, batches = [], iter(log)
    while batch := list(islice(batches, BATCH)):
        begun = time.perf_counter()
        projection.apply(batch)
        took_ms.append((time.perf_counter() - begun) * 1000)
    assert projection.position == len(log)
    engine.dispose()
    return took_ms


async def measure_rebuild(folder: Path, events: int) -> list[Line]:
    """Fills a store (for this alone the server need not flush), then rebuilds from its first event."""
    server = NatsServer(folder / "nats", sync_always=False)
    server.start()
    try:
        nc = await nats.connect(server.url)
        await prepare_events_stream(nc)
        begun = time.perf_counter()
        await fill(nc, histories.log(events))
        print(f"  rebuild: {events:,} events written in {time.perf_counter() - begun:.0f} s", flush=True)
        lines = await _rebuilt(JetStreamEventStore(nc), folder / "rebuilt.db", events)
        await nc.close()
        return lines
    finally:
        server.stop()


async def fill(nc: Client, log: Iterable[Commit]) -> None:
    """Writes commits as the store would have, without waiting for each."""
    js = nc.jetstream(publish_async_max_pending=_IN_FLIGHT)
    for commit in log:
        headers, body = envelope.encode(commit.stream, commit.events, commit.metadata)
        await js.publish_async(names.subject_of(commit), body, headers=headers)
    await js.publish_async_completed()


async def _rebuilt(store: JetStreamEventStore, file: Path, events: int) -> list[Line]:
    engine = open_engine(f"sqlite:///{file}")
    prepare(engine)
    marks = [0]

    def told(position: int, last: int) -> None:
        if position * 10 // last > marks[-1]:
            marks.append(position * 10 // last)
            print(f"  rebuild: {position:,} of {last:,}", flush=True)

    generations, begun = SqlGenerations(engine), time.perf_counter()
    generation = await rebuild(store, generations, told)
    took_s = time.perf_counter() - begun
    live = generations.live()
    assert (live.generation, live.position()) == (generation, events)
    engine.dispose()
    size_mb = file.stat().st_size / 1e6
    return [
        Line(
            f"rebuild of {events:,} events", events / took_s, _UNIT, note=f"with the switch; {size_mb:,.0f} MB of rows"
        ),
        Line("  in all", took_s / 60, "minutes"),
    ]


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sizes.add_options(options)
    options.add_argument("--events", type=int, default=0, help="events to rebuild from (by size: 1,000,000)")
    options.add_argument("--no-peers", action="store_true", help="without the `eventsourcing` library")
    chosen = options.parse_args()
    size = sizes.PROJECTION.chosen(chosen)
    missing = False
    with tempfile.TemporaryDirectory(prefix="projection-benchmark-") as name, ExitStack() as stack:
        peer, folder = None, Path(name)
        try:
            peer = None if chosen.no_peers else stack.enter_context(eventsourcing_sqlite.start())
        except CannotInstall as error:
            missing = True
            print(f"  without {PEER}: {error}", flush=True)
        log = list(histories.log(size.events))
        lines = measure_projector(folder, log, size.rounds, peer)
        del log

        async def the_rest() -> None:
            lines.extend(await measure_rebuild(folder, chosen.events or size.rebuilt))

        run(the_rest())
    show(f"Read models, load {os.getloadavg()[0]:.1f}", lines)
    raise SystemExit(int(missing))


if __name__ == "__main__":
    main()
