"""The read models in SQLite, read by the driver on the event loop: a lookup by key takes about 20 µs, and anything
more (a thread, an async session) several times that.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from services.gateway.views import (
    ArtifactView,
    BudgetView,
    ChargeView,
    Checkpoint,
    Progress,
    ProjectView,
    TaskView,
    UsageView,
    WorkflowView,
)
from shared.contracts.orders import Order
from shared.contracts.workflow import Segment
from shared.errors import Unavailable

S = TypeVar("S", bound=msgspec.Struct)

_FRESH_S = 1.0
_TASK_FIELDS = tuple(name for name in TaskView.__struct_fields__)
_ARTIFACT_FIELDS = ArtifactView.__struct_fields__
_CHARGE_FIELDS = ChargeView.__struct_fields__
_PROJECT_FIELDS = ProjectView.__struct_fields__
_USAGE_FIELDS = UsageView.__struct_fields__
_BUDGET_FIELDS = BudgetView.__struct_fields__
_SEGMENTS = msgspec.json.Decoder(tuple[Segment, ...])
_ORDERS = msgspec.json.Decoder(dict[int, Order])
_APPROVALS = msgspec.json.Decoder(dict[int, tuple[str, ...]])
_DOCUMENTS = frozenset(("older", "screenplay", "operations", "endpoints"))
_TABLES = ("tasks", "artifacts", "charges", "projects", "usage", "budgets", "workflows")


class _Statements:
    """The queries of one generation. Its tables' names hold no user input: a generation is a number."""

    def __init__(self, generation: int) -> None:
        named = (f"{name}_g{int(generation)}" for name in _TABLES)
        tasks, artifacts, charges, projects, usage, budgets, workflows = named
        mine = "owner = ? AND task = ?"
        self.progress = (
            "SELECT current_segment, status, workflow_version, segments, running_segment, items_done, items_total, "  # noqa: S608
            f"progress, error FROM {tasks} WHERE {mine} AND NOT purged"
        )
        whole_task = f"SELECT {', '.join(_TASK_FIELDS)} FROM {tasks}"  # noqa: S608
        self.task = f"{whole_task} WHERE {mine} AND NOT purged"
        self.find_task = f"{whole_task} WHERE task = ? AND NOT purged"
        self.artifacts = f"SELECT {', '.join(_ARTIFACT_FIELDS)} FROM {artifacts} WHERE {mine} AND public"  # noqa: S608
        self.workflows = f"SELECT name, version, segments FROM {workflows} WHERE NOT removed ORDER BY name"  # noqa: S608
        listed = f"SELECT task FROM {tasks} WHERE owner = ? AND surface = ? AND status <> 'deleted'"  # noqa: S608
        newest = " ORDER BY created_position DESC, task DESC LIMIT ?"
        self.newest = listed + newest
        place = f"(SELECT created_position FROM {tasks} WHERE owner = ? AND task = ?)"  # noqa: S608
        self.before = f"{listed} AND created_position < {place}{newest}"
        self.tasks = f"{whole_task} WHERE owner = ? AND surface = ? AND status <> 'deleted'{newest} OFFSET ?"
        self.charges = f"SELECT {', '.join(_CHARGE_FIELDS)} FROM {charges} WHERE {mine} ORDER BY number"  # noqa: S608
        whole_project = f"SELECT {', '.join(_PROJECT_FIELDS)} FROM {projects} WHERE owner = ? AND NOT deleted"  # noqa: S608
        self.project = f"{whole_project} AND name = ?"
        self.active_project = f"{whole_project} AND open ORDER BY opened_position DESC LIMIT 1"
        self.project_names = (
            f"SELECT name FROM {projects} WHERE owner = ? AND NOT deleted "  # noqa: S608
            "ORDER BY created_position DESC LIMIT ? OFFSET ?"
        )
        counted = "WHERE NOT deleted AND (owner = ? OR ? = '')"
        self.project_count = f"SELECT count(*) FROM {projects} {counted}"  # noqa: S608
        self.usage = f"SELECT {', '.join(_USAGE_FIELDS)} FROM {usage} WHERE owner = ?"  # noqa: S608
        self.budget = f"SELECT {', '.join(_BUDGET_FIELDS)} FROM {budgets} WHERE owner = ? AND month = ?"  # noqa: S608
        self.stored_bytes = (
            f"SELECT (SELECT coalesce(sum(size_bytes), 0) FROM {artifacts}) + "  # noqa: S608
            f"(SELECT coalesce(sum(size_bytes), 0) FROM {projects} WHERE NOT deleted)"
        )


