"""The event store as the services see it. `memory.py` and `jetstream.py` both pass `tests/eventstore/suite.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from shared.contracts.events import Event

LATEST = -1
"""For `follow`: only what is appended from now on."""


class StreamName(msgspec.Struct, frozen=True):
    """Names one stream of events; `id` may have several tokens, separated by dots."""

    category: str
    owner: str
    id: str


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event comes from. `event_id` is also the message id that makes a retried append harmless."""

    event_id: str
    time_ms: int
    source: str = ""
    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One decision as stored: one message with one event or several. Versions count from 1 within the stream;
    `position` is the sequence over all streams."""

    stream: StreamName
    version: int
    position: int
    events: tuple[Event, ...]
    metadata: Metadata


class EventStore(Protocol):
    """Append-only streams with optimistic locking, and one order over all of them."""

    async def append(
        self, stream: StreamName, expected_version: int, events: Sequence[Event], metadata: Metadata
    ) -> int:
        """Stores the events as version `expected_version + 1` and returns their position.

        An append repeated with the same `event_id` returns the first one's position.
        Raises `ConcurrencyConflict` if that version is taken, `Unavailable` if it is unknown whether it was stored.
        """
        ...

    async def load(self, stream: StreamName, after_version: int = 0) -> list[Commit]:
        """The stream's commits from version `after_version + 1` on, in order; empty for an unknown stream."""
        ...

    async def load_below(self, *streams: StreamName) -> list[Commit]:
        """The commits of these streams and of every stream whose id continues theirs, in order of position."""
        ...

    async def last_position(self) -> int:
        """The newest position, 0 for an empty store."""
        ...

    def follow(self, after: int, filters: Sequence[str] = (), batch: int = 500) -> AsyncIterator[list[Commit]]:
        """All commits after a position in order, first those stored, then live, in batches of at most `batch`.

        `filters` are subject filters (`shared.contracts.subjects.event_filter`); none means everything. It never
        ends by itself and survives reconnects without gap or repeat.
        """
        ...

    async def read(self, after: int, upto: int, filters: Sequence[str] = ()) -> list[Commit]:
        """The stored commits with `after < position <= upto` in order (for a catch-up of one client)."""
        ...
