"""Rows of the read models as views. Documents are stored as JSON text; SQLite keeps flags as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from services.gateway.adapters.view_statements import TASK_FIELDS
from services.gateway.views import Progress, TaskView
from shared.contracts.orders import Order
from shared.contracts.workflow import Segment

S = TypeVar("S", bound=msgspec.Struct)

_SEGMENTS = msgspec.json.Decoder(tuple[Segment, ...])
_ORDERS = msgspec.json.Decoder(dict[int, Order])
_APPROVALS = msgspec.json.Decoder(dict[int, tuple[str, ...]])
_DOCUMENTS = frozenset(("older", "screenplay", "operations", "endpoints"))


def progress_of(row: Sequence[Any]) -> Progress:
    """A row of the statement `progress`."""
    current, status, version, segments, running, done, total, progress, error = row
    names = _names(segments)
    return Progress(current, status, version, len(names), names, running, done, total, progress, error)


def task_of(row: Sequence[Any]) -> TaskView:
    """A row with `TASK_FIELDS`."""
    fields = dict(zip(TASK_FIELDS, row, strict=True))
    fields["segments"] = segments_of(fields["segments"])
    fields["brief"] = msgspec.json.decode(fields["brief"])
    fields["orders"] = _ORDERS.decode(fields["orders"])
    fields["approvals"] = _APPROVALS.decode(fields["approvals"])
    return TaskView(**fields)


def view_of(kind: type[S], row: Sequence[Any]) -> S:
    """A row with the fields of any other kind of view."""
    names = kind.__struct_fields__
    fields = dict(zip(names, row, strict=True))
    for name in _DOCUMENTS.intersection(names):
        fields[name] = msgspec.json.decode(fields[name])
    return msgspec.convert(fields, kind, strict=False)


@lru_cache(maxsize=256)
def segments_of(text: str) -> tuple[Segment, ...]:
    """A task's or workflow's segments; few differ, so what was decoded is kept."""
    return _SEGMENTS.decode(text)


@lru_cache(maxsize=256)
def _names(text: str) -> tuple[str, ...]:
    return tuple(segment.name for segment in _SEGMENTS.decode(text))
