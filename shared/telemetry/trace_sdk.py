"""Spans by OpenTelemetry's SDK. Imported only where tracing is on."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from contextvars import Token
from typing import Any

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.errors import ConcurrencyConflict, Rejected, TalewrightError
from shared.telemetry import tracing
from shared.telemetry.trace_context import TRACEPARENT, read

SCOPE = "talewright"
_QUIET_S = 60.0
_KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_ENDINGS = (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt)


class Recorder:
    """Makes spans with one tracer."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        self.tracer = provider.get_tracer(SCOPE)

    def span(self, name: str, kind: tracing.Kind, parent: str | None, attributes: tracing.Attributes) -> tracing.Span:
        """See `tracing.span`."""
        context = None if parent is None else _context_of(parent)
        return RecordedSpan(self.tracer, name, _KINDS[kind], context, attributes)

    def note(self, attributes: tracing.Attributes) -> None:
        """See `tracing.note`."""
        trace.get_current_span().set_attributes(attributes)

    def record(
        self,
        name: str,
        kind: tracing.Kind,
        parent: str,
        times_ns: tuple[int, int],
        attributes: tracing.Attributes,
    ) -> None:
        """See `tracing.record`."""
        ids = read(parent)
        if ids is None or not ids.sampled:
            return
        context = _context_of(parent)
        span = self.tracer.start_span(name, context, _KINDS[kind], attributes, start_time=times_ns[0])
        span.end(times_ns[1])


class RecordedSpan(tracing.Span):
    """A span that is recorded, if the sampler does not leave it out."""

    __slots__ = ("_context", "_kept", "_make", "_open", "_span", "recording")

    def __init__(
        self,
        tracer: trace.Tracer,
        name: str,
        kind: SpanKind,
        context: otel.Context | None,
        attributes: tracing.Attributes,
    ) -> None:
        self._context = context
        self._make: Callable[[], trace.Span] = lambda: tracer.start_span(name, context, kind, attributes)
        self._open = False

    def __enter__(self) -> tracing.Span:
        self._span = self._make()
        self._open = True
        self.recording = self._span.is_recording()
        context = trace.set_span_in_context(self._span, self._context)
        traceparent = traceparent_of(self._span.get_span_context())
        self._kept: tuple[Token[otel.Context], Token[str]] = (otel.attach(context), TRACEPARENT.set(traceparent))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: object) -> None:
        otel.detach(self._kept[0])
        TRACEPARENT.reset(self._kept[1])
        if error is not None:
            self.mind(error)
        self.end()

    def rename(self, name: str) -> None:
        """See `tracing.Span.rename`."""
        self._span.update_name(name)

    def note(self, attributes: tracing.Attributes) -> None:
        """See `tracing.Span.note`."""
        self._span.set_attributes(attributes)

    def mind(self, error: BaseException) -> None:
        """See `tracing.Span.mind`."""
        if not self.recording:
            return
        if isinstance(error, Rejected | ConcurrencyConflict):
            self._span.set_attribute("talewright.refused", error.code)
        elif isinstance(error, _ENDINGS):
            self._span.set_attribute("talewright.cancelled", True)
        else:  # the messages of others' errors may tell what nobody should read here; they are in the log
            why = error.message if isinstance(error, TalewrightError) else ""
            self.fail(type(error).__qualname__, why)

    def fail(self, kind: str, why: str = "") -> None:
        """See `tracing.Span.fail`."""
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR, why or kind))

    def end(self) -> None:
        """See `tracing.Span.end`."""
        if self._open:
            self._open = False
            self._span.end()


def traceparent_of(context: SpanContext) -> str:
    """A span's place as W3C `traceparent`."""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _context_of(traceparent: str) -> otel.Context:
    """The context in which the children of a remote span are made; a new one if there is no such span."""
    ids = read(traceparent)
    if ids is None:
        return otel.Context()
    flags = TraceFlags(int(ids.flags, 16))
    parent = SpanContext(int(ids.trace, 16), int(ids.span, 16), is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(NonRecordingSpan(parent), otel.Context())


# ---- sending


def exporting(service: str, version: str, flush_s: float) -> Recorder:
    """A recorder whose spans go to the collector that the environment names."""
    for name in ("opentelemetry.exporter", "opentelemetry.sdk"):
        _hush(name)
    provider = TracerProvider(resource=_resource(service, version), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _Ending(provider, flush_s).arm()
    return Recorder(provider)


def _resource(service: str, version: str) -> Resource:
    """Who we are; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word."""
    ours: dict[str, Any] = {
        "service.name": service,
        "service.namespace": "talewright",
        "service.instance.id": str(uuid.uuid4()),
        "process.pid": os.getpid(),
    }
    told: dict[str, Any] = dict(OTELResourceDetector().detect().attributes)
    return Resource.create({**ours, **({"service.version": version} if version else {}), **told})


class _Ending:
    """Sends what is left when the process ends, and waits no longer than it was told.

    The SDK waits half a minute for a collector that hangs. Its shutdown therefore runs in a thread that ends with the
    process; it stands ready from the start, because at the very end no thread can be started any more.
    """

    def __init__(self, provider: TracerProvider, flush_s: float) -> None:
        self._provider, self._flush_s = provider, flush_s
        self._told, self._done = threading.Event(), threading.Event()

    def arm(self) -> None:
        """Stands ready until the process ends."""
        threading.Thread(target=self._wait, name="trace-ending", daemon=True).start()
        atexit.register(self._end)

    def _wait(self) -> None:
        self._told.wait()
        self._provider.shutdown()
        self._done.set()

    def _end(self) -> None:
        self._told.set()
        self._done.wait(self._flush_s)


class Seldom(logging.Filter):
    """Lets one line a minute pass, and tells with it how many did not. A collector may be away for days."""

    def __init__(self, every_s: float = _QUIET_S, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every_s, self._clock = every_s, clock
        self._told_at, self._held = float("-inf"), 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        now = self._clock()
        if now - self._told_at < self._every_s:
            self._held += 1
            return False
        if self._held:
            record.msg, record.args = f"{record.getMessage()} ({self._held} more lines like this were left out)", ()
        self._told_at, self._held = now, 0
        return True


_SELDOM = Seldom()


def _hush(package: str) -> None:
    """A package's loggers each get the filter: those of a parent do not see what children log."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(package)]
    for name in names:
        logging.getLogger(name).addFilter(_SELDOM)
