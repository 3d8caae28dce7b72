"""Spans over a real bus: appends, commands, questions to the auth service, and what a task remembers of its trace."""

from __future__ import annotations

import msgspec
import pytest
from nats.aio.client import Client
from opentelemetry.trace import StatusCode

from services.gateway.adapters.auth_client import NatsAuthClient
from services.tasks.manager import Tracked
from shared.bus.commands import CommandClient
from shared.bus.consume import Consumer
from shared.bus.service import make_broker, take_commands
from shared.bus.streams import TASKS_CONSUMER, prepare_streams
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.subjects import AUTH, TASKS_COMMANDS
from shared.errors import ConcurrencyConflict
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Commit, Metadata, StreamName
from shared.settings import Settings
from shared.telemetry import tracing
from shared.telemetry.trace_context import CORRELATION_ID, TRACEPARENT, Belonging
from talewright.embedded.nats_server import NatsServer
from tests.telemetry.recording import LEFT_OUT, SAMPLED, SPAN, TRACE, Spans, ident, parent

STREAM = StreamName("task", "7", "1")
EVENT = e.SegmentFailed(segment=1, run=1, attempt=1, reason="x")


async def test_an_append_gives_its_span_to_the_events(event_store: JetStreamEventStore, spans: Spans) -> None:
    with tracing.span("handle", "consumer", SAMPLED):
        await event_store.append(STREAM, 0, (EVENT,), Metadata(event_id="a", time_ms=1, traceparent=SAMPLED))
    await event_store.append(STREAM, 1, (EVENT,), Metadata(event_id="b", time_ms=1, traceparent=SAMPLED))
    await event_store.append(STREAM, 2, (EVENT,), Metadata(event_id="c", time_ms=1, traceparent=LEFT_OUT))
    with pytest.raises(ConcurrencyConflict):
        await event_store.append(STREAM, 2, (EVENT,), Metadata(event_id="d", time_ms=1))
    stored = [commit.metadata.traceparent for commit in await event_store.load(STREAM)]
    first, second, conflict = (span for span in spans.get_finished_spans() if span.name == "append task")
    assert parent(first) == ident(spans.named("handle"))
    assert parent(second) == SPAN
    assert stored == [f"00-{TRACE}-{ident(first)}-01", f"00-{TRACE}-{ident(second)}-01", LEFT_OUT]
    assert first.attributes is not None
    assert conflict.attributes is not None
    assert first.attributes["talewright.position"] == 1
    assert conflict.attributes["talewright.refused"] == "conflict"
    assert conflict.status.status_code is StatusCode.UNSET


async def test_off_the_context_flows_into_the_events_all_the_same(
    nc: Client, nats_server: NatsServer, event_store: JetStreamEventStore
) -> None:
    seen = await _handled(nc, nats_server, event_store, {"traceparent": SAMPLED, "correlation_id": "r1"})
    assert seen == [(SAMPLED, "r1")]
    assert (await event_store.load(STREAM))[0].metadata.traceparent == SAMPLED


async def test_a_command_is_handled_below_its_sender(
    nc: Client, nats_server: NatsServer, event_store: JetStreamEventStore, spans: Spans
) -> None:
    await _handled(nc, nats_server, event_store, {"traceparent": SAMPLED})
    handled, append = spans.named("handle DeleteTask"), spans.named("append task")
    assert parent(handled) == SPAN
    assert parent(append) == ident(handled)
    assert handled.attributes is not None
    told = {name: handled.attributes[name] for name in ("messaging.system", "messaging.message.id", "talewright.task")}
    assert told == {"messaging.system": "nats", "messaging.message.id": "c1", "talewright.task": "1"}
    assert handled.attributes["talewright.outcome"] == "done"


async def _handled(
    nc: Client, server: NatsServer, store: JetStreamEventStore, headers: dict[str, str]
) -> list[tuple[str, str]]:
    """What a handler of a real command sees of its context."""
    await prepare_streams(nc)
    seen = []

    async def handler(command: c.Command, message: object) -> c.Reply:
        seen.append((TRACEPARENT.get(), CORRELATION_ID.get()))
        metadata = Metadata(event_id="x", time_ms=1, traceparent=TRACEPARENT.get())
        return c.Reply(position=await store.append(STREAM, 0, (EVENT,), metadata))

    consumer = Consumer(service="test", decoder=msgspec.json.Decoder(c.TasksCommand), handler=handler)
    broker = make_broker(Settings(nats_url=server.url), "test", drain_s=0.2)
    take_commands(broker, nc, TASKS_CONSUMER, TASKS_COMMANDS, consumer, workers=2)
    await broker.start()
    await CommandClient(nc).ask(c.DeleteTask(owner="7", task="1"), command_id="c1", headers=headers)
    await broker.stop()
    return seen


async def test_the_auth_service_is_told_who_asks(nc: Client, spans: Spans) -> None:
    got = []

    async def answer(message) -> None:
        got.append(message.headers)
        await message.respond(b'{"done":true}')

    await nc.subscribe(f"{AUTH}.logout", cb=answer)
    with Belonging("", "r9"), tracing.span("POST /api/logout", "server", SAMPLED):
        await NatsAuthClient(nc).logout("a-token")
    asked = spans.named("auth logout")
    assert got == [{"traceparent": f"00-{TRACE}-{ident(asked)}-01", "correlation_id": "r9"}]
    assert asked.attributes == {"rpc.system.name": "nats", "rpc.method": "logout"}


def test_a_task_remembers_the_last_event_that_belongs_to_a_trace() -> None:
    tracked = Tracked(("7", "1"))
    for position, traceparent in enumerate((SAMPLED, LEFT_OUT, ""), 1):
        metadata = Metadata(event_id=str(position), time_ms=1, traceparent=traceparent)
        tracked.take(Commit(stream=STREAM, version=position, position=position, events=(), metadata=metadata))
    assert tracked.cause is not None
    assert tracked.cause.traceparent == LEFT_OUT
