"""The process of a task: which commands its events make due. Pure.

`resume` says everything that is owed in a state; `react` says what one more event has just made due. Whatever `react`
ever gave out and has no answer yet is in `resume`, so asking again after a crash can only repeat, never miss.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from services.tasks import task as task_rules
from services.tasks.task import TaskState
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact
from shared.contracts.workflow import Group, JobKind, Segment, Wave

Place = tuple[int, JobKind, int]
"""Where a job stands in its task: segment, kind, item."""

Due = c.RunJob | c.CompleteSegment | c.FailSegment


class ProcessState(msgspec.Struct, frozen=True, kw_only=True):
    """A task and what its jobs have left. `runs` tells which run's results count for each segment."""

    owner: str
    id: str
    task: TaskState = TaskState()
    runs: dict[int, int] = {}
    results: dict[Place, e.JobCompleted] = {}
    failures: dict[Place, e.JobFailed] = {}
    edits: dict[int, Artifact] = {}
    purges: int = 0
    purged: bool = False


def evolve(state: ProcessState, event: e.Event) -> ProcessState:
    """The process after one more event of its task or of the task's jobs."""
    match event:
        case e.JobCompleted(job=job):
            return _completed(state, event, job)
        case e.JobFailed(job=job) if job.kind == "purge_artifacts":
            return replace(state, purges=job.item)
        case e.JobFailed(job=job):
            if state.runs.get(job.segment) != job.run:
                return state
            return replace(state, failures={**state.failures, _place(job): event})
        case e.SegmentRequested(segment=segment, run=run):
            state = _drop(state, segment) if state.runs.get(segment) != run else state
            state = replace(state, runs={**state.runs, segment: run})
        case e.ScriptEdited(segment=segment, script=script):
            state = _drop(state, segment + 1)
            state = replace(state, edits={**state.edits, segment: script})
    return replace(state, task=task_rules.evolve(state.task, event))


def _completed(state: ProcessState, event: e.JobCompleted, job: JobRef) -> ProcessState:
    if job.kind == "purge_artifacts":
        return replace(state, purges=job.item, purged=True)
    if state.task.deleted:  # a late worker left files after the purge: another purge is owed
        return replace(state, purged=False)
    if state.runs.get(job.segment) != job.run:
        return state
    return replace(state, results={**state.results, _place(job): event})


def _drop(state: ProcessState, first: int) -> ProcessState:
    """Forgets the results of a segment and of all that follow it."""
    return replace(
        state,
        runs={s: run for s, run in state.runs.items() if s < first},
        results={p: r for p, r in state.results.items() if p[0] < first},
        failures={p: f for p, f in state.failures.items() if p[0] < first},
        edits={s: script for s, script in state.edits.items() if s < first},
    )


def react(state: ProcessState, event: e.Event) -> tuple[Due, ...]:
    """What this event, the newest that `state` has seen, has just made due."""
    match event:
        case e.SegmentRequested() | e.TaskDeleted():
            return resume(state)
        case e.JobCompleted() | e.JobFailed() if state.task.deleted:
            return resume(state)
        case e.JobCompleted(job=job):
            return resume(state) if _ends_wave(state, job) else _only_failing(resume(state))
        case e.JobFailed():
            return _only_failing(resume(state))
        case _:
            return ()


def resume(state: ProcessState) -> tuple[Due, ...]:
    """Every command that is owed now and has no answer yet."""
    if state.task.deleted:
        return () if state.purged else (_purge(state),)
    running = state.task.running
    if running is None:
        return ()
    segment = state.task.segments[running.segment - 1]
    for wave in segment.waves:
        missing = [job for job in _jobs(state, segment, wave) if _place(job) not in state.results]
        if missing:
            return _owed(state, segment, wave, missing)
    return (_complete(state, segment.id, running.run),)


