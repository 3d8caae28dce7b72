"""Budgets over a real server: from command to rows, with the refusal and its quote across the bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Engine

from services.tasks import bootstrap
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_lists import SqlOpenTasks
from services.tasks.adapters.sql_views import SqlViews
from services.tasks.budget import month_of
from services.tasks.manager import ProcessManager
from services.tasks.rebuild import verify
from services.tasks.settings import TasksSettings
from shared.bus.commands import CommandClient, accepted
from shared.clock import now_ms
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.values import Brief, Charge
from shared.errors import OverBudget
from shared.eventstore.handle import Origin
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import StreamName
from shared.readmodel import database
from shared.settings import S3Settings
from talewright.embedded.nats_server import NatsServer

ME = "7"


class House:
    """A running tasks service whose pictures are bought, and no workers."""

    def __init__(self, nc: Client, engine: Engine) -> None:
        self.client, self.store, self.engine = CommandClient(nc), JetStreamEventStore(nc), engine

    async def create(self, task: str, **more: Any) -> c.Reply:
        command = c.CreateTask(
            owner=ME, task=task, surface="videos", brief=Brief(topic="Magnet Mania"), auto=True, **more
        )
        return accepted(await self.client.ask(command, command_id=f"create-{task}"))

    async def until(self, reserved: int, spent: int) -> None:
        """Waits until the row of this month says so."""
        key = (ME, month_of(now_ms()))
        async with asyncio.timeout(15):
            while True:
                with self.engine.connect() as connection:
                    views = SqlViews(self.engine, database.live_generation(connection))
                row = views.load_rows("budgets", [key]).get(key, {})
                if (row.get("reserved_microusd"), row.get("spent_microusd")) == (reserved, spent):
                    return
                await asyncio.sleep(0.02)


@pytest.fixture
async def house(nc: Client, nats_server: NatsServer, s3_settings: S3Settings, sql_url: str) -> AsyncIterator[House]:
    settings = TasksSettings(
        nats_url=nats_server.url,
        nats_token=nats_server.token or "",
        readmodel_url=sql_url,
        auto_migrate="always",
        provider_images="replicate",
        budget_user_usd=Decimal("0.05"),
        **s3_settings.model_dump(),
    )
    broker, background, _ops = await bootstrap.build(settings)
    engine = database.open_engine(settings.readmodel_url)
    tasks = [asyncio.ensure_future(work()) for work in background]
    await broker.start()
    yield House(nc, engine)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await broker.stop()
    engine.dispose()


async def test_from_the_reservation_to_the_settlement(house: House) -> None:
    told = await house.create("1", dry_run=True)
    assert told.quote
    assert told.quote.at_most_microusd == 36_000
    await house.create("1")
    await house.until(reserved=36_000, spent=0)
    with pytest.raises(OverBudget, match=r"up to \$0.036; of this month's \$0.05 \$0.014 are left") as refusal:
        await house.create("2")
    assert refusal.value.quote
    assert refusal.value.quote.budget.remaining_microusd == 14_000
    assert refusal.value.quote.charges[0].quantity == 6

    (asked,) = (one for one in (await house.store.load(StreamName("task", ME, "1")))[0].events[1:])
    assert isinstance(asked, e.SegmentRequested)
    assert asked.reservation.endswith("/1/create-1")
    job = JobRef(owner=ME, task="1", segment=1, run=1, kind="draw_image", item=1)
    charge = Charge(service="replicate_flux", model="flux-schnell", quantity=1, unit="image", amount_microusd=3_000)
    settled = e.ProviderJobSettled(
        job=job, attempt=1, provider="replicate", step="draw", nonce="n", outcome="succeeded", charge=charge
    )
    stream = StreamName("job", ME, job.stream_id)
    await house.store.append(stream, 0, (settled,), Origin(source="media").metadata())
    delete = c.DeleteTask(owner=ME, task="1")
    accepted(await house.client.ask(delete, command_id="delete-1"))
    await house.until(reserved=0, spent=3_000)
    verdict = await verify(house.store, SqlGenerations(house.engine), lambda position, last: None)
    assert verdict.differences == ()
    await house.create("2")  # what was released can be reserved again
    await house.until(reserved=36_000, spent=3_000)


async def test_a_sweep_counts_what_was_lost(house: House) -> None:
    class Queue:
        lost = True

        async def put(self, command: c.RunJob, headers: dict[str, str] | None = None) -> bool:
            return self.lost

    await house.create("1")
    created = await house.store.last_position()  # its reservation, which is shown before the task is, is not enough
    queue = Queue()
    manager = ProcessManager(house.store, queue, SqlOpenTasks(house.engine))
    assert await manager.sweep(created) == 1
    queue.lost = False
    assert await manager.sweep() == 0  # what is still queued or in hand was not lost
