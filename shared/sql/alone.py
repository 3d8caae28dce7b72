"""A transaction to change tables in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from shared.sql.engine import is_sqlite

_BUSY_MS = 60_000


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """One transaction of the engine's database, committed at the end. Of SQLite it is the only one that writes, and
    foreign keys are checked at its end rather than on the way: to change a table there, it is made anew."""
    if not is_sqlite(engine.url):
        with engine.begin() as connection:
            yield connection
        return
    if engine.url.database in (None, "", ":memory:"):
        raise ValueError("A SQLite database in memory has one connection only; migrations need a file.")
    own = create_engine(engine.url, poolclass=NullPool, hide_parameters=True)
    event.listen(own, "connect", _prepare)
    event.listen(own, "begin", _begin)
    with own.begin() as connection:
        yield connection
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"The migration leaves rows that point to nothing, in {sorted({r[0] for r in broken})}.")


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver would begin late, and not at all for a change of tables
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
