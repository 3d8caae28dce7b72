"""The whole system as users start it, with a collector: one trace shows a segment, whoever is killed meanwhile."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator

import pytest

from tests.e2e.stack import Api, RunningStack, running_stack
from tests.telemetry.collector import Collector, Got, collecting, tree

SERVICES = ("gateway", "tasks", "media", "auth")
CALLER = "00-{trace}-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture(scope="module")
def stack(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    told = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "TALEWRIGHT_LOG_FORMAT": "json",
        "TALEWRIGHT_LOG_LEVEL": "DEBUG",
    }
    with running_stack(tmp_path_factory.mktemp("traced") / "data", media=1, **told) as running:
        yield running


def start(api: Api, trace: str, task: int, segment: int) -> None:
    headers = {"traceparent": CALLER.format(trace=trace), "x-request-id": f"request-{trace[:4]}"}
    answer = api.http.post(
        f"/api/task/{task}/execute/{segment}", headers={**headers, "Prefer": "respond-async"}, timeout=60
    )
    assert answer.status_code in (200, 202), answer.text


def run(api: Api, trace: str, task: int, segment: int) -> None:
    start(api, trace, task, segment)
    api.until(task, current_segment=segment)


def parent_of(span: Got, spans: list[Got]) -> Got:
    (found,) = [one for one in spans if one.id == span.parent]
    return found


def named(spans: list[Got], name: str) -> list[Got]:
    return [span for span in spans if span.name == name]


def complete(trace: str) -> object:
    """Whether the views have shown the segment's end in a trace."""

    def enough(spans: list[Got]) -> bool:
        ours = [span for span in spans if span.trace == trace]
        ends = [span.id for span in ours if "task.segment-completed" in span.attributes.get("talewright.events", ())]
        return any(span.name == "project task" and span.parent in ends for span in ours)

    return enough


def test_one_trace_shows_a_segment(stack: RunningStack, collector: Collector) -> None:
    api = stack.user()
    task, trace = api.new(), "a1" * 16
    run(api, trace, task, 1)
    collector.until(complete(trace))  # type: ignore[arg-type]
    time.sleep(0.5)
    spans = collector.trace(trace)
    print("\n" + tree(spans))

    (server,) = named(spans, "POST /api/task/{task_id}/execute/{segmentId}")
    assert (server.kind, server.service, server.parent) == ("server", "gateway", "00f067aa0ba902b7")
    assert server.attributes["http.response.status_code"] in (200, 202)
    (sent,) = named(spans, "send RequestSegment")
    assert (sent.kind, parent_of(sent, spans)) == ("producer", server)
    (handled,) = named(spans, "handle RequestSegment")
    assert (handled.kind, handled.service, parent_of(handled, spans)) == ("consumer", "tasks", sent)
    requested = next(s for s in named(spans, "append task") if parent_of(s, spans) == handled)
    assert (requested.kind, requested.attributes["talewright.events"]) == ("producer", ["task.segment-requested"])
    (reacted,) = named(spans, "react task.segment-requested")
    assert (reacted.kind, parent_of(reacted, spans)) == ("consumer", requested)
    (job,) = named(spans, "run write_story")
    assert (job.kind, job.service, parent_of(job, spans)) == ("consumer", "media", reacted)
    assert job.attributes["talewright.job.kind"] == "write_story"
    assert job.attributes["talewright.provider"] == "local"
    (done,) = named(spans, "append job")
    assert parent_of(done, spans) == job
    assert parent_of(named(spans, "put artifact")[0], spans) == job
    shown = {parent_of(span, spans).id: span for span in spans if span.name.startswith("project ")}
    assert {requested.id, done.id} <= set(shown)
    assert 0 <= shown[done.id].attributes["talewright.shown_after_ms"] < 10_000
    assert {span.id for span in spans if span.parent not in {one.id for one in spans}} == {server.id}
    assert {span.task for span in spans if span.task} == {str(task)}
    assert not [span for span in spans if span.status == 2]


