"""Writing many rows of a table in one statement, whether they are there or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import sqlite

from services.tasks.rows import Row
from shared.readmodel.text import document

Upsert = Callable[[Connection, Sequence[Row]], None]
"""Writes rows, which have every column of the table."""

_REPLACED = "\\ufffd"


def upsert_into(dialect: str, table: Table) -> Upsert:
    """For `sqlite` or `postgresql`."""
    return _one_by_one(table) if dialect == "sqlite" else _all_at_once(table)


def _one_by_one(table: Table) -> Upsert:
    """SQLite runs a prepared statement for each row; there is no way to a server that could be saved."""
    statement: Any = sqlite.insert(table)
    keys = _keys(table)
    others = {name: value for name, value in statement.excluded.items() if name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=others)

    def upsert(connection: Connection, rows: Sequence[Row]) -> None:
        if rows:
            connection.execute(statement, list(rows))

    return upsert


def _all_at_once(table: Table) -> Upsert:
    """PostgreSQL is given all rows as one JSON document, which it takes apart itself: half the time of a statement for
    each, pipelined."""
    keys = _keys(table)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    others = ", ".join(f'"{c.name}" = excluded."{c.name}"' for c in table.columns if c.name not in keys)
    statement = text(
        f"INSERT INTO {table.name} ({names}) SELECT {names} "  # noqa: S608 - names of tables and columns are ours
        f"FROM json_populate_recordset(null::{table.name}, CAST(:rows AS json)) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {others}"
    )

    def upsert(connection: Connection, rows: Sequence[Row]) -> None:
        if not rows:
            return
        written = document(rows)
        if _REPLACED in written:  # keys that differ only in what no database holds would meet in one statement
            for row in rows:
                connection.execute(statement, {"rows": document([row])})
        else:
            connection.execute(statement, {"rows": written})

    return upsert


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]
