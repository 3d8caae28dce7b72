"""Resuming a stream: whatever the moment and place of the cut, nothing is missed and nothing told twice."""

from __future__ import annotations

import asyncio
import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway import catchup
from services.gateway.catchup import stream
from services.gateway.feed import Feed
from services.gateway.frames import Cursor, parse_cursor
from shared.contracts import events as e
from shared.contracts.workflow import STORY
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Metadata, StreamName

_ID = re.compile(rb"^id: (\S+)$", re.MULTILINE)
_CREATED = e.TaskCreated(surface="stories", workflow=STORY, brief=e.Brief(topic="x"))


async def _append(store: MemoryEventStore, task: str, count: int) -> None:
    name = StreamName("task", "1", task)
    version = len(await store.load(name))
    events = [_CREATED, *(e.SegmentRequested(segment=1, run=n) for n in range(1, count))]
    await store.append(name, version, events, Metadata(event_id=f"{task}-{version}", time_ms=version))


def _expected(store: MemoryEventStore, task: str) -> list[str]:
    ids = []
    for _, commit in store._log:
        if task in ("", commit.stream.id):
            last = len(commit.events) - 1
            ids += [f"{commit.position}-{i}" for i in range(last)] + [str(commit.position)]
    return ids


async def _read(
    feed: Feed, store: MemoryEventStore, task: str, cursor: Cursor | None, seen: list[str], want: int
) -> None:
    """Reads until `want` ids are seen, keeping only whole frames, as a client that is cut does."""
    chunks = stream(feed, store, "1", task, cursor)
    try:
        async for chunk in chunks:
            seen += [found.decode() for found in _ID.findall(chunk)]
            if len(seen) >= want:
                del seen[want:]
                return
    finally:
        await chunks.aclose()  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["7", "8"]), st.integers(1, 4)), min_size=1, max_size=25),
    st.lists(st.integers(1, 6), max_size=8),
    st.sampled_from(["7", ""]),
    st.integers(0, 2**16),
    st.sampled_from([3, 50_000]),
)
def test_no_gap_and_no_repeat(commits, cuts, task, seed, window) -> None:
    asyncio.run(_run(commits, cuts, task, random.Random(seed), window))


async def _run(commits, cuts, task: str, rng: random.Random, window: int) -> None:
    catchup.WINDOW = window
    store = MemoryEventStore()
    feed = Feed(store, queue=rng.choice([2, 1_000]))
    following = asyncio.create_task(feed.run())

    async def write() -> None:
        for name, count in commits:
            await _append(store, name, count)
            for _ in range(rng.randrange(4)):
                await asyncio.sleep(0)

    writing = asyncio.create_task(write())
    seen: list[str] = []
    cursor = Cursor(0)
    try:
        for cut in [*cuts, 10**6]:
            if cut == 10**6:
                await writing
            total = len(_expected(store, task)) if cut == 10**6 else len(seen) + cut
            if len(seen) < total:
                try:
                    await asyncio.wait_for(_read(feed, store, task, cursor, seen, total), 0.02 if cut != 10**6 else 1)
                except TimeoutError:
                    assert cut != 10**6
            if seen:
                cursor = parse_cursor(seen[-1])
        while len(seen) < len(_expected(store, task)):  # cut as too slow: reconnect
            before = len(seen)
            await asyncio.wait_for(_read(feed, store, task, cursor, seen, len(_expected(store, task))), 1)
            assert len(seen) > before
            cursor = parse_cursor(seen[-1])
    finally:
        following.cancel()
        catchup.WINDOW = 50_000
    assert seen == _expected(store, task)


async def test_the_feed_survives_its_store() -> None:
    from shared.errors import Unavailable

    class Shaky(MemoryEventStore):
        broken = 2

        async def follow(self, after, filters=(), batch=500):
            async for commits in super().follow(after, filters, batch):
                yield commits
                if self.broken:
                    self.broken -= 1
                    raise Unavailable("gone")

    store = Shaky()
    feed = Feed(store)
    following = asyncio.create_task(feed.run())
    await asyncio.sleep(0.01)
    seen: list[str] = []
    reading = asyncio.create_task(_read(feed, store, "", None, seen, 4))
    await asyncio.sleep(0.01)
    for _ in range(4):
        await _append(store, "7", 1)
        await asyncio.sleep(0.02)
    await asyncio.wait_for(reading, 5)
    following.cancel()
    assert seen == ["1", "2", "3", "4"]
