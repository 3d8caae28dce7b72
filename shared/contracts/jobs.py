"""How a job is named: every job of a task has a place in it, so a repeated request finds the first one's record."""

from __future__ import annotations

import msgspec

from shared.contracts.workflow import JobKind


class JobRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One unit of work. `run` counts a task's executions of segments; `item` is the page, or 0 for the whole."""

    owner: str
    task: str
    segment: int
    run: int
    kind: JobKind
    item: int = 0

    @property
    def stream_id(self) -> str:
        """The job's stream id: four tokens below its task, so that a task's jobs load with one filter."""
        return f"{self.task}.{self.run}.{self.kind}.{self.item}"
