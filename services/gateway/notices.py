"""WebSocket messages: what a finished, failed or advancing segment looks like to its owner."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from services.gateway.feed import Feed, Told
from services.gateway.frames import task_of, transient_frame
from services.gateway.meter import Meter, Tick
from services.gateway.meter import Told as ProgressTold
from services.gateway.ports import Views
from services.gateway.reach import Reach
from services.gateway.views import Progress, in_page_order, summary_name, task_id, url_of
from shared.contracts.events import Event, JobCompleted, SegmentCompleted, SegmentFailed
from shared.errors import Unavailable
from shared.eventstore.port import Commit

_ENCODER = msgspec.json.Encoder()
_TICK = msgspec.json.Decoder(Tick)


class Notices:
    """Makes messages from commits and ticks, each once however many clients wait for it."""

    def __init__(self, feed: Feed, views: Views, reach: Reach) -> None:
        self._feed, self._views, self._reach = feed, views, reach
        self._meter = Meter()

    async def of(self, told: Told) -> list[str]:
        """The messages about one thing from the feed."""
        if told.commit is None:
            return [told.message] if told.message else []
        if told.notice is None:
            told.notice = asyncio.ensure_future(self._build(told.commit))
        return await asyncio.shield(told.notice)

    async def tick(self, owner: str, task: str, body: bytes) -> None:
        """Tells subscribers how far a job is; unstored, and dropped if it cannot be told."""
        if not self._feed.wanted(owner, task):
            return
        try:
            tick = _TICK.decode(body)
            view = await self._views.progress(owner, task)
        except (msgspec.MsgspecError, Unavailable):
            return
        if view is None:
            return
        told = ProgressTold(
            task_id=task_id(task),
            segment_id=tick.segment,
            items_done=view.items_done,
            items_total=view.items_total,
            progress=round(self._meter.tick((owner, task), tick, view), 4),
            kind=tick.kind,
            item=tick.item,
            fraction=tick.fraction,
        )
        data = _ENCODER.encode(told)
        self._feed.publish(owner, task, Told(frame=transient_frame("progress", data), message=data.decode()))

    async def _build(self, commit: Commit) -> list[str]:
        try:
            await self._reach.reached(commit.position)
            built = [await self._message(commit, event) for event in commit.events]
        except Unavailable:
            return []
        return [_ENCODER.encode(one).decode() for one in built if one is not None]

    async def _message(self, commit: Commit, event: Event) -> dict[str, Any] | None:
        owner, task = commit.stream.owner, task_of(commit)
        match event:
            case SegmentCompleted(segment=segment):
                files = in_page_order(await self._views.artifacts(owner, task), segment)
                names = [summary_name(segment), *(one.name for one in files)]
                return _segment(task, segment, "completed", [url_of(task, name) for name in names])
            case SegmentFailed(segment=segment, reason=reason):
                return {**_segment(task, segment, "failed", []), "error": reason}
            case JobCompleted(job=job) if job.kind != "purge_artifacts":
                view = await self._views.progress(owner, task)
                return _progress(task, job.segment, view) if view else None
            case _:
                return None


def _segment(task: str, segment: int, status: str, resources: list[str]) -> dict[str, Any]:
    kind = "segment_finished" if status == "completed" else "segment_failed"
    return {
        "type": kind,
        "task_id": task_id(task),
        "segment_id": segment,
        "status": status,
        "resources": resources,
    }


def _progress(task: str, segment: int, view: Progress) -> dict[str, Any]:
    return {
        "type": "progress",
        "task_id": task_id(task),
        "segment_id": segment,
        "items_done": view.items_done,
        "items_total": view.items_total,
        "progress": view.progress,
    }
