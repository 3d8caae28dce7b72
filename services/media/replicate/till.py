"""The till: buys each step of a job once, however often the job is delivered and whoever else has it in hand.

It is a loop over the record. Every turn reads where the step stands and does the one thing that is next: send it,
find out whether it was sent, wait for its end, or hand out what it bought. Killed anywhere, it goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.media.job import Step
from services.media.purchases import Bought, Purchase
from services.media.replicate.books import PROVIDER, Books
from services.media.replicate.client import ReplicateApi
from services.media.replicate.downloads import Downloader
from services.media.replicate.hints import Hints
from services.media.replicate.outcomes import CreateOutcome, Later, Refused, Taken, told_as
from services.media.replicate.pace import Pace
from services.media.replicate.pickup import Pickup
from services.media.replicate.ports import Breaker, Gate, NoBreaker, OpenGate
from services.media.replicate.reconcile import Found, NoTrace, Unclear, find_trace
from services.media.replicate.results import Results
from services.media.replicate.sendings import encoded, fingerprint
from services.media.replicate.wording import WORTH_ANOTHER, TryLater, failure
from shared.artifacts.port import ArtifactStore
from shared.clock import new_id, now_ms
from shared.contracts.jobs import JobRef
from shared.errors import ConcurrencyConflict
from shared.eventstore.handle import Origin
from shared.eventstore.port import EventStore
from shared.telemetry.metrics_measure import ordered

log = logging.getLogger("talewright.replicate")

AGAIN = "-again"
"""A step that failed through no fault of its input is sent once more, under its name with this."""
CONFLICTS_MOST = 20


@dataclass(frozen=True, slots=True)
class Counter:
    """What the tills of a worker share. `webhook_url` is https, or empty: then webhooks are not asked for."""

    api: ReplicateApi
    downloader: Downloader
    store: EventStore
    artifacts: ArtifactStore
    pace: Pace = field(default_factory=Pace)
    gate: Gate = field(default_factory=OpenGate)
    breaker: Breaker = field(default_factory=NoBreaker)
    hints: Hints = field(default_factory=Hints)
    webhook_url: str = ""

    def till(self, job: JobRef, attempt: int, origin: Origin, folder: Path) -> Till:
        """The till for one delivery of a job; `folder` is for its files, and the caller's to remove."""
        return Till(self, Books(self.store, job, attempt, origin), folder)

    async def close(self) -> None:
        """Closes the connections to the provider."""
        await self.api.close()
        await self.downloader.close()


