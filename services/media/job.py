"""The rules of a job: one unit of work whose result is recorded once. Pure.

Work that a provider bills is reserved before it is submitted, and the provider's id is recorded before it is polled;
local work needs neither and records only its end. A failed attempt may be followed by a higher one.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact
from shared.errors import ConcurrencyConflict
from shared.eventstore.handle import Decider


class Reserve(msgspec.Struct, frozen=True):
    """Claim an attempt before it costs anything."""

    job: JobRef
    attempt: int
    provider: str


class RecordSubmission(msgspec.Struct, frozen=True):
    """The provider took the work under this id."""

    job: JobRef
    attempt: int
    provider: str
    provider_job_id: str


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """The files are in the bucket."""

    job: JobRef
    attempt: int
    artifacts: tuple[Artifact, ...]
    pages: int = 0
    title: str = ""
    took_ms: int = 0


class GiveUp(msgspec.Struct, frozen=True):
    """This attempt will not succeed."""

    job: JobRef
    attempt: int
    reason: str


class JobState(msgspec.Struct, frozen=True):
    """A job after its events; attempts count from 1, and 0 is none."""

    completed: bool = False
    reserved_attempt: int = 0
    failed_attempt: int = 0
    provider_job_id: str = ""

    def settled(self, attempt: int) -> bool:
        """Whether nothing is left to do for this attempt."""
        return self.completed or self.failed_attempt >= attempt


JobRequest = Reserve | RecordSubmission | Finish | GiveUp


def decide(command: JobRequest, state: JobState) -> Sequence[e.Event]:
    """What a worker's report makes happen; nothing, for an attempt that is settled."""
    if state.settled(command.attempt) and not isinstance(command, Finish):
        return ()
    match command:
        case Reserve(job=job, attempt=attempt, provider=provider):
            if state.reserved_attempt >= attempt:
                return ()
            return (e.JobStarted(job=job, attempt=attempt, provider=provider),)
        case RecordSubmission():
            return _submitted(command, state)
        case Finish():
            return () if state.completed else (_completed(command),)
        case _:
            return (e.JobFailed(job=command.job, attempt=command.attempt, reason=command.reason),)


def _submitted(command: RecordSubmission, state: JobState) -> Sequence[e.Event]:
    if state.provider_job_id == command.provider_job_id:
        return ()
    if state.provider_job_id or state.reserved_attempt != command.attempt:
        raise ConcurrencyConflict("This attempt was submitted by somebody else, or never reserved.")
    return (
        e.ProviderJobSubmitted(
            job=command.job,
            attempt=command.attempt,
            provider=command.provider,
            provider_job_id=command.provider_job_id,
        ),
    )


def _completed(done: Finish) -> e.JobCompleted:
    return e.JobCompleted(
        job=done.job,
        attempt=done.attempt,
        artifacts=done.artifacts,
        pages=done.pages,
        title=done.title,
        took_ms=done.took_ms,
    )


def evolve(state: JobState, event: e.Event) -> JobState:
    """The job after one more event."""
    match event:
        case e.JobStarted(attempt=attempt):
            return replace(state, reserved_attempt=attempt, provider_job_id="")
        case e.ProviderJobSubmitted(provider_job_id=provider_job_id):
            return replace(state, provider_job_id=provider_job_id)
        case e.JobCompleted():
            return replace(state, completed=True)
        case e.JobFailed(attempt=attempt):
            return replace(state, failed_attempt=attempt)
        case _:
            return state


JOB: Decider[JobRequest, JobState] = Decider(JobState(), decide, evolve)
