"""SQLAlchemy's side: connections, locks and migrations across a failover."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text

from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_schema import MIGRATIONS, upgrade
from shared.errors import Unavailable
from shared.readmodel import database
from shared.sql.engine import open_postgres
from shared.sql.errors import answering
from tests.failover.silence import silent
from tests.fixtures.postgres_pair import PostgresPair


@dataclass(frozen=True)
class Small:
    """A pool of one connection, and two for a moment."""

    sql_pool_size: int = 1
    sql_pool_overflow: int = 2
    sql_pool_wait_s: float = 2.0


@pytest.fixture
def engine(postgres_pair: PostgresPair) -> Iterator[Engine]:
    engine = open_postgres(f"{postgres_pair.new_database()}?connect_timeout=2", Small(), "talewright-tests")
    yield engine
    engine.dispose()


def port_of(engine: Engine) -> object:
    with answering("Things"), engine.connect() as connection:
        return connection.exec_driver_sql("SELECT inet_server_port()").scalar_one()


def test_the_pool_follows_the_one_that_takes_writes(engine: Engine, postgres_pair: PostgresPair) -> None:
    assert port_of(engine) == postgres_pair.primary.port
    postgres_pair.caught_up()
    postgres_pair.kill_primary()
    for _ in range(2):
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            port_of(engine)
        assert time.monotonic() - begun < 2
    postgres_pair.promote()
    assert port_of(engine) == postgres_pair.primary.port
    postgres_pair.heal()  # whoever was killed is back, as a standby
    engine.dispose()
    assert port_of(engine) == postgres_pair.primary.port


def test_a_first_host_that_is_silent_is_waited_for_once(engine: Engine, postgres_pair: PostgresPair) -> None:
    """Not for each connection: those beyond the pool's size are made anew for every request."""
    port_of(engine)
    gone = postgres_pair.primary.port
    postgres_pair.fail_over()
    with silent(gone):
        begun = time.monotonic()
        assert port_of(engine) == postgres_pair.primary.port
        assert time.monotonic() - begun < 5
        begun = time.monotonic()
        for _ in range(3):
            with engine.connect() as one, engine.connect() as two:
                assert one.exec_driver_sql("SELECT 1").scalar() == two.exec_driver_sql("SELECT 1").scalar()
        assert time.monotonic() - begun < 1.5


def test_a_lock_dies_with_the_server_that_gave_it(engine: Engine, postgres_pair: PostgresPair) -> None:
    """Somebody changes generations when the primary dies, somebody else waits for him: both hear of it, and the next
    one waits for nobody."""
    database.prepare(engine)
    postgres_pair.caught_up()
    holds = threading.Event()
    killed = threading.Event()

    def hold() -> None:
        with answering("Things"), database.changing(engine) as connection:
            holds.set()
            killed.wait(10)
            connection.execute(text("SELECT 1"))

    def wait() -> None:
        with answering("Things"), database.changing(engine):
            pass

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(hold)
        holds.wait(10)
        waiting = pool.submit(wait)
        waits_for_a_lock(postgres_pair)
        postgres_pair.fail_over()
        killed.set()
        for one in (holding, waiting):
            with pytest.raises(Unavailable):
                one.result(10)
    begun = time.monotonic()
    with database.changing(engine) as connection:
        assert database.live_generation(connection) == 1
    assert time.monotonic() - begun < 2


def waits_for_a_lock(pair: PostgresPair) -> None:
    with pair.primary.admin() as connection:
        deadline = time.monotonic() + 10
        while not connection.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_migration_that_waits_for_another_one_is_not_left_waiting(
    engine: Engine, postgres_pair: PostgresPair
) -> None:
    """It waits for as long as the other one works, but not for a server that is gone; and it can be done again."""
    postgres_pair.caught_up()
    with ThreadPoolExecutor(1) as pool, engine.connect() as other:
        MIGRATIONS._wait_for_others(other)
        waiting = pool.submit(upgrade, engine, 0)
        waits_for_a_lock(postgres_pair)
        postgres_pair.fail_over()
        with pytest.raises(Unavailable):
            waiting.result(10)
        other.invalidate()
    assert upgrade(engine, 0) == list(MIGRATIONS.revisions)


def test_a_migration_is_there_as_a_whole_or_not_at_all(engine: Engine, postgres_pair: PostgresPair) -> None:
    """A standby that was behind is promoted: what it never heard of is applied again."""
    postgres_pair.cut()
    assert upgrade(engine, 0) == list(MIGRATIONS.revisions)
    generations = SqlGenerations(engine)
    generations.serve(generations.add("migrating").generation)
    postgres_pair.fail_over()
    assert upgrade(engine, 0) == list(MIGRATIONS.revisions)
    assert not generations.served()
    generations.serve(generations.add("migrating").generation)
    assert generations.live().position() == 0
