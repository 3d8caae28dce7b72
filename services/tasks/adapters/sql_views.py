"""The rows of one generation in SQL: loaded by task, written with the checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, bindparam, delete, or_, select

from services.tasks.adapters.sql_answers import answering
from services.tasks.adapters.sql_upserts import upsert_into
from services.tasks.rows import Key, Row, TaskRows
from shared.readmodel import database
from shared.readmodel.tables import tables_of


class SqlViews:
    """Implements `ports.Views`."""

    def __init__(self, engine: Engine, generation: int) -> None:
        self.generation = generation
        self._engine = engine
        self._tables = tables_of(generation)
        self._upserts = {name: upsert_into(engine.dialect.name, table) for name, table in self._tables.items()}

    def position(self) -> int:
        """Where this generation has come to."""
        with answering(), self._engine.connect() as connection:
            return database.position_of(connection, self.generation)

    def load_tasks(self, keys: Iterable[Key]) -> dict[Key, TaskRows]:
        """The rows of these tasks; a task that has none gets empty rows."""
        wanted = list(keys)
        tasks = {(row["owner"], row["task"]): row for row in self._rows_of("tasks", wanted)}
        artifacts: dict[Key, dict[tuple[int, str], Row]] = {key: {} for key in wanted}
        for row in self._rows_of("artifacts", wanted):
            artifacts[row["owner"], row["task"]][row["segment"], row["name"]] = row
        charges: dict[Key, dict[int, Row]] = {key: {} for key in wanted}
        for row in self._rows_of("charges", wanted):
            charges[row["owner"], row["task"]][row["number"]] = row
        return {key: TaskRows(task=tasks.get(key), artifacts=artifacts[key], charges=charges[key]) for key in wanted}

    def _rows_of(self, name: str, keys: Sequence[tuple[str, ...]], at_once: int = 200) -> Iterator[Row]:
        """Rows by the first columns of their primary keys."""
        table = self._tables[name]
        with answering(), self._engine.connect() as connection:
            for start in range(0, len(keys), at_once):
                some = select(table).where(_any_of(table, keys[start : start + at_once]))
                yield from map(dict, connection.execute(some).mappings())

    def load_rows(self, table: str, keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Row]:
        """The rows of another table by their primary keys; those that are not there are left out."""
        columns = [column.name for column in self._tables[table].primary_key.columns]
        return {tuple(row[name] for name in columns): row for row in self._rows_of(table, list(keys))}

    def save(
        self,
        before: int,
        after: int,
        tasks: Sequence[tuple[TaskRows, TaskRows]],
        others: Mapping[str, Sequence[Row]],
    ) -> None:
        """Writes what changed and moves the checkpoint. Raises `ConcurrencyConflict`."""
        with answering(), self._engine.begin() as connection:
            database.advance(connection, self.generation, before, after)
            self._write_tasks(connection, tasks)
            for table, rows in others.items():
                self._upserts[table](connection, rows)

    def _write_tasks(self, connection: Connection, tasks: Sequence[tuple[TaskRows, TaskRows]]) -> None:
        self._upserts["tasks"](connection, [new.task for _, new in tasks if new.task])
        self._delete_artifacts(connection, tasks)
        changed = [a for old, new in tasks for k, a in new.artifacts.items() if old.artifacts.get(k) is not a]
        self._upserts["artifacts"](connection, changed)
        charged = [c for old, new in tasks for number, c in new.charges.items() if number not in old.charges]
        self._upserts["charges"](connection, charged)

    def all_rows(self) -> tuple[int, dict[str, list[Row]]]:
        """Everything at one moment: the checkpoint, and the rows of each table in the order of their keys."""
        with answering(), database.one_moment(self._engine) as connection:
            position = database.position_of(connection, self.generation)
            rows = {
                name: [dict(r) for r in connection.execute(select(t).order_by(*t.primary_key.columns)).mappings()]
                for name, t in self._tables.items()
            }
            return position, rows

    def _delete_artifacts(self, connection: Connection, tasks: Sequence[tuple[TaskRows, TaskRows]]) -> None:
        table = self._tables["artifacts"]
        gone = [a for old, new in tasks for k, a in old.artifacts.items() if k not in new.artifacts]
        if gone:
            names = [column.name for column in table.primary_key.columns]
            these = and_(*(table.c[name] == bindparam(f"its_{name}") for name in names))
            connection.execute(
                delete(table).where(these), [{f"its_{name}": row[name] for name in names} for row in gone]
            )


def _any_of(table: Table, keys: Sequence[tuple[str, ...]]) -> Any:
    columns = list(table.primary_key.columns)
    return or_(*(and_(*(column == part for column, part in zip(columns, key, strict=False))) for key in keys))
