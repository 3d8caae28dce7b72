"""Waiting until something that was asked for shows in the views."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from services.gateway.feed import Feed, Subscriber
from services.gateway.ports import Views
from services.gateway.reach import Reach
from services.gateway.views import TaskView
from shared.contracts.events import SegmentCompleted, SegmentFailed

_LOOK_S = 0.5
"""How often to look although nothing was told: the feed may be reconnecting."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a segment within the time."""

    state: Literal["running", "done", "failed", "gone"]
    task: TaskView | None = None


class Waiting:
    """Waits on the feed, and looks into the views for the answer."""

    def __init__(self, feed: Feed, views: Views, reach: Reach) -> None:
        self._feed, self._views, self._reach = feed, views, reach

    async def segment(self, live: Subscriber, segment: int, position: int, wait_s: float) -> Outcome:
        """How a segment that was asked for at `position` stands after `wait_s` at most.

        `live` must have been subscribed before the segment was asked for.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        shown = await self._reach.reached(position)
        outcome = Outcome("running")
        while True:
            if shown:
                outcome = _outcome(await self._views.task(live.owner, live.task), segment)
            left_s = deadline - loop.time()
            if outcome.state != "running" or left_s <= 0 or live.closed:
                return outcome
            ended = await _segment_end(live, min(left_s, _LOOK_S))
            shown = await self._reach.reached(max(position, ended))

    async def purge(self, owner: str, task: str, wait_s: float) -> bool:
        """Whether a deleted task's files are gone, after `wait_s` at most."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        with self._feed.subscribe(owner, task) as live:
            while await self._views.task(owner, task) is not None:
                left_s = deadline - loop.time()
                if left_s <= 0 or live.closed:
                    return False
                position = await _anything(live, min(left_s, _LOOK_S))
                await self._reach.reached(position, min(left_s, _LOOK_S))
        return True


def _outcome(task: TaskView | None, segment: int) -> Outcome:
    if task is None or task.status == "deleted":
        return Outcome("gone")
    if task.running_segment == segment and task.status != "failed":
        return Outcome("running", task)
    if task.current_segment >= segment:
        return Outcome("done", task)
    return Outcome("failed" if task.status == "failed" else "running", task)


async def _segment_end(live: Subscriber, wait_s: float) -> int:
    """The position of the next event that ends a segment, 0 if none came in time."""
    try:
        async with asyncio.timeout(wait_s):
            while found := await live.take():
                for told in found:
                    events = told.commit.events if told.commit else ()
                    if any(isinstance(event, SegmentCompleted | SegmentFailed) for event in events):
                        return told.position
    except TimeoutError:
        pass
    return 0


async def _anything(live: Subscriber, wait_s: float) -> int:
    try:
        async with asyncio.timeout(wait_s):
            return max((told.position for told in await live.take()), default=0)
    except TimeoutError:
        return 0
