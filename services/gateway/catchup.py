"""A stream of SSE bytes from a cursor on: first what is stored, then what happens, without gap or repeat."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.gateway.feed import Feed, Subscriber
from services.gateway.frames import CLOSING, GREETING, TOO_SLOW, Cursor, frames_of
from shared.contracts.subjects import event_filter
from shared.eventstore.port import EventStore

WINDOW = 50_000
"""Positions read at once, so that a long history is never whole in memory."""


async def stream(
    feed: Feed, store: EventStore, owner: str, task: str = "", cursor: Cursor | None = None, since: int = 0
) -> AsyncIterator[bytes]:
    """Frames of a task's events, or of all of an owner's. Without a cursor it starts now.

    `since` is a position before which there is nothing about the task. A subscriber who falls behind is told and cut.
    """
    greeting = GREETING
    while True:
        with feed.subscribe(owner, task) as live:
            # Live first: what is appended while we read is waiting in the queue, and known by its position.
            last = await store.last_position()
            if greeting:  # not before: whoever has it hears of all that happens from now on
                yield greeting
                greeting = b""
            if cursor is not None:
                async for chunk in _stored(store, owner, task, cursor, max(since, cursor.whole), last):
                    yield chunk
                cursor = Cursor(max(last, cursor.whole))
                if live.lost:  # the queue ran over while we read: what it lost is stored, so read on
                    continue
            async for chunk in _live(live, last):
                yield chunk
            yield TOO_SLOW if live.lost else CLOSING
            return


async def _stored(
    store: EventStore, owner: str, task: str, cursor: Cursor, after: int, last: int
) -> AsyncIterator[bytes]:
    filters = (event_filter("task", owner, task), event_filter("job", owner, task))
    while after < last:
        upto = min(after + WINDOW, last)
        commits = await store.read(after, upto, filters)
        if commits:
            yield b"".join(frames_of(one, _seen(one.position, cursor)) for one in commits)
        after = upto


def _seen(position: int, cursor: Cursor) -> int:
    return (cursor.events or 0) if position == cursor.position else 0


async def _live(live: Subscriber, last: int) -> AsyncIterator[bytes]:
    while found := await live.take():
        if chunk := b"".join(told.frame for told in found if told.position > last or told.position == 0):
            yield chunk
