"""A collector small enough for a test: it takes OTLP over HTTP, decodes it, and keeps the spans. It may also hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

KINDS = ("", "internal", "server", "client", "producer", "consumer")


@dataclass(frozen=True)
class Got:
    """A span as it arrived."""

    name: str
    kind: str
    service: str
    trace: str
    id: str
    parent: str
    status: int
    start_ns: int
    end_ns: int
    attributes: dict[str, Any] = field(compare=False, default_factory=dict)

    @property
    def task(self) -> str:
        return str(self.attributes.get("talewright.task", ""))


class Collector(ThreadingHTTPServer):
    """`hanging`: it takes everything and answers nothing."""

    daemon_threads = True

    def __init__(self, hanging: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.hanging = hanging
        self.let_go = threading.Event()
        self.spans: list[Got] = []
        self.requests = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def trace(self, trace: str) -> list[Got]:
        return sorted((span for span in self.spans if span.trace == trace), key=lambda span: span.start_ns)

    def until(self, enough: Callable[[list[Got]], bool], seconds: float = 20) -> list[Got]:
        """Waits for what is exported in batches."""
        deadline = time.monotonic() + seconds
        while not enough(list(self.spans)):
            assert time.monotonic() < deadline, "\n".join(sorted({span.name for span in self.spans}))
            time.sleep(0.05)
        return list(self.spans)


class _Taker(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests += 1
        if self.server.hanging:
            self.server.let_go.wait(60)
            return
        assert self.path == "/v1/traces"
        self.server.spans.extend(decoded(body))
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        return


def decoded(body: bytes) -> Iterator[Got]:
    request = ExportTraceServiceRequest.FromString(body)
    for resource in request.resource_spans:
        about = {one.key: _value(one.value) for one in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Got(
                    name=span.name,
                    kind=KINDS[span.kind],
                    service=str(about["service.name"]),
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    status=span.status.code,
                    start_ns=span.start_time_unix_nano,
                    end_ns=span.end_time_unix_nano,
                    attributes={one.key: _value(one.value) for one in span.attributes},
                )


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind)


@contextmanager
def collecting(hanging: bool = False) -> Iterator[Collector]:
    collector = Collector(hanging)
    thread = threading.Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.let_go.set()
        collector.shutdown()
        collector.server_close()
        thread.join(5)


def tree(spans: list[Got]) -> str:
    """One trace for people: who called what, when, for how long."""
    ids = {span.id for span in spans}
    begun_ns = min(span.start_ns for span in spans)
    children: dict[str, list[Got]] = {}
    for span in sorted(spans, key=lambda one: (one.start_ns, one.end_ns)):
        children.setdefault(span.parent if span.parent in ids else "", []).append(span)

    def lines(parent: str, deep: int) -> Iterator[str]:
        for span in children.get(parent, ()):
            at_ms, took_ms = (span.start_ns - begun_ns) / 1e6, (span.end_ns - span.start_ns) / 1e6
            yield f"{at_ms:8.1f} {took_ms:8.1f} ms  {span.service:<8} {'  ' * deep}{span.name}"
            yield from lines(span.id, deep + 1)

    return "\n".join(lines("", 0))