def test_the_trace_survives_the_death_of_the_tasks_service(stack: RunningStack, collector: Collector) -> None:
    """Killed while the job waits, it finds after its restart what it owes: in the trace of the task's last event."""
    api = stack.user()
    task, trace = api.new(), "b2" * 16
    (worker,) = stack.pids("services.media.main")
    os.kill(worker, signal.SIGSTOP)
    try:
        start(api, trace, task, 1)
        collector.until(lambda spans: any(span.trace == trace and span.name == "append task" for span in spans))
        stack.kill("services.tasks.main")
        collector.until(lambda spans: any(span.trace == trace and span.name == "resume task" for span in spans))
    finally:
        os.kill(worker, signal.SIGCONT)
    api.until(task, current_segment=1)
    collector.until(complete(trace))  # type: ignore[arg-type]
    time.sleep(0.5)
    spans = collector.trace(trace)
    print("\n" + tree(spans))
    resumed = named(spans, "resume task")[0]
    (requested, completed) = named(spans, "append task")
    assert (resumed.kind, resumed.service, parent_of(resumed, spans)) == ("consumer", "tasks", requested)
    assert resumed.attributes["talewright.commands"] == 1
    (done,) = named(spans, "append job")
    assert parent_of(parent_of(completed, spans), spans) == done
    assert {span.parent for span in named(spans, "project task")} == {requested.id, completed.id}


def logged(stack: RunningStack, correlation_id: str) -> list[dict[str, str]]:
    """All lines of the services, as soon as there is one about a request; every line must be JSON."""
    deadline = time.monotonic() + 10
    while True:
        files = [path for path in (stack.data / "logs").glob("*.log") if path.stem.split("-")[0] in SERVICES]
        lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
        if any(line.get("correlation_id") == correlation_id for line in lines):
            return lines
        assert time.monotonic() < deadline, lines[-20:]
        time.sleep(0.1)


def test_logs_are_json_and_know_the_trace(stack: RunningStack) -> None:
    api = stack.user()
    task, trace = api.new(), "c3" * 16
    run(api, trace, task, 1)
    refused = api.http.post(f"/api/task/{task}/execute/4", headers={"x-request-id": "too-early"})
    assert refused.status_code >= 400
    lines = logged(stack, "too-early")
    assert {line["service"] for line in lines} >= {"gateway", "tasks", "media", "auth"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert all({"level", "logger", "message"} <= set(line) for line in lines)
    ours = [line for line in lines if line.get("trace_id") == trace]
    assert {line["correlation_id"] for line in ours} == {"request-c3c3"}


def test_a_caller_who_does_not_record_is_not_recorded(stack: RunningStack, collector: Collector) -> None:
    api = stack.user()
    out = {"traceparent": f"00-{'d4' * 16}-00f067aa0ba902b7-00"}
    task = int(api.http.post("/api/task/new", json={"topic": "x"}, headers=out).json()["task_id"])
    api.http.post(f"/api/task/{task}/execute/1", headers={**out, "Prefer": "respond-async"})
    api.until(task, current_segment=1)
    other = api.http.post("/api/task/new", json={"topic": "x"}, headers={"traceparent": "rubbish"})
    assert other.status_code == 200
    made = other.json()["task_id"]
    collector.until(lambda spans: any(span.task == str(made) for span in spans))
    time.sleep(0.3)
    assert not [span for span in collector.spans if span.trace == "d4" * 16]
    assert {span.service for span in collector.spans if span.task == str(task)} <= {"gateway"}  # asked how far it is
    events = api.events(task)
    assert len(events) >= 2


def test_nothing_secret_is_told(stack: RunningStack, collector: Collector) -> None:
    api = stack.user()
    task = int(api.http.post("/api/task/new", json={"topic": "Geheimnis am See"}).json()["task_id"])
    api.run(task, 1)
    api.http.get("/api/resource", params={"url": "token=geheim"})
    collector.until(lambda spans: any(span.task == str(task) and span.name == "project job" for span in spans))
    told = json.dumps([[span.name, span.attributes] for span in collector.spans])
    for secret in ("Geheimnis", "geheim", "secret", api.token, "?"):
        assert secret not in told
    assert {span.name for span in collector.spans} >= {"auth login", "answer login", "POST /api/login"}
