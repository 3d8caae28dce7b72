"""What is counted on a real bus: commands by how they ended, queues, dead letters, and how far the views are behind."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.tasks import bootstrap
from services.tasks.adapters.watching import Watch
from services.tasks.settings import TasksSettings
from shared.bus.commands import CommandClient, JobQueue
from shared.bus.consume import Consumer
from shared.bus.deadletters import dead_letters, replay
from shared.bus.service import make_broker, take_commands
from shared.bus.streams import MEDIA_CONSUMER, prepare_streams
from shared.clock import new_id, now_ms
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.subjects import COMMANDS_STREAM, MEDIA_COMMANDS
from shared.contracts.values import Brief
from shared.errors import Invalid, Unavailable
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Metadata, StreamName
from shared.settings import S3Settings, Settings
from shared.telemetry import metrics as m
from shared.telemetry.metrics_measure import while_active
from talewright.embedded.nats_server import NatsServer
from tests.telemetry.numbers import count, number, until

JOB = c.RunJob(
    job=JobRef(owner="7", task="1", segment=1, run=1, kind="write_story"), attempt=1, items=1, brief=Brief(topic="x")
)


@pytest.fixture
async def take(nc: Client, nats_server: NatsServer) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Starts a consumer of media's commands, which retries twice."""
    await prepare_streams(nc)
    settings = Settings(nats_url=nats_server.url, nats_token=nats_server.token or "")
    brokers = []

    async def start(service: str, handler: Callable[[c.Command, Msg], Awaitable[c.Reply]]) -> None:
        broker = make_broker(settings, service, drain_s=0.2)
        decoder = msgspec.json.Decoder(c.RunJob)
        consumer = Consumer(service=service, decoder=decoder, handler=handler, delays_s=(0.05, 0.05))
        take_commands(broker, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, consumer, workers=4)
        brokers.append(broker)
        await broker.start()

    yield start
    for broker in brokers:
        await broker.stop()


async def test_commands_by_how_they_ended(nc: Client, take: Callable[..., Awaitable[None]]) -> None:
    async def handler(command: c.RunJob, message: Msg) -> c.Reply:
        if command.job.task == "refused":
            raise Invalid("no")
        if command.job.task == "away" or (command.job.task == "late" and message.metadata.num_delivered == 1):
            raise Unavailable("away")
        return c.Reply(position=1)

    await take("counting", handler)
    for task in ("done", "refused", "away", "late"):
        job = msgspec.structs.replace(JOB.job, task=task)
        await JobQueue(nc).put(msgspec.structs.replace(JOB, job=job))
    await nc.jetstream().publish(f"{MEDIA_COMMANDS}.x", b"?")

    def ended(outcome: str, command: str = "RunJob") -> float:
        series = {"service": "counting", "command": command, "outcome": outcome}
        return count("media", "command_duration_seconds_count", **series)

    await until("media", "commands_buried_total", 2, service="counting")
    outcomes = {outcome: ended(outcome) for outcome in ("done", "rejected", "retried", "gave_up")}
    assert outcomes == {"done": 2, "rejected": 1, "retried": 3, "gave_up": 1}
    assert ended("undecodable", "unknown") == 1
    assert len(await dead_letters(nc)) == 2


@pytest.fixture
def shown() -> list[int | Exception]:
    """What the read models' database answers."""
    return [0]


@pytest.fixture
async def watch(nc: Client, shown: list[int | Exception]) -> AsyncIterator[Watch]:
    def ask() -> int:
        if isinstance(shown[0], Exception):
            raise shown[0]
        return shown[0]

    await prepare_streams(nc)
    watch = Watch(nc, ask, every_s=0.05)
    task = asyncio.create_task(watch.run())
    yield watch
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def append(store: JetStreamEventStore, task: str) -> int:
    event = e.TaskDeleted()
    return await store.append(StreamName("task", "7", task), 0, [event], Metadata(event_id=new_id(), time_ms=now_ms()))


async def test_the_lag_grows_while_nothing_is_shown_and_ends_when_it_is(
    event_store: JetStreamEventStore, watch: Watch, shown: list[int | Exception]
) -> None:
    await until("tasks", "projection_lag_events", 0)
    assert number("tasks", "projection_lag_seconds") == 0
    for task in ("1", "2", "3"):
        last = await append(event_store, task)
    await until("tasks", "projection_lag_events", 3)
    assert 0 <= (number("tasks", "projection_lag_seconds") or -1) < 5
    await asyncio.sleep(0.5)
    assert (number("tasks", "projection_lag_seconds") or 0) > 0.4
    shown[0] = Unavailable("The database does not answer.")
    await append(event_store, "4")
    await until("tasks", "projection_lag_events", 4)
    shown[0] = last
    await until("tasks", "projection_lag_events", 1)
    assert (number("tasks", "projection_lag_seconds") or 0) < 0.5, "the older ones are shown"
    shown[0] = last + 1
    await until("tasks", "projection_lag_events", 0)
    assert number("tasks", "projection_lag_seconds") == 0
    assert number("tasks", "projection_position") == last + 1


