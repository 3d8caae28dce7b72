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

from services.gateway.views import ArtifactView, Checkpoint, Progress, TaskView, WorkflowView
from shared.contracts.workflow import Segment
from shared.errors import Unavailable

T = TypeVar("T")

_FRESH_S = 1.0
_TASK_FIELDS = tuple(name for name in TaskView.__struct_fields__)
_ARTIFACT_FIELDS = ArtifactView.__struct_fields__
_SEGMENTS = msgspec.json.Decoder(tuple[Segment, ...])


class _Statements:
    """The queries of one generation. Its tables' names hold no user input: a generation is a number."""

    def __init__(self, generation: int) -> None:
        tasks, artifacts, workflows = (f"{name}_g{int(generation)}" for name in ("tasks", "artifacts", "workflows"))
        mine = "owner = ? AND task = ?"
        self.progress = (
            "SELECT current_segment, status, workflow_version, segments, running_segment, items_done, items_total, "  # noqa: S608
            f"progress, error FROM {tasks} WHERE {mine} AND NOT purged"
        )
        self.task = f"SELECT {', '.join(_TASK_FIELDS)} FROM {tasks} WHERE {mine} AND NOT purged"  # noqa: S608
        self.artifacts = f"SELECT {', '.join(_ARTIFACT_FIELDS)} FROM {artifacts} WHERE {mine} AND public"  # noqa: S608
        self.workflows = f"SELECT name, version, segments FROM {workflows} WHERE NOT removed ORDER BY name"  # noqa: S608
        listed = f"SELECT task FROM {tasks} WHERE owner = ? AND surface = ? AND status <> 'deleted'"  # noqa: S608
        newest = " ORDER BY created_position DESC, task DESC LIMIT ?"
        self.newest = listed + newest
        place = f"(SELECT created_position FROM {tasks} WHERE owner = ? AND task = ?)"  # noqa: S608
        self.before = f"{listed} AND created_position < {place}{newest}"


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
        if not rows:
            return None
        fields = dict(zip(_TASK_FIELDS, rows[0], strict=True))
        fields["segments"] = _segments(fields["segments"])
        fields["brief"] = msgspec.json.decode(fields["brief"])
        return TaskView(**fields)

    async def task_ids(self, owner: str, surface: str, limit: int, before: str = "") -> list[str]:
        """See `Views.task_ids`."""
        if before:
            return [row[0] for row in self._rows("before", (owner, surface, owner, before, limit))]
        return [row[0] for row in self._rows("newest", (owner, surface, limit))]

    async def artifacts(self, owner: str, task: str) -> list[ArtifactView]:
        """See `Views.artifacts`."""
        rows = self._rows("artifacts", (owner, task))
        return [ArtifactView(**dict(zip(_ARTIFACT_FIELDS, row, strict=True))) for row in rows]

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


@lru_cache(maxsize=256)
def _segments(text: str) -> tuple[Segment, ...]:
    return _SEGMENTS.decode(text)


@lru_cache(maxsize=256)
def _names(text: str) -> tuple[str, ...]:
    return tuple(segment.name for segment in _SEGMENTS.decode(text))
