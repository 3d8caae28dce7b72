"""How events become rows of budgets, one for each user and month. Pure. A commit seen before changes nothing."""

from __future__ import annotations

from services.tasks.rows import Row
from shared.contracts import events as e
from shared.eventstore.port import Commit


def evolve_budget(row: Row | None, commit: Commit) -> Row | None:
    """The row of a month's budget after one commit of it."""
    if row is not None and commit.position <= row["position"]:
        return row
    row = row or _new_row(commit)
    for event in commit.events:
        row = _counted(row, event)
    return {**row, "position": commit.position}


def _new_row(commit: Commit) -> Row:
    about = {"owner": commit.stream.owner, "month": commit.stream.id}
    return {**about, "reserved_microusd": 0, "spent_microusd": 0}


def _counted(row: Row, event: e.Event) -> Row:
    match event:
        case e.BudgetReserved(amount_microusd=amount):
            return {**row, "reserved_microusd": row["reserved_microusd"] + amount}
        case e.BudgetSettled(released_microusd=released, spent_microusd=spent):
            left = row["reserved_microusd"] - released
            return {**row, "reserved_microusd": left, "spent_microusd": row["spent_microusd"] + spent}
        case _:
            return row