async def test_queues_and_dead_letters(nc: Client, event_store: JetStreamEventStore, watch: Watch) -> None:
    queue = JobQueue(nc)
    for attempt in (1, 2, 3):
        await queue.put(msgspec.structs.replace(JOB, attempt=attempt))
    await until("tasks", "command_queue_waiting", 3, consumer="media")
    assert number("tasks", "command_queue_waiting", consumer="tasks") == 0
    subscription = await nc.jetstream().pull_subscribe_bind(MEDIA_CONSUMER, COMMANDS_STREAM)
    (message,) = await subscription.fetch(1, timeout=2)
    await until("tasks", "command_queue_in_hand", 1, consumer="media")
    assert number("tasks", "command_queue_redelivered", consumer="media") == 0
    await message.nak()
    while (await subscription.fetch(1, timeout=2))[0].metadata.num_delivered == 1:
        pass  # the others come first
    await until("tasks", "command_queue_redelivered", 1, consumer="media")
    await until("tasks", "dead_letters", 0)
    await nc.jetstream().publish("tw.dead.media", b"{}", headers={"tw-subject": "tw.commands.media.y", "tw-reason": "",
                                                                  "tw-deliveries": "3", "tw-time": "x"})  # fmt: skip
    await until("tasks", "dead_letters", 1)
    (letter,) = await dead_letters(nc)
    await replay(nc, letter.sequence)
    await until("tasks", "dead_letters", 0)


async def test_what_cannot_be_seen_is_not_told(
    event_store: JetStreamEventStore, watch: Watch, nats_server: NatsServer, shown: list[int | Exception]
) -> None:
    await until("tasks", "dead_letters", 0)
    nats_server.kill()
    async with asyncio.timeout(20):
        while any(number("tasks", name) is not None for name in ("dead_letters", "projection_lag_events")):
            await asyncio.sleep(0.05)
    nats_server.start()
    await until("tasks", "projection_lag_events", 0, seconds=20)
    await until("tasks", "dead_letters", 0, seconds=20)


async def test_who_ends_watching_tells_nothing_more(nc: Client, event_store: JetStreamEventStore) -> None:
    await prepare_streams(nc)
    task = asyncio.create_task(Watch(nc, lambda: 0, every_s=0.05).run())
    await until("tasks", "dead_letters", 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    names = ("dead_letters", "projection_position", "projection_lag_events", "projection_lag_seconds")
    assert [number("tasks", name) for name in names] == [None] * 4
    assert number("tasks", "command_queue_waiting", consumer="media") is None


async def test_active_is_who_runs() -> None:
    async def work() -> None:
        await asyncio.sleep(60)

    task = asyncio.create_task(while_active(m.PROCESS_ACTIVE, work)())  # type: ignore[arg-type]
    await asyncio.sleep(0.01)
    assert number("tasks", "process_active") == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert number("tasks", "process_active") == 0

    async def fail() -> None:
        raise Unavailable

    with pytest.raises(Unavailable):
        await while_active(m.PROCESS_ACTIVE, work, fail)()
    assert number("tasks", "process_active") == 0


@pytest.fixture
async def tasks_service(
    nc: Client, nats_server: NatsServer, s3_settings: S3Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The tasks service, with each of its background works as a task: the process, the projector, and more."""
    monkeypatch.setattr(bootstrap, "Watch", functools.partial(Watch, every_s=0.05))
    settings = TasksSettings(
        nats_url=nats_server.url, nats_token=nats_server.token or "", sweep_every_s=0.5,
        readmodel_url=f"sqlite:///{tmp_path}/views.db", **s3_settings.model_dump(),
    )  # fmt: skip
    broker, background, _ops = await bootstrap.build(settings)
    await broker.start()
    running = [asyncio.ensure_future(work()) for work in background]
    yield running  # type: ignore[misc]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await broker.stop()


async def test_the_service_itself_with_its_projector_stopped(nc: Client, tasks_service: list[Any]) -> None:
    client = CommandClient(nc)

    async def create(task: str) -> None:
        command = c.CreateTask(owner="7", task=task, surface="stories", brief=Brief(topic="x"))
        await client.ask(command, command_id=f"c{task}")

    written, batches = count("tasks", "projection_batch_events_sum"), count("tasks", "projection_batch_seconds_count")
    stored = count("tasks", "append_duration_seconds_count", category="task", outcome="stored")
    await until("tasks", "process_active", 1)
    await until("tasks", "projection_active", 1)
    await create("1")
    await until("tasks", "projection_position", 1)
    await until("tasks", "projection_lag_events", 0)
    assert count("tasks", "projection_batch_events_sum") == written + 1
    assert count("tasks", "projection_batch_seconds_count") == batches + 1
    assert count("tasks", "append_duration_seconds_count", category="task", outcome="stored") == stored + 1
    assert count("tasks", "command_duration_seconds_count", service="tasks", command="CreateTask", outcome="done") >= 1
    tasks_service[1].cancel()
    await until("tasks", "projection_active", 0)
    await create("2")
    await create("3")
    await until("tasks", "projection_lag_events", 2)
    assert number("tasks", "projection_position") == 1
