"""From a prediction that was taken to its settlement: wait, read what it came to, bring its files home."""

from __future__ import annotations

import logging

from services.media.job import Step
from services.media.purchases import Purchase
from services.media.replicate.books import Books
from services.media.replicate.hints import Hints
from services.media.replicate.outcomes import Prediction, Reason, why_not
from services.media.replicate.pace import Pace
from services.media.replicate.polling import Ended, Gone, Reads, wait_for_end
from services.media.replicate.results import Results, Unusable
from services.media.replicate.wording import FREE
from shared.clock import now_ms
from shared.contracts.events import Outcome
from shared.contracts.values import Charge

log = logging.getLogger("talewright.replicate")


class Pickup:
    """For the predictions of one job."""

    def __init__(self, api: Reads, books: Books, results: Results, hints: Hints, pace: Pace) -> None:
        self._api = api
        self._books = books
        self._results = results
        self._hints = hints
        self._pace = pace

    async def collect(self, name: str, step: Step, purchase: Purchase) -> None:
        """Settles a taken step. Raises `Unavailable` if that cannot be done now: nothing is lost by it."""
        left_s = purchase.deadline_s - (now_ms() - self._books.intended_ms(step.nonce)) / 1000
        ended = await self._end(step, left_s)
        if ended is None:
            await self._settle(name, step, "lost", "gone", purchase.charge)
            return
        made = ended.prediction
        if reason := why_not(made):
            await self._useless(name, step, ended, reason, purchase.charge)
            return
        try:
            outputs = await self._results.keep(self._api, made, name, purchase.media_types, self._pace)
        except Unusable as unusable:
            log.error("What prediction %s made cannot be had: %s", made.id, unusable.reason)
            await self._settle(name, step, "lost", unusable.reason, purchase.charge)
            return
        await self._books.settle(
            name, step.nonce, "succeeded", prediction_id=step.provider_job_id, charge=purchase.charge, outputs=outputs
        )

    async def drop(self, name: str, step: Step) -> None:
        """Stops a taken step whose result nobody wants, and settles it."""
        ended = await self._end(step, 0.0)
        outcome: Outcome = "lost"
        if ended and ended.prediction.status in ("failed", "canceled", "aborted"):
            outcome = _outcome(ended.prediction, "stopped")
        await self._settle(name, step, outcome, "not_wanted", None)

    async def _end(self, step: Step, left_s: float) -> Ended | None:
        """How it ended; None if the provider knows nothing of it any more."""
        try:
            return await wait_for_end(
                self._api, step.provider_job_id, left_s, self._hints.pause(step.nonce), self._pace
            )
        except Gone:
            log.error("The provider has lost prediction %s", step.provider_job_id)
            return None

    async def _useless(self, name: str, step: Step, ended: Ended, reason: Reason, charge: Charge) -> None:
        log.warning("Prediction %s %s: %s", ended.prediction.id, ended.prediction.status, ended.prediction.error)
        told: Reason = "deadline" if ended.stopped and reason in ("stopped", "never_started") else reason
        billed = None if reason in FREE else charge
        await self._settle(name, step, _outcome(ended.prediction, reason), told, billed)

    async def _settle(self, name: str, step: Step, outcome: Outcome, reason: Reason, charge: Charge | None) -> None:
        await self._books.settle(name, step.nonce, outcome, reason, prediction_id=step.provider_job_id, charge=charge)


def _outcome(made: Prediction, reason: Reason) -> Outcome:
    """The settlement of an ended prediction without a result: what cannot be fetched any more is lost."""
    if reason == "expired":
        return "lost"
    match made.status:
        case "canceled":
            return "canceled"
        case "aborted":
            return "aborted"
        case _:
            return "failed"
