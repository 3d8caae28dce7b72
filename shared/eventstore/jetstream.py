"""The event store on a JetStream stream where every version is a subject.

Optimistic locking: version n is published to `<stream>.n` on the condition that this subject holds no message yet.
Of several writers exactly one gets it; the server refuses the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from nats.aio.client import Client

from shared.contracts.events import Event
from shared.errors import ConcurrencyConflict, Invalid, Unavailable
from shared.eventstore import envelope, leader, names
from shared.eventstore.api import WRONG_LAST_SEQUENCE, Refused
from shared.eventstore.follow import follow
from shared.eventstore.memo import Memo
from shared.eventstore.port import LATEST, Commit, Metadata, StreamName
from shared.eventstore.publish import publish
from shared.eventstore.reads import Reads
from shared.telemetry.metrics_measure import appending
from shared.telemetry.trace_events import AppendSpan

_EXPECT_NONE = {"Nats-Expected-Last-Subject-Sequence": "0"}
_IN_FLIGHT_PAUSES_S = (0.01, 0.05, 0.2)


class JetStreamEventStore:
    """`EventStore` over one connection; `prepare_events_stream` must have made the stream.

    `replicas` says how many copies the stream has: with more than one, any of them answers a read, and the store
    makes sure that no answer is older than what this process has seen.
    """

    def __init__(self, nc: Client, replicas: int = 1) -> None:
        self._nc = nc
        self._memo = Memo()
        self._reads = Reads(nc, self._memo, replicated=replicas > 1)

    async def append(
        self, stream: StreamName, expected_version: int, events: Sequence[Event], metadata: Metadata
    ) -> int:
        """See `EventStore.append`."""
        with appending(stream.category), AppendSpan(stream, events, metadata) as span:
            position = await self._append(stream, expected_version, events, span.metadata)
            span.stored(expected_version + 1, position)
        return position

    async def _append(
        self, stream: StreamName, expected_version: int, events: Sequence[Event], metadata: Metadata
    ) -> int:
        names.check_append(expected_version, events)
        prefix = names.prefix_of(stream)
        if expected_version > self._memo.version(prefix):
            await self._must_exist(prefix, expected_version)
        headers, body = envelope.encode(stream, events, metadata)
        subject = f"{prefix}.{expected_version + 1}"
        ack = await publish(self._nc, subject, headers | _EXPECT_NONE, body)
        if ack.error is not None:
            if ack.error.err_code not in WRONG_LAST_SEQUENCE:
                raise Refused(subject, ack.error)
            return await self._repeated_or_taken(prefix, subject, headers[envelope.MESSAGE_ID])
        if ack.duplicate:
            return await self._first_of(prefix, ack.seq)
        return self._know(prefix, subject, ack.seq)

    async def load(self, stream: StreamName, after_version: int = 0) -> list[Commit]:
        """See `EventStore.load`."""
        return await self._reads.load(names.prefix_of(stream), max(after_version, 0))

    async def load_below(self, *streams: StreamName) -> list[Commit]:
        """See `EventStore.load_below`."""
        prefixes = [names.prefix_of(stream) for stream in streams]
        return await self._reads.below(prefixes) if prefixes else []

    async def last_position(self) -> int:
        """See `EventStore.last_position`."""
        return await leader.last_position(self._nc)

    async def follow(self, after: int, filters: Sequence[str] = (), batch: int = 500) -> AsyncIterator[list[Commit]]:
        """See `EventStore.follow`. `LATEST` is resolved at the first `anext`."""
        start = await self.last_position() if after == LATEST else max(after, 0)
        commits = follow(self._nc, start, tuple(filters), batch)
        try:
            async for page in commits:
                self._memo.saw_position(page[-1].position, names.subject_of(page[-1]))
                yield page
        finally:
            await commits.aclose()

    async def read(self, after: int, upto: int, filters: Sequence[str] = ()) -> list[Commit]:
        """See `EventStore.read`."""
        if upto > self._memo.position:
            upto = min(upto, await self.last_position())
        after = max(after, 0)
        return await self._reads.between(after, upto, tuple(filters)) if upto > after else []

    async def _must_exist(self, prefix: str, version: int) -> None:
        """An append must not leave a gap. Costs a question only where the caller has not loaded the stream here."""
        if await leader.message_on(self._nc, f"{prefix}.{version}") is None:
            raise ConcurrencyConflict(f"{prefix} has no version {version}.")
        self._memo.saw_version(prefix, version)

    async def _repeated_or_taken(self, prefix: str, subject: str, message_id: str) -> int:
        """The position if this very append took the version before and its answer got lost; else a conflict.

        Servers before 2.12 call such a repeat a duplicate; newer ones refuse it like anybody else's append.
        """
        for pause_s in _IN_FLIGHT_PAUSES_S:
            stored = await leader.message_on(self._nc, subject)
            if stored is not None:
                self._know(prefix, subject, stored.position)
                if stored.message_id == message_id:
                    return stored.position
                raise ConcurrencyConflict(f"{subject} is taken by event {stored.message_id}.")
            await asyncio.sleep(pause_s)  # a cluster refuses what is proposed, before it is stored
        raise Unavailable(f"{subject} is being written by somebody else.")

    async def _first_of(self, prefix: str, position: int) -> int:
        """The position of the first append with this event id, if it went to the same stream."""
        stored = await leader.message_at(self._nc, position)
        if stored is None or stored.subject.rpartition(".")[0] != prefix:
            raise Invalid(f"The event id for {prefix} was used for another stream before.")
        return self._know(prefix, stored.subject, position)

    def _know(self, prefix: str, subject: str, position: int) -> int:
        self._memo.saw_version(prefix, int(subject.rpartition(".")[2]))
        self._memo.saw_position(position, subject)
        return position
