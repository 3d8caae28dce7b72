from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from shared.errors import Unavailable
from shared.settings import SqlSettings
from shared.sql.engine import normalised, open_postgres, safe
from shared.sql.errors import answering, reason_of
from tests.fixtures.postgres_server import PASSWORD, PostgresServer

SETTINGS = SqlSettings(sql_pool_size=1, sql_pool_overflow=0, sql_pool_wait_s=0.3)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u@h:5432/n?sslmode=require", "postgresql+psycopg://u:p%40ss@h:5432/n?sslmode=require"),
        ("postgres://u@h/n", "postgresql+psycopg://u:p%40ss@h/n"),
        ("postgresql+psycopg://u:own@h/n", "postgresql+psycopg://u:own@h/n"),
        ("postgresql+asyncpg://u@h/n", "postgresql+psycopg://u:p%40ss@h/n"),
        ("postgresql://u@a,b:5433/n", "postgresql+psycopg://u:p%40ss@/n?host=a%3A5432&host=b%3A5433"),
        ("sqlite:////data/x.db", "sqlite:////data/x.db"),
    ],
)
def test_urls_and_passwords(given: str, expected: str) -> None:
    assert normalised(given, "p@ss").render_as_string(hide_password=False) == expected


@pytest.mark.parametrize("url", ["", "secret nonsense", "postgresql://u:secret@h:port/n"])
def test_a_url_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="no SQLAlchemy URL") as caught:
        normalised(url)
    assert "secret" not in str(caught.value)


def test_a_url_for_logs_has_no_password() -> None:
    assert safe("postgresql://u:secret@h/n?password=secret") == "postgresql://u:***@h/n"


def opened(url: str, **more: object) -> Engine:
    return open_postgres(url, SETTINGS, "talewright-tests", **more)  # type: ignore[arg-type]


def shown(engine: Engine, *names: str) -> list[object]:
    with engine.connect() as connection:
        return [connection.execute(text(f"SHOW {name}")).scalar() for name in names]


def parameters(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        driver: psycopg.Connection[Any] = connection.connection.dbapi_connection  # type: ignore[assignment]
        return set(driver.info.get_parameters().items())


def test_a_connection_is_set_up_and_the_url_goes_first(postgres_url: str) -> None:
    names = ("application_name", "statement_timeout", "idle_in_transaction_session_timeout")
    engine = opened(postgres_url)
    assert shown(engine, *names) == ["talewright-tests", "30s", "1min"]
    assert parameters(engine) >= {("connect_timeout", "5"), ("keepalives_idle", "20"), ("tcp_user_timeout", "20000")}
    other = opened(f"{postgres_url}?application_name=mine&options=-c%20statement_timeout%3D1s&keepalives_idle=7")
    assert shown(other, *names) == ["mine", "1s", "0"]
    assert parameters(other) >= {("connect_timeout", "5"), ("keepalives_idle", "7")}
    engine.dispose()
    other.dispose()


def test_behind_a_pooler_nothing_is_set_and_nothing_prepared(postgres_url: str) -> None:
    """A pooler gives each transaction another connection of its own."""
    engine = opened(f"{postgres_url}?statement_cache_size=0")
    assert shown(engine, "statement_timeout", "idle_in_transaction_session_timeout") == ["0", "0"]
    with engine.connect() as connection:
        for _ in range(8):  # the driver prepares what it meets for the sixth time
            connection.execute(text("SELECT 1"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0
    engine.dispose()
    plain = opened(postgres_url)
    with plain.connect() as connection:
        for _ in range(8):
            connection.execute(text("SELECT 1"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 1
    plain.dispose()


def test_the_password_may_come_separately(postgres_server: PostgresServer) -> None:
    bare = f"postgresql://talewright@127.0.0.1:{postgres_server.port}/postgres"
    engine = opened(bare, password=PASSWORD)
    assert shown(engine, "application_name")
    engine.dispose()
    with pytest.raises(Unavailable) as caught, answering("Things"), opened(bare, password="wrong").connect():
        pass
    assert "password authentication failed" in reason_of(caught.value)
    assert "wrong" not in reason_of(caught.value)


def test_of_several_hosts_one_that_takes_writes_is_used(
    postgres_server: PostgresServer, second_server: PostgresServer
) -> None:
    with second_server.admin() as connection:
        connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.2)
    hosts = f"127.0.0.1:1,127.0.0.1:{second_server.port},127.0.0.1:{postgres_server.port}"
    engine = opened(f"postgresql://talewright@{hosts}/postgres", password=PASSWORD)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT inet_server_port()").scalar() == postgres_server.port
    any_host = opened(f"postgresql://talewright@{hosts}/postgres?target_session_attrs=any", password=PASSWORD)
    with any_host.connect() as connection:
        assert connection.exec_driver_sql("SELECT inet_server_port()").scalar() == second_server.port
    engine.dispose()
    any_host.dispose()


def away(engine: Engine, statement: str) -> str:
    with pytest.raises(Unavailable) as caught, answering("Things"), engine.begin() as connection:
        connection.execute(text(statement))
    assert caught.value.message == "Things cannot be reached; try again later."
    return reason_of(caught.value)


def test_nobody_listening_a_full_pool_and_a_slow_statement_are_outages(postgres_url: str) -> None:
    assert "refused" in away(opened("postgresql://u@127.0.0.1:1/n"), "SELECT 1")
    engine = opened(postgres_url, statement_timeout_ms=100)
    assert "statement timeout" in away(engine, "SELECT pg_sleep(5)")
    with engine.connect():
        away(engine, "SELECT 1")
    engine.dispose()


def test_a_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        start = time.monotonic()
        away(opened(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/n?connect_timeout=2"), "SELECT 1")
        assert time.monotonic() - start < 5


def test_a_deadlock_is_an_outage_for_one_and_success_for_the_other(postgres_url: str) -> None:
    engine = open_postgres(postgres_url, SqlSettings(), "talewright-tests")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id int PRIMARY KEY, n int)"))
        connection.execute(text("INSERT INTO t VALUES (1, 0), (2, 0)"))
        connection.execute(text("SET deadlock_timeout = '50ms'"))
    both_hold = threading.Barrier(2)
    outcomes: list[str] = []

    def lock(first: int, second: int) -> None:
        try:
            with answering("Things"), engine.begin() as connection:
                connection.execute(text(f"UPDATE t SET n = n + 1 WHERE id = {first}"))
                both_hold.wait(5)
                connection.execute(text(f"UPDATE t SET n = n + 1 WHERE id = {second}"))
            outcomes.append("done")
        except Unavailable:
            outcomes.append("away")

    threads = [threading.Thread(target=lock, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["away", "done"]
    engine.dispose()


def test_mistakes_of_ours_are_no_outages(sql_url: str, tmp_path: Path) -> None:
    (tmp_path / "database").mkdir(exist_ok=True)
    engine = create_engine(normalised(sql_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id int PRIMARY KEY)"))
        connection.execute(text("INSERT INTO t VALUES (1)"))
    for statement in ("SELECT * FROM nothing", "SELEC", "INSERT INTO t VALUES (1)"):
        with pytest.raises(DBAPIError), answering("Things"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_a_locked_sqlite_file_is_an_outage(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db", connect_args={"timeout": 0.1})
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id int)"))
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        assert "locked" in away(engine, "INSERT INTO t VALUES (2)")
    engine.dispose()
