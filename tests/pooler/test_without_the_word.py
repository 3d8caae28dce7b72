"""A URL without `?statement_cache_size=0` behind a pooler: it is refused in plain words, or it works. Never are one
client's statements run for another."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from shared.errors import Unavailable
from shared.readmodel.engine import open_engine
from shared.settings import SqlSettings
from shared.sql.engine import open_postgres
from shared.sql.errors import answering, reason_of
from tests.fixtures.pgbouncer import PgBouncer
from tests.fixtures.postgres import drop_database, new_database
from tests.fixtures.postgres_server import PostgresServer
from tests.gateway.views.house import House
from tests.readmodel.rows import row_of, task_rows

TOLERANT = "ignore_startup_parameters = options, statement_timeout, default_transaction_read_only"
"""What many a pooler is told, so that other programs can connect."""


@pytest.fixture(scope="module")
def tolerant(pgbouncer_program: str, postgres_server: PostgresServer) -> Iterator[PgBouncer]:
    """A pooler that takes every client: settings at the start are swallowed."""
    pooler = PgBouncer(pgbouncer_program, postgres_server, TOLERANT)
    pooler.start()
    yield pooler
    pooler.remove()


async def test_a_pooler_that_takes_no_settings_is_named_as_the_reason(postgres_url: str) -> None:
    """PgBouncer as it comes refuses our timeouts."""
    house = House(postgres_url.partition("?")[0])
    with pytest.raises(Unavailable) as projector:
        house.generations.live()
    assert "unsupported startup parameter: options" in reason_of(projector.value)
    with pytest.raises(Unavailable, match="unsupported startup parameter: statement_timeout"):
        await house.views.checkpoint()
    await house.close()


@pytest.mark.parametrize("query", ["?statement_cache_size=0", "?options=", ""])
def test_every_client_gets_its_own_answers(tolerant: PgBouncer, postgres_url: str, query: str) -> None:
    """Twelve clients, each with statements of its own, often enough that the driver wants to prepare them."""
    engine = open_postgres(tolerant.through(postgres_url.partition("?")[0], query), SqlSettings(), "talewright-tests")
    said: Counter[str] = Counter()

    def ask(number: int) -> None:
        with answering("Things"), engine.connect() as connection:
            for _ in range(8):
                got = connection.execute(text(f"SELECT {number % 12} + :zero"), {"zero": 0}).scalar()
                connection.commit()  # after ROLLBACK the driver forgets what it has prepared
                said["right" if got == number % 12 else "wrong"] += 1

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(ask, range(150)))
    assert said == {"right": 8 * 150}
    engine.dispose()


@pytest.mark.parametrize("query", ["?statement_cache_size=0", "?options=", ""])
async def test_every_reader_gets_its_own_rows(tolerant: PgBouncer, postgres_url: str, query: str) -> None:
    """Each connection counts its statements from one, and each gateway asks in another order."""
    house = House(postgres_url)
    rows = [row_of("tasks", owner=f"{n}", task="5", surface="stories", title=f"of {n}") for n in range(10)]
    house.prepare().save(0, 10, [task_rows(row) for row in rows], {})
    gateways = [House(tolerant.through(house.url.partition("?")[0], query)) for _ in range(3)]

    async def read(reader: int) -> None:
        views = gateways[reader % 3].views
        for turn in range(12):
            if (reader + turn) % 2:
                task = await views.task(f"{reader % 10}", "5")
                assert task is not None
                assert task.title == f"of {reader % 10}"
            else:
                task = await views.find_task("nobody's")
                assert task is None

    await asyncio.gather(*(read(reader) for reader in range(30)))
    for one in (*gateways, house):
        await one.close()


async def test_without_a_pooler_both_sides_prepare(postgres_server: PostgresServer) -> None:
    """The driver of the gateway does so only for statements with a name."""
    url = new_database(postgres_server)
    house = House(url)
    house.put(house.prepare(), title="One")
    for _ in range(2):
        assert await house.views.task("1", "5")
    held = house.views._pool._idle[-1]  # type: ignore[attr-defined]
    known = "SELECT count(*) FROM pg_prepared_statements"
    assert await held.connection.fetchval(known) == 2  # which generation is served, and a task of it
    with house.engine.connect() as connection:
        for _ in range(8):
            connection.execute(text("SELECT 1"))
        assert connection.execute(text(known)).scalar() == 1
    await house.close()
    drop_database(postgres_server, url)


def test_what_the_role_is_given_holds_behind_a_pooler(postgres_url: str, postgres_server: PostgresServer) -> None:
    """Timeouts that a pooler does not take from us can be the database's or the role's own."""
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    with postgres_server.admin() as server:
        server.execute(f"ALTER DATABASE {name} SET statement_timeout = '100ms'")  # type: ignore[arg-type]
    engine = open_engine(postgres_url)
    with pytest.raises(Unavailable) as slow, answering("Things"), engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(5)"))
    assert "statement timeout" in reason_of(slow.value)
    engine.dispose()
