"""The process of a task: which commands its events make due. Pure.

`resume` says everything that is owed in a state; `react` says what one more event has just made due. Whatever `react`
ever gave out and has no answer yet is in `resume`, so asking again after a crash can only repeat, never miss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from services.tasks.inputs import inputs_of
from services.tasks.process_state import Place, ProcessState, place
from services.tasks.task_state import Attempt, Redraw
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.orders import items_of
from shared.contracts.workflow import Group, JobKind, Segment

Due = c.RunJob | c.CompleteSegment | c.FailSegment | c.CompleteRedraw | c.FailRedraw | c.SettleBudget
_Failing = c.FailSegment | c.FailRedraw


class Round(msgspec.Struct, frozen=True):
    """What is being done for a task, in waves of jobs, one after the other."""

    aim: Attempt | Redraw
    waves: tuple[tuple[JobRef, ...], ...]

    @property
    def attempt(self) -> int:
        """Which attempt at its jobs this is; a redraw has only one."""
        return self.aim.attempt if isinstance(self.aim, Attempt) else 1

    def left(self, state: ProcessState) -> dict[Place, e.JobCompleted]:
        """Where its jobs' results are."""
        return state.results if isinstance(self.aim, Attempt) else state.drafts


def react(state: ProcessState, event: e.Event) -> tuple[Due, ...]:
    """What this event, the newest that `state` has seen, has just made due."""
    match event:
        case e.SegmentRequested() | e.RedrawRequested():
            return _work(state)
        case e.TaskDeleted():
            return (*_work(state), *_settled(state, state.task.reservation))
        case e.JobCompleted() | e.JobFailed() if state.task.deleted:
            return _work(state)
        case e.JobCompleted(job=job):
            return _work(state) if _ends_wave(state, job) else _only_failing(_work(state))
        case e.JobFailed():
            return _only_failing(_work(state))
        case e.ProviderJobSettled(job=job):  # money that is billed after all was settled
            return _settled(state, state.payers.get(job.run, ""))
        case e.SegmentCompleted() | e.SegmentFailed() | e.RedrawCompleted() | e.RedrawFailed():
            return _settled(state, state.task.reservation)
        case _:
            return ()


def resume(state: ProcessState) -> tuple[Due, ...]:
    """Every command that is owed now and has no answer yet. Whether a reservation is settled stands elsewhere: that
    is said again, and does nothing the second time."""
    return (*_work(state), *(due for reservation in state.spent for due in _settled(state, reservation)))


def _settled(state: ProcessState, reservation: str) -> tuple[c.SettleBudget, ...]:
    if not state.is_over(reservation):
        return ()
    return (c.SettleBudget(owner=state.owner, reservation=reservation, spent_microusd=state.spent[reservation]),)


def _work(state: ProcessState) -> tuple[Due, ...]:
    if state.task.deleted:
        return () if state.purged else (_purge(state),)
    current = _round(state)
    if current is None:
        return ()
    for wave in current.waves:
        missing = [job for job in wave if place(job) not in current.left(state)]
        if missing:
            return _owed(state, current, wave, missing)
    return (_complete(state, current.aim),)


def _owed(state: ProcessState, current: Round, wave: tuple[JobRef, ...], missing: list[JobRef]) -> tuple[Due, ...]:
    failed = [f for job in missing if (f := _failure(state, current, job))]
    if len(failed) == len(missing):  # all others of the wave are done: a retry will do just these
        return (_fail(state, current.aim, failed[0].reason),)
    items = Counter(job.kind for job in wave)
    hopeless = {f.job for f in failed}
    return tuple(_run(state, current, job, items[job.kind]) for job in missing if job not in hopeless)


def _failure(state: ProcessState, current: Round, job: JobRef) -> e.JobFailed | None:
    failure = state.failures.get(place(job))
    return failure if failure and failure.job == job and failure.attempt >= current.attempt else None


