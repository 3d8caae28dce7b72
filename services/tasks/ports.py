"""What the tasks service needs from outside besides the event store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from services.tasks.rows import Key, Row, TaskRows
from shared.contracts.commands import RunJob


class JobQueue(Protocol):
    """Where media commands go."""

    async def put(self, command: RunJob, headers: dict[str, str] | None = None) -> bool:
        """False if this attempt is queued or in hand already. Raises `Unavailable`."""
        ...


class OpenTasks(Protocol):
    """Which tasks may owe commands. Only candidates: the answer may lag, the event store decides."""

    async def candidates(self, upto: int) -> list[Key]:
        """(owner, task) of tasks that run or wait for a purge, seen up to a position (bounded wait)."""
        ...


class OldPreviews(Protocol):
    """Which previews have been there for long. Only candidates: the event store decides."""

    async def created_before(self, time_ms: int) -> list[Key]:
        """(owner, task) of previews that are not deleted, at most a thousand, the oldest first."""
        ...


class Views(Protocol):
    """The rows of one generation of the read models. Blocking: callers use threads."""

    @property
    def generation(self) -> int:
        """Which generation this is."""
        ...

    def position(self) -> int:
        """Where it has come to."""
        ...

    def load_tasks(self, keys: Iterable[Key]) -> dict[Key, TaskRows]:
        """The rows of these tasks; a task that has none gets empty rows."""
        ...

    def load_rows(self, table: str, keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Row]:
        """The rows of another table by their primary keys; those that are not there are left out."""
        ...

    def save(
        self,
        before: int,
        after: int,
        tasks: Sequence[tuple[TaskRows, TaskRows]],
        others: Mapping[str, Sequence[Row]],
    ) -> None:
        """Writes what changed (old rows, new rows; new rows by table) and moves the checkpoint, both or neither.

        Raises `ConcurrencyConflict` if the checkpoint is not at `before`, `Unavailable` if the database is away.
        """
        ...

    def all_rows(self) -> tuple[int, dict[str, list[Row]]]:
        """Everything at one moment: the checkpoint, and each table's rows in the order of their keys."""
        ...


class Generations(Protocol):
    """All generations of the read models. Blocking: callers use threads."""

    def live(self) -> Views:
        """The generation that is served to this release. Raises `Unavailable` if there is none."""
        ...

    def add(self, state: str) -> Views:
        """A new, empty generation."""
        ...

    def unfinished(self, state: str) -> Views | None:
        """The newest generation of this release in that state: somebody was interrupted while filling it."""
        ...

    def serve(self, generation: int) -> int | None:
        """Serves this generation from now on; returns the one that was served before, if there was one."""
        ...

    def drop(self, generation: int) -> None:
        """Removes a generation."""
        ...
