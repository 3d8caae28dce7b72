"""Opens the read models' database: SQLite or PostgreSQL, by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event

from shared.readmodel.text import document
from shared.sql.engine import PoolSettings, is_sqlite, normalised, open_postgres

_BUSY_MS = 10_000


class _Pool(msgspec.Struct, frozen=True):
    """Connections of whoever does not say how many."""

    sql_pool_size: int = 5
    sql_pool_overflow: int = 5
    sql_pool_wait_s: float = 5.0


def open_engine(
    url: str, password: str = "", pool: PoolSettings | None = None, application_name: str = "talewright-tasks"
) -> Engine:
    """An engine; nothing is connected yet. SQLite's folder is made. Raises `ValueError` for no URL of a database."""
    target = normalised(url)
    if not is_sqlite(target):
        return open_postgres(target, pool or _Pool(), application_name, password=password)
    if target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, json_serializer=document, json_deserializer=msgspec.json.decode)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver would begin only when something is written
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA journal_mode = WAL")  # the gateway reads while the projector writes
    connection.execute("PRAGMA synchronous = NORMAL")  # a lost checkpoint is replayed from the event store


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