class SqliteViews:
    """Implements `Views`. The file may come, go and change while this runs; without it everything is `Unavailable`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._statements = _Statements(0)
        self._generation = 0
        self._looked_s = 0.0

    async def progress(self, owner: str, task: str) -> Progress | None:
        """See `Views.progress`."""
        rows = self._rows("progress", (owner, task))
        if not rows:
            return None
        current, status, version, segments, running, done, total, progress, error = rows[0]
        names = _names(segments)
        return Progress(current, status, version, len(names), names, running, done, total, progress, error)

    async def task(self, owner: str, task: str) -> TaskView | None:
        """See `Views.task`."""
        rows = self._rows("task", (owner, task))
        return _task(rows[0]) if rows else None

    async def find_task(self, task: str) -> TaskView | None:
        """See `Views.find_task`."""
        rows = self._rows("find_task", (task,))
        return _task(rows[0]) if rows else None

    async def tasks(self, owner: str, surface: str, limit: int, offset: int = 0) -> list[TaskView]:
        """See `Views.tasks`."""
        return [_task(row) for row in self._rows("tasks", (owner, surface, limit, offset))]

    async def task_ids(self, owner: str, surface: str, limit: int, before: str = "") -> list[str]:
        """See `Views.task_ids`."""
        if before:
            return [row[0] for row in self._rows("before", (owner, surface, owner, before, limit))]
        return [row[0] for row in self._rows("newest", (owner, surface, limit))]

    async def artifacts(self, owner: str, task: str) -> list[ArtifactView]:
        """See `Views.artifacts`."""
        rows = self._rows("artifacts", (owner, task))
        return [_as(ArtifactView, _ARTIFACT_FIELDS, row) for row in rows]

    async def charges(self, owner: str, task: str) -> list[ChargeView]:
        """See `Views.charges`."""
        return [_as(ChargeView, _CHARGE_FIELDS, row) for row in self._rows("charges", (owner, task))]

    async def project(self, owner: str, name: str) -> ProjectView | None:
        """See `Views.project`."""
        rows = self._rows("project", (owner, name))
        return _as(ProjectView, _PROJECT_FIELDS, rows[0]) if rows else None

    async def active_project(self, owner: str) -> ProjectView | None:
        """See `Views.active_project`."""
        rows = self._rows("active_project", (owner,))
        return _as(ProjectView, _PROJECT_FIELDS, rows[0]) if rows else None

    async def project_names(self, owner: str, limit: int = 1_000, offset: int = 0) -> list[str]:
        """See `Views.project_names`."""
        return [row[0] for row in self._rows("project_names", (owner, limit, offset))]

    async def project_count(self, owner: str = "") -> int:
        """See `Views.project_count`."""
        return int(self._rows("project_count", (owner, owner))[0][0])

    async def usage(self, owner: str) -> UsageView | None:
        """See `Views.usage`."""
        rows = self._rows("usage", (owner,))
        return _as(UsageView, _USAGE_FIELDS, rows[0]) if rows else None

    async def budget(self, owner: str, month: str) -> BudgetView | None:
        """See `Views.budget`."""
        rows = self._rows("budget", (owner, month))
        return _as(BudgetView, _BUDGET_FIELDS, rows[0]) if rows else None

    async def stored_bytes(self) -> int:
        """See `Views.stored_bytes`."""
        return int(self._rows("stored_bytes", ())[0][0])

    async def workflows(self) -> list[WorkflowView]:
        """See `Views.workflows`."""
        rows = self._rows("workflows", ())
        return [WorkflowView(name=n, version=v, segments=_segments(segments)) for n, v, segments in rows]

    async def checkpoint(self) -> Checkpoint:
        """See `Views.checkpoint`."""
        try:
            return self._look(self._connection or self._open())
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def close(self) -> None:
        """Closes the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, statement: str, values: tuple[str | int, ...]) -> list[Any]:
        try:
            connection = self._connection or self._open()
            if monotonic() - self._looked_s > _FRESH_S:
                self._look(connection)
            return connection.execute(getattr(self._statements, statement), values).fetchall()
        except sqlite3.OperationalError:
            return self._again(statement, values)  # a retired generation's tables may just have been dropped
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def _again(self, statement: str, values: tuple[str | int, ...]) -> list[Any]:
        self.close()
        try:
            connection = self._open()
            self._look(connection)
            return connection.execute(getattr(self._statements, statement), values).fetchall()
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def _open(self) -> sqlite3.Connection:
        if not self._file.exists():
            raise Unavailable("The views are not ready yet.")
        address = f"file:{quote(str(self._file.absolute()))}?mode=ro"
        # Short patience: while this waits for a lock, the event loop waits too. Readers of WAL hardly ever do.
        self._connection = sqlite3.connect(address, uri=True, timeout=0.2, isolation_level=None)
        return self._connection

    def _look(self, connection: sqlite3.Connection) -> Checkpoint:
        """Finds out which generation is served."""
        row = connection.execute(
            "SELECT generation, position FROM projections WHERE state = 'live' ORDER BY generation DESC LIMIT 1"
        ).fetchone()
        if row is None:
            raise Unavailable("The views are being built.")
        found = Checkpoint(*row)
        if found.generation != self._generation:
            self._generation, self._statements = found.generation, _Statements(found.generation)
        self._looked_s = monotonic()
        return found

    def _lost(self, error: sqlite3.Error) -> Unavailable:
        self.close()
        return Unavailable(f"The views cannot be read ({error}).")


def _task(row: tuple[Any, ...]) -> TaskView:
    fields = dict(zip(_TASK_FIELDS, row, strict=True))
    fields["segments"] = _segments(fields["segments"])
    fields["brief"] = msgspec.json.decode(fields["brief"])
    fields["orders"] = _ORDERS.decode(fields["orders"])
    fields["approvals"] = _APPROVALS.decode(fields["approvals"])
    return TaskView(**fields)


def _as(kind: type[S], names: tuple[str, ...], row: tuple[Any, ...]) -> S:
    """A row as a view; documents are stored as JSON text and flags as numbers."""
    fields = dict(zip(names, row, strict=True))
    for name in _DOCUMENTS.intersection(names):
        fields[name] = msgspec.json.decode(fields[name])
    return msgspec.convert(fields, kind, strict=False)


@lru_cache(maxsize=256)
def _segments(text: str) -> tuple[Segment, ...]:
    return _SEGMENTS.decode(text)


@lru_cache(maxsize=256)
def _names(text: str) -> tuple[str, ...]:
    return tuple(segment.name for segment in _SEGMENTS.decode(text))
