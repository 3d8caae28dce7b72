"""How events become the rows of workflow definitions. Pure."""

from __future__ import annotations

import msgspec

from services.tasks.rows import Row
from shared.contracts import events as e
from shared.eventstore.port import Commit


def evolve_workflow(row: Row | None, commit: Commit) -> Row | None:
    """The row of a workflow definition after one commit."""
    for event in commit.events:
        match event:
            case e.WorkflowDefined(name=name, version=version, segments=segments):
                row = {"name": name, "version": version, "segments": msgspec.to_builtins(segments), "removed": False}
            case _:
                row = {**row, "removed": True} if row else None
    return {**row, "position": commit.position} if row else None
