"""Short ways to make names, metadata and events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

from shared.contracts.events import Event, SegmentFailed, SegmentRequested
from shared.eventstore.port import Commit, EventStore, Metadata, StreamName

_IDS = count(1)


def stream(id: str = "t1", category: str = "task", owner: str = "ann") -> StreamName:
    return StreamName(category, owner, id)


def meta(event_id: str = "") -> Metadata:
    return Metadata(event_id=event_id or f"event-{next(_IDS)}", time_ms=1_700_000_000_123, source="tests")


def asked(segment: int = 1, run: int = 1) -> SegmentRequested:
    return SegmentRequested(segment=segment, run=run)


def failed(reason: str) -> SegmentFailed:
    return SegmentFailed(segment=1, run=1, attempt=1, reason=reason)


async def put(store: EventStore, name: StreamName, version: int, *events: Event) -> int:
    """Appends after `version` under a fresh id; without events, a numbered one."""
    return await store.append(name, version, events or (asked(run=version + 1),), meta())


async def fill(store: EventStore, name: StreamName, size: int, start: int = 0) -> None:
    for version in range(start, start + size):
        await put(store, name, version)


async def gather(pages: AsyncIterator[list[Commit]], size: int) -> list[Commit]:
    """The first `size` commits of a follower, which is then closed."""
    found: list[Commit] = []
    async for page in pages:
        found += page
        if len(found) >= size:
            break
    await pages.aclose()  # type: ignore[attr-defined]
    return found


def positions(commits: list[Commit]) -> list[int]:
    return [commit.position for commit in commits]
