"""How much each benchmark does, in three sizes; all of them stand here.

* full: what a number may be quoted from;
* `--quick`: short runs, a look and not a measurement;
* `--smoke`: only proves that the benchmark still runs on today's code, in seconds. Its numbers mean nothing.
"""

from __future__ import annotations

import argparse
from typing import Generic, TypeVar

import msgspec

from shared.contracts.values import FRAME_SIZE_PX

S = TypeVar("S")


class Sizes(msgspec.Struct, Generic[S], frozen=True):
    """One benchmark's three sizes."""

    full: S
    quick: S
    smoke: S

    def chosen(self, options: argparse.Namespace) -> S:
        """The one that the options of `add_options` ask for."""
        return self.smoke if options.smoke else self.quick if options.quick else self.full


def add_options(parser: argparse.ArgumentParser) -> None:
    """`--quick` and `--smoke`, of which one can be given."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--quick", action="store_true", help="short runs: a look, not a measurement")
    either.add_argument("--smoke", action="store_true", help="seconds: proves only that the benchmark runs")


class EventStore(msgspec.Struct, frozen=True):
    """A log of so many events, so many loads, rounds of so many appends, and so many events heard by a follower."""

    events: int
    loads: int
    append_rounds: int
    appends: int
    live: int


class Orchestration(msgspec.Struct, frozen=True):
    """Rounds with one and rounds with many stories in flight, and how long each goes on."""

    rounds: int
    round_s: float
    many: int = 50


class Projection(msgspec.Struct, frozen=True):
    """Rounds in which so many events are projected, and events of the log to rebuild from."""

    rounds: int
    events: int
    rebuilt: int


class Databases(msgspec.Struct, frozen=True):
    """Rounds of so many events to the projector, and of so many seconds of reads."""

    rounds: int
    events: int
    reads_s: float


class Gateway(msgspec.Struct, frozen=True):
    """Rounds of so many seconds of reads, and seconds of events to so many clients."""

    rounds: int
    reads_s: float
    events_s: float
    clients: int


class Render(msgspec.Struct, frozen=True):
    """Runs a contestant, pages that are each spoken for so long, camera moves over dots that each last so long, and
    the frames' size."""

    runs: int
    pages: int
    spoken_ms: int
    moves: int
    move_s: int
    frame_px: tuple[int, int] = FRAME_SIZE_PX["16:9"]


class Film(msgspec.Struct, frozen=True):
    """So many stories, of which only the first pages are kept (0: all), and media workers to make them."""

    stories: int
    pages: int = 0
    workers: int = 2


EVENT_STORE = Sizes(
    full=EventStore(events=1_000_000, loads=2_000, append_rounds=10, appends=300, live=200),
    quick=EventStore(events=100_000, loads=300, append_rounds=5, appends=100, live=50),
    smoke=EventStore(events=2_000, loads=20, append_rounds=2, appends=10, live=5),
)
ORCHESTRATION = Sizes(
    full=Orchestration(rounds=3, round_s=7.0),
    quick=Orchestration(rounds=1, round_s=2.0),
    smoke=Orchestration(rounds=1, round_s=0.1, many=5),
)
PROJECTION = Sizes(
    full=Projection(rounds=3, events=100_000, rebuilt=1_000_000),
    quick=Projection(rounds=1, events=20_000, rebuilt=50_000),
    smoke=Projection(rounds=1, events=2_000, rebuilt=2_000),
)
DATABASES = Sizes(
    full=Databases(rounds=3, events=50_000, reads_s=2.0),
    quick=Databases(rounds=1, events=10_000, reads_s=2.0),
    smoke=Databases(rounds=1, events=1_000, reads_s=0.1),
)
GATEWAY = Sizes(
    full=Gateway(rounds=7, reads_s=2.0, events_s=5.0, clients=200),
    quick=Gateway(rounds=3, reads_s=1.0, events_s=3.0, clients=200),
    smoke=Gateway(rounds=1, reads_s=0.1, events_s=0.5, clients=20),
)
RENDER = Sizes(
    full=Render(runs=3, pages=6, spoken_ms=5_600, moves=5, move_s=5),
    quick=Render(runs=1, pages=2, spoken_ms=3_000, moves=5, move_s=5),
    smoke=Render(runs=1, pages=1, spoken_ms=2_000, moves=1, move_s=2, frame_px=(320, 180)),
)
FILM = Sizes(full=Film(stories=3), quick=Film(stories=1), smoke=Film(stories=1, pages=1, workers=1))
