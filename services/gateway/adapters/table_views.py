"""The views read from tables, whatever database they are in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from time import monotonic
from typing import Any

from services.gateway.adapters.view_rows import progress_of, segments_of, task_of, view_of
from services.gateway.adapters.view_statements import Statements
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
from shared.readmodel.text import storable

FRESH_S = 1.0
"""For how long it is believed that the same generation is served; a rebuild waits longer before it drops one."""

Values = tuple[str | int, ...]


def looked_for(values: Values) -> Values:
    """What is asked for, spelled as it would have been stored."""
    return tuple(storable(value) if isinstance(value, str) else value for value in values)


class TableViews(ABC):
    """Implements `Views` on `_rows`. The database may come, go and change while this runs; without it everything is
    `Unavailable`."""

    def __init__(self) -> None:
        self._statements = Statements(0)
        self._generation = 0
        self._looked_s = 0.0

    @abstractmethod
    async def _rows(self, statement: str, values: Values) -> Sequence[Any]:
        """The rows of one of `Statements`, by its name, in the generation that is served. Raises `Unavailable`."""

    @abstractmethod
    async def checkpoint(self) -> Checkpoint:
        """See `Views.checkpoint`."""

    @abstractmethod
    async def ready(self) -> None:
        """Raises `Unavailable` while a gateway should wait with its start."""

    @abstractmethod
    async def aclose(self) -> None:
        """Lets go of the database."""

    def _take_up(self, generation: int, position: int) -> Checkpoint:
        """Reads the generation that is served from now on."""
        if generation != self._generation:
            self._generation, self._statements = generation, self._statements_of(generation)
        self._looked_s = monotonic()
        return Checkpoint(generation, position)

    def _statements_of(self, generation: int) -> Statements:
        return Statements(generation)

    async def progress(self, owner: str, task: str) -> Progress | None:
        """See `Views.progress`."""
        rows = await self._rows("progress", (owner, task))
        return progress_of(rows[0]) if rows else None

    async def task(self, owner: str, task: str) -> TaskView | None:
        """See `Views.task`."""
        rows = await self._rows("task", (owner, task))
        return task_of(rows[0]) if rows else None

    async def find_task(self, task: str) -> TaskView | None:
        """See `Views.find_task`."""
        rows = await self._rows("find_task", (task,))
        return task_of(rows[0]) if rows else None

    async def tasks(self, owner: str, surface: str, limit: int, offset: int = 0) -> list[TaskView]:
        """See `Views.tasks`."""
        return [task_of(row) for row in await self._rows("tasks", (owner, surface, limit, offset))]

    async def task_ids(self, owner: str, surface: str, limit: int, before: str = "") -> list[str]:
        """See `Views.task_ids`."""
        if before:
            return [row[0] for row in await self._rows("before", (owner, surface, owner, before, limit))]
        return [row[0] for row in await self._rows("newest", (owner, surface, limit))]

    async def artifacts(self, owner: str, task: str) -> list[ArtifactView]:
        """See `Views.artifacts`."""
        return [view_of(ArtifactView, row) for row in await self._rows("artifacts", (owner, task))]

    async def charges(self, owner: str, task: str) -> list[ChargeView]:
        """See `Views.charges`."""
        return [view_of(ChargeView, row) for row in await self._rows("charges", (owner, task))]

    async def project(self, owner: str, name: str) -> ProjectView | None:
        """See `Views.project`."""
        rows = await self._rows("project", (owner, name))
        return view_of(ProjectView, rows[0]) if rows else None

    async def active_project(self, owner: str) -> ProjectView | None:
        """See `Views.active_project`."""
        rows = await self._rows("active_project", (owner,))
        return view_of(ProjectView, rows[0]) if rows else None

    async def project_names(self, owner: str, limit: int = 1_000, offset: int = 0) -> list[str]:
        """See `Views.project_names`."""
        return [row[0] for row in await self._rows("project_names", (owner, limit, offset))]

    async def project_count(self, owner: str = "") -> int:
        """See `Views.project_count`."""
        return int((await self._rows("project_count", (owner, owner)))[0][0])

    async def usage(self, owner: str) -> UsageView | None:
        """See `Views.usage`."""
        rows = await self._rows("usage", (owner,))
        return view_of(UsageView, rows[0]) if rows else None

    async def budget(self, owner: str, month: str) -> BudgetView | None:
        """See `Views.budget`."""
        rows = await self._rows("budget", (owner, month))
        return view_of(BudgetView, rows[0]) if rows else None

    async def stored_bytes(self) -> int:
        """See `Views.stored_bytes`."""
        return int((await self._rows("stored_bytes", ()))[0][0])

    async def workflows(self) -> list[WorkflowView]:
        """See `Views.workflows`."""
        rows = await self._rows("workflows", ())
        return [WorkflowView(name=n, version=v, segments=segments_of(segments)) for n, v, segments in rows]
