"""The read models brought to this release: real events, real databases, several at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from os import environ
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Engine

from benchmarks import histories
from benchmarks.projection import fill
from services.tasks import rebuild
from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_schema import upgrade
from services.tasks.migrate import bring_up
from services.tasks.projector import Projection
from services.tasks.settings import TasksSettings
from shared.errors import Unavailable
from shared.eventstore.jetstream import JetStreamEventStore
from shared.readmodel import database
from shared.readmodel.database import PROJECTIONS
from shared.readmodel.version import SCHEMA_VERSION
from shared.settings import S3Settings
from talewright.embedded.nats_server import NatsServer

EVENTS = 600


@pytest.fixture
async def store(event_store: JetStreamEventStore, nc: Client) -> JetStreamEventStore:
    """A store with what some people have done."""
    await fill(nc, histories.log(EVENTS))
    return event_store


@pytest.fixture
def settings(nats_server: NatsServer, sql_url: str) -> TasksSettings:
    return TasksSettings(nats_url=nats_server.url, readmodel_url=sql_url, startup_wait_s=5)


def generations_of(engine: Engine) -> list[tuple[int, int, int, str]]:
    with engine.connect() as connection:
        return [tuple(row) for row in database.generations(connection)]


def make_older(engine: Engine) -> None:
    """What is served now was made by the release before."""
    with engine.begin() as connection:
        connection.execute(PROJECTIONS.update().values(schema_version=SCHEMA_VERSION - 1))


async def test_an_empty_database_is_filled_and_then_served(
    store: JetStreamEventStore, settings: TasksSettings, engine: Engine
) -> None:
    done = await bring_up(settings)
    assert done[-1] == f"views of schema {SCHEMA_VERSION} from {EVENTS} events"
    assert generations_of(engine) == [(1, SCHEMA_VERSION, EVENTS, "live")]
    assert len(SqlGenerations(engine).live().all_rows()[1]["tasks"]) > 20
    assert await bring_up(settings) == []


async def test_an_upgrade_never_shows_empty_views(
    store: JetStreamEventStore, settings: TasksSettings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring_up(settings)
    make_older(engine)
    seen: list[set[tuple[int, str]]] = []
    apply = Projection.apply

    def watched(projection: Projection, commits: Any) -> int:
        seen.append({(version, state) for _, version, _, state in generations_of(engine)})
        return apply(projection, commits)

    monkeypatch.setattr(Projection, "apply", watched)
    monkeypatch.setattr(rebuild, "BATCH", 100)
    await bring_up(settings)
    assert len(seen) >= 6
    old, new = SCHEMA_VERSION - 1, SCHEMA_VERSION
    assert all(one == {(old, "live"), (new, "migrating")} for one in seen)
    assert generations_of(engine) == [(1, old, EVENTS, "live"), (2, new, EVENTS, "live")]


async def test_of_several_at_once_one_works(
    store: JetStreamEventStore, settings: TasksSettings, engine: Engine
) -> None:
    done = await asyncio.gather(*(bring_up(settings) for _ in range(3)))
    assert sorted(len([line for line in one if "views" in line]) for one in done) == [0, 0, 1]
    assert generations_of(engine) == [(1, SCHEMA_VERSION, EVENTS, "live")]


async def test_what_was_interrupted_is_gone_on_with(
    store: JetStreamEventStore, settings: TasksSettings, engine: Engine
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rebuild, "BATCH", 100)

        def interrupt(self: Projection, commits: Any) -> int:
            if commits[0].position > 250:
                raise Unavailable("killed")
            return apply(self, commits)

        apply = Projection.apply
        patch.setattr(Projection, "apply", interrupt)
        with pytest.raises(Unavailable):
            await bring_up(settings)
    ((generation, _, position, state),) = generations_of(engine)
    assert (generation, state, 0 < position < EVENTS) == (1, "migrating", True)
    await bring_up(settings)
    assert generations_of(engine) == [(1, SCHEMA_VERSION, EVENTS, "live")]
    verdict = await rebuild.verify(store, SqlGenerations(engine), lambda *_: None)
    assert (verdict.differences, verdict.rows > 100) == ((), True)


async def test_without_a_bus_nothing_is_served(settings: TasksSettings, engine: Engine) -> None:
    gone = settings.model_copy(update={"nats_url": "nats://127.0.0.1:1", "startup_wait_s": 0.5})
    with pytest.raises(Unavailable, match=r"the bus at nats://127\.0\.0\.1:1"):
        await bring_up(gone)
    assert generations_of(engine) == []


async def test_the_command(store: JetStreamEventStore, nats_server: NatsServer, postgres_url: str) -> None:
    told = {"TALEWRIGHT_NATS_URL": nats_server.url, "TALEWRIGHT_READMODEL_URL": postgres_url}

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.tasks.migrate"]
        return subprocess.run(command, env=environ | told | more, capture_output=True, text=True, check=False)

    first = await asyncio.to_thread(run)
    assert first.returncode == 0, first.stderr
    assert f"views of schema {SCHEMA_VERSION} from {EVENTS} events" in first.stdout
    nothing = {"TALEWRIGHT_READMODEL_URL": "postgresql://u:secret@127.0.0.1:1/n", "TALEWRIGHT_STARTUP_WAIT_S": "0"}
    failed = await asyncio.to_thread(lambda: run(**nothing))
    assert failed.returncode == 1
    assert failed.stderr.count("\n") <= 2
    assert "secret" not in failed.stderr


async def test_services_of_a_release_that_was_not_migrated_to_do_not_start(
    nats_server: NatsServer, postgres_url: str, s3_settings: S3Settings
) -> None:
    engine = database.open_engine(postgres_url)
    upgrade(engine, 5)
    database.prepare(engine)
    make_older(engine)
    told = {"TALEWRIGHT_NATS_URL": nats_server.url, "TALEWRIGHT_READMODEL_URL": postgres_url}
    told |= {"TALEWRIGHT_STARTUP_WAIT_S": "2", "TALEWRIGHT_S3_ENDPOINT": s3_settings.s3_endpoint}
    told |= {"TALEWRIGHT_S3_ACCESS_KEY": s3_settings.s3_access_key}
    told |= {"TALEWRIGHT_S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(), "TALEWRIGHT_PORT": "0"}

    def start(service: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", f"services.{service}.main"]
        return subprocess.run(command, env=environ | told, capture_output=True, text=True, check=False, timeout=60)

    for refused in await asyncio.gather(*(asyncio.to_thread(start, service) for service in ("tasks", "gateway"))):
        assert refused.returncode == 1, refused.stderr
        assert "Traceback" not in refused.stderr
        assert f"at schema {SCHEMA_VERSION - 1}, and this program reads" in refused.stderr.splitlines()[-1]
        assert "run `talewright migrate`" in refused.stderr.splitlines()[-1]
    assert generations_of(engine) == [(1, SCHEMA_VERSION - 1, 0, "live")]
    engine.dispose()
