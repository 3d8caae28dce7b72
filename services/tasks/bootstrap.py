"""Puts the tasks service together: the only place here that picks adapters."""

from __future__ import annotations

import asyncio

import msgspec
from faststream.nats import NatsBroker
from nats.aio.client import Client
from sqlalchemy import Engine

from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_lists import SqlOldPreviews, SqlOpenTasks
from services.tasks.adapters.sql_schema import be_served, open_readmodel
from services.tasks.adapters.tidying import tidy
from services.tasks.adapters.watching import Watch, checkpoint
from services.tasks.expiry import Expiry
from services.tasks.funding import Funding
from services.tasks.handlers import Tasks
from services.tasks.manager import ProcessManager
from services.tasks.project_handlers import Projects
from services.tasks.projector import project
from services.tasks.settings import TasksSettings
from services.tasks.subscribers import tasks_consumer
from shared.artifacts.s3 import S3ArtifactStore
from shared.bus.commands import JobQueue
from shared.bus.lease import Lease
from shared.bus.service import Background, make_broker, take_commands
from shared.bus.streams import TASKS_CONSUMER, keep_streams, prepare_streams
from shared.clock import new_id
from shared.contracts.subjects import PROJECTED, TASKS_COMMANDS
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream
from shared.ops.checks import bucket, in_thread, on_bus, taking_commands
from shared.ops.server import Ops
from shared.pricing.prices import microusd
from shared.readmodel.version import SCHEMA_VERSION
from shared.startup import Startup
from shared.telemetry.metrics import PROCESS_ACTIVE, PROJECTION_ACTIVE
from shared.telemetry.metrics_measure import while_active


class Position(msgspec.Struct, frozen=True):
    """Told on `tw.projected` after each commit of the projector."""

    generation: int
    position: int


async def build(settings: TasksSettings) -> tuple[NatsBroker, tuple[Background, ...], Ops]:
    """The broker with its subscriber, what runs beside it, and of that what tells how it is."""
    startup = Startup(settings.startup_wait_s)
    nc = await startup.bus(settings, "tasks")
    await startup.until("the event stream", lambda: prepare_events_stream(nc, settings.stream_replicas))
    await startup.until("the command queue", lambda: prepare_streams(nc, settings.stream_replicas))
    store = JetStreamEventStore(nc, settings.stream_replicas)
    engine = open_readmodel(settings)
    await asyncio.to_thread(be_served, engine, settings.auto_migrate, startup.left_s)
    broker = make_broker(settings, "tasks-commands", settings.tasks_drain_s)
    artifacts = S3ArtifactStore(settings)
    await startup.until(f"the bucket at {settings.s3_endpoint}", artifacts.prepare)
    projects = Projects(artifacts, settings.preview_ttl_s * 1000)
    consumer = tasks_consumer(store, Tasks(_funding(settings)), projects)
    take_commands(broker, nc, TASKS_CONSUMER, TASKS_COMMANDS, consumer, settings.tasks_workers)
    checks = {
        "bus": on_bus(nc),
        "commands": taking_commands(nc, broker, TASKS_CONSUMER),
        "database": in_thread(lambda: checkpoint(engine)),
        "bucket": bucket(artifacts),
    }
    ops = Ops("tasks", settings, checks)
    return broker, (*_background(settings, nc, store, engine), ops.run), ops


def _funding(settings: TasksSettings) -> Funding:
    user_limit, task_limit = microusd(settings.budget_user_usd), microusd(settings.budget_task_usd)
    return Funding(settings.prices, user_limit, task_limit)


def _background(
    settings: TasksSettings, nc: Client, store: JetStreamEventStore, engine: Engine
) -> tuple[Background, ...]:
    manager = ProcessManager(store, JobQueue(nc), SqlOpenTasks(engine), settings.sweep_every_s)
    generations = SqlGenerations(engine)
    holder = new_id()

    async def told(generation: int, position: int) -> None:
        await nc.publish(PROJECTED, msgspec.json.encode(Position(generation, position)))

    async def run_process() -> None:
        watch = Watch(nc, lambda: checkpoint(engine))
        lease = Lease(nc, "process", holder, settings.stream_replicas)
        await lease.hold(while_active(PROCESS_ACTIVE, manager.run, watch.run))

    async def run_projector() -> None:
        # Each release keeps its own read models while two of them run side by side.
        lease = Lease(nc, f"projector-{SCHEMA_VERSION}", holder, settings.stream_replicas)
        projecting = while_active(
            PROJECTION_ACTIVE, lambda: project(store, generations, told), lambda: tidy(generations)
        )
        await lease.hold(projecting)

    async def watch_streams() -> None:
        async def owed_again() -> None:
            await manager.sweep()

        await keep_streams(nc, settings.stream_replicas, owed_again)

    async def delete_old_previews() -> None:
        expiry = Expiry(store, SqlOldPreviews(engine), settings.preview_ttl_s * 1000, settings.preview_sweep_s)
        await Lease(nc, "previews", holder, settings.stream_replicas).hold(expiry.run)

    return run_process, run_projector, watch_streams, delete_old_previews
