"""What the read models tell the gateway, and how a task's files are shown to its owner. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from shared.contracts.orders import Order
from shared.contracts.screenplay import Screenplay
from shared.contracts.workflow import Segment

FOLDER = "generated_stories"
_DIGITS = re.compile(r"(\d+)")
_RANKS = {"video": 0, "image": 1, "audio": 2}


class Progress(msgspec.Struct, frozen=True, omit_defaults=False):
    """The answer of `GET /progress`: the smallest view, read most often."""

    current_segment: int
    status: str
    workflow_version: int
    total_segments: int
    segment_names: tuple[str, ...]
    running_segment: int
    items_done: int
    items_total: int
    progress: float
    error: str


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """One task as its owner sees it; times are ms since 1970 UTC, `progress` is 0..1 over the whole task."""

    owner: str
    task: str
    surface: str
    workflow: str
    workflow_version: int
    segments: tuple[Segment, ...]
    brief: dict[str, Any]
    title: str = ""
    status: str = "pending"
    current_segment: int = 0
    running_segment: int = 0
    run: int = 0
    attempt: int = 0
    pages: int = 0
    items_done: int = 0
    items_total: int = 0
    progress: float = 0.0
    error: str = ""
    created_ms: int = 0
    updated_ms: int = 0
    created_position: int = 0
    position: int = 0
    orders: dict[int, Order] = {}
    approvals: dict[int, tuple[str, ...]] = {}
    redraw_page: int = 0

    def segment(self, number: int) -> Segment | None:
        """The segment that users call by this number."""
        return next((one for one in self.segments if one.id == number), None)


class ArtifactView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a task has now; `name` is relative to the task's folder.

    `position` is where it was left in the event store, unique enough to be an asset's number; `created_ms` is when
    its first version was made, `older` are the keys of the versions that it replaced, the first one first.
    """

    segment: int
    name: str
    kind: str
    item: int
    key: str
    media_type: str
    size_bytes: int
    position: int = 0
    created_ms: int = 0
    updated_ms: int = 0
    older: tuple[str, ...] = ()


class ChargeView(msgspec.Struct, frozen=True, kw_only=True):
    """What one job cost, as in `shared.contracts.values.Charge`."""

    segment: int
    kind: str
    item: int
    service: str
    model: str
    quantity: float
    unit: str
    amount_microusd: int
    billed: bool


class ProjectView(msgspec.Struct, frozen=True, kw_only=True):
    """A project as it is now, unsaved changes included; times are ms since 1970 UTC."""

    owner: str
    name: str
    preview: str
    screenplay: Screenplay
    open: bool
    unsaved: bool
    file_count: int
    size_bytes: int
    created_ms: int
    modified_ms: int
    position: int


class UsageView(msgspec.Struct, frozen=True, kw_only=True):
    """A user's requests so far, added up."""

    requests: int
    succeeded: int
    sent_bytes: int
    took_ms: float
    operations: dict[str, int]
    endpoints: dict[str, int]
    first_ms: int
    last_ms: int


class BudgetView(msgspec.Struct, frozen=True, kw_only=True):
    """What of a user's budget of a month is kept for work in hand, and what is spent."""

    reserved_microusd: int = 0
    spent_microusd: int = 0


class WorkflowView(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of a workflow that an administrator defined."""

    name: str
    version: int
    segments: tuple[Segment, ...]


class Checkpoint(msgspec.Struct, frozen=True):
    """How far the generation of views that is served has come."""

    generation: int
    position: int


def task_id(task: str) -> int | str:
    """A task's id as its surface shows it: story tasks are numbers."""
    return int(task) if task.isdigit() else task


def url_of(task: str, name: str) -> str:
    """Where a task's file is found by its owner."""
    return f"{FOLDER}/{task}/{name}"


def summary_name(segment: int) -> str:
    """The text file that every finished segment has."""
    return f"segment_{segment}.txt"


def in_page_order(artifacts: Iterable[ArtifactView], segment: int | None = None) -> list[ArtifactView]:
    """A segment's files (or all) by page, then kind, then name as people count (`p10` after `p9`)."""
    chosen = [one for one in artifacts if segment in (None, one.segment)]
    return sorted(chosen, key=_page_order)


def _page_order(one: ArtifactView) -> tuple[int, int, int, list[tuple[int, str]]]:
    parts = [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(one.name)]
    return one.segment, one.item, _RANKS.get(one.media_type.partition("/")[0], 3), parts
