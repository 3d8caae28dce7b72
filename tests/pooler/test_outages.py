"""The pooler is restarted or killed, or the server behind it: that is an outage for a while, never a wrong answer."""

from __future__ import annotations

import asyncio
import contextlib
import select
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from benchmarks import histories
from services.tasks.projector import Projection
from shared.errors import Unavailable
from tests.auth import test_outages as accounts
from tests.auth.worlds import World, sql_stores, world
from tests.fixtures.pgbouncer import PgBouncer
from tests.fixtures.postgres_server import PostgresServer
from tests.gateway.views.house import House
from tests.gateway.views.test_postgres_views import title


@pytest.fixture(scope="module")
def pgbouncer(pgbouncer_program: str, postgres_server: PostgresServer) -> Iterator[PgBouncer]:
    """One that lets its clients wait for a server that is away only as long as documented for operators, about."""
    pooler = PgBouncer(pgbouncer_program, postgres_server, "query_wait_timeout = 1")
    pooler.start()
    yield pooler
    pooler.remove()


class ServerBehind:
    """The server, which has started only when the pooler has found it again."""

    def __init__(self, server: PostgresServer, pooler: PgBouncer, url: str) -> None:
        self.stop, self._server = server.stop, server
        self._there: dict[str, Any] = server.conninfo(str(make_url(url).database)) | {"port": pooler.port}

    def kill(self) -> None:
        with contextlib.closing(self._server.admin()) as witness:
            self._server.kill()
            select.select([witness.fileno()], [], [], 5)  # its processes notice a little later, and work until then

    def start(self) -> None:
        self._server.start()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(**self._there) as connection:
                connection.execute("SELECT 1")
                return
            time.sleep(0.05)
        raise AssertionError("The pooler does not find the server.")


@pytest.fixture(params=["the pooler", "the server"])
def ended(
    request: pytest.FixtureRequest, pgbouncer: PgBouncer, postgres_server: PostgresServer, postgres_url: str
) -> Iterator[Any]:
    """What is ended; both can `stop`, `kill` and `start`."""
    yield pgbouncer if request.param == "the pooler" else ServerBehind(postgres_server, pgbouncer, postgres_url)
    postgres_server.start_again()
    pgbouncer.start_again()


@pytest.fixture
def auth(postgres_url: str, tmp_path: Path) -> Iterator[World]:
    stores = sql_stores(postgres_url)
    yield world(stores, tmp_path / "keys")
    assert stores.engine is not None
    stores.engine.dispose()


def test_accounts_say_so_and_go_on(auth: World, ended: Any) -> None:
    accounts.test_while_the_server_is_away_every_verb_says_so_and_then_goes_on(auth, ended, ended.kill)


def test_no_account_is_lost_or_made_twice(auth: World, pgbouncer: PgBouncer) -> None:
    accounts.test_nothing_acknowledged_is_lost_when_the_server_is_killed_under_load(auth, pgbouncer)  # type: ignore[arg-type]


def test_nobody_holds_two_valid_tokens(auth: World, ended: Any) -> None:
    accounts.test_a_rotation_whose_answer_was_lost_leaves_one_valid_token_or_none(auth, ended)


@pytest.mark.parametrize("who", ["the pooler", "the server"])
async def test_readers_hear_only_that_it_is_unavailable(
    house: House, pgbouncer: PgBouncer, postgres_server: PostgresServer, who: str
) -> None:
    ended: PgBouncer | PostgresServer = pgbouncer if who == "the pooler" else postgres_server
    house.put(house.prepare(), title="One")
    answers: list[str] = []
    going = True

    async def reader() -> None:
        while going:
            try:
                answers.append(await title(house))
            except Unavailable:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.002)

    readers = [asyncio.create_task(reader()) for _ in range(20)]
    for end in (ended.stop, ended.kill):
        await asyncio.sleep(0.2)
        await asyncio.to_thread(end)
        await asyncio.sleep(0.1)
        ended.start()  # not in a thread: it ends with the thread that started it
    before = len(answers)
    async with asyncio.timeout(5):
        while len(answers) < before + 50:
            await asyncio.sleep(0.01)
    going = False
    await asyncio.gather(*readers)
    assert set(answers) == {"One"}


async def test_a_restart_of_the_pooler_between_two_reads_is_not_noticed(house: House, pgbouncer: PgBouncer) -> None:
    house.put(house.prepare(), title="One")
    for end in (pgbouncer.stop, pgbouncer.kill):
        await asyncio.gather(*(title(house) for _ in range(8)))
        end()
        pgbouncer.start()
        assert await asyncio.gather(*(title(house) for _ in range(8))) == ["One"] * 8


def test_the_projector_goes_on_where_it_was(house: House, ended: Any) -> None:
    """Each batch is written once, and none is left out."""
    log = list(histories.log(300))
    house.prepare()
    projection, at = Projection(house.generations.live()), 0
    for end in (ended.stop, ended.kill):
        at = projection.apply(log[at : at + 80])
        end()
        for _ in range(2):
            with contextlib.suppress(Unavailable):  # unless a process of the server has not noticed its end
                at = projection.apply(log[at : at + 20])
        with pytest.raises(Unavailable):
            house.generations.live()
        ended.start()
        projection = Projection(house.generations.live())
        assert projection.position in (at, at + 20)  # what was written, though nobody heard of it
        at = projection.position
    projection.apply(log[at:])
    straight = house.generations.add("scratch")
    Projection(straight).apply(log)
    assert house.generations.live().all_rows() == straight.all_rows()
