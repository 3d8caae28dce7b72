"""What the tasks service needs from outside besides the event store."""

from __future__ import annotations

from typing import Protocol

from shared.contracts.commands import RunJob


class JobQueue(Protocol):
    """Where media commands go."""

    async def put(self, command: RunJob, headers: dict[str, str] | None = None) -> bool:
        """False if this attempt is queued or in hand already. Raises `Unavailable`."""
        ...


class OpenTasks(Protocol):
    """Which tasks may owe commands. Only candidates: the answer may lag, the event store decides."""

    async def candidates(self, upto: int) -> list[tuple[str, str]]:
        """(owner, task) of tasks that run or wait for a purge, seen up to a position (bounded wait)."""
        ...
