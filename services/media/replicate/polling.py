"""Waiting for a prediction's end: asked for ever more rarely, whatever the answers are, until its time is up."""

from __future__ import annotations

import random
import time
from typing import Protocol

import msgspec

from services.media.replicate.outcomes import Missing, Prediction, Reading, Trouble
from services.media.replicate.pace import Pace
from services.media.replicate.ports import Pause
from services.media.replicate.wording import TryLater
from shared.telemetry.tracing import below


class Gone(Exception):
    """The provider keeps saying that it knows no such prediction."""


class Ended(msgspec.Struct, frozen=True):
    """How a prediction ended, and whether that was our doing."""

    prediction: Prediction
    stopped: bool = False


class Reads(Protocol):
    """What of the provider is needed here."""

    async def get(self, prediction_id: str) -> Reading:
        """The prediction now."""
        ...

    async def cancel(self, prediction_id: str) -> None:
        """Asks for its end."""
        ...


class _Polls:
    """Counts how often is asked: one span tells of all."""

    def __init__(self, api: Reads) -> None:
        self._api, self.count = api, 0

    async def get(self, prediction_id: str) -> Reading:
        self.count += 1
        return await self._api.get(prediction_id)

    async def cancel(self, prediction_id: str) -> None:
        await self._api.cancel(prediction_id)


async def wait_for_end(api: Reads, prediction_id: str, left_s: float, pause: Pause, pace: Pace) -> Ended:
    """The ended prediction. After `left_s` seconds it is stopped; one that succeeds meanwhile has succeeded.

    Raises `Gone`, or `TryLater` if neither its end nor its stop can be seen. A task that is cancelled here leaves
    the prediction running: the next delivery of the job finds it.
    """
    polls = _Polls(api)
    with below("await prediction", {"gen_ai.response.id": prediction_id}) as waiting:
        try:
            ended = await _end_of(polls, prediction_id, left_s, pause, pace)
            waiting.note({"talewright.prediction.status": ended.prediction.status})
        finally:
            waiting.note({"talewright.polls": polls.count})
    return ended


async def _end_of(api: Reads, prediction_id: str, left_s: float, pause: Pause, pace: Pace) -> Ended:
    ended = await _ask_until(api, prediction_id, left_s, pause, pace)
    if ended:
        return Ended(ended)
    await api.cancel(prediction_id)
    ended = await _ask_until(api, prediction_id, pace.stop_grace_s, pause, pace)
    if not ended:
        raise TryLater
    return Ended(ended, stopped=ended.status != "succeeded")


async def _ask_until(api: Reads, prediction_id: str, left_s: float, pause: Pause, pace: Pace) -> Prediction | None:
    until, delay_s, missing = time.monotonic() + left_s, pace.poll_first_s, 0
    while True:
        reading = await api.get(prediction_id)
        if isinstance(reading, Prediction) and reading.ended:
            return reading
        missing = missing + 1 if isinstance(reading, Missing) else 0
        if missing >= pace.gone_after_reads:
            raise Gone(prediction_id)
        left_s = until - time.monotonic()
        if left_s <= 0:
            return None
        asked_s = min(reading.delay_s, pace.obeyed_most_s) if isinstance(reading, Trouble) else 0.0
        await pause(min(max(delay_s * random.uniform(0.8, 1.2), asked_s), left_s))
        delay_s = min(delay_s * pace.poll_growth, pace.poll_most_s)
