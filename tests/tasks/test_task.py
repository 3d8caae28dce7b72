"""The rules of a task, one by one."""

from typing import Any

import pytest

from services.tasks.task import TASK, NewTask
from services.tasks.task_state import TaskState
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Artifact, Brief
from shared.contracts.workflow import STORY, Group, Segment, Workflow
from shared.errors import Busy, Invalid, NotFound, OutOfOrder
from tests.spec import Spec

BRIEF = Brief(topic="Magnet Mania", main_role="Penny")
ME: dict[str, Any] = {"owner": "7", "task": "1"}
CREATED = e.TaskCreated(surface="stories", workflow=STORY, brief=BRIEF)
AUTO = e.TaskCreated(surface="videos", workflow=STORY, brief=BRIEF, auto=True)
SCRIPT = Artifact(name="script_data.json", key="k", media_type="application/json", size_bytes=2)


def new(brief: Brief = BRIEF, auto: bool = False) -> NewTask:
    return NewTask(c.CreateTask(**ME, surface="videos" if auto else "stories", brief=brief, auto=auto), STORY)


def request(segment: int, redo: bool = False) -> c.RequestSegment:
    return c.RequestSegment(**ME, segment=segment, redo=redo)


def requested(segment: int, run: int, attempt: int = 1) -> e.SegmentRequested:
    return e.SegmentRequested(segment=segment, run=run, attempt=attempt)


def completed(segment: int, run: int, pages: int = 0) -> e.SegmentCompleted:
    return e.SegmentCompleted(segment=segment, run=run, pages=pages)


def failed(segment: int, run: int, attempt: int = 1) -> e.SegmentFailed:
    return e.SegmentFailed(segment=segment, run=run, attempt=attempt, reason="S3 is away")


def complete(segment: int, run: int, pages: int = 0) -> c.CompleteSegment:
    return c.CompleteSegment(**ME, segment=segment, run=run, pages=pages)


def fail(segment: int, run: int, attempt: int = 1) -> c.FailSegment:
    return c.FailSegment(**ME, segment=segment, run=run, attempt=attempt, reason="S3 is away")


def edit(segment: int) -> c.EditScript:
    return c.EditScript(**ME, segment=segment, script=SCRIPT, pages=4)


ONE_DONE = (CREATED, requested(1, 1), completed(1, 1, pages=6))
TWO_DONE = (*ONE_DONE, requested(2, 2), completed(2, 2))


def given(*past: e.Event) -> Spec:
    return Spec(TASK, *past)


def test_a_task_is_created_once() -> None:
    given().when(new()).then(CREATED)
    given(CREATED).when(new()).nothing()


def test_a_taken_id_is_refused_for_another_story() -> None:
    given(CREATED).when(new(Brief(topic="Other"))).refused(Invalid, "taken")


def test_an_automatic_task_starts_at_once_in_the_same_decision() -> None:
    given().when(new(auto=True)).then(AUTO, requested(1, 1))


def test_segments_run_strictly_in_order() -> None:
    given(CREATED).when(request(1)).then(requested(1, 1))
    given(*ONE_DONE).when(request(2)).then(requested(2, 2))
    given(CREATED).when(request(2)).refused(OutOfOrder, "Segment cannot be executed out of order")
    given(*ONE_DONE).when(request(1)).refused(OutOfOrder, "out of order")
    given(*ONE_DONE, requested(2, 2)).when(request(3)).refused(OutOfOrder)
    given(*ONE_DONE, requested(2, 2)).when(request(1)).refused(OutOfOrder)


@pytest.mark.parametrize("segment", [-1, 0, 6, 99])
def test_unknown_segments_are_refused(segment: int) -> None:
    given(CREATED).when(request(segment)).refused(Invalid, "Unknown segment")


def test_a_second_request_joins_the_running_one() -> None:
    given(CREATED, requested(1, 1)).when(request(1)).nothing()


def test_redo_drops_what_came_after() -> None:
    given(*TWO_DONE).when(request(1, redo=True)).then(requested(1, 3))
    state = TASK.fold((), Spec(TASK, *TWO_DONE, requested(1, 3)).state)
    assert (state.current, state.runs, state.pages) == (0, 3, 6)


def test_a_request_delivered_twice_counts_once() -> None:
    again = c.RequestSegment(**ME, segment=1, redo=True, request_id="r")
    redone = e.SegmentRequested(segment=1, run=2, request_id="r")
    given(*ONE_DONE).when(again).then(redone)
    given(*ONE_DONE, redone, completed(1, 2)).when(again).nothing()


