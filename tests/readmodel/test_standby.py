"""Two tasks services on one PostgreSQL: one keeps the views, the other takes over when it is killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from os import environ
from pathlib import Path

import pytest
from nats.aio.client import Client

from benchmarks import histories
from benchmarks.projection import fill
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_schema import upgrade
from shared.bus.lease import TTL_S
from shared.eventstore.jetstream import JetStreamEventStore
from shared.readmodel import database
from shared.readmodel.version import SCHEMA_VERSION
from shared.settings import S3Settings
from talewright.embedded.nats_server import NatsServer

ACTIVE = f"projector-{SCHEMA_VERSION}: "


class Service:
    """A tasks service in a process of its own."""

    def __init__(self, folder: Path, name: str, told: dict[str, str]) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            command = [sys.executable, "-m", "services.tasks.main"]
            self.process = subprocess.Popen(command, env=environ | told, stdout=log, stderr=log)

    def active(self) -> bool:
        return any(ACTIVE in line and "is active" in line for line in self.log.read_text().splitlines())

    def ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return "tasks ready" in self.log.read_text()


@pytest.fixture
def generations(postgres_url: str) -> Iterator[SqlGenerations]:
    engine = database.open_engine(postgres_url)
    upgrade(engine, 0)
    generations = SqlGenerations(engine)
    generations.serve(generations.add("migrating").generation)
    yield generations
    engine.dispose()


@pytest.fixture
async def services(
    nats_server: NatsServer, s3_settings: S3Settings, postgres_url: str, tmp_path: Path
) -> AsyncIterator[list[Service]]:
    told = {"TALEWRIGHT_NATS_URL": nats_server.url, "TALEWRIGHT_READMODEL_URL": postgres_url}
    told |= {
        "TALEWRIGHT_S3_ENDPOINT": s3_settings.s3_endpoint,
        "TALEWRIGHT_S3_ACCESS_KEY": s3_settings.s3_access_key,
        "TALEWRIGHT_S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(),
    }
    services = [Service(tmp_path, name, told) for name in ("first", "second")]
    yield services
    for service in services:
        service.process.kill()
        service.process.wait()


async def until(position: int, generations: SqlGenerations, seconds: float) -> float:
    """Waits until the views show a position; how long that took."""
    begun = time.monotonic()
    async with asyncio.timeout(seconds):
        while await asyncio.to_thread(generations.live().position) < position:
            await asyncio.sleep(0.02)
    return time.monotonic() - begun


async def test_the_other_takes_over_when_one_is_killed(
    generations: SqlGenerations, services: list[Service], nc: Client, event_store: JetStreamEventStore
) -> None:
    async with asyncio.timeout(60):
        while not all(service.ready() for service in services) or not any(service.active() for service in services):
            await asyncio.sleep(0.1)
    log = list(histories.log(400))
    await fill(nc, log[:200])
    await until(200, generations, 10)
    (active,) = (service for service in services if service.active())
    (standby,) = (service for service in services if service is not active)
    active.process.kill()
    await fill(nc, log[200:])
    took_s = await until(400, generations, 30)
    assert standby.active()
    assert took_s < TTL_S + 4  # it asks every second, on a machine that may be busy
    _, rows = generations.live().all_rows()
    assert len({(row["owner"], row["task"]) for row in rows["tasks"]}) == len(rows["tasks"]) > 10
