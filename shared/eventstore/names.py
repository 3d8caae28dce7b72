"""Streams and versions as subjects: `tw.events.<category>.<owner>.<stream id>.<version>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from shared.contracts.events import Event
from shared.contracts.subjects import EVENTS, EVENTS_ALL
from shared.errors import Invalid, Undecodable
from shared.eventstore.port import Commit, StreamName

_TOKEN = r"[A-Za-z0-9_-]+"
_TOKEN_RE = re.compile(_TOKEN)
_ID_RE = re.compile(rf"{_TOKEN}(\.{_TOKEN})*")
_PREFIX = EVENTS + "."


def prefix_of(stream: StreamName) -> str:
    """The stream's subject without the version. Raises `Invalid` for a name that is no subject, wildcards above all."""
    if not (_TOKEN_RE.fullmatch(stream.category) and _TOKEN_RE.fullmatch(stream.owner)):
        raise Invalid(f"Not a stream's category and owner: {stream.category!r}, {stream.owner!r}.")
    if not _ID_RE.fullmatch(stream.id):
        raise Invalid(f"Not a stream id: {stream.id!r}.")
    return f"{_PREFIX}{stream.category}.{stream.owner}.{stream.id}"


def parse(subject: str) -> tuple[StreamName, int]:
    """Stream and version of a stored subject. Raises `Undecodable`."""
    prefix, _, version = subject.rpartition(".")
    try:
        return _stream_of(prefix), int(version)
    except ValueError as error:
        raise Undecodable(f"{subject} is not the subject of an event.") from error


@lru_cache(maxsize=20_000)
def _stream_of(prefix: str) -> StreamName:
    # Neighbours in the log mostly belong to few streams, so a replay parses and keeps each name once.
    if not prefix.startswith(_PREFIX):
        raise ValueError(prefix)
    category, owner, stream_id = prefix[len(_PREFIX) :].split(".", 2)
    return StreamName(category, owner, stream_id)


def subject_of(commit: Commit) -> str:
    """The subject that a commit is stored on."""
    stream = commit.stream
    return f"{_PREFIX}{stream.category}.{stream.owner}.{stream.id}.{commit.version}"


def matches(subject: str, filters: tuple[str, ...]) -> bool:
    """Whether a subject passes any of the filters, by NATS' rules for `*` and `>`; no filters let everything pass."""
    return not filters or any(_pattern(one).fullmatch(subject) for one in filters)


def for_consumer(filters: tuple[str, ...]) -> tuple[str, ...]:
    """Filters a consumer takes: it refuses those that overlap. Where they overlap in part, everything; so what comes
    must be matched again."""
    kept: list[str] = []
    for one in sorted(dict.fromkeys(filters), key=lambda text: (">" not in text, "*" not in text)):
        if any(_covers(wide, one) for wide in kept):
            continue
        if any(_overlap(other.split("."), one.split(".")) for other in kept):
            return (EVENTS_ALL,)
        kept.append(one)
    return tuple(kept)


def _covers(wide: str, narrow: str) -> bool:
    ours, theirs = wide.split("."), narrow.split(".")
    for mine, other in zip(ours, theirs, strict=False):
        if mine == ">":
            return True
        if other == ">" or mine not in ("*", other):
            return False
    return len(ours) == len(theirs)


def _overlap(one: list[str], other: list[str]) -> bool:
    for mine, theirs in zip(one, other, strict=False):
        if ">" in (mine, theirs):
            return True
        if mine != theirs and "*" not in (mine, theirs):
            return False
    return len(one) == len(other)


@lru_cache(maxsize=1_000)
def _pattern(subject_filter: str) -> re.Pattern[str]:
    tokens = subject_filter.split(".")
    parts = [r"[^.]+" if token == "*" else re.escape(token) for token in tokens]
    if tokens[-1] == ">":
        parts[-1] = r".+"
    return re.compile(r"\.".join(parts))


def check_append(expected_version: int, events: Sequence[Event]) -> None:
    """Raises `Invalid` for an append that no store takes: no events, or a version below none."""
    if not events:
        raise Invalid("A commit needs at least one event.")
    if expected_version < 0:
        raise Invalid(f"Not a version: {expected_version}.")
