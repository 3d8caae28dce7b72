"""The rows of one generation in SQL: loaded by task, written with the checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from services.tasks.projections import Row, TaskRows
from shared.readmodel import database
from shared.readmodel.tables import tables_of

Key = tuple[str, str]


class SqlViews:
    """Reads and writes the rows of a generation."""

    def __init__(self, engine: Engine, generation: int) -> None:
        self.generation = generation
        self._engine = engine
        self._tables = tables_of(generation)

    def position(self) -> int:
        """Where this generation has come to."""
        with self._engine.connect() as connection:
            return database.position_of(connection, self.generation)

    def load_tasks(self, keys: Iterable[Key]) -> dict[Key, TaskRows]:
        """The rows of these tasks; a task that has none gets empty rows."""
        wanted = list(keys)
        tasks = {(row["owner"], row["task"]): row for row in self._rows_of("tasks", wanted)}
        artifacts: dict[Key, dict[tuple[int, str], Row]] = {key: {} for key in wanted}
        for row in self._rows_of("artifacts", wanted):
            artifacts[row["owner"], row["task"]][row["segment"], row["name"]] = row
        return {key: TaskRows(task=tasks.get(key), artifacts=artifacts[key]) for key in wanted}

    def _rows_of(self, name: str, keys: Sequence[Key], at_once: int = 200) -> Iterator[Row]:
        table = self._tables[name]
        with self._engine.connect() as connection:
            for start in range(0, len(keys), at_once):
                some = select(table).where(_any_of(table, keys[start : start + at_once]))
                yield from map(dict, connection.execute(some).mappings())

    def load_workflows(self) -> dict[str, Row]:
        """All workflow rows by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(self._tables["workflows"])).mappings()
            return {row["name"]: dict(row) for row in rows}

    def save(
        self, before: int, after: int, tasks: Sequence[tuple[TaskRows, TaskRows]], workflows: Sequence[Row]
    ) -> None:
        """Writes what changed (old rows, new rows) and moves the checkpoint. Raises `ConcurrencyConflict`."""
        with self._engine.begin() as connection:
            database.advance(connection, self.generation, before, after)
            self._upsert(connection, "tasks", [new.task for _, new in tasks if new.task])
            self._delete_artifacts(connection, tasks)
            changed = [a for old, new in tasks for k, a in new.artifacts.items() if old.artifacts.get(k) is not a]
            self._upsert(connection, "artifacts", changed)
            self._upsert(connection, "workflows", workflows)

    def all_rows(self) -> tuple[int, dict[str, list[Row]]]:
        """Everything at one moment: the checkpoint, and the rows of each table in the order of their keys."""
        with self._engine.connect() as connection, connection.begin():
            position = database.position_of(connection, self.generation)
            rows = {
                name: [dict(r) for r in connection.execute(select(t).order_by(*t.primary_key.columns)).mappings()]
                for name, t in self._tables.items()
            }
            return position, rows

    def _delete_artifacts(self, connection: Connection, tasks: Sequence[tuple[TaskRows, TaskRows]]) -> None:
        table = self._tables["artifacts"]
        gone = [a for old, new in tasks for k, a in old.artifacts.items() if k not in new.artifacts]
        for row in gone:
            keys = [column == row[column.name] for column in table.primary_key.columns]
            connection.execute(delete(table).where(and_(*keys)))

    def _upsert(self, connection: Connection, name: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        table = self._tables[name]
        dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
        keys = [column.name for column in table.primary_key.columns]
        statement = dialect.insert(table)
        others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), list(rows))


def _any_of(table: Table, keys: Sequence[Key]) -> Any:
    return or_(*(and_(table.c.owner == owner, table.c.task == task) for owner, task in keys))


class SqlOpenTasks:
    """Candidates for the process, from the live read models. Implements `ports.OpenTasks`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> tuple[int, list[Key]]:
        """The live checkpoint, and the tasks that run or wait for their purge."""
        with self._engine.connect() as connection:
            generation = database.live_generation(connection)
            table = tables_of(generation)["tasks"]
            deleted = and_(table.c.status == "deleted", table.c.purged.is_(False))
            query = select(table.c.owner, table.c.task).where(or_(table.c.status == "running", deleted))
            rows = connection.execute(query).all()
            return database.position_of(connection, generation), [(row.owner, row.task) for row in rows]
