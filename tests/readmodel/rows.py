"""Rows of any table with only what matters given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON

from services.tasks.rows import Row, TaskRows
from shared.readmodel.tables import tables_of

_LISTS = {"segments", "older", "files"}


def row_of(table: str, **given: Any) -> Row:
    """A whole row: empty texts, zeros and empty documents beside what is given."""
    return {column.name: given.pop(column.name, _empty(column)) for column in tables_of(1)[table].columns} | given


def _empty(column: Any) -> Any:
    if isinstance(column.type, JSON):
        return [] if column.name in _LISTS else {}
    return column.type.python_type()


def task_rows(task: Row, artifacts: list[Row] = [], charges: list[Row] = []) -> tuple[TaskRows, TaskRows]:  # noqa: B006
    """A new task as `Views.save` takes it."""
    new = TaskRows(
        task=task,
        artifacts={(one["segment"], one["name"]): one for one in artifacts},
        charges={one["number"]: one for one in charges},
    )
    return TaskRows(), new
