"""The accounts database: SQLite in WAL mode, or PostgreSQL, by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.engine import Connection

from shared.sql.engine import PoolSettings, is_sqlite, normalised, open_postgres
from shared.sql.migrations import Migrations

MIGRATIONS = Migrations("services.auth.migrations", "accounts_version", "The accounts database")

_APPLICATION = "talewright-auth"
_SQLITE_BUSY_MS = 5000
_SQLITE_POOL = 16
_FIRST_TABLES = {"accounts", "refresh_families", "refresh_tokens", "login_attempts", "audit_outbox"}
_FIRST_INDEXES = {
    "ix_login_attempts_username_key",
    "ix_login_attempts_at_ms",
    "ix_refresh_families_account_id",
    "ix_refresh_tokens_family",
    "ix_refresh_tokens_expires_ms",
}


def open_database(url: str, password: str, pool: PoolSettings) -> Engine:
    """An engine; its tables are `MIGRATIONS`' business. The folder of a SQLite file is made."""
    if is_sqlite(normalised(url)):
        return _open_sqlite(url)
    return open_postgres(url, pool, _APPLICATION, password=password)


def adopt(connection: Connection) -> str | None:
    """The revision of a database that a release before migrations made; None if it is empty or unfinished, which the
    first migration makes good."""
    inspector = inspect(connection)
    tables = _FIRST_TABLES & set(inspector.get_table_names())
    indexes = {index["name"] for table in tables for index in inspector.get_indexes(table)}
    return "0001" if tables == _FIRST_TABLES and indexes >= _FIRST_INDEXES else None


def _open_sqlite(url: str) -> Engine:
    file = normalised(url).database
    if not file or file == ":memory:":
        raise ValueError("Accounts need a SQLite file: a database in memory would be another one in each thread.")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).touch(mode=0o600)  # hashes are nobody's business; SQLite gives its side files the same mode
    engine = create_engine(url, hide_parameters=True, pool_size=_SQLITE_POOL)
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