def _owed(state: ProcessState, segment: Segment, wave: Wave, missing: list[JobRef]) -> tuple[Due, ...]:
    attempt = state.task.running.attempt if state.task.running else 0
    failed = [f for job in missing if (f := state.failures.get(_place(job))) and f.attempt >= attempt]
    if len(failed) == len(missing):  # all others of the wave are done: a retry will do just these
        run = missing[0].run
        reason = failed[0].reason
        asked = c.FailSegment(
            owner=state.owner, task=state.id, segment=segment.id, run=run, attempt=attempt, reason=reason
        )
        return (asked,)
    hopeless = {_place(f.job) for f in failed}
    items = {group.kind: _count(state, group) for group in wave}
    return tuple(_run(state, job, attempt, items[job.kind]) for job in missing if _place(job) not in hopeless)


def _only_failing(owed: tuple[Due, ...]) -> tuple[Due, ...]:
    return tuple(command for command in owed if isinstance(command, c.FailSegment))


def _ends_wave(state: ProcessState, job: JobRef) -> bool:
    running = state.task.running
    if running is None or (running.segment, running.run) != (job.segment, job.run):
        return False
    segment = state.task.segments[job.segment - 1]
    wave = next(w for w in segment.waves if any(group.kind == job.kind for group in w))
    return all(_place(other) in state.results for other in _jobs(state, segment, wave))


def _jobs(state: ProcessState, segment: Segment, wave: Wave) -> Iterator[JobRef]:
    run = state.runs[segment.id]
    for group in wave:
        for item in range(1, state.task.pages + 1) if group.per == "page" else (0,):
            yield JobRef(owner=state.owner, task=state.id, segment=segment.id, run=run, kind=group.kind, item=item)


def _count(state: ProcessState, group: Group) -> int:
    return state.task.pages if group.per == "page" else 1


def _complete(state: ProcessState, segment: int, run: int) -> c.CompleteSegment:
    pages = max((r.pages for place, r in state.results.items() if place[0] == segment), default=0)
    return c.CompleteSegment(owner=state.owner, task=state.id, segment=segment, run=run, pages=pages)


def _run(state: ProcessState, job: JobRef, attempt: int, items: int) -> c.RunJob:
    inputs = inputs_of(state, job)
    return c.RunJob(job=job, attempt=attempt, items=items, brief=state.task.brief, inputs=inputs, again=attempt > 1)


def _purge(state: ProcessState) -> c.RunJob:
    number = state.purges + 1
    job = JobRef(owner=state.owner, task=state.id, segment=0, run=0, kind="purge_artifacts", item=number)
    return _run(state, job, 1, 1)


def _place(job: JobRef) -> Place:
    return job.segment, job.kind, job.item


def inputs_of(state: ProcessState, job: JobRef) -> tuple[Artifact, ...]:
    """The files that a job works from, in a fixed order."""
    script = (script_of(state),) if job.kind not in ("write_story", "purge_artifacts") else ()
    match job.kind:
        case "render_clip":
            pictures = [a for p in (job.item - 1, job.item) for a in _left_by(state, "draw_image", p)]
            return (*script, *_timings(state), *pictures)
        case "mix_sound":
            return (*script, *_left_by(state, "speak_page"))
        case "assemble_video":
            return (*script, *_timings(state), *_left_by(state, "render_clip"), *_left_by(state, "mix_sound"))
        case _:
            return script


def script_of(state: ProcessState) -> Artifact:
    """The newest script: the last segment's that has one, as edited if it was."""
    scripts: dict[int, Artifact] = {}
    for (segment, kind, _), result in state.results.items():
        if kind in ("write_story", "split_text"):
            scripts[segment] = result.artifacts[0]
    scripts |= state.edits
    return scripts[max(scripts)]


def _left_by(state: ProcessState, kind: JobKind, item: int | None = None) -> list[Artifact]:
    results = [r for (_, k, i), r in state.results.items() if k == kind and item in (None, i)]
    return [a for r in sorted(results, key=lambda r: r.job.item) for a in r.artifacts]


def _timings(state: ProcessState) -> list[Artifact]:
    return [a for a in _left_by(state, "speak_page") if a.media_type == "application/json"]
