"""Carrying out one job: what is recorded is not done again, bytes come before the fact that names them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from services.media.job import JOB, Finish, GiveUp, JobState
from services.media.metering import count_costs
from services.media.ports import Progress
from services.media.works import WORKS, Studios
from services.media.workspace import FOLDERS, Workspace, output_prefix
from shared.artifacts.port import ArtifactStore
from shared.contracts import events as e
from shared.contracts.commands import Reply, RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Charge
from shared.errors import Rejected
from shared.eventstore.handle import Known, Origin, handle, load
from shared.eventstore.port import EventStore, StreamName
from shared.telemetry.metrics_measure import Outcome
from shared.telemetry.metrics_measure import job as measured
from shared.telemetry.tracing import note

TELL_EVERY_S = 0.2
JOB_EVENTS = (
    e.JobStarted,
    e.SubmissionIntended,
    e.ProviderJobSubmitted,
    e.ProviderJobSettled,
    e.JobFailed,
    e.JobCompleted,
)
"""What happens to a job."""


class Teller(Protocol):
    """Tells whoever watches how far a job is; unstored, and cheap to lose."""

    def tell(self, job: JobRef, fraction: float) -> None:
        """Called on the event loop."""
        ...


@dataclass(frozen=True, slots=True)
class Shop:
    """All that a job needs."""

    store: EventStore
    artifacts: ArtifactStore
    studio: Studios
    teller: Teller


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished job has left in the bucket, and what it cost."""

    artifacts: tuple[Artifact, ...] = ()
    pages: int = 0
    title: str = ""
    charges: tuple[Charge, ...] = ()


def job_stream(job: JobRef) -> StreamName:
    """Where a job's events are."""
    return StreamName("job", job.owner, job.stream_id)


async def run_job(shop: Shop, command: RunJob, origin: Origin, again: bool = True, last: bool = False) -> Reply:
    """Does a job unless its record says that it is settled. Raises `Unavailable` for another try, if not the `last`.

    The record is not asked for at the first delivery of a job that was just made due: it has none. Were there one
    all the same, the append would say so.
    """
    kind = command.job.kind
    provider = shop.studio.provider(kind)
    note({"talewright.provider": provider})
    with measured(kind, provider, "failed" if last else "retried") as outcome:
        reply = await _run_job(shop, command, origin, again, outcome)
    note({"talewright.job.outcome": outcome.is_})
    return reply


async def _run_job(shop: Shop, command: RunJob, origin: Origin, again: bool, outcome: Outcome) -> Reply:
    stream = job_stream(command.job)
    known = await load(shop.store, JOB, stream) if again or command.again else Known(JOB.initial, 0)
    if known.state.settled(command.attempt):
        outcome.is_ = "repeated"
        return Reply(position=known.position, repeated=True)
    begun = time.monotonic()
    try:
        product = await _do(shop, command, origin)
    except Rejected as refusal:  # no other try can succeed: the user is told why
        outcome.is_ = "failed"
        return await give_up(shop.store, command, refusal.message, origin)
    finish = Finish(
        job=command.job,
        attempt=command.attempt,
        artifacts=product.artifacts,
        pages=product.pages,
        title=product.title,
        took_ms=round((time.monotonic() - begun) * 1000),
        charges=product.charges,
    )
    handled = await handle(shop.store, JOB, stream, finish, origin, known)
    count_costs(handled.events)
    outcome.is_ = "completed" if handled.events else "repeated"
    return Reply(position=handled.position, repeated=not handled.events)


async def give_up(store: EventStore, command: RunJob, reason: str, origin: Origin) -> Reply:
    """Records that this attempt failed, for the process to tell the user."""
    request = GiveUp(command.job, command.attempt, reason)
    handled = await handle(store, JOB, job_stream(command.job), request, origin)
    return Reply(position=handled.position, repeated=not handled.events)


async def _do(shop: Shop, command: RunJob, origin: Origin) -> Product:
    if command.job.kind == "purge_artifacts":
        return await _purge(shop, command.job, origin)
    with Workspace(shop.artifacts) as space:
        await space.fetch(command.inputs)
        progress = _progress(shop.teller, command.job)
        studio = shop.studio.for_job(command, origin, space)
        outcome = await WORKS[command.job.kind](studio, command, space, progress)
        artifacts = await space.store(command.job, outcome.files)
    return Product(artifacts=artifacts, pages=outcome.pages, title=outcome.title, charges=outcome.charges)


async def _purge(shop: Shop, job: JobRef, origin: Origin) -> Product:
    await _abandon(shop, job, origin)
    for folder in sorted(set(FOLDERS.values())):
        await shop.artifacts.delete_below(output_prefix(job.owner, folder, job.task))
    return Product()


async def _abandon(shop: Shop, purge: JobRef, origin: Origin) -> None:
    """Settles what was bought for a deleted task and is still open: it is paid for, and its cost has to be known."""
    states: dict[JobRef, JobState] = {}
    jobs = StreamName("job", purge.owner, purge.task)
    for commit in await shop.store.load_below(StreamName("task", purge.owner, purge.task), jobs):
        for event in commit.events:
            if isinstance(event, JOB_EVENTS):
                states[event.job] = JOB.evolve(states.get(event.job, JOB.initial), event)
    for job, state in states.items():
        if state.unsettled():
            await shop.studio.abandon(job, state.reserved_attempt, origin)


def _progress(teller: Teller, job: JobRef, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Tells at most every fifth of a second, from whatever thread the work is on."""
    loop = asyncio.get_running_loop()
    told_at = 0.0

    def progress(fraction: float) -> None:
        nonlocal told_at
        if clock() - told_at >= TELL_EVERY_S:
            told_at = clock()
            loop.call_soon_threadsafe(teller.tell, job, min(max(fraction, 0.0), 1.0))

    return progress
