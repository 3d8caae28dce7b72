"""The rules of a task: one run of a workflow, segment by segment. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from services.tasks.task_state import Attempt, Redraw, TaskState, evolve
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.orders import (
    ClipsOrder,
    CompositionOrder,
    Order,
    PicturesOrder,
    ScreenplayOrder,
)
from shared.contracts.workflow import JobKind, Segment, Workflow
from shared.errors import Busy, Invalid, NotFound, OutOfOrder
from shared.eventstore.handle import Decider


class NewTask(msgspec.Struct, frozen=True):
    """`CreateTask` together with the workflow that its name stands for."""

    command: c.CreateTask
    workflow: Workflow


class NewApproval(msgspec.Struct, frozen=True):
    """`ApproveResults` together with the keys that the segment has left."""

    command: c.ApproveResults
    left: frozenset[str]


TaskRequest = (
    NewTask
    | NewApproval
    | c.RequestSegment
    | c.CompleteSegment
    | c.FailSegment
    | c.EditScript
    | c.RedrawPage
    | c.CompleteRedraw
    | c.FailRedraw
    | c.DeleteTask
)

ORDERED: dict[JobKind, type[Order]] = {
    "draw_picture": PicturesOrder,
    "animate_picture": ClipsOrder,
    "compose_video": CompositionOrder,
    "write_screenplay": ScreenplayOrder,
}
"""Jobs that cannot be done without an order of their kind."""


def decide(command: TaskRequest, state: TaskState) -> Sequence[e.Event]:
    """What a request makes happen."""
    match command:
        case NewTask():
            return _create(command, state)
        case c.DeleteTask():
            return _delete(state)
        case _ if not state.exists:
            raise NotFound("Task not found")
        case c.RequestSegment():
            return _request(command, state)
        case c.CompleteSegment():
            return _complete(command, state)
        case c.FailSegment():
            return _fail(command, state)
        case NewApproval():
            return _approve(command.command, command.left, state)
        case c.EditScript():
            return _edit(command, state)
        case c.RedrawPage():
            return _redraw(command, state)
        case c.CompleteRedraw(page=page, run=run):
            return (e.RedrawCompleted(page=page, run=run),) if state.redraw == Redraw(page, run) else ()
        case _:
            return _fail_redraw(command, state)


def _create(new: NewTask, state: TaskState) -> Sequence[e.Event]:
    asked = new.command
    if state.workflow is None:
        created = e.TaskCreated(surface=asked.surface, workflow=new.workflow, brief=asked.brief, auto=asked.auto)
        return (created, _requested(new.workflow.segments[0], 1, asked.order)) if asked.auto else (created,)
    if state.brief != asked.brief:
        raise Invalid("This task id is taken.")
    return ()


def _delete(state: TaskState) -> Sequence[e.Event]:
    if state.workflow is None:
        raise NotFound("Task not found")
    return () if state.deleted else (e.TaskDeleted(),)


def _request(asked: c.RequestSegment, state: TaskState) -> Sequence[e.Event]:
    segment, running, failed = asked.segment, state.running, state.failed
    if not 1 <= segment <= len(state.segments):
        raise Invalid("Unknown segment")
    if asked.request_id and asked.request_id == state.last_request:
        return ()
    if state.redraw or (running and asked.redo):
        raise Busy("A segment is running; redo it when it is done.")
    if running and running.segment == segment:
        return ()
    order = asked.order or state.orders.get(segment)
    is_next = segment == state.current + 1
    if running or not (is_next or (asked.redo and segment <= state.current)):
        raise OutOfOrder("Segment cannot be executed out of order")
    _check_gate(segment, state)
    if failed and failed.segment == segment and order == state.orders.get(segment):
        return (_requested(state.segments[segment - 1], failed.run, order, failed.attempt + 1, asked.request_id),)
    return (_requested(state.segments[segment - 1], state.runs + 1, order, 1, asked.request_id),)


def _check_gate(segment: int, state: TaskState) -> None:
    before = segment - 1
    if before and state.segments[before - 1].gate and before not in state.approvals:
        raise OutOfOrder("Approve results of the step before first")


def _requested(
    segment: Segment, run: int, order: Order | None, attempt: int = 1, request_id: str = ""
) -> e.SegmentRequested:
    for kind in kinds_of(segment):
        if kind in ORDERED and not isinstance(order, ORDERED[kind]):
            raise Invalid(f"{segment.name} needs an order that says what to make.")
    return e.SegmentRequested(segment=segment.id, run=run, attempt=attempt, request_id=request_id, order=order)


def _complete(found: c.CompleteSegment, state: TaskState) -> Sequence[e.Event]:
    if not state.running or state.running.run != found.run:
        return ()
    done = e.SegmentCompleted(segment=found.segment, run=found.run, pages=found.pages)
    following = found.segment + 1
    if state.auto and following <= len(state.segments) and not state.segments[found.segment - 1].gate:
        asked = _requested(state.segments[following - 1], state.runs + 1, None)
        return done, replace(asked, reservation=state.reservation)
    return (done,)


def _fail(found: c.FailSegment, state: TaskState) -> Sequence[e.Event]:
    if state.running != Attempt(found.segment, found.run, found.attempt):
        return ()
    return (e.SegmentFailed(segment=found.segment, run=found.run, attempt=found.attempt, reason=found.reason),)


def _approve(asked: c.ApproveResults, left: frozenset[str], state: TaskState) -> Sequence[e.Event]:
    segment, keys = asked.segment, asked.keys
    if not 1 <= segment <= len(state.segments) or not state.segments[segment - 1].gate:
        raise Invalid("This segment has nothing to approve.")
    if state.busy:
        raise Busy("A segment is running; approve when it is done.")
    if segment > state.current:
        raise OutOfOrder("Segment not completed yet")
    if not keys or len(set(keys)) < len(keys) or not left.issuperset(keys):
        raise Invalid("Approve one or more of the segment's own results, each once.")
    if state.approvals.get(segment) == keys:
        return ()
    approved = e.ResultsApproved(segment=segment, keys=keys)
    following = state.segments[segment : segment + 1]
    if not state.auto or not following or not ORDERED.keys().isdisjoint(kinds_of(following[0])):
        return (approved,)
    return (approved, _requested(following[0], state.runs + 1, None))


def _redraw(asked: c.RedrawPage, state: TaskState) -> Sequence[e.Event]:
    if asked.request_id and asked.request_id == state.last_request:
        return ()
    if state.busy:
        raise Busy("The video is being made; draw an image anew when it is done.")
    if state.current < len(state.segments) or not any("draw_image" in kinds_of(s) for s in state.segments):
        raise OutOfOrder("The video is not finished yet")
    if not 1 <= asked.page <= state.pages:
        raise NotFound("Image not found")
    return (e.RedrawRequested(page=asked.page, run=state.runs + 1, request_id=asked.request_id),)


def _fail_redraw(found: c.FailRedraw, state: TaskState) -> Sequence[e.Event]:
    if state.redraw != Redraw(found.page, found.run):
        return ()
    return (e.RedrawFailed(page=found.page, run=found.run, reason=found.reason),)


def _edit(asked: c.EditScript, state: TaskState) -> Sequence[e.Event]:
    if state.edits.get(asked.segment) == asked.script.key:
        return ()
    if state.busy:
        raise Busy("A segment is running; edit the script when it is done.")
    if not 1 <= asked.segment <= len(state.segments) or not writes_script(state.segments[asked.segment - 1]):
        raise Invalid("This segment has no script.")
    if asked.segment > state.current:
        raise OutOfOrder("Segment not completed yet")
    return (e.ScriptEdited(segment=asked.segment, script=asked.script, pages=asked.pages),)


def writes_script(segment: Segment) -> bool:
    """Whether a segment's result is a script, which users may edit."""
    return not {"write_story", "split_text"}.isdisjoint(kinds_of(segment))


def kinds_of(segment: Segment) -> frozenset[JobKind]:
    """The kinds of jobs that a segment has."""
    return frozenset(group.kind for wave in segment.waves for group in wave)


TASK: Decider[TaskRequest, TaskState] = Decider(TaskState(), decide, evolve)
