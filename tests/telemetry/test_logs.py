"""Log lines for machines: whatever is logged, by whomever, is one JSON object that knows what it belongs to."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.commands import RequestSegment, RunJob
from shared.contracts.jobs import JobRef
from shared.contracts.values import Brief
from shared.logs import JsonLines
from shared.telemetry.trace_commands import Delivery
from shared.telemetry.trace_context import Belonging

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE}-{SPAN}-01"
ROOT = Path(__file__).parents[2]


def line(message: Any = "hello %s", *args: Any, exc_info: Any = None) -> dict[str, Any]:
    record = logging.LogRecord("talewright.test", logging.WARNING, "", 0, message, args, exc_info)
    written = JsonLines("tasks").format(record)
    assert "\n" not in written
    return dict(json.loads(written))


def test_a_line_has_its_fields_and_no_more() -> None:
    told = line("hello %s", "you")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert told == {"level": "WARNING", "service": "tasks", "logger": "talewright.test", "message": "hello you"}


def test_a_line_knows_its_request() -> None:
    with Belonging(SAMPLED, "request-1"):
        told = line("x")
    assert (told["trace_id"], told["span_id"], told["correlation_id"]) == (TRACE, SPAN, "request-1")
    assert "trace_id" not in line("x")


def test_a_line_knows_its_command_and_its_job() -> None:
    message = SimpleNamespace(headers={"traceparent": SAMPLED, "correlation_id": "r"}, subject="tw.commands.tasks.c7")
    with Delivery(message) as delivery:  # type: ignore[arg-type]
        assert "command" not in line("x")
        delivery.holds(RequestSegment(owner="7", task="3", segment=1))
        told = line("x")
    assert (told["command"], told["command_id"], told["task"]) == ("RequestSegment", "c7", "3")
    assert (told["trace_id"], told["correlation_id"]) == (TRACE, "r")
    job = JobRef(owner="7", task="3", segment=1, run=2, kind="draw_image", item=4)
    with Delivery(message) as delivery:  # type: ignore[arg-type]
        delivery.holds(RunJob(job=job, attempt=1, items=1, brief=Brief(topic="x")))
        told = line("x")
    assert (told["task"], told["job"], told["command_id"]) == ("3", "3.2.draw_image.4", "3.2.draw_image.4.1")
    assert "task" not in line("x")


def test_an_exception_is_a_field() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        told = line("failed", exc_info=sys.exc_info())
    assert told["message"] == "failed"
    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith("ValueError: broken")


@given(st.one_of(st.text(), st.text(st.characters(categories=["Cs", "Cc", "Lu"])), st.integers(), st.binary()))
def test_whatever_is_logged_is_one_line(message: Any) -> None:
    line(message)
    line("%s", message)
    line("%d %d", message)


NOISE = """
import asyncio, logging, sys, threading, warnings
from shared.logs import set_up_logs
set_up_logs("INFO", "{format}", "probe")
logging.getLogger("talewright.x").info("ours")
logging.getLogger("uvicorn.error").warning("theirs")
logging.getLogger("uvicorn.error").info("unheard")
warnings.warn("look out", stacklevel=1)
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
async def forgotten():
    asyncio.get_running_loop().call_exception_handler({{"message": "nobody awaited it"}})
asyncio.run(forgotten())
raise RuntimeError("the end")
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_all_that_a_process_says_has_the_form(form: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOISE.format(format=form)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    if form == "text":
        assert re.match(r"\d\d:\d\d:\d\d INFO    ours\n\d\d:\d\d:\d\d WARNING theirs\n", done.stderr)
        assert done.stderr.endswith("RuntimeError: the end\n")
        return
    lines = [json.loads(one) for one in done.stderr.splitlines()]
    assert {one["service"] for one in lines} == {"probe"}
    said = [(one["logger"], one["level"]) for one in lines]
    assert said == [
        ("talewright.x", "INFO"),
        ("uvicorn.error", "WARNING"),
        ("py.warnings", "WARNING"),
        ("talewright", "CRITICAL"),
        ("asyncio", "ERROR"),
        ("talewright", "CRITICAL"),
    ]
    assert "ZeroDivisionError" in lines[3]["exception"]
    assert "the end" in lines[5]["exception"]
