"""The one loop that every command goes through: load, fold, decide, append, and again if somebody was faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from shared.clock import new_id, now_ms
from shared.contracts.events import Event
from shared.errors import ConcurrencyConflict
from shared.eventstore.port import Commit, EventStore, Metadata, StreamName

C = TypeVar("C")
S = TypeVar("S")

RETRIES = 3


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S]):
    """The rules of one kind of aggregate. `decide` raises `Rejected` to say no and returns () for "done already"."""

    initial: S
    decide: Callable[[C, S], Sequence[Event]]
    evolve: Callable[[S, Event], S]

    def fold(self, commits: Iterable[Commit], state: S | None = None) -> S:
        """The state after these commits."""
        current = self.initial if state is None else state
        for commit in commits:
            for event in commit.events:
                current = self.evolve(current, event)
        return current


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Who causes events: the service, and the command or event behind them."""

    source: str
    causation_id: str = ""
    correlation_id: str = ""
    traceparent: str = ""

    def metadata(self) -> Metadata:
        """Metadata for one new commit."""
        return Metadata(
            event_id=new_id(),
            time_ms=now_ms(),
            source=self.source,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            traceparent=self.traceparent,
        )


@dataclass(frozen=True, slots=True)
class Handled(Generic[S]):
    """What became of a command. `events` is empty if it had taken effect before."""

    state: S
    version: int
    position: int
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Known(Generic[S]):
    """A state that the caller has at hand; it saves the first load."""

    state: S
    version: int
    position: int = 0


async def handle(
    store: EventStore,
    decider: Decider[C, S],
    stream: StreamName,
    command: C,
    origin: Origin,
    known: Known[S] | None = None,
) -> Handled[S]:
    """Carries out one command. Raises what `decide` and `append` raise."""
    for attempt in range(RETRIES + 1):
        current = known if known and attempt == 0 else await load(store, decider, stream)  # 1 load, 2 fold
        events = tuple(decider.decide(command, current.state))  # 3 decide
        if not events:
            return Handled(current.state, current.version, current.position, ())
        try:
            position = await store.append(stream, current.version, events, origin.metadata())  # 4 append
        except ConcurrencyConflict:
            continue
        state = current.state
        for event in events:
            state = decider.evolve(state, event)
        return Handled(state, current.version + 1, position, events)
    raise ConcurrencyConflict(f"Others kept changing {stream.category} {stream.id}.")


async def load(store: EventStore, decider: Decider[C, S], stream: StreamName) -> Known[S]:
    """The current state of a stream."""
    commits = await store.load(stream)
    last = commits[-1] if commits else None
    return Known(decider.fold(commits), last.version if last else 0, last.position if last else 0)
