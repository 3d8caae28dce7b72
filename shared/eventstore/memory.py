"""The event store in this process's memory: the same contract, for tests of pure services and for trying things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from shared.contracts import registry
from shared.contracts.events import Event
from shared.errors import ConcurrencyConflict, Invalid
from shared.eventstore import names
from shared.eventstore.port import LATEST, Commit, Metadata, StreamName


class MemoryEventStore:
    """Keeps every commit in a list; of use within one event loop."""

    def __init__(self) -> None:
        self._log: list[tuple[str, Commit]] = []
        self._streams: dict[str, list[Commit]] = {}
        self._by_id: dict[str, Commit] = {}
        self._appended = asyncio.Event()

    async def append(
        self, stream: StreamName, expected_version: int, events: Sequence[Event], metadata: Metadata
    ) -> int:
        """See `EventStore.append`."""
        names.check_append(expected_version, events)
        commits = self._streams.get(prefix := names.prefix_of(stream), [])
        if expected_version < len(commits):
            taken = commits[expected_version]
            if taken.metadata.event_id == metadata.event_id:
                return taken.position
            raise ConcurrencyConflict(f"Version {expected_version + 1} of {prefix} is taken.")
        if expected_version > len(commits):
            raise ConcurrencyConflict(f"{prefix} has no version {expected_version}.")
        if first := self._by_id.get(metadata.event_id):
            if first.stream != stream:
                raise Invalid(f"The event id for {prefix} was used for another stream before.")
            return first.position
        return self._keep(prefix, stream, expected_version + 1, events, metadata)

    async def load(self, stream: StreamName, after_version: int = 0) -> list[Commit]:
        """See `EventStore.load`."""
        return self._streams.get(names.prefix_of(stream), [])[max(after_version, 0) :]

    async def load_below(self, *streams: StreamName) -> list[Commit]:
        """See `EventStore.load_below`."""
        below = tuple(names.prefix_of(stream) + ".>" for stream in streams)
        return [commit for subject, commit in self._log if names.matches(subject, below)] if below else []

    async def last_position(self) -> int:
        """See `EventStore.last_position`."""
        return len(self._log)

    async def follow(self, after: int, filters: Sequence[str] = (), batch: int = 500) -> AsyncIterator[list[Commit]]:
        """See `EventStore.follow`."""
        wanted = tuple(filters)
        position = len(self._log) if after == LATEST else after
        while True:
            appended = self._appended
            slice_ = self._log[position : position + batch]
            position += len(slice_)
            if found := [commit for subject, commit in slice_ if names.matches(subject, wanted)]:
                yield found
            elif not slice_:
                await appended.wait()

    async def read(self, after: int, upto: int, filters: Sequence[str] = ()) -> list[Commit]:
        """See `EventStore.read`."""
        wanted = tuple(filters)
        stored = self._log[max(after, 0) : max(upto, 0)]
        return [commit for subject, commit in stored if names.matches(subject, wanted)]

    def _keep(self, prefix: str, stream: StreamName, version: int, events: Sequence[Event], metadata: Metadata) -> int:
        for event in events:
            registry.type_of(event)
        position = len(self._log) + 1
        commit = Commit(stream=stream, version=version, position=position, events=tuple(events), metadata=metadata)
        self._streams.setdefault(prefix, []).append(commit)
        self._by_id[metadata.event_id] = commit
        self._log.append((f"{prefix}.{version}", commit))
        self._appended.set()
        self._appended = asyncio.Event()
        return position
