"""The rows of one generation in SQL: loaded by task, written with the checkpoint in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from services.tasks.rows import Key, Row, TaskRows
from shared.errors import Unavailable
from shared.readmodel import database
from shared.readmodel.tables import tables_of


@contextmanager
def answering() -> Iterator[None]:
    """Tells a database that is away, or tables that a rebuild took away, as `Unavailable`."""
    try:
        yield
    except DBAPIError as error:
        raise Unavailable(f"The read models' database does not answer ({error.orig}).") from error


class SqlViews:
    """Implements `ports.Views`."""

    def __init__(self, engine: Engine, generation: int) -> None:
        self.generation = generation
        self._engine = engine
        self._tables = tables_of(generation)
        self._upserts = {name: _upsert_into(engine.dialect.name, table) for name, table in self._tables.items()}

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
                self._upsert(connection, table, rows)

    def _write_tasks(self, connection: Connection, tasks: Sequence[tuple[TaskRows, TaskRows]]) -> None:
        self._upsert(connection, "tasks", [new.task for _, new in tasks if new.task])
        self._delete_artifacts(connection, tasks)
        changed = [a for old, new in tasks for k, a in new.artifacts.items() if old.artifacts.get(k) is not a]
        self._upsert(connection, "artifacts", changed)
        charged = [c for old, new in tasks for number, c in new.charges.items() if number not in old.charges]
        self._upsert(connection, "charges", charged)

    def all_rows(self) -> tuple[int, dict[str, list[Row]]]:
        """Everything at one moment: the checkpoint, and the rows of each table in the order of their keys."""
        with answering(), self._engine.connect() as connection, connection.begin():
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
        if rows:
            connection.execute(self._upserts[name], list(rows))


def _upsert_into(dialect_name: str, table: Table) -> Any:
    dialect: Any = sqlite if dialect_name == "sqlite" else postgresql
    keys = [column.name for column in table.primary_key.columns]
    statement = dialect.insert(table)
    others = {column: value for column, value in statement.excluded.items() if column not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def _any_of(table: Table, keys: Sequence[tuple[str, ...]]) -> Any:
    columns = list(table.primary_key.columns)
    return or_(*(and_(*(column == part for column, part in zip(columns, key, strict=False))) for key in keys))


class SqlGenerations:
    """Implements `ports.Generations`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def live(self) -> SqlViews:
        """The generation that is served; made if there is none yet."""
        return SqlViews(self._engine, database.prepare(self._engine))

    def add(self, state: str) -> SqlViews:
        """A new, empty generation."""
        with self._engine.begin() as connection:
            generation = database.next_generation(connection)
            database.create_generation(connection, generation, state)
        return SqlViews(self._engine, generation)

    def serve(self, generation: int) -> int:
        """Serves this generation from now on; returns the one that was served before."""
        with self._engine.begin() as connection:
            before = database.live_generation(connection)
            database.switch_to(connection, generation)
        return before

    def drop(self, generation: int) -> None:
        """Removes a generation."""
        with self._engine.begin() as connection:
            database.drop_generation(connection, generation)


class SqlOpenTasks:
    """Implements `ports.OpenTasks` over the live read models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def candidates(self, upto: int) -> list[Key]:
        """Tasks that run or wait for their purge, once the views have come to `upto` or after five seconds."""
        for _ in range(50):
            position, keys = await asyncio.to_thread(self._read)
            if position >= upto:
                break
            await asyncio.sleep(0.1)
        return keys

    def _read(self) -> tuple[int, list[Key]]:
        with answering(), self._engine.connect() as connection:
            generation = database.live_generation(connection)
            table = tables_of(generation)["tasks"]
            deleted = and_(table.c.status == "deleted", table.c.purged.is_(False))
            query = select(table.c.owner, table.c.task).where(or_(table.c.status == "running", deleted))
            rows = connection.execute(query).all()
            return database.position_of(connection, generation), [(row.owner, row.task) for row in rows]


class SqlOldPreviews:
    """Implements `ports.OldPreviews` over the live read models."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def created_before(self, time_ms: int) -> list[Key]:
        """See `ports.OldPreviews.created_before`."""
        return await asyncio.to_thread(self._read, time_ms)

    def _read(self, time_ms: int) -> list[Key]:
        with answering(), self._engine.connect() as connection:
            table = tables_of(database.live_generation(connection))["tasks"]
            old = and_(table.c.surface == "projects", table.c.status != "deleted", table.c.created_ms < time_ms)
            query = select(table.c.owner, table.c.task).where(old).order_by(table.c.created_ms).limit(1_000)
            return [(row.owner, row.task) for row in connection.execute(query).all()]
