"""What the process knows of a task: its rules' state, and what its jobs have left. Pure."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.tasks import task_state as rules
from services.tasks.task_state import TaskState
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Charge
from shared.contracts.workflow import JobKind

Place = tuple[int, JobKind, int]
"""Where a job stands in its task: segment, kind, item."""


class ProcessState(msgspec.Struct, frozen=True, kw_only=True):
    """A task and what its jobs have left. `runs` tells which run's results count for each segment; `drafts` are a
    redraw's results, which count for its own jobs only until it is done; `payers` are reservations by the run that
    they pay for, `spent` is what providers have billed on each, in millionths of a dollar."""

    owner: str
    id: str
    task: TaskState = TaskState()
    runs: dict[int, int] = {}
    results: dict[Place, e.JobCompleted] = {}
    drafts: dict[Place, e.JobCompleted] = {}
    failures: dict[Place, e.JobFailed] = {}
    edits: dict[int, Artifact] = {}
    purges: int = 0
    purged: bool = False
    payers: dict[int, str] = {}
    spent: dict[str, int] = {}

    @property
    def newest(self) -> dict[Place, e.JobCompleted]:
        """What the next job works from."""
        return {**self.results, **self.drafts} if self.drafts else self.results

    def wants(self, job: JobRef) -> bool:
        """Whether a job's outcome still counts."""
        redraw = self.task.redraw
        return self.runs.get(job.segment) == job.run or (redraw is not None and redraw.run == job.run)

    def is_over(self, reservation: str) -> bool:
        """Whether nothing is done any more for what was reserved."""
        return reservation in self.spent and not (self.task.busy and self.task.reservation == reservation)


def evolve(state: ProcessState, event: e.Event) -> ProcessState:
    """The process after one more event of its task or of the task's jobs."""
    match event:
        case e.JobCompleted(job=job):
            return _completed(state, event, job)
        case e.JobFailed(job=job) if job.kind == "purge_artifacts":
            return replace(state, purges=job.item)
        case e.JobFailed(job=job):
            return replace(state, failures={**state.failures, place(job): event}) if state.wants(job) else state
        case e.SegmentRequested(segment=segment, run=run):
            state = _drop(state, segment) if state.runs.get(segment) != run else state
            state = _paid(replace(state, runs={**state.runs, segment: run}), run, event.reservation)
        case e.RedrawRequested(run=run):
            state = _paid(state, run, event.reservation)
        case e.ProviderJobSettled(job=job, charge=Charge(amount_microusd=amount)):
            return _billed(state, job, amount)
        case e.ScriptEdited(segment=segment, script=script):
            state = _drop(state, segment + 1)
            state = replace(state, edits={**state.edits, segment: script})
        case e.ResultsApproved(segment=segment):
            state = _drop(state, segment + 1)
        case e.RedrawCompleted():
            state = replace(state, results=state.newest, drafts={})
        case e.RedrawFailed():
            state = replace(state, drafts={})
    return replace(state, task=rules.evolve(state.task, event))


def place(job: JobRef) -> Place:
    """A job's place in its task."""
    return job.segment, job.kind, job.item


def _completed(state: ProcessState, event: e.JobCompleted, job: JobRef) -> ProcessState:
    if job.kind == "purge_artifacts":
        return replace(state, purges=job.item, purged=True)
    if state.task.deleted:  # a late worker left files after the purge: another purge is owed
        return replace(state, purged=False)
    if not state.wants(job):
        return state
    if state.task.redraw:
        return replace(state, drafts={**state.drafts, place(job): event})
    return replace(state, results={**state.results, place(job): event})


def _paid(state: ProcessState, run: int, reservation: str) -> ProcessState:
    if not reservation:
        return state
    spent = {reservation: 0} | state.spent
    return replace(state, payers={**state.payers, run: reservation}, spent=spent)


def _billed(state: ProcessState, job: JobRef, amount_microusd: int) -> ProcessState:
    """What was billed counts for whatever paid for the job's run last."""
    payer = state.payers.get(job.run)
    if payer is None:
        return state
    return replace(state, spent={**state.spent, payer: state.spent[payer] + amount_microusd})


def _drop(state: ProcessState, first: int) -> ProcessState:
    """Forgets the results of a segment and of all that follow it."""
    return replace(
        state,
        runs={s: run for s, run in state.runs.items() if s < first},
        results={p: r for p, r in state.results.items() if p[0] < first},
        failures={p: f for p, f in state.failures.items() if p[0] < first},
        edits={s: script for s, script in state.edits.items() if s < first},
    )
