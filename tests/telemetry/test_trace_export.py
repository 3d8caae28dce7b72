"""Collectors that are away or hang: spans are lost, nothing else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.telemetry.collector import collecting

ROOT = Path(__file__).parents[2]
FLUSH_S = 0.7
SERVICE = f"""
import asyncio, json, time
from shared.logs import set_up_logs
from shared.telemetry import tracing
set_up_logs("INFO", "json", "probe")
assert tracing.set_up_tracing("probe", "1.2.3", flush_s={FLUSH_S})

async def main():
    slowest = 0.0
    end = time.monotonic() + 1.2
    while time.monotonic() < end:
        begun = time.perf_counter()
        for _ in range(50):
            with tracing.span("request", "server", ""), tracing.span("inside"):
                pass
        slowest = max(slowest, time.perf_counter() - begun)
        await asyncio.sleep(0.005)
    print(json.dumps(slowest / 50), flush=True)

asyncio.run(main())
print(json.dumps(time.time()), flush=True)
"""


def probe(**environment: str) -> tuple[float, float, list[dict[str, str]]]:
    """The slowest span (seconds, mean of 50), how long the end took (seconds), and the log lines."""
    told = {**os.environ, "OTEL_BSP_SCHEDULE_DELAY": "100", **environment}
    done = subprocess.run(
        [sys.executable, "-c", SERVICE], cwd=ROOT, env=told, capture_output=True, text=True, timeout=30, check=True
    )
    slowest_s, ended = (json.loads(line) for line in done.stdout.splitlines())
    return slowest_s, time.time() - ended, [json.loads(line) for line in done.stderr.splitlines()]


@contextmanager
def nobody() -> Iterator[str]:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def hanging() -> Iterator[str]:
    with collecting(hanging=True) as collector:
        yield collector.url


@pytest.mark.parametrize("collector", [nobody, hanging])
def test_a_collector_that_does_not_answer_costs_no_time(collector) -> None:
    with collector() as url:
        slowest_s, ending_s, lines = probe(OTEL_EXPORTER_OTLP_ENDPOINT=url)
    assert slowest_s < 0.01
    assert ending_s < FLUSH_S + 1.5  # the interpreter's own end included
    assert len(lines) <= 2
    assert all("export" in line["message"] or "Queue" in line["message"] for line in lines), lines


def test_the_last_spans_arrive_and_tell_who_sent_them() -> None:
    with collecting() as collector:
        probe(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.url}/v1/traces", OTEL_BSP_SCHEDULE_DELAY="60000")
        assert {span.name for span in collector.spans} == {"request", "inside"}
        assert {span.service for span in collector.spans} == {"probe"}


def test_the_environment_has_the_last_word_on_names_and_sampling() -> None:
    with collecting() as collector:
        name = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_SERVICE_NAME": "named"}
        probe(**name)
        assert {span.service for span in collector.spans} == {"named"}
        before = len(collector.spans)
        probe(**name, OTEL_TRACES_SAMPLER="parentbased_always_off")
        assert len(collector.spans) == before