def test_redo_waits_for_the_running_segment() -> None:
    given(CREATED, requested(1, 1)).when(request(1, redo=True)).refused(Busy)


def test_redo_of_the_next_segment_just_runs_it() -> None:
    given(*ONE_DONE).when(request(2, redo=True)).then(requested(2, 2))


def test_a_failed_segment_is_retried_in_the_same_run() -> None:
    past = (*ONE_DONE, requested(2, 2), failed(2, 2))
    given(*past).when(request(2)).then(requested(2, 2, attempt=2))
    given(*past, requested(2, 2, 2), failed(2, 2, 2)).when(request(2)).then(requested(2, 2, attempt=3))
    given(*past).when(request(3)).refused(OutOfOrder)


def test_an_earlier_segment_may_be_redone_after_a_failure() -> None:
    given(*ONE_DONE, requested(2, 2), failed(2, 2)).when(request(1, redo=True)).then(requested(1, 3))


def test_a_segment_completes_once_and_tells_its_pages() -> None:
    given(CREATED, requested(1, 1)).when(complete(1, 1, pages=6)).then(completed(1, 1, pages=6))
    given(*ONE_DONE).when(complete(1, 1, pages=6)).nothing()
    given(*ONE_DONE, requested(1, 2)).when(complete(1, 1)).nothing()
    assert Spec(TASK, *ONE_DONE).state.pages == 6


def test_an_automatic_task_goes_on_in_the_same_decision_until_the_last_segment() -> None:
    given(AUTO, requested(1, 1)).when(complete(1, 1, pages=6)).then(completed(1, 1, pages=6), requested(2, 2))
    past = [e for n in range(1, 5) for e in (requested(n, n), completed(n, n))]
    given(AUTO, *past, requested(5, 5)).when(complete(5, 5)).then(completed(5, 5))


def test_a_gate_stops_an_automatic_task() -> None:
    segments = (Segment(1, "Images", ((Group("write_story"),),), gate=True), STORY.segments[1])
    gated = e.TaskCreated(surface="sessions", workflow=Workflow("session", 1, segments), brief=BRIEF, auto=True)
    given(gated, requested(1, 1)).when(complete(1, 1)).then(completed(1, 1))


def test_a_failure_counts_only_for_the_attempt_in_hand() -> None:
    given(CREATED, requested(1, 1)).when(fail(1, 1)).then(failed(1, 1))
    given(CREATED, requested(1, 1), failed(1, 1), requested(1, 1, 2)).when(fail(1, 1, attempt=1)).nothing()
    given(CREATED).when(fail(1, 1)).nothing()


def test_a_script_is_edited_when_its_segment_is_done() -> None:
    edited = e.ScriptEdited(segment=1, script=SCRIPT, pages=4)
    given(*TWO_DONE).when(edit(1)).then(edited)
    state = Spec(TASK, *TWO_DONE, edited).state
    assert (state.current, state.pages) == (1, 4)
    given(*TWO_DONE, edited, requested(2, 3), completed(2, 3)).when(edit(1)).nothing()
    given(*TWO_DONE, edited, requested(1, 3), completed(1, 3)).when(edit(1)).then(edited)
    given(CREATED).when(edit(1)).refused(OutOfOrder, "Segment not completed yet")
    given(*ONE_DONE).when(edit(3)).refused(OutOfOrder)
    given(*TWO_DONE).when(edit(2)).refused(Invalid, "no script")
    given(*TWO_DONE).when(edit(9)).refused(Invalid)
    given(*ONE_DONE, requested(2, 2)).when(edit(1)).refused(Busy)


def test_a_deleted_task_is_gone_for_everybody() -> None:
    given(*ONE_DONE).when(c.DeleteTask(**ME)).then(e.TaskDeleted())
    gone = given(*ONE_DONE, e.TaskDeleted())
    gone.when(c.DeleteTask(**ME)).nothing()
    for command in (request(2), complete(2, 2), fail(2, 2), edit(1)):
        gone.when(command).refused(NotFound, "Task not found")


def test_an_unknown_task_is_not_found() -> None:
    for command in (c.DeleteTask(**ME), request(1), complete(1, 1), fail(1, 1), edit(1)):
        given().when(command).refused(NotFound, "Task not found")


def test_events_of_others_change_nothing() -> None:
    state = Spec(TASK, *ONE_DONE).state
    assert TASK.evolve(state, e.AccountRegistered(username="u")) == state
    assert TaskState().segments == ()
