"""A task after its events: what its rules decide on. Pure."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from shared.contracts import events as e
from shared.contracts.orders import Order
from shared.contracts.values import Brief
from shared.contracts.workflow import Segment, Workflow

T = TypeVar("T")


class Attempt(msgspec.Struct, frozen=True):
    """A segment in hand, or the one that failed."""

    segment: int
    run: int
    attempt: int


class Redraw(msgspec.Struct, frozen=True):
    """A page of a finished film that is being drawn anew."""

    page: int
    run: int


class TaskState(msgspec.Struct, frozen=True, kw_only=True):
    """A task after its events. `current` is the last segment that is done; `runs` counts executions; `edits` holds
    the keys of edited scripts by segment, `orders` and `approvals` what was ordered and chosen of each, `reservation`
    pays for what was asked for last."""

    workflow: Workflow | None = None
    brief: Brief = Brief(topic="")
    auto: bool = False
    deleted: bool = False
    current: int = 0
    runs: int = 0
    pages: int = 0
    running: Attempt | None = None
    failed: Attempt | None = None
    last_request: str = ""
    edits: dict[int, str] = {}
    orders: dict[int, Order] = {}
    approvals: dict[int, tuple[str, ...]] = {}
    redraw: Redraw | None = None
    reservation: str = ""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments of the task's own copy of its workflow."""
        return self.workflow.segments if self.workflow else ()

    @property
    def exists(self) -> bool:
        """Created and not deleted."""
        return self.workflow is not None and not self.deleted

    @property
    def busy(self) -> bool:
        """Whether jobs are due or in hand."""
        return self.running is not None or self.redraw is not None


def evolve(state: TaskState, event: e.Event) -> TaskState:
    """The task after one more event."""
    match event:
        case e.TaskCreated():
            return replace(state, workflow=event.workflow, brief=event.brief, auto=event.auto)
        case e.SegmentRequested(segment=segment, run=run, attempt=attempt):
            return _running(state, event, Attempt(segment, run, attempt))
        case e.SegmentCompleted(segment=segment, pages=pages):
            return replace(state, current=segment, running=None, pages=pages or state.pages)
        case e.SegmentFailed():
            failed = Attempt(event.segment, event.run, event.attempt)
            return replace(state, running=None, failed=failed)
        case e.ScriptEdited(segment=segment, pages=pages):
            edits = _below(segment, state.edits) | {segment: event.script.key}
            return replace(state, current=segment, pages=pages, failed=None, edits=edits)
        case e.ResultsApproved(segment=segment, keys=keys):
            approvals = _below(segment, state.approvals) | {segment: keys}
            orders = _below(segment + 1, state.orders)
            return replace(state, current=segment, failed=None, approvals=approvals, orders=orders)
        case e.RedrawRequested(page=page, run=run):
            redraw, paid = Redraw(page, run), event.reservation
            return replace(state, redraw=redraw, runs=run, last_request=event.request_id, reservation=paid)
        case e.RedrawCompleted() | e.RedrawFailed():
            return replace(state, redraw=None)
        case e.TaskDeleted():
            return replace(state, deleted=True, running=None, redraw=None)
        case _:
            return state


def _running(state: TaskState, event: e.SegmentRequested, attempt: Attempt) -> TaskState:
    return replace(
        state,
        current=min(state.current, event.segment - 1),
        runs=max(state.runs, event.run),
        running=attempt,
        failed=None,
        last_request=event.request_id,
        reservation=event.reservation,
        edits=_below(event.segment, state.edits),
        approvals=_below(event.segment, state.approvals),
        orders=_below(event.segment, state.orders) | ({event.segment: event.order} if event.order else {}),
    )


def _below(segment: int, kept: dict[int, T]) -> dict[int, T]:
    return {number: value for number, value in kept.items() if number < segment}
