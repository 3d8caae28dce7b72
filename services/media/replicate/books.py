"""A job's record as the till keeps it: every report goes through the job's decider and the stream's lock."""

from __future__ import annotations

import asyncio

from services.media.handlers import job_stream
from services.media.job import JOB, Intend, JobRequest, JobState, RecordSubmission, Settle, Step
from services.media.metering import count_costs
from shared.contracts.events import Outcome, ProviderJobSubmitted, SubmissionIntended
from shared.contracts.jobs import JobRef
from shared.contracts.values import Artifact, Charge
from shared.eventstore.handle import Handled, Origin, handle
from shared.eventstore.port import EventStore

PROVIDER = "replicate"


class Books:
    """One attempt of one job. Reports raise `ConcurrencyConflict` where another worker's word stands against them,
    and `Unavailable` if it is unknown whether they were kept: in both cases, look again."""

    def __init__(self, store: EventStore, job: JobRef, attempt: int, origin: Origin) -> None:
        self.job = job
        self.attempt = attempt
        self._store = store
        self._origin = origin
        self._stream = job_stream(job)
        self._one_at_a_time = asyncio.Lock()  # steps bought side by side share the stream
        self._intended_ms: dict[str, int] = {}

    async def state(self) -> JobState:
        """The job as recorded."""
        commits = await self._store.load(self._stream)
        for commit in commits:
            for event in commit.events:
                if isinstance(event, SubmissionIntended | ProviderJobSubmitted):
                    self._intended_ms.setdefault(event.nonce, commit.metadata.time_ms)
        return JOB.fold(commits)

    async def step(self, name: str) -> Step | None:
        """The newest sending of a step."""
        return (await self.state()).steps.get(name)

    def intended_ms(self, nonce: str) -> int:
        """When a sending that was seen in the record was intended, in ms since 1970."""
        return self._intended_ms[nonce]

    async def intend(self, name: str, model: str, nonce: str, sha256: str) -> bool:
        """Claims a sending; False if the attempt is over. Only after True is anything sent."""
        request = Intend(
            job=self.job, attempt=self.attempt, provider=PROVIDER,
            step=name, nonce=nonce, model=model, input_sha256=sha256,
        )  # fmt: skip
        handled = await self._report(request)
        return name in handled.state.steps and handled.state.steps[name].nonce == nonce

    async def submitted(self, name: str, nonce: str, prediction_id: str) -> None:
        """The provider's id for a sending."""
        await self._report(
            RecordSubmission(
                job=self.job, attempt=self.attempt, provider=PROVIDER,
                step=name, nonce=nonce, provider_job_id=prediction_id,
            )
        )  # fmt: skip

    async def settle(
        self, name: str, nonce: str, outcome: Outcome, reason: str = "", *,
        prediction_id: str = "", charge: Charge | None = None, outputs: tuple[Artifact, ...] = (),
    ) -> None:  # fmt: skip
        """What became of a sending."""
        await self._report(
            Settle(
                job=self.job, attempt=self.attempt, provider=PROVIDER, step=name, nonce=nonce, outcome=outcome,
                provider_job_id=prediction_id, reason=reason, charge=charge, outputs=outputs,
            )
        )  # fmt: skip

    async def _report(self, request: JobRequest) -> Handled[JobState]:
        async with self._one_at_a_time:
            handled = await handle(self._store, JOB, self._stream, request, self._origin)
        count_costs(handled.events)
        return handled
