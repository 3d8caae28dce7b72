"""Spans of this process, kept where a test can look at them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.telemetry import tracing
from shared.telemetry.trace_sdk import Recorder

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED, LEFT_OUT = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"


class Spans(InMemorySpanExporter):
    """What was recorded, in the order in which it ended."""

    def named(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.get_finished_spans() if span.name == name]
        return found


@pytest.fixture
def spans() -> Iterator[Spans]:
    provider, exporter = TracerProvider(shutdown_on_exit=False), Spans()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(Recorder(provider))
    yield exporter
    tracing.use(None)


def parent(span: ReadableSpan) -> str:
    return f"{span.parent.span_id:016x}" if span.parent else ""


def ident(span: ReadableSpan) -> str:
    return f"{span.get_span_context().span_id:016x}"
