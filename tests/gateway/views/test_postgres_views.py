"""PostgreSQL goes away, hangs, is busy or comes back: the gateway's reads say so, and find it again by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import make_url

from services.gateway.adapters import postgres_connect
from services.gateway.adapters.postgres_connect import connect_options
from shared.errors import Unavailable
from shared.sql.engine import normalised
from tests.fixtures.postgres_server import PostgresServer
from tests.gateway.views.house import House


@pytest.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    house = House(postgres_url)
    house.put(house.prepare(), title="One")
    yield house
    await house.close()


async def title(house: House) -> str:
    return (await house.views.task("1", "5")).title  # type: ignore[union-attr]


@contextmanager
def locked(house: House, table: str) -> Iterator[None]:
    """Nobody can read the table, as while it is dropped."""
    with house.engine.connect() as connection:
        connection.exec_driver_sql(f"LOCK {table} IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


def count(house: House, what: str) -> int:
    with house.engine.connect() as connection:
        query = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'talewright-gateway' AND {what}"
        return int(connection.exec_driver_sql(query).scalar_one())


async def test_the_server_crashes_and_comes_back(house: House, postgres_server: PostgresServer) -> None:
    assert await asyncio.gather(*(title(house) for _ in range(8))) == ["One"] * 8
    postgres_server.kill()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await title(house)
    with pytest.raises(Unavailable):
        await house.views.checkpoint()
    postgres_server.start()
    assert await title(house) == "One"


async def test_many_readers_hear_of_restarts_only_that_it_is_unavailable(
    house: House, postgres_server: PostgresServer
) -> None:
    """A server that stops says so on idle connections, too; asyncpg takes that for another operation's answer."""
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
    for end in (postgres_server.stop, postgres_server.kill) * 4:
        await asyncio.sleep(0.2)
        await asyncio.to_thread(end)
        postgres_server.start()  # not in a thread: the server ends with the thread that started it
    going = False
    await asyncio.gather(*readers)
    assert set(answers) == {"One"}


async def test_a_restart_between_two_reads_is_not_noticed(house: House, postgres_server: PostgresServer) -> None:
    await asyncio.gather(*(title(house) for _ in range(8)))
    postgres_server.stop()
    postgres_server.start()
    assert await asyncio.gather(*(title(house) for _ in range(8))) == ["One"] * 8


async def test_connections_that_are_cut_are_replaced_within_the_read(house: House) -> None:
    await asyncio.gather(*(title(house) for _ in range(8)))
    with house.engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'talewright-gateway'"
        )
    assert await asyncio.gather(*(title(house) for _ in range(8))) == ["One"] * 8


async def test_reads_that_hang_end_and_leave_nothing_behind(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_connect, "READ_TIMEOUT_S", 0.3)
    house = House(postgres_url)
    house.put(house.prepare(), title="One")
    assert await title(house) == "One"
    with locked(house, "tasks_g1"):
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            await title(house)
        assert time.monotonic() - begun < 2
        assert await house.views.workflows() == []  # other tables can be read
    assert await title(house) == "One"
    async with asyncio.timeout(5):
        while count(house, "state = 'active'"):
            await asyncio.sleep(0.05)
    await house.close()


async def test_when_all_connections_are_in_use_a_read_waits_only_so_long(postgres_url: str) -> None:
    house = House(postgres_url, sql_pool_size=1, sql_pool_overflow=1, sql_pool_wait_s=0.2)
    house.put(house.prepare(), title="One")
    assert await title(house) == "One"
    with locked(house, "tasks_g1"):
        hanging = [asyncio.ensure_future(title(house)) for _ in range(2)]
        await asyncio.sleep(0.1)
        with pytest.raises(Unavailable, match="in use"):
            await house.views.workflows()
    assert await asyncio.gather(*hanging) == ["One", "One"]
    await asyncio.gather(*(title(house) for _ in range(20)))
    assert count(house, "true") <= 2
    await house.close()


async def test_a_read_that_nobody_waits_for_any_more_does_no_harm(house: House) -> None:
    await title(house)
    with locked(house, "tasks_g1"):
        hanging = [asyncio.ensure_future(title(house)) for _ in range(10)]
        await asyncio.sleep(0.1)
        for one in hanging:
            one.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        async with asyncio.timeout(4):  # the server was told to stop, although its statements wait for a lock
            while count(house, "wait_event_type = 'Lock'"):
                await asyncio.sleep(0.05)
    assert await asyncio.gather(*(title(house) for _ in range(10))) == ["One"] * 10


async def test_of_several_hosts_the_one_that_answers_is_used(house: House) -> None:
    url = make_url(house.url)
    several = url.set(host=None, port=None, query={"host": ("127.0.0.1:1", f"127.0.0.1:{url.port}")})
    other = House(several.render_as_string(hide_password=False))
    assert await title(other) == "One"
    await other.close()


async def test_behind_a_pooler_nothing_is_prepared(house: House) -> None:
    other = House(f"{house.url}?statement_cache_size=0")
    assert await title(other) == "One"
    assert await title(other) == "One"
    other.put(other.generations.live(), position=11, title="Two")  # the projector's side takes the same URL
    assert await title(house) == "Two"
    held = other.views._pool._idle[-1]  # type: ignore[attr-defined]
    assert await held.connection.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''") == 0
    assert await held.connection.fetchval("SHOW statement_timeout") == "0"
    await other.close()


async def test_a_wrong_password_is_told_without_it(house: House) -> None:
    wrong = make_url(house.url).set(password="hush").render_as_string(hide_password=False)
    other = House(wrong)
    with pytest.raises(Unavailable) as refused:
        await other.views.ready()
    assert "password authentication failed" in str(refused.value)
    assert "hush" not in str(refused.value)
    await other.close()


@pytest.mark.parametrize(
    ("url", "hosts", "ports"),
    [
        ("postgresql://u@db/n", ["db"], [5432]),
        ("postgresql://u@db1:5433,db2/n", ["db1", "db2"], [5433, 5432]),
        ("postgresql://u@/n?host=db1:1&host=db2:2", ["db1", "db2"], [1, 2]),
        ("postgresql://u@/n?host=db1,db2&port=1,2", ["db1", "db2"], [1, 2]),
        ("postgresql://u@[::1]:5433/n", ["::1"], [5433]),
    ],
)
def test_urls(url: str, hosts: list[str], ports: list[int]) -> None:
    options = connect_options(normalised(url), "app")
    assert (options["host"], options["port"], options["database"]) == (hosts, ports, "n")
    assert ("target_session_attrs=primary" in options["dsn"]) == (len(hosts) > 1)


def test_what_a_url_says_more() -> None:
    url = "postgresql://u:p%40@db/n?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=2&keepalives=1"
    options = connect_options(normalised(f"{url}&options=-csearch_path%3Dx%20-c%20work_mem%3D8MB"), "app")
    assert options["dsn"] == "postgresql://?sslmode=verify-full&sslrootcert=%2Fca.pem"
    assert (options["password"], options["timeout"]) == ("p@", 2.0)
    assert options["server_settings"] == {"application_name": "app", "search_path": "x", "work_mem": "8MB"}


async def test_encryption_that_is_demanded_is_not_given_up(house: House) -> None:
    other = House(f"{house.url}?sslmode=require")
    with pytest.raises(Unavailable):
        await other.views.ready()
    await other.close()
