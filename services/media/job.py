"""The rules of a job: one unit of work whose result is recorded once. Pure.

Local work records only its end. Work that a provider bills goes in steps, and every step is sent under an intention
that is recorded first: whoever finds one without an answer finds out what became of it before anything is sent again.
A failed attempt may be followed by a higher one; what an earlier attempt has bought is bought.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import asdict, replace

from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Charge
from shared.errors import ConcurrencyConflict
from shared.eventstore.handle import Decider


class Intend(msgspec.Struct, frozen=True, kw_only=True):
    """Claim the right to send one step to a provider. `nonce` is new for each sending."""

    job: JobRef
    attempt: int
    provider: str
    step: str
    nonce: str
    model: str
    input_sha256: str


class RecordSubmission(msgspec.Struct, frozen=True, kw_only=True):
    """The provider took a sending under this id."""

    job: JobRef
    attempt: int
    provider: str
    step: str
    nonce: str
    provider_job_id: str


class Settle(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a sending; see `ProviderJobSettled`."""

    job: JobRef
    attempt: int
    provider: str
    step: str
    nonce: str
    outcome: e.Outcome
    provider_job_id: str = ""
    reason: str = ""
    charge: Charge | None = None
    outputs: tuple[Artifact, ...] = ()


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """The files are in the bucket."""

    job: JobRef
    attempt: int
    artifacts: tuple[Artifact, ...]
    pages: int = 0
    title: str = ""
    took_ms: int = 0
    charges: tuple[Charge, ...] = ()


class GiveUp(msgspec.Struct, frozen=True):
    """This attempt will not succeed."""

    job: JobRef
    attempt: int
    reason: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The newest sending of one step. No `provider_job_id`: nobody knows yet whether the provider took it; no
    `outcome`: it is not settled."""

    attempt: int
    nonce: str
    model: str = ""
    input_sha256: str = ""
    provider_job_id: str = ""
    outcome: e.Outcome | None = None
    reason: str = ""
    outputs: tuple[Artifact, ...] = ()

    def may_be_sent_in(self, attempt: int) -> bool:
        """Whether a new sending is in order: this one cost nothing for certain, or it failed in an earlier attempt."""
        if self.outcome is None or self.outcome == "succeeded":
            return False
        return self.outcome == "unsent" or attempt > self.attempt


class JobState(msgspec.Struct, frozen=True):
    """A job after its events; attempts count from 1, and 0 is none. `charges` are of all sendings that cost."""

    completed: bool = False
    reserved_attempt: int = 0
    failed_attempt: int = 0
    steps: dict[str, Step] = {}
    provider_job_ids: frozenset[str] = frozenset()
    charges: tuple[Charge, ...] = ()

    def settled(self, attempt: int) -> bool:
        """Whether nothing is left to do for this attempt."""
        return self.completed or self.failed_attempt >= attempt

    def unsettled(self) -> dict[str, Step]:
        """The steps of which nobody knows yet what became of them."""
        return {name: step for name, step in self.steps.items() if step.outcome is None}


JobRequest = Intend | RecordSubmission | Settle | Finish | GiveUp


def decide(command: JobRequest, state: JobState) -> Sequence[e.Event]:
    """What a worker's report makes happen; nothing, if it took effect before or the attempt is over.

    What is about money that was spent counts even then. Raises `ConcurrencyConflict` if another worker's report
    stands against it: look at the record again.
    """
    match command:
        case Intend():
            return _intended(command, state)
        case RecordSubmission():
            return _submitted(command, state)
        case Settle():
            return _settled(command, state)
        case Finish():
            return () if state.completed else (e.JobCompleted(**asdict(command)),)
        case _:
            if state.settled(command.attempt):
                return ()
            return (e.JobFailed(job=command.job, attempt=command.attempt, reason=command.reason),)


def _intended(command: Intend, state: JobState) -> Sequence[e.Event]:
    step = state.steps.get(command.step)
    if state.settled(command.attempt) or (step is not None and step.nonce == command.nonce):
        return ()
    if command.attempt < state.reserved_attempt:
        raise ConcurrencyConflict("A later attempt is under way.")
    if step is not None and not step.may_be_sent_in(command.attempt):
        raise ConcurrencyConflict(f"{command.step} is sent already.")
    intention = e.SubmissionIntended(**asdict(command))
    if command.attempt == state.reserved_attempt:
        return (intention,)
    return e.JobStarted(job=command.job, attempt=command.attempt, provider=command.provider), intention


def _submitted(command: RecordSubmission, state: JobState) -> Sequence[e.Event]:
    """An answer that comes after all outweighs the finding that nothing was sent."""
    step = state.steps.get(command.step)
    if step is None or step.nonce != command.nonce:
        raise ConcurrencyConflict("This sending was never intended, or another one has replaced it.")
    if step.provider_job_id == command.provider_job_id:
        return ()
    if step.provider_job_id or step.outcome not in (None, "unsent"):
        raise ConcurrencyConflict("This sending has another answer.")
    return (e.ProviderJobSubmitted(**asdict(command)),)


def _settled(command: Settle, state: JobState) -> Sequence[e.Event]:
    """The first word about a sending stands. What the provider took and no step waits for can only be lost."""
    step = state.steps.get(command.step)
    if step is not None and _is_about(step, command.nonce, command.provider_job_id):
        return () if step.outcome else (e.ProviderJobSettled(**asdict(command)),)
    if command.outcome == "lost" and command.provider_job_id:
        return () if command.provider_job_id in state.provider_job_ids else (e.ProviderJobSettled(**asdict(command)),)
    raise ConcurrencyConflict("This sending was never intended, or there is another answer to it.")


def _is_about(step: Step, nonce: str, provider_job_id: str) -> bool:
    return step.nonce == nonce and step.provider_job_id == provider_job_id


def evolve(state: JobState, event: e.Event) -> JobState:
    """The job after one more event."""
    match event:
        case e.JobStarted(attempt=attempt):
            return replace(state, reserved_attempt=attempt)
        case e.SubmissionIntended(step=name, attempt=attempt, nonce=nonce, model=model, input_sha256=sha256):
            step = Step(attempt=attempt, nonce=nonce, model=model, input_sha256=sha256)
            return replace(state, steps={**state.steps, name: step})
        case e.ProviderJobSubmitted(step=name, nonce=nonce, provider_job_id=provider_job_id):
            step = state.steps.get(name) or Step(attempt=event.attempt, nonce=nonce)
            step = replace(step, provider_job_id=provider_job_id, outcome=None, reason="")
            known = state.provider_job_ids | {provider_job_id}
            return replace(state, steps={**state.steps, name: step}, provider_job_ids=known)
        case e.ProviderJobSettled():
            return _after_settlement(state, event)
        case e.JobCompleted():
            return replace(state, completed=True)
        case e.JobFailed(attempt=attempt):
            return replace(state, failed_attempt=attempt)
        case _:
            return state


def _after_settlement(state: JobState, event: e.ProviderJobSettled) -> JobState:
    charges = (*state.charges, event.charge) if event.charge else state.charges
    step = state.steps.get(event.step)
    if step is None or not _is_about(step, event.nonce, event.provider_job_id):
        return replace(state, charges=charges, provider_job_ids=state.provider_job_ids | {event.provider_job_id})
    step = replace(step, outcome=event.outcome, reason=event.reason, outputs=event.outputs)
    return replace(state, charges=charges, steps={**state.steps, event.step: step})


JOB: Decider[JobRequest, JobState] = Decider(JobState(), decide, evolve)
