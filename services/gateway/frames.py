"""Events as subscribers see them: public data, SSE frames and cursors. Pure.

A commit's frame ids are its position; where it holds several events, all but the last are `<position>-<index>`, so
that a reader who was cut between them misses nothing.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from services.gateway.views import task_id, url_of
from shared.clock import rfc3339
from shared.contracts.events import Event
from shared.contracts.registry import type_of
from shared.contracts.values import Artifact
from shared.errors import Invalid
from shared.eventstore.port import Commit

BEAT = b": beat\n\n"
TOO_SLOW = b": too slow; reconnect with Last-Event-ID to go on\n\n"
CLOSING = b": closing; reconnect with Last-Event-ID to go on\n\n"
GREETING = b"retry: 1000\n\n"
_CURSOR = re.compile(r"(\d{1,18})(?:-(\d{1,6}))?")
_ENCODER = msgspec.json.Encoder()
_PRIVATE = ("provider_job_id", "request_id", "nonce", "input_sha256", "outputs")


class Cursor(msgspec.Struct, frozen=True):
    """Everything before `position` was seen, and of `position` itself the first `events` (None: all)."""

    position: int
    events: int | None = None

    @property
    def whole(self) -> int:
        """The last position that was seen entirely."""
        return self.position if self.events is None else self.position - 1


def parse_cursor(text: str) -> Cursor:
    """A cursor from `Last-Event-ID` or `?after=`. Raises `Invalid`."""
    found = _CURSOR.fullmatch(text.strip())
    if found is None:
        raise Invalid("Not a cursor: send the id of the last event you saw.")
    position, index = int(found[1]), found[2]
    return Cursor(position) if index is None or position == 0 else Cursor(position, int(index) + 1)


def task_of(commit: Commit) -> str:
    """The task that a commit of the categories task and job is about."""
    return commit.stream.id.partition(".")[0]


def frames_of(commit: Commit, skip: int = 0) -> bytes:
    """A commit as SSE frames, without its first `skip` events."""
    last = len(commit.events) - 1
    return b"".join(
        _frame(commit, event, str(commit.position) if index == last else f"{commit.position}-{index}")
        for index, event in enumerate(commit.events)
        if index >= skip
    )


def transient_frame(kind: str, data: bytes) -> bytes:
    """A frame without an id: it is told once and never again."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), data)


def _frame(commit: Commit, event: Event, cursor: str) -> bytes:
    kind = type_of(event)
    data = _ENCODER.encode(public(commit, event, kind))
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (cursor.encode(), kind.encode(), data)


def public(commit: Commit, event: Event, kind: str) -> dict[str, Any]:
    """An event's data for its owner: no keys of the bucket, no owner, files by their public address."""
    task = task_of(commit)
    told: dict[str, Any] = {
        "type": kind,
        "task_id": task_id(task),
        "time": rfc3339(commit.metadata.time_ms),
        "position": commit.position,
    }
    for name in event.__struct_fields__:
        if name == "artifacts":
            told[name] = [_file(task, one) for one in getattr(event, name) if one.public]
        elif name == "script":
            told[name] = _file(task, getattr(event, name))
        elif name == "job":
            job = getattr(event, name)
            told |= {"segment": job.segment, "run": job.run, "kind": job.kind, "item": job.item}
        elif name not in _PRIVATE:
            told[name] = getattr(event, name)
    return told


def _file(task: str, artifact: Artifact) -> dict[str, Any]:
    return {
        "name": artifact.name,
        "url": url_of(task, artifact.name),
        "media_type": artifact.media_type,
        "size_bytes": artifact.size_bytes,
    }
