"""What became of a sending that got no answer: the provider's list is asked before anything is sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from services.media.job import Step
from services.media.replicate.books import Books
from services.media.replicate.hints import Hints
from services.media.replicate.outcomes import Prediction, Reason
from services.media.replicate.pace import Pace
from services.media.replicate.sendings import is_same
from services.media.replicate.wording import TryLater
from shared.clock import now_ms, rfc3339

CLOCKS_APART_S = 60
"""How far the provider's clock may be behind ours."""


class Found(msgspec.Struct, frozen=True):
    """It was taken, as this prediction."""

    prediction_id: str


class NoTrace(msgspec.Struct, frozen=True):
    """It certainly never arrived."""


class Unclear(msgspec.Struct, frozen=True):
    """More than one prediction could be it, or one whose input the provider has removed."""

    reason: Reason


class Overtaken(msgspec.Struct, frozen=True):
    """Somebody else has found out meanwhile."""


Trace = Found | NoTrace | Unclear | Overtaken


class Lists(Protocol):
    """What of the provider is needed here."""

    async def created_after(self, moment: str) -> list[Prediction] | None:
        """The account's predictions since then; None if it cannot say now."""
        ...


def matching(
    rows: list[Prediction], nonce: str, ours: dict[str, Any] | None, sha256: str, known: frozenset[str]
) -> list[str]:
    """The ids of the predictions that may be this sending: the one with our nonce, or else all with the same input
    that belong to no other sending of the job."""
    if named := [row.id for row in rows if nonce in row.webhook]:
        return named
    return [row.id for row in rows if row.id not in known and row.input and is_same(row.input, ours, sha256)]


def is_faded(row: Prediction, latest: str) -> bool:
    """Whether a prediction could be this sending but for its input, which the provider removes after an hour.

    `latest` is when it can have been created, RFC 3339 UTC.
    """
    return row.input is None and row.created_at[:19] <= latest[:19]


async def find_trace(
    api: Lists, books: Books, name: str, step: Step, ours: dict[str, Any] | None, hints: Hints, pace: Pace,
    clock_ms: Callable[[], int] = now_ms,
) -> Trace:  # fmt: skip
    """Looks until there is a trace, or none though the sending is `pace.unsent_after_s` old and was looked for twice.

    Raises `TryLater` while the provider cannot be asked.
    """
    intended_ms, nonce = books.intended_ms(step.nonce), step.nonce
    since, pause = rfc3339(intended_ms - CLOCKS_APART_S * 1000), hints.pause(nonce)
    latest = rfc3339(round(intended_ms + (pace.unsent_after_s + CLOCKS_APART_S) * 1000))
    lists = failures = 0
    while True:
        state = await books.state()
        if state.steps[name] != step:
            return Overtaken()
        if prediction_id := hints.prediction_id(nonce):
            return Found(prediction_id)
        late = clock_ms() - intended_ms >= pace.unsent_after_s * 1000  # before the list is asked for, not after
        rows = await api.created_after(since)
        if rows is None:
            failures += 1
            if failures > pace.list_least and late:
                raise TryLater
        else:
            lists += 1
            found = matching(rows, nonce, ours, step.input_sha256, state.provider_job_ids)
            if found:
                return Found(found[0]) if len(found) == 1 else Unclear("several_traces")
            if late and lists >= pace.list_least:
                faded = [row for row in rows if row.id not in state.provider_job_ids and is_faded(row, latest)]
                return Unclear("faded_traces") if faded else NoTrace()
        await pause(pace.list_every_s)
