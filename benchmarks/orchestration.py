"""The story workflow with jobs that do nothing, ours and the peers' in turns, in one sitting:
`python -m benchmarks.orchestration [--quick | --smoke] [--no-peers]`.

Closed loops with one and with fifty stories in flight. All contestants are running all the time; a round of one is
followed by a round of the next, so that all meet the same disk and the same noise. Rates are the medians of the
rounds, latencies are over all rounds. All parts of a contestant share this machine: client, broker, database, workers.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

import msgspec

from benchmarks import house, sizes
from benchmarks.peers import celery_redis, dbos_postgres
from benchmarks.peers.install import CannotInstall
from benchmarks.peers.rounds import Round
from benchmarks.table import Line, at_most, show

OURS = "Talewright, every event flushed"
SAFE_CELERY = "Celery, Redis: flushed always, acks late"
USUAL_CELERY = "Celery, Redis: flushed every second, acks early"
DBOS = "DBOS, PostgreSQL: every step committed"

PEERS: dict[str, Callable[[], AbstractContextManager[Contestant]]] = {
    SAFE_CELERY: lambda: celery_redis.start(celery_redis.SAFE),
    USUAL_CELERY: lambda: celery_redis.start(celery_redis.USUAL),
    DBOS: dbos_postgres.start,
}
TARGET_RATIOS = {SAFE_CELERY: 2.0, USUAL_CELERY: 1.5, DBOS: 3.0}
"""Times a peer's rate, with many in flight."""
ALONE = 1
ALONE_P50_TARGET_MS = 30.0
_UNIT = "stories/s"


class Contestant(Protocol):
    """Whoever carries out rounds."""

    def run_round(self, in_flight: int, seconds: float) -> Round:
        """So many stories at a time for so long, and then until all have ended."""
        ...


class Measured(msgspec.Struct, frozen=True):
    """One row: workflows a second and latencies, medians over the rounds."""

    name: str
    in_flight: int
    per_second: float
    p50_ms: float
    p99_ms: float
    spread: float


def measure(contestants: Mapping[str, Contestant], size: sizes.Orchestration) -> list[Measured]:
    """Rounds in turns, after one short round for each to warm up."""
    for contestant in contestants.values():
        contestant.run_round(4, min(size.round_s, 2.0))
    rows: list[Measured] = []
    for in_flight in (ALONE, size.many):
        taken: dict[str, list[Round]] = {name: [] for name in contestants}
        for number in range(size.rounds):
            print(f"  {in_flight} in flight: round {number + 1} of {size.rounds}", flush=True)
            for name, contestant in contestants.items():
                taken[name].append(contestant.run_round(in_flight, size.round_s))
        rows += [summary(name, in_flight, its) for name, its in taken.items()]
    return rows


def summary(name: str, in_flight: int, rounds: Sequence[Round]) -> Measured:
    """The median rate, and quantiles of all latencies."""
    rates = [rate for rate, _ in rounds]
    took = sorted(seconds for _, its in rounds for seconds in its)
    rate = statistics.median(rates)
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    spread = (max(rates) - min(rates)) / rate
    return Measured(name, in_flight, rate, statistics.median(took) * 1000, p99 * 1000, spread)


def lines(rows: Sequence[Measured]) -> Iterator[Line]:
    """The table: everybody's rates, and beside the peers' how many times as fast ours is."""
    ours = {row.in_flight: row for row in rows if row.name == OURS}
    for row in rows:
        ratio = ours[row.in_flight].per_second / row.per_second
        more = {
            "in flight": str(row.in_flight),
            "p50 ms": f"{row.p50_ms:,.1f}",
            "p99 ms": f"{row.p99_ms:,.1f}",
            "spread": f"{row.spread:.0%}" if row.spread else "",
            "ours : this": f"{ratio:.2f}",
        }
        wanted = TARGET_RATIOS.get(row.name) if row.in_flight > ALONE else None
        target, met = (f"ours >= {wanted:g} x", ratio >= wanted) if wanted else ("", None)
        yield Line(row.name, row.per_second, _UNIT, target, met, more=more)
    yield at_most(f"{OURS}: one alone, p50", ours[ALONE].p50_ms, "ms", ALONE_P50_TARGET_MS)


def main() -> None:
    """Reads the options and runs. A peer that cannot be installed is told and left out, and makes the exit code 1."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sizes.add_options(options)
    options.add_argument("--no-peers", action="store_true", help="only ours")
    chosen = options.parse_args()
    size = sizes.ORCHESTRATION.chosen(chosen)
    missing = False
    with ExitStack() as stack:
        contestants: dict[str, Contestant] = {OURS: stack.enter_context(house.start())}
        for name, start in {} if chosen.no_peers else PEERS.items():
            try:
                contestants[name] = stack.enter_context(start())
            except CannotInstall as error:
                missing = True
                print(f"  without {name}: {error}", flush=True)
        rows = measure(contestants, size)
    load = os.getloadavg()[0]
    show(f"Stories of no-op jobs, {size.rounds} rounds of {size.round_s:g} s, load {load:.1f}", list(lines(rows)))
    raise SystemExit(int(missing))


if __name__ == "__main__":
    main()
