"""Every number that a service tells Prometheus, defined once. `docs/metrics.md` is made of this.

Each service has a registry of its own with the metrics it can measure, and no others: a gateway that said "the
projector is 0 events behind" would say what it does not know. Labels come from small fixed sets: never an id, a path
as it was asked for, or a text that somebody wrote.

How call sites measure stands in `metrics_measure`.
"""

from __future__ import annotations

from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from shared.telemetry.metrics_known import Known

disable_created_metrics()  # type: ignore[no-untyped-call] # a time of birth for every series doubles their number

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PREFIX = "talewright"

_QUICK_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_HTTP_S = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 150.0)
_WORK_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0)
_JOB_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_DISK_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def _counter(name: str, about: str, *labels: str) -> Counter:
    return Counter(name, about, labels, namespace=PREFIX, registry=None)


def _gauge(name: str, about: str, *labels: str) -> Gauge:
    return Gauge(name, about, labels, namespace=PREFIX, registry=None)


def _histogram(name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(name, about, labels, namespace=PREFIX, registry=None, buckets=buckets)


def _known(name: str, about: str, *labels: str) -> Known:
    return Known(f"{PREFIX}_{name}", about, labels)


# The gateway's requests
HTTP_REQUESTS = _counter(
    "http_requests_total", "HTTP requests that were answered.", "surface", "method", "route", "status"
)
HTTP_DURATION = _histogram(
    "http_request_duration_seconds",
    "How long an HTTP request took, without event streams, which last as long as their readers.",
    _HTTP_S,
    "surface",
    "method",
    "route",
)
HTTP_STREAMS = _gauge("http_streams_open", "Event streams and WebSockets that are open: kind sse or websocket.", "kind")
COMMAND_ROUND_TRIP = _histogram(
    "command_round_trip_seconds",
    "From sending a command to having its answer: outcome done, rejected, conflict or unavailable.",
    _QUICK_S,
    "command",
    "outcome",
)

# Commands where they are carried out
COMMAND_DURATION = _histogram(
    "command_duration_seconds",
    "How long one delivery of a command took: outcome done, rejected, retried, gave_up or undecodable.",
    _WORK_S,
    "service",
    "command",
    "outcome",
)
COMMANDS_BURIED = _counter("commands_buried_total", "Commands that became dead letters.", "service")
QUEUE_WAITING = _known("command_queue_waiting", "Commands that no worker has taken yet.", "consumer")
QUEUE_IN_HAND = _known("command_queue_in_hand", "Commands that workers have in hand, or that rest.", "consumer")
QUEUE_REDELIVERED = _known("command_queue_redelivered", "Commands in hand that were delivered before.", "consumer")
DEAD_LETTERS = _known("dead_letters", "Dead letters that nobody has replayed or dropped.")

# Events
APPEND_DURATION = _histogram(
    "append_duration_seconds",
    "How long an append to the event store took: outcome stored, conflict, refused or unavailable.",
    _DISK_S,
    "category",
    "outcome",
)

# The read models and the process
PROJECTION_POSITION = _known("projection_position", "The position of the event store that the read models show.")
PROJECTION_LAG_EVENTS = _known("projection_lag_events", "Events that the read models do not show yet.")
PROJECTION_LAG_S = _known(
    "projection_lag_seconds", "The age of the oldest event that the read models do not show; 0 when there is none."
)
PROJECTION_BATCH_S = _histogram("projection_batch_seconds", "How long writing one batch of events took.", _QUICK_S)
PROJECTION_BATCH_EVENTS = _histogram("projection_batch_events", "How many events a batch has.", _EVENTS)
PROJECTION_ACTIVE = _gauge("projection_active", "1 where the projector runs, else 0; one of all replicas has 1.")
PROCESS_ACTIVE = _gauge("process_active", "1 where the process runs, else 0; one of all replicas has 1.")
PROCESS_OWED = _counter("process_commands_owed_total", "Commands that a sweep found lost, and sent again.")

# Jobs and money
JOB_DURATION = _histogram(
    "job_duration_seconds",
    "How long one delivery of a job took: outcome completed, failed, repeated (it was done before) or retried.",
    _JOB_S,
    "kind",
    "provider",
    "outcome",
)
JOBS_IN_HAND = _gauge("jobs_in_hand", "Jobs that are being done.", "kind")
COST_USD = _counter(
    "cost_usd_total",
    "What recorded work costs by the price list, in US dollars; billed: whether somebody takes the money.",
    "provider",
    "model",
    "kind",
    "billed",
)
PROVIDER_ORDERS = _counter(
    "provider_orders_total",
    "Orders sent to a provider: outcome taken, unknown (no answer), or why it was not taken.",
    "provider",
    "kind",
    "outcome",
)

# Auth
AUTH_DURATION = _histogram(
    "auth_request_duration_seconds",
    "How long a request to the auth service took: outcome done, rejected or unavailable.",
    _QUICK_S,
    "request",
    "outcome",
)

# Health as the gateway sees it
PROVIDER_BREAKER = _known(
    "provider_breaker",
    "The state of a provider's circuit breaker: 1 for the one it is in, of closed, half-open and open.",
    "provider",
    "state",
    "reason",
)
PART_UP = _known("part_up", "Whether a part of the system answers, 1 or 0.", "part")
VIEWS_LAG = _known("views_lag_events", "Events that the views do not show yet, as the gateway sees it.")

# Every service
BUS_CONNECTED = _gauge("bus_connected", "1 while all connections of the process to the bus are up, else 0.")
BUS_RECONNECTS = _counter("bus_reconnects_total", "How often a connection to the bus came back.")
READY = _gauge("ready", "1 while /readyz says so, else 0.")
BUILD = Info("build", "The service and its version.", namespace=PREFIX, registry=None)

EVERYWHERE: tuple[Collector, ...] = (BUS_CONNECTED, BUS_RECONNECTS, READY, BUILD)
_CONSUMER: tuple[Collector, ...] = (COMMAND_DURATION, COMMANDS_BURIED, APPEND_DURATION)
BY_SERVICE: dict[str, tuple[Collector, ...]] = {
    "gateway": (
        *(HTTP_REQUESTS, HTTP_DURATION, HTTP_STREAMS, COMMAND_ROUND_TRIP),
        *(PROVIDER_BREAKER, PART_UP, VIEWS_LAG),
    ),
    "tasks": (
        *_CONSUMER,
        *(QUEUE_WAITING, QUEUE_IN_HAND, QUEUE_REDELIVERED, DEAD_LETTERS),
        *(PROJECTION_POSITION, PROJECTION_LAG_EVENTS, PROJECTION_LAG_S, PROJECTION_BATCH_S, PROJECTION_BATCH_EVENTS),
        *(PROJECTION_ACTIVE, PROCESS_ACTIVE, PROCESS_OWED),
    ),
    "media": (*_CONSUMER, JOB_DURATION, JOBS_IN_HAND, COST_USD, PROVIDER_ORDERS),
    "auth": (APPEND_DURATION, AUTH_DURATION),
}
"""Which service measures what, besides what all of them do."""


@cache
def registry_of(service: str) -> CollectorRegistry:
    """The registry of a service: its metrics, and those of the process, the interpreter and its memory."""
    registry = CollectorRegistry()
    for collector in (*EVERYWHERE, *BY_SERVICE.get(service, ())):
        registry.register(collector)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def exposition(service: str) -> bytes:
    """What Prometheus is answered, in `CONTENT_TYPE`."""
    return generate_latest(registry_of(service))
