"""How call sites measure: one line each, and cheap, since what a label's values stand for is looked up only once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Generic, TypeVar

from prometheus_client import Gauge
from prometheus_client.metrics import MetricWrapperBase

from shared.ending import end
from shared.errors import ConcurrencyConflict, Rejected, Unavailable
from shared.eventstore.api import Refused
from shared.telemetry import metrics as m

M = TypeVar("M", bound=MetricWrapperBase)


class Children(Generic[M]):
    """A metric's series by the values of its labels. `labels()` of the library costs three times as much."""

    __slots__ = ("_known", "_metric")

    def __init__(self, metric: M) -> None:
        self._metric = metric
        self._known: dict[tuple[str, ...], M] = {}

    def __call__(self, *values: str) -> M:
        """The series with these values, in the order of the labels."""
        child = self._known.get(values)
        if child is None:
            child = self._known[values] = self._metric.labels(*values)
        return child


_appends = Children(m.APPEND_DURATION)
_asked = Children(m.COMMAND_ROUND_TRIP)
_carried_out = Children(m.COMMAND_DURATION)
_jobs = Children(m.JOB_DURATION)
_in_hand = Children(m.JOBS_IN_HAND)
_auth = Children(m.AUTH_DURATION)


class Outcome:
    """What became of something that is being timed; whoever knows it says so."""

    __slots__ = ("is_",)

    def __init__(self, is_: str) -> None:
        self.is_ = is_


@contextmanager
def appending(category: str) -> Iterator[None]:
    """Times an append to a category of streams."""
    begun, outcome = perf_counter(), "unavailable"
    try:
        yield
        outcome = "stored"
    except ConcurrencyConflict:
        outcome = "conflict"
        raise
    except Rejected:
        outcome = "refused"
        raise
    except Unavailable as error:
        outcome = "refused" if isinstance(error, Refused) else "unavailable"
        raise
    finally:
        _appends(category, outcome).observe(perf_counter() - begun)


@contextmanager
def asking(command: object) -> Iterator[None]:
    """Times a command from its sending to its answer."""
    begun, outcome = perf_counter(), "unavailable"
    try:
        yield
        outcome = "done"
    except ConcurrencyConflict:
        outcome = "conflict"
        raise
    except Rejected:
        outcome = "rejected"
        raise
    finally:
        _asked(type(command).__name__, outcome).observe(perf_counter() - begun)


def carried_out(service: str, command: str, outcome: str, begun_s: float) -> None:
    """One delivery of a command has come to its end; `begun_s` is of `perf_counter`."""
    _carried_out(service, command, outcome).observe(perf_counter() - begun_s)


def buried(service: str) -> None:
    """A command became a dead letter."""
    m.COMMANDS_BURIED.labels(service).inc()


@contextmanager
def job(kind: str, provider: str, otherwise: str) -> Iterator[Outcome]:
    """Times a delivery of a job; it ends as `otherwise`, unless the block says how it ended."""
    begun, outcome, in_hand = perf_counter(), Outcome(otherwise), _in_hand(kind)
    in_hand.inc()
    try:
        yield outcome
    finally:
        in_hand.dec()
        _jobs(kind, provider, outcome.is_).observe(perf_counter() - begun)


def cost(provider: str, model: str, kind: str, amount_microusd: int, billed: bool) -> None:
    """A charge was recorded."""
    m.COST_USD.labels(provider, model, kind, "true" if billed else "false").inc(amount_microusd / 1e6)


def ordered(provider: str, kind: str, outcome: str) -> None:
    """A provider was sent an order."""
    m.PROVIDER_ORDERS.labels(provider, kind, outcome).inc()


def authenticated(request: str, outcome: str, begun_s: float) -> None:
    """The auth service answered; `begun_s` is of `perf_counter`."""
    _auth(request, outcome).observe(perf_counter() - begun_s)


@contextmanager
def batch(events: int) -> Iterator[None]:
    """Times the writing of a batch that comes to its end."""
    begun = perf_counter()
    yield
    m.PROJECTION_BATCH_S.observe(perf_counter() - begun)
    m.PROJECTION_BATCH_EVENTS.observe(events)


@contextmanager
def stream(kind: str) -> Iterator[None]:
    """Counts an event stream or a WebSocket for as long as it is open."""
    gauge = m.HTTP_STREAMS.labels(kind)
    gauge.inc()
    try:
        yield
    finally:
        gauge.dec()


def while_active(gauge: Gauge, *work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """The same work side by side, with a gauge that says 1 while it runs. It ends when the first of it ends."""

    async def run() -> None:
        gauge.set(1)
        running = [asyncio.ensure_future(one()) for one in work]
        try:
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            gauge.set(0)
            await end(*running)

    return run
