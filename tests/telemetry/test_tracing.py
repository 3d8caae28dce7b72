"""Spans in one process: parents, errors, sampling; and what is left of it when it is switched off."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import StatusCode

from shared.errors import ConcurrencyConflict, OutOfOrder, Unavailable
from shared.telemetry import tracing
from shared.telemetry.trace_context import TRACEPARENT, continued, headers_onward, read
from shared.telemetry.trace_sdk import Seldom
from tests.telemetry.recording import LEFT_OUT, SAMPLED, SPAN, TRACE, Spans, ident, parent

# ---- the context


@given(st.text() | st.from_regex(r"\A[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-x)?\Z"))
def test_whatever_comes_the_context_is_whole(told: str) -> None:
    ids = read(continued(told))
    assert ids is not None
    before = read(told)
    if before is not None:
        assert (ids.trace, ids.flags) == (before.trace, before.flags)
        assert ids.span != before.span


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "rubbish",
        SAMPLED.upper(),
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"{SAMPLED}-more",
        SAMPLED + "\n",
        SAMPLED[:-1],
    ],
)
def test_a_malformed_parent_begins_a_new_trace(malformed: str, spans: Spans) -> None:
    with tracing.span("root", "server", malformed):
        pass
    (root,) = spans.get_finished_spans()
    assert root.parent is None
    assert f"{root.get_span_context().trace_id:032x}" != TRACE


def test_a_version_to_come_is_understood() -> None:
    assert read(f"01-{TRACE}-{SPAN}-01-what-ever") == (TRACE, SPAN, "01")


def test_spans_hang_below_each_other_and_put_the_context_back(spans: Spans) -> None:
    with tracing.span("outer", "server", SAMPLED):
        outer = TRACEPARENT.get()
        with tracing.span("inner"):
            assert TRACEPARENT.get() != outer
            assert headers_onward() == {"traceparent": TRACEPARENT.get()}
        assert TRACEPARENT.get() == outer
    assert TRACEPARENT.get() == ""
    assert parent(spans.named("outer")) == SPAN
    assert parent(spans.named("inner")) == ident(spans.named("outer"))


def test_what_the_caller_leaves_out_is_left_out_and_still_flows(spans: Spans) -> None:
    with tracing.span("outer", "server", LEFT_OUT) as outer, tracing.span("inner"):
        assert not outer.recording
        ids = read(TRACEPARENT.get())
        assert ids is not None
        assert (ids.trace, ids.sampled) == (TRACE, False)
    tracing.record("after", "consumer", LEFT_OUT, (1, 2), {})
    tracing.record("after", "consumer", "rubbish", (1, 2), {})
    assert spans.get_finished_spans() == ()


def test_errors_are_told_by_kind_and_refusals_are_none(spans: Spans) -> None:
    for name, error in {"refused": OutOfOrder("no"), "conflict": ConcurrencyConflict("no")}.items():
        with pytest.raises(type(error)), tracing.span(name):
            raise error
        assert spans.named(name).status.status_code is StatusCode.UNSET
        assert spans.named(name).attributes == {"talewright.refused": error.code}
    with pytest.raises(Unavailable), tracing.span("away"):
        raise Unavailable("The bus is away.")
    assert spans.named("away").status.description == "The bus is away."
    with pytest.raises(ValueError, match="token"), tracing.span("bug"):
        raise ValueError("a token")
    bug = spans.named("bug")
    assert (bug.status.status_code, bug.status.description) == (StatusCode.ERROR, "ValueError")
    assert bug.events == ()


# ---- off


def test_off_there_is_no_thread_and_not_even_an_import() -> None:
    code = (
        "import sys, threading; from shared.telemetry import tracing\n"
        "import shared.bus.consume, shared.eventstore.jetstream, services.tasks.manager, services.gateway.app\n"
        "assert not tracing.set_up_tracing('x')\n"
        "with tracing.span('a') as span: assert span is tracing.NOTHING\n"
        "print(threading.active_count(), [name for name in sys.modules if name.startswith('opentelemetry.sdk')])"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.split(maxsplit=1) == ["1", "[]\n"]


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_the_environment_decides(environment: dict[str, str], on: bool) -> None:
    assert tracing.wanted(environment) is on
    assert "OtelBatchSpanRecordProcessor" not in {thread.name for thread in threading.enumerate()}


def test_what_is_said_often_is_said_once_a_minute() -> None:
    now = [0.0]
    seldom = Seldom(every_s=60, clock=lambda: now[0])

    def line() -> logging.LogRecord:
        return logging.LogRecord("x", logging.ERROR, "", 0, "no %s", ("collector",), None)

    assert [seldom.filter(line()) for _ in range(3)] == [True, False, False]
    now[0] = 61
    told = line()
    assert seldom.filter(told)
    assert told.getMessage() == "no collector (2 more lines like this were left out)"
