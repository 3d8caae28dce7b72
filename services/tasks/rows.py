"""Rows of the read models as plain dictionaries with the columns of `shared.readmodel.tables`."""

from __future__ import annotations

from typing import Any

import msgspec

Row = dict[str, Any]
"""A row by column name."""

Key = tuple[str, str]
"""Owner and task."""


class TaskRows(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one task: itself, if it exists, its artifacts by (segment, name), and its charges by number."""

    task: Row | None = None
    artifacts: dict[tuple[int, str], Row] = {}
    charges: dict[int, Row] = {}