def _only_failing(owed: tuple[Due, ...]) -> tuple[Due, ...]:
    return tuple(command for command in owed if isinstance(command, _Failing))


def _ends_wave(state: ProcessState, job: JobRef) -> bool:
    current = _round(state)
    if current is None:
        return False
    wave = next((wave for wave in current.waves if job in wave), ())
    return bool(wave) and all(place(other) in current.left(state) for other in wave)


def _round(state: ProcessState) -> Round | None:
    running, redraw = state.task.running, state.task.redraw
    if running:
        segment = state.task.segments[running.segment - 1]
        waves = (tuple(job for group in wave for job in _jobs(state, segment, group)) for wave in segment.waves)
        return Round(running, tuple(waves))
    return Round(redraw, tuple(_redrawn(state, redraw))) if redraw else None


def _jobs(state: ProcessState, segment: Segment, group: Group) -> list[JobRef]:
    run = state.runs[segment.id]
    match group.per:
        case "page":
            items = range(1, state.task.pages + 1)
        case "item":
            items = range(1, items_of(state.task.orders.get(segment.id)) + 1)
        case _:
            items = range(1)
    return [_job(state, segment, run, group.kind, item) for item in items]


def _redrawn(state: ProcessState, redraw: Redraw) -> Iterator[tuple[JobRef, ...]]:
    """The page's picture, then the clips that it is in (its own, and the next one's crossfade), then the film."""
    last = state.task.pages
    items: dict[JobKind, tuple[int, ...]] = {
        "draw_image": (redraw.page,),
        "render_clip": tuple(range(redraw.page, min(redraw.page + 1, last) + 1)),
        "assemble_video": (0,),
    }
    for segment in state.task.segments:
        for wave in segment.waves:
            kinds = [group.kind for group in wave if group.kind in items]
            if kinds:
                yield tuple(_job(state, segment, redraw.run, kind, item) for kind in kinds for item in items[kind])


def _job(state: ProcessState, segment: Segment, run: int, kind: JobKind, item: int) -> JobRef:
    return JobRef(owner=state.owner, task=state.id, segment=segment.id, run=run, kind=kind, item=item)


def _complete(state: ProcessState, aim: Attempt | Redraw) -> c.CompleteSegment | c.CompleteRedraw:
    if isinstance(aim, Redraw):
        return c.CompleteRedraw(owner=state.owner, task=state.id, page=aim.page, run=aim.run)
    pages = max((r.pages for at, r in state.results.items() if at[0] == aim.segment), default=0)
    return c.CompleteSegment(owner=state.owner, task=state.id, segment=aim.segment, run=aim.run, pages=pages)


def _fail(state: ProcessState, aim: Attempt | Redraw, reason: str) -> c.FailSegment | c.FailRedraw:
    if isinstance(aim, Redraw):
        return c.FailRedraw(owner=state.owner, task=state.id, page=aim.page, run=aim.run, reason=reason)
    owner, task, segment, run, attempt = state.owner, state.id, aim.segment, aim.run, aim.attempt
    return c.FailSegment(owner=owner, task=task, segment=segment, run=run, attempt=attempt, reason=reason)


def _run(state: ProcessState, current: Round, job: JobRef, items: int) -> c.RunJob:
    return c.RunJob(
        job=job,
        attempt=current.attempt,
        items=items,
        brief=state.task.brief,
        inputs=inputs_of(state, job),
        again=current.attempt > 1,
        order=state.task.orders.get(job.segment),
        variant=job.run if isinstance(current.aim, Redraw) and job.kind == "draw_image" else 0,
    )


def _purge(state: ProcessState) -> c.RunJob:
    number = state.purges + 1
    job = JobRef(owner=state.owner, task=state.id, segment=0, run=0, kind="purge_artifacts", item=number)
    return c.RunJob(job=job, attempt=1, items=1, brief=state.task.brief)
