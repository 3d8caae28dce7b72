"""The read models' tables. Each exists once per generation (`tasks_g1`, `tasks_g2`, ...), so that a rebuild fills
new tables while the old ones serve; `projections` says which generation is served and how far each has come."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, MetaData, Table
from sqlmodel import AutoString, Field, SQLModel

from shared.readmodel.types import StorableText


class TaskRow(SQLModel, table=True):
    """One task as its owner sees it. Times are ms since 1970 UTC; `segments` is a list as in
    `shared.contracts.workflow`."""

    __tablename__ = "tasks"

    owner: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    surface: str
    workflow: str
    workflow_version: int
    segments: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    brief: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    title: str = ""
    status: str = "pending"  # pending | running | completed | failed | deleted
    current_segment: int = 0
    running_segment: int = 0
    run: int = 0
    attempt: int = 0
    pages: int = 0
    items_done: int = 0
    items_total: int = 0
    progress: float = 0.0  # 0..1 over the whole task; falls only by redo or an edit
    error: str = ""
    created_ms: int = Field(default=0, sa_type=BigInteger)
    updated_ms: int = Field(default=0, sa_type=BigInteger)
    created_position: int = Field(default=0, sa_type=BigInteger)
    position: int = Field(default=0, sa_type=BigInteger)
    purged: bool = False
    orders: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # by segment, as in shared.contracts.orders
    approvals: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))  # keys by segment
    redraw_page: int = 0  # the page that is being drawn anew


class ArtifactRow(SQLModel, table=True):
    """A file that a task has now. `name` is relative to the task's folder, e.g. `image/p1.png`."""

    __tablename__ = "artifacts"

    owner: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    segment: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    kind: str
    item: int
    run: int
    key: str
    media_type: str
    size_bytes: int = Field(sa_type=BigInteger)
    public: bool = True
    created_ms: int = Field(default=0, sa_type=BigInteger)  # of its first version
    updated_ms: int = Field(default=0, sa_type=BigInteger)
    older: list[str] = Field(sa_column=Column(JSON, nullable=False))  # keys of the versions before
    replaced: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # the row before, while it may come back
    position: int = Field(default=0, sa_type=BigInteger)


class ChargeRow(SQLModel, table=True):
    """What one job of a task cost, as in `shared.contracts.values.Charge`."""

    __tablename__ = "charges"

    owner: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    segment: int
    run: int
    kind: str
    item: int
    service: str
    model: str
    quantity: float
    unit: str
    amount_microusd: int = Field(sa_type=BigInteger)
    billed: bool
    position: int = Field(default=0, sa_type=BigInteger)


class ProjectRow(SQLModel, table=True):
    """A project as it is now. `screenplay` and `saved` are documents as in `shared.contracts.screenplay`."""

    __tablename__ = "projects"

    owner: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    preview: str
    screenplay: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    saved: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    open: bool
    opened_position: int = Field(sa_type=BigInteger)
    unsaved: bool
    file_count: int
    size_bytes: int = Field(sa_type=BigInteger)
    files: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    created_ms: int = Field(sa_type=BigInteger)
    modified_ms: int = Field(sa_type=BigInteger)
    created_position: int = Field(sa_type=BigInteger)
    deleted: bool
    position: int = Field(sa_type=BigInteger)


class UsageRow(SQLModel, table=True):
    """A user's requests, added up."""

    __tablename__ = "usage"

    owner: str = Field(primary_key=True)
    requests: int
    succeeded: int
    sent_bytes: int = Field(sa_type=BigInteger)
    took_ms: float
    operations: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    endpoints: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    first_ms: int = Field(sa_type=BigInteger)
    last_ms: int = Field(sa_type=BigInteger)
    position: int = Field(sa_type=BigInteger)


class BudgetRow(SQLModel, table=True):
    """How much of a user's budget of a month (such as 2026-11) is kept for work in hand, and how much is spent."""

    __tablename__ = "budgets"

    owner: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    reserved_microusd: int = Field(sa_type=BigInteger)
    spent_microusd: int = Field(sa_type=BigInteger)
    position: int = Field(sa_type=BigInteger)


class WorkflowRow(SQLModel, table=True):
    """The newest version of each workflow that is defined. `segments` is a list as in the contract."""

    __tablename__ = "workflows"

    name: str = Field(primary_key=True)
    version: int
    segments: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    removed: bool = False
    position: int = Field(default=0, sa_type=BigInteger)


class ProjectionRow(SQLModel, table=True):
    """A generation of the read models: `position` is its checkpoint, `state` is building, live or retired."""

    __tablename__ = "projections"

    generation: int = Field(primary_key=True)
    schema_version: int = 0
    position: int = Field(default=0, sa_type=BigInteger)
    state: str = "building"


VERSIONED: tuple[type[SQLModel], ...] = (TaskRow, ArtifactRow, ChargeRow, ProjectRow, UsageRow, BudgetRow, WorkflowRow)
"""What exists once per generation. A change here needs another `shared.readmodel.version.SCHEMA_VERSION`."""

_ROOM_FOR_UPDATES = {"fillfactor": 80}
"""Rows of tasks change with every job: with room in its page, PostgreSQL need not touch the indexes for that."""


def tables_of(generation: int) -> dict[str, Table]:
    """The tables of one generation by their plain names, in a MetaData of their own."""
    metadata = MetaData()
    tables: dict[str, Table] = {}
    for model in VERSIONED:
        base: Table = model.__table__  # type: ignore[attr-defined]
        tables[base.name] = base.to_metadata(metadata, name=f"{base.name}_g{generation}")
        for column in tables[base.name].columns:
            _fit(column)
    tasks = tables["tasks"]
    tasks.dialect_options["postgresql"]["with"] = _ROOM_FOR_UPDATES
    Index(f"tasks_g{generation}_newest", tasks.c.owner, tasks.c.created_position)
    Index(f"tasks_g{generation}_open", tasks.c.status)
    Index(f"tasks_g{generation}_id", tasks.c.task)
    return tables


def _fit(column: Column[Any]) -> None:
    """What an event may say must fit: a projector that stumbles over one event shows nothing that comes after it."""
    if isinstance(column.type, AutoString):
        column.type = StorableText()
    elif isinstance(column.type, Integer):
        column.type = BigInteger()