class Till:
    """Implements `purchases.Buyer` for one delivery of one job."""

    def __init__(self, counter: Counter, books: Books, folder: Path) -> None:
        self._counter = counter
        self._books = books
        self._results = Results(counter.artifacts, counter.downloader, books.job, folder)
        self._pickup = Pickup(counter.api, books, self._results, counter.hints, counter.pace)
        self._locks: dict[str, asyncio.Lock] = {}

    async def buy(self, purchase: Purchase) -> Bought:
        """See `Buyer.buy`. Raises `TryLater` (an `Unavailable` that may know a delay) for what may succeed later."""
        async with self._locks.setdefault(purchase.step, asyncio.Lock()):
            step = await self._bought(purchase)
            if step.outcome != "succeeded":
                raise failure(step.reason)
            return await self._results.fetch(step)

    async def abandon(self) -> None:
        """For a job that nobody wants any more: stops what is under way and settles every open sending.

        Raises `Unavailable` if the provider cannot say now what became of one.
        """
        for name in (await self._books.state()).unsettled():
            await self._settled(name, None)

    async def _bought(self, purchase: Purchase) -> Step:
        """The step that succeeded, or the last that could have."""
        first, second = purchase.step, purchase.step + AGAIN
        earlier = await self._books.step(second)
        if earlier is not None and not earlier.may_be_sent_in(self._books.attempt):
            step = await self._settled(second, purchase)  # the second may have succeeded in an earlier attempt
            if step.outcome == "succeeded":
                return step
        step = await self._settled(first, purchase)
        if step.reason not in WORTH_ANOTHER:
            return step
        log.warning("%s of %s failed (%s): once more", first, self._books.job.stream_id, step.reason)
        await asyncio.sleep(self._counter.pace.again_after_s)
        return await self._settled(second, purchase)

    async def _settled(self, name: str, purchase: Purchase | None) -> Step:
        """The step, once it is known what became of it. Without a purchase nothing is sent, and nothing collected."""
        sendings = conflicts = 0
        async with AsyncExitStack() as held:  # a place in the gate, from the sending to its end
            while True:
                step = await self._books.step(name)
                if step is not None and step.outcome is not None and not self._to_send(step, purchase):
                    return step
                try:
                    if step is not None and step.outcome is None:
                        await self._look_after(name, step, purchase)
                    elif purchase is not None:
                        sendings += 1
                        if sendings > self._counter.pace.sendings_most:
                            raise TryLater
                        await self._send(name, purchase, held)
                except ConcurrencyConflict as conflict:  # another worker was faster: see what it has recorded
                    conflicts += 1
                    if conflicts > CONFLICTS_MOST:
                        raise TryLater from conflict

    def _to_send(self, step: Step, purchase: Purchase | None) -> bool:
        return purchase is not None and step.may_be_sent_in(self._books.attempt)

    async def _look_after(self, name: str, step: Step, purchase: Purchase | None) -> None:
        """Does what is next for a sending that is not settled."""
        if not step.provider_job_id:
            await self._trace(name, step, purchase)
        elif purchase is not None:
            await self._pickup.collect(name, step, purchase)
        else:
            await self._pickup.drop(name, step)

    async def _send(self, name: str, purchase: Purchase, held: AsyncExitStack) -> None:
        await held.aclose()
        await held.enter_async_context(self._counter.gate.turn())
        await self._counter.breaker.before_create()
        nonce = new_id()
        sent = await asyncio.to_thread(encoded, purchase.input, nonce)
        intended_ms = now_ms()
        if not await self._books.intend(name, purchase.model, nonce, fingerprint(sent)):
            raise TryLater  # the attempt is over
        spent_s = (now_ms() - intended_ms) / 1000
        outcome = await self._counter.api.create(purchase.model, sent, self._webhook(nonce), spent_s)
        self._counter.breaker.report(outcome)
        ordered(PROVIDER, self._books.job.kind, told_as(outcome))
        await self._sent(name, nonce, purchase, outcome)

    async def _sent(self, name: str, nonce: str, purchase: Purchase, outcome: CreateOutcome) -> None:
        match outcome:
            case Taken(prediction_id=prediction_id):
                await self._taken(name, nonce, prediction_id, purchase)
            case Refused(reason="input_refused" | "model_missing" as reason):
                log.error("The provider refused an order for %s: %s", purchase.model, reason)
                await self._books.settle(name, nonce, "failed", reason)
            case Refused(reason=reason):
                log.error("The provider takes no orders: %s", reason)
                await self._books.settle(name, nonce, "unsent", reason)
                raise TryLater
            case Later(reason=reason, delay_s=delay_s):
                await self._books.settle(name, nonce, "unsent", reason)
                if delay_s > self._counter.pace.patience_s:
                    raise TryLater(delay_s)
                await asyncio.sleep(delay_s)
            case _:
                log.warning("It is unknown whether %s of %s was taken", name, self._books.job.stream_id)

    async def _taken(self, name: str, nonce: str, prediction_id: str, purchase: Purchase) -> None:
        """Records the id. Where somebody has meanwhile settled this sending without it, it is one too many."""
        try:
            await self._books.submitted(name, nonce, prediction_id)
        except ConcurrencyConflict:
            log.error("Prediction %s belongs to no sending any more: stopped", prediction_id)
            await self._counter.api.cancel(prediction_id)
            await self._books.settle(name, nonce, "lost", "stray", prediction_id=prediction_id, charge=purchase.charge)
            raise

    async def _trace(self, name: str, step: Step, purchase: Purchase | None) -> None:
        """Finds out what became of a sending without an answer."""
        counter, ours = self._counter, await self._ours(step, purchase)
        trace = await find_trace(counter.api, self._books, name, step, ours, counter.hints, counter.pace)
        log.warning("%s of %s was sent without an answer: %s", name, self._books.job.stream_id, trace)
        match trace:
            case Found(prediction_id=prediction_id):
                await self._books.submitted(name, step.nonce, prediction_id)
            case NoTrace():
                await self._books.settle(name, step.nonce, "unsent", "no_trace")
            case Unclear(reason=reason):
                charge = purchase.charge if purchase else None
                await self._books.settle(name, step.nonce, "lost", reason, charge=charge)
            case _:  # overtaken: the record says how
                return

    async def _ours(self, step: Step, purchase: Purchase | None) -> dict[str, Any] | None:
        """The input of a sending, if it is what would be sent today."""
        if purchase is None:
            return None
        sent = await asyncio.to_thread(encoded, purchase.input, step.nonce)
        return sent if fingerprint(sent) == step.input_sha256 else None

    def _webhook(self, nonce: str) -> str:
        """The URL carries the nonce, so that a prediction can be traced to its sending."""
        return f"{self._counter.webhook_url}/{nonce}" if self._counter.webhook_url else ""
