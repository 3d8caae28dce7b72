"""The rules of a task: one run of a workflow, segment by segment. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Brief
from shared.contracts.workflow import Segment, Workflow
from shared.errors import Busy, Invalid, NotFound, OutOfOrder
from shared.eventstore.handle import Decider


class NewTask(msgspec.Struct, frozen=True):
    """`CreateTask` together with the workflow that its name stands for."""

    command: c.CreateTask
    workflow: Workflow


class Attempt(msgspec.Struct, frozen=True):
    """A segment in hand, or the one that failed."""

    segment: int
    run: int
    attempt: int


class TaskState(msgspec.Struct, frozen=True, kw_only=True):
    """A task after its events. `current` is the last segment that is done; `runs` counts executions; `edits` holds
    the keys of edited scripts by segment."""

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

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments of the task's own copy of its workflow."""
        return self.workflow.segments if self.workflow else ()

    @property
    def exists(self) -> bool:
        """Created and not deleted."""
        return self.workflow is not None and not self.deleted


TaskRequest = NewTask | c.RequestSegment | c.CompleteSegment | c.FailSegment | c.EditScript | c.DeleteTask


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
        case _:
            return _edit(command, state)


def _create(new: NewTask, state: TaskState) -> Sequence[e.Event]:
    asked = new.command
    if state.workflow is None:
        created = e.TaskCreated(surface=asked.surface, workflow=new.workflow, brief=asked.brief, auto=asked.auto)
        return (created, e.SegmentRequested(segment=1, run=1)) if asked.auto else (created,)
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
    if running and asked.redo:
        raise Busy("A segment is running; redo it when it is done.")
    if running and running.segment == segment:
        return ()
    if failed and failed.segment == segment and not running:
        return (
            e.SegmentRequested(
                segment=segment, run=failed.run, attempt=failed.attempt + 1, request_id=asked.request_id
            ),
        )
    is_next = segment == state.current + 1
    if running or not (is_next or (asked.redo and segment <= state.current)):
        raise OutOfOrder("Segment cannot be executed out of order")
    return (e.SegmentRequested(segment=segment, run=state.runs + 1, request_id=asked.request_id),)


def _complete(found: c.CompleteSegment, state: TaskState) -> Sequence[e.Event]:
    if not state.running or state.running.run != found.run:
        return ()
    done = e.SegmentCompleted(segment=found.segment, run=found.run, pages=found.pages)
    following = found.segment + 1
    if state.auto and following <= len(state.segments) and not state.segments[found.segment - 1].gate:
        return (done, e.SegmentRequested(segment=following, run=state.runs + 1))
    return (done,)


def _fail(found: c.FailSegment, state: TaskState) -> Sequence[e.Event]:
    if state.running != Attempt(found.segment, found.run, found.attempt):
        return ()
    return (e.SegmentFailed(segment=found.segment, run=found.run, attempt=found.attempt, reason=found.reason),)


def _edit(asked: c.EditScript, state: TaskState) -> Sequence[e.Event]:
    if state.edits.get(asked.segment) == asked.script.key:
        return ()
    if state.running:
        raise Busy("A segment is running; edit the script when it is done.")
    if not 1 <= asked.segment <= len(state.segments) or not writes_script(state.segments[asked.segment - 1]):
        raise Invalid("This segment has no script.")
    if asked.segment > state.current:
        raise OutOfOrder("Segment not completed yet")
    return (e.ScriptEdited(segment=asked.segment, script=asked.script, pages=asked.pages),)


def writes_script(segment: Segment) -> bool:
    """Whether a segment's result is a script, which users may edit."""
    return any(group.kind in ("write_story", "split_text") for wave in segment.waves for group in wave)


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
            edits = {s: key for s, key in state.edits.items() if s < segment} | {segment: event.script.key}
            return replace(state, current=segment, pages=pages, failed=None, edits=edits)
        case e.TaskDeleted():
            return replace(state, deleted=True, running=None)
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
        edits={s: key for s, key in state.edits.items() if s < event.segment},
    )


TASK: Decider[TaskRequest, TaskState] = Decider(TaskState(), decide, evolve)
