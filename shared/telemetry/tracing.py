"""Spans, where tracing is on; nothing at all where it is off.

Off is the default: `span` then hands out one object that does nothing, and OpenTelemetry is not even imported. The
`traceparent` of a request flows in both cases, see `trace_context`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from shared.telemetry.trace_context import TRACEPARENT

if TYPE_CHECKING:
    from shared.telemetry.trace_sdk import Recorder

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Value = str | bool | int | float | tuple[str, ...]
Attributes = Mapping[str, Value]

NO_ATTRIBUTES: Attributes = {}

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
FLUSH_S = 3.0
"""How long the end of a service waits for its last spans to arrive."""


class _State:
    """Where spans go; nowhere, while tracing is off."""

    recorder: Recorder | None = None


class Span:
    """A span to be entered; this one records nothing. Whoever is inside may note what he knows."""

    __slots__ = ()
    recording = False

    def __enter__(self) -> Span:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: object) -> None:
        return

    def rename(self, name: str) -> None:
        """Gives it another name, for what is known only inside."""

    def note(self, attributes: Attributes) -> None:
        """More attributes. Dear ones are better made only if `recording`."""

    def mind(self, error: BaseException) -> None:
        """Notes an error that is dealt with inside: a refusal as an attribute, anything else as the span's status."""

    def fail(self, kind: str, why: str = "") -> None:
        """Its status is an error of this kind."""

    def end(self) -> None:
        """Ends it early; what is done afterwards still belongs to it."""


NOTHING = Span()


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether an environment says where spans are to go, and does not switch them off."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environment.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return False
    return any(environment.get(name, "").strip() for name in ENDPOINTS)


def set_up_tracing(service: str, version: str = "", flush_s: float = FLUSH_S) -> bool:
    """Begins to send spans, if an endpoint is set in the environment; says whether.

    They are sent in batches by a thread of their own. A collector that is away or hangs costs spans, never time: only
    the end of the process waits for it, `flush_s` at most.
    """
    if not wanted(os.environ):
        return False
    from shared.telemetry.trace_sdk import exporting

    use(exporting(service, version, flush_s))
    return True


def use(recorder: Recorder | None) -> None:
    """From now on spans go there; None switches tracing off."""
    _State.recorder = recorder


def tracing() -> bool:
    """Whether spans are made, of which some may still be left out by sampling."""
    return _State.recorder is not None


def span(name: str, kind: Kind = "internal", parent: str | None = None, attributes: Attributes = NO_ATTRIBUTES) -> Span:
    """A span to be entered with `with`. Its parent is the span in hand, unless another one's `traceparent` is given;
    one that is empty or malformed begins a new trace. Names are few: what differs from one to the next is an attribute.
    """
    recorder = _State.recorder
    return NOTHING if recorder is None else recorder.span(name, kind, parent, attributes)


def below(name: str, attributes: Attributes = NO_ATTRIBUTES) -> Span:
    """A span for asking something of another system, below the span in hand; without one, it is not worth one."""
    return span(name, "client", None, attributes) if TRACEPARENT.get() else NOTHING


def note(attributes: Attributes) -> None:
    """More attributes for the span in hand."""
    if _State.recorder is not None:
        _State.recorder.note(attributes)


def record(name: str, kind: Kind, parent: str, times_ns: tuple[int, int], attributes: Attributes) -> None:
    """A span after the fact, from its start to its end in ns since 1970 UTC. Only below a valid and sampled parent."""
    if _State.recorder is not None:
        _State.recorder.record(name, kind, parent, times_ns, attributes)


def here_or(traceparent: str) -> str | None:
    """For `parent`: the span in hand, or where there is none, the one that is told."""
    return None if TRACEPARENT.get() else traceparent
