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

from services.gateway.adapters.sqlite_statements import (
    ARTIFACT_FIELDS,
    BUDGET_FIELDS,
    CHARGE_FIELDS,
    PROJECT_FIELDS,
    TASK_FIELDS,
    USAGE_FIELDS,
    Statements,
)
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
_SEGMENTS = msgspec.json.Decoder(tuple[Segment, ...])
_ORDERS = msgspec.json.Decoder(dict[int, Order])
_APPROVALS = msgspec.json.Decoder(dict[int, tuple[str, ...]])
_DOCUMENTS = frozenset(("older", "screenplay", "operations", "endpoints"))


class SqliteViews:
    """Implements `Views`. The file may come, go and change while this runs; without it everything is `Unavailable`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._statements = Statements(0)
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
        return [_as(ArtifactView, ARTIFACT_FIELDS, row) for row in rows]

    async def charges(self, owner: str, task: str) -> list[ChargeView]:
        """See `Views.charges`."""
        return [_as(ChargeView, CHARGE_FIELDS, row) for row in self._rows("charges", (owner, task))]

    async def project(self, owner: str, name: str) -> ProjectView | None:
        """See `Views.project`."""
        rows = self._rows("project", (owner, name))
        return _as(ProjectView, PROJECT_FIELDS, rows[0]) if rows else None

    async def active_project(self, owner: str) -> ProjectView | None:
        """See `Views.active_project`."""
        rows = self._rows("active_project", (owner,))
        return _as(ProjectView, PROJECT_FIELDS, rows[0]) if rows else None

    async def project_names(self, owner: str, limit: int = 1_000, offset: int = 0) -> list[str]:
        """See `Views.project_names`."""
        return [row[0] for row in self._rows("project_names", (owner, limit, offset))]

    async def project_count(self, owner: str = "") -> int:
        """See `Views.project_count`."""
        return int(self._rows("project_count", (owner, owner))[0][0])

    async def usage(self, owner: str) -> UsageView | None:
        """See `Views.usage`."""
        rows = self._rows("usage", (owner,))
        return _as(UsageView, USAGE_FIELDS, rows[0]) if rows else None

    async def budget(self, owner: str, month: str) -> BudgetView | None:
        """See `Views.budget`."""
        rows = self._rows("budget", (owner, month))
        return _as(BudgetView, BUDGET_FIELDS, rows[0]) if rows else None

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
            self._generation, self._statements = found.generation, Statements(found.generation)
        self._looked_s = monotonic()
        return found

    def _lost(self, error: sqlite3.Error) -> Unavailable:
        self.close()
        return Unavailable(f"The views cannot be read ({error}).")


def _task(row: tuple[Any, ...]) -> TaskView:
    fields = dict(zip(TASK_FIELDS, row, strict=True))
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
