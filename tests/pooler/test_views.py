"""The gateway reads through a pooler what it would read directly."""

from __future__ import annotations

import asyncio

import pytest
from nats.aio.client import Client
from sqlalchemy import make_url

from benchmarks import histories
from benchmarks.projection import fill
from services.gateway.views import Checkpoint
from services.tasks import rebuild
from services.tasks.projector import Projection
from shared.eventstore.jetstream import JetStreamEventStore
from tests.fixtures.pgbouncer import SERVER_CONNECTIONS, PgBouncer
from tests.fixtures.postgres_server import PostgresServer
from tests.gateway.views.house import House
from tests.gateway.views.test_postgres_views import (
    locked,
    test_reads_that_hang_end_and_leave_nothing_behind,
    title,
)
from tests.gateway.views.test_views import (
    test_a_task_with_everything,
    test_another_generation_is_taken_up_at_once,
    test_lists_are_newest_first_in_pages,
    test_projects,
    test_usage_budgets_and_workflows,
    test_views_cannot_write,
    test_what_no_database_holds_is_looked_for_as_it_was_stored,
    test_without_views,
)
from tests.readmodel.rows import row_of, task_rows

__all__ = [
    "test_a_task_with_everything",
    "test_another_generation_is_taken_up_at_once",
    "test_lists_are_newest_first_in_pages",
    "test_projects",
    "test_reads_that_hang_end_and_leave_nothing_behind",
    "test_usage_budgets_and_workflows",
    "test_views_cannot_write",
    "test_what_no_database_holds_is_looked_for_as_it_was_stored",
    "test_without_views",
]


async def test_fifty_readers_on_three_connections(house: House, pgbouncer: PgBouncer) -> None:
    """Of three gateways: each reader gets what it asked for, though their statements meet on the same connections."""
    rows = [row_of("tasks", owner=f"{n}", task="5", surface="stories", title=f"of {n}") for n in range(50)]
    house.prepare().save(0, 10, [task_rows(row) for row in rows], {})
    gateways = [house, House(house.url), House(house.url)]

    async def read(reader: int) -> None:
        views = gateways[reader % 3].views
        for _ in range(10):
            assert (await views.task(f"{reader}", "5")).title == f"of {reader}"  # type: ignore[union-attr]
            assert await views.task_ids(f"{reader}", "stories", 3) == ["5"]
            assert await views.task(f"{reader}", "6") is None

    await asyncio.gather(*(read(reader) for reader in range(50)))
    assert 0 < len(pgbouncer.servers(str(make_url(house.url).database))) <= SERVER_CONNECTIONS
    for other in gateways[1:]:
        await other.close()


async def test_a_rebuild_is_not_noticed_by_readers(
    house: House, event_store: JetStreamEventStore, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables are filled, switched and dropped through the pooler while the gateway reads them through it."""
    log = list(histories.log(400))
    await fill(nc, log)
    live = house.prepare()
    Projection(live).apply(log)
    key = next((row["owner"], row["task"]) for row in live.all_rows()[1]["tasks"] if row["title"])
    shown = await house.views.task(*key)
    monkeypatch.setattr(rebuild, "BATCH", 50)
    going = True

    async def read() -> None:
        while going:
            assert await house.views.task(*key) == shown
            await asyncio.sleep(0.002)

    readers = [asyncio.create_task(read()) for _ in range(10)]
    generation = await rebuild.rebuild(event_store, house.generations, lambda *_: None)
    going = False
    await asyncio.gather(*readers)
    assert (generation, await house.views.checkpoint()) == (2, Checkpoint(2, 400))
    assert (await rebuild.verify(event_store, house.generations, lambda *_: None)).differences == ()


async def test_a_read_that_nobody_waits_for_any_more_is_ended_behind_the_pooler_too(
    house: House, postgres_server: PostgresServer
) -> None:
    """The word to stop goes through the pooler and reaches the right statement: its connection is free for others."""
    house.put(house.prepare(), title="One")
    await title(house)
    stuck = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'talewright-gateway' AND wait_event_type"

    async def until(count: int) -> None:
        async with asyncio.timeout(4):
            while server.execute(f"{stuck} = 'Lock'").fetchone() != (count,):  # type: ignore[arg-type]
                await asyncio.sleep(0.02)

    with postgres_server.admin() as server, locked(house, "tasks_g1"):
        hanging = [asyncio.ensure_future(title(house)) for _ in range(10)]
        await until(SERVER_CONNECTIONS - 1)
        for one in hanging:
            one.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        await until(0)
        assert await asyncio.gather(*(house.views.workflows() for _ in range(10))) == [[]] * 10
    assert await asyncio.gather(*(title(house) for _ in range(10))) == ["One"] * 10


async def test_a_connection_of_the_pooler_that_is_cut_costs_no_reader_anything(house: House) -> None:
    house.put(house.prepare(), title="One")
    for _ in range(5):
        assert await asyncio.gather(*(title(house) for _ in range(20))) == ["One"] * 20
        with house.engine.begin() as connection:  # not the one that says so
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            connection.exec_driver_sql(f"{others} AND pid <> pg_backend_pid()")
