"""A PostgreSQL server that dies, restarts or is demoted under the running handlers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.contracts.accounts import Login, Refresh, Register
from shared.errors import Invalid, Unauthenticated, Unavailable
from tests.auth.worlds import World, sql_stores, world
from tests.fixtures.postgres_server import PostgresServer


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[World]:
    stores = sql_stores(postgres_url)
    yield world(stores, tmp_path / "keys")
    assert stores.engine is not None
    stores.engine.dispose()


@pytest.fixture(params=["kill", "stop"])
def end(request: pytest.FixtureRequest, postgres_server: PostgresServer) -> Iterator[Callable[[], None]]:
    yield getattr(postgres_server, request.param)
    postgres_server.start_again()


def login(world: World, username: str = "ann") -> str:
    tokens = world.auth.login(Login(username=username, password="p1")).tokens
    assert tokens is not None
    return tokens.refresh_token


def refresh(world: World, token: str) -> str:
    tokens = world.auth.refresh(Refresh(refresh_token=token)).tokens
    assert tokens is not None
    return tokens.refresh_token


def test_while_the_server_is_away_every_verb_says_so_and_then_goes_on(
    on_postgres: World, postgres_server: PostgresServer, end: Callable[[], None]
) -> None:
    on_postgres.auth.register(Register(username="ann", password="p1"))
    token = login(on_postgres)
    end()
    verbs: tuple[Callable[[], object], ...] = (
        lambda: login(on_postgres),
        lambda: refresh(on_postgres, token),
        lambda: on_postgres.auth.register(Register(username="bob", password="p1")),
        lambda: on_postgres.stores.outbox.owed(),
    )
    for verb in (*verbs, *verbs):
        with pytest.raises(Unavailable, match="Accounts cannot be reached"):
            verb()
    postgres_server.start()
    assert refresh(on_postgres, refresh(on_postgres, token))
    assert login(on_postgres)
    assert len(on_postgres.stores.outbox.owed()) == 1


def test_a_restart_between_two_requests_is_not_noticed(
    on_postgres: World, postgres_server: PostgresServer, end: Callable[[], None]
) -> None:
    on_postgres.auth.register(Register(username="ann", password="p1"))
    with ThreadPoolExecutor(3) as pool:  # so that several connections lie in the pool
        tokens = list(pool.map(lambda _: login(on_postgres), range(8)))
    end()
    postgres_server.start()
    for token in tokens:
        assert refresh(on_postgres, token)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed_under_load(
    on_postgres: World, postgres_server: PostgresServer
) -> None:
    acknowledged: list[str] = []
    away = 0
    done = threading.Event()

    def register(worker: int) -> None:
        nonlocal away
        number = 0
        while not done.is_set():
            name = f"user-{worker}-{number}"
            try:
                on_postgres.auth.register(Register(username=name, password="p1"))
            except Unavailable:
                away += 1
                time.sleep(0.01)
                continue
            except Invalid:  # it was stored, but the answer did not come through
                pass
            acknowledged.append(name)
            number += 1

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(register, worker) for worker in range(4)]
        for _ in range(3):
            time.sleep(0.4)
            postgres_server.kill()
            time.sleep(0.1)
            postgres_server.start()
        time.sleep(0.4)
        done.set()
        for worker in workers:
            worker.result()
    assert away >= 3
    assert len(acknowledged) > 50
    facts = [fact.event.username for fact in on_postgres.stores.outbox.owed(100_000)]  # type: ignore[union-attr]
    assert sorted(facts) == sorted(acknowledged)
    assert all(on_postgres.stores.accounts.by_key(name) for name in acknowledged)


def test_a_rotation_whose_answer_was_lost_leaves_one_valid_token_or_none(
    on_postgres: World, postgres_server: PostgresServer
) -> None:
    """However it ended, nobody holds two, and a client that is refused can log in again."""
    on_postgres.auth.register(Register(username="ann", password="p1"))
    held = [login(on_postgres)]
    for _ in range(3):
        killer = threading.Timer(0.05, postgres_server.kill)
        killer.start()
        try:
            while True:
                held.append(refresh(on_postgres, held[-1]))
        except Unavailable:
            killer.join()
            postgres_server.start()
        try:
            held.append(refresh(on_postgres, held[-1]))
        except Unauthenticated:
            held.append(login(on_postgres))
    for spent in held[:-1]:
        with pytest.raises(Unauthenticated):
            refresh(on_postgres, spent)


def test_a_demoted_server_is_left(on_postgres: World, postgres_server: PostgresServer) -> None:
    """It takes no writes any more but keeps its connections: the next call must not get one of them."""
    on_postgres.auth.register(Register(username="ann", password="p1"))
    token = login(on_postgres)
    before = server_process(on_postgres)
    demote(postgres_server, "on")
    try:
        with pytest.raises(Unavailable):
            refresh(on_postgres, token)
    finally:
        demote(postgres_server, "off")
    assert server_process(on_postgres) != before
    assert refresh(on_postgres, token)


def server_process(world: World) -> object:
    """Which process of the server a connection from the pool leads to."""
    assert world.stores.engine is not None
    with world.stores.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()


def demote(server: PostgresServer, on_off: str) -> None:
    with server.admin() as connection:
        connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {on_off}")
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)
