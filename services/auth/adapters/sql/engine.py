"""The accounts database: SQLite in WAL mode, or PostgreSQL, by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from services.auth.adapters.sql.tables import AccountsTable

_SQLITE_BUSY_MS = 5000
_DEFAULT_POOL = 16


def open_database(url: str) -> Engine:
    """Opens the database and makes what is missing of its tables. The folder of a SQLite file is made, too."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(url, parsed.database)
    else:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=_DEFAULT_POOL)
    _create_tables(engine)
    return engine


def _open_sqlite(url: str, file: str | None) -> Engine:
    if not file or file == ":memory:":
        raise ValueError("Accounts need a SQLite file: a database in memory would be another one in each thread.")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).touch(mode=0o600)  # hashes are nobody's business; SQLite gives its side files the same mode
    engine = create_engine(url, hide_parameters=True, pool_size=_DEFAULT_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver would begin late and then fail where it ought to wait
    for pragma in (
        f"busy_timeout = {_SQLITE_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # an answered register or refresh survives a power cut
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create_tables(engine: Engine) -> None:
    """Replicas that start at the same time both find nothing; the slower one looks again."""
    try:
        AccountsTable.metadata.create_all(engine)
    except (IntegrityError, OperationalError, ProgrammingError):
        AccountsTable.metadata.create_all(engine)
