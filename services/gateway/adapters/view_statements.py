"""The queries over the read models, the same for every database, and the columns that each kind of row has."""

from __future__ import annotations

import itertools
import re

from services.gateway.views import ArtifactView, BudgetView, ChargeView, ProjectView, TaskView, UsageView
from shared.readmodel.version import SCHEMA_VERSION

TASK_FIELDS = TaskView.__struct_fields__
ARTIFACT_FIELDS = ArtifactView.__struct_fields__
CHARGE_FIELDS = ChargeView.__struct_fields__
PROJECT_FIELDS = ProjectView.__struct_fields__
USAGE_FIELDS = UsageView.__struct_fields__
BUDGET_FIELDS = BudgetView.__struct_fields__
_TABLES = ("tasks", "artifacts", "charges", "projects", "usage", "budgets", "workflows")

SERVED = (
    f"SELECT generation, position FROM projections WHERE state = 'live' AND schema_version = {SCHEMA_VERSION} "  # noqa: S608
    "ORDER BY generation DESC LIMIT 1"
)
"""The generation that is served to programs of this schema; other releases have one of their own."""

SCHEMAS = "SELECT schema_version FROM projections WHERE state = 'live'"


class Statements:
    """The queries of one generation. Its tables' names hold no user input: a generation is a number."""

    def __init__(self, generation: int) -> None:
        named = (f"{name}_g{int(generation)}" for name in _TABLES)
        tasks, artifacts, charges, projects, usage, budgets, workflows = named
        mine = "owner = ? AND task = ?"
        self.progress = (
            "SELECT current_segment, status, workflow_version, segments, running_segment, items_done, items_total, "  # noqa: S608
            f"progress, error FROM {tasks} WHERE {mine} AND NOT purged"
        )
        whole_task = f"SELECT {', '.join(TASK_FIELDS)} FROM {tasks}"  # noqa: S608
        self.task = f"{whole_task} WHERE {mine} AND NOT purged"
        self.find_task = f"{whole_task} WHERE task = ? AND NOT purged"
        self.artifacts = f"SELECT {', '.join(ARTIFACT_FIELDS)} FROM {artifacts} WHERE {mine} AND public"  # noqa: S608
        self.artifacts += " ORDER BY segment, name"
        self.workflows = f"SELECT name, version, segments FROM {workflows} WHERE NOT removed ORDER BY name"  # noqa: S608
        listed = f"SELECT task FROM {tasks} WHERE owner = ? AND surface = ? AND status <> 'deleted'"  # noqa: S608
        newest = " ORDER BY created_position DESC, task DESC LIMIT ?"
        self.newest = listed + newest
        place = f"(SELECT created_position FROM {tasks} WHERE owner = ? AND task = ?)"  # noqa: S608
        self.before = f"{listed} AND created_position < {place}{newest}"
        self.tasks = f"{whole_task} WHERE owner = ? AND surface = ? AND status <> 'deleted'{newest} OFFSET ?"
        self.charges = f"SELECT {', '.join(CHARGE_FIELDS)} FROM {charges} WHERE {mine} ORDER BY number"  # noqa: S608
        whole_project = f"SELECT {', '.join(PROJECT_FIELDS)} FROM {projects} WHERE owner = ? AND NOT deleted"  # noqa: S608
        self.project = f"{whole_project} AND name = ?"
        self.active_project = f"{whole_project} AND open ORDER BY opened_position DESC LIMIT 1"
        self.project_names = (
            f"SELECT name FROM {projects} WHERE owner = ? AND NOT deleted "  # noqa: S608
            "ORDER BY created_position DESC LIMIT ? OFFSET ?"
        )
        counted = "WHERE NOT deleted AND (owner = ? OR ? = '')"
        self.project_count = f"SELECT count(*) FROM {projects} {counted}"  # noqa: S608
        self.usage = f"SELECT {', '.join(USAGE_FIELDS)} FROM {usage} WHERE owner = ?"  # noqa: S608
        self.budget = f"SELECT {', '.join(BUDGET_FIELDS)} FROM {budgets} WHERE owner = ? AND month = ?"  # noqa: S608
        self.stored_bytes = (
            f"SELECT (SELECT coalesce(sum(size_bytes), 0) FROM {artifacts}) + "  # noqa: S608
            f"(SELECT coalesce(sum(size_bytes), 0) FROM {projects} WHERE NOT deleted)"
        )


def numbered(statements: Statements) -> Statements:
    """The same with PostgreSQL's placeholders, $1 and on, for SQLite's question marks."""
    for name, text in vars(statements).items():
        count = itertools.count(1)
        setattr(statements, name, re.sub(r"\?", lambda _, count=count: f"${next(count)}", text))  # type: ignore[misc]
    return statements
