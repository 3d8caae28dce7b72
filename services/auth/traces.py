"""Requests to this service in traces: each belongs to whoever asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from faststream import BaseMiddleware, StreamMessage

from shared.telemetry.trace_context import CORRELATION_HEADER, TRACEPARENT_HEADER, Belonging
from shared.telemetry.tracing import span


class Traced(BaseMiddleware):
    """Stands around each request: the asker's trace and correlation id, and a span of our own."""

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: StreamMessage[Any]) -> Any:
        """Answers one request."""
        traceparent = msg.headers.get(TRACEPARENT_HEADER, "")
        verb = msg.raw_message.subject.rpartition(".")[2]
        told = {"rpc.system.name": "nats", "rpc.method": verb}
        with (
            Belonging(traceparent, msg.headers.get(CORRELATION_HEADER, "")),
            span(f"answer {verb}", "server", traceparent, told),
        ):
            return await call_next(msg)
