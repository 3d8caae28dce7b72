"""The read models' tables. Each exists once per generation (`tasks_g1`, `tasks_g2`, ...), so that a rebuild fills
new tables while the old ones serve; `projections` says which generation is served and how far each has come."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Index, MetaData, Table
from sqlmodel import Field, SQLModel


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
    created_ms: int = 0
    updated_ms: int = 0
    created_position: int = 0
    position: int = 0
    purged: bool = False


class ArtifactRow(SQLModel, table=True):
    """A file that a task has now. `name` is relative to the task's folder, e.g. `image/p1.png`."""

    __tablename__ = "artifacts"

    owner: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    segment: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    kind: str
    item: int
    key: str
    media_type: str
    size_bytes: int
    public: bool = True
    position: int = 0


class WorkflowRow(SQLModel, table=True):
    """The newest version of each workflow that is defined. `segments` is a list as in the contract."""

    __tablename__ = "workflows"

    name: str = Field(primary_key=True)
    version: int
    segments: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    removed: bool = False
    position: int = 0


class ProjectionRow(SQLModel, table=True):
    """A generation of the read models: `position` is its checkpoint, `state` is building, live or retired."""

    __tablename__ = "projections"

    generation: int = Field(primary_key=True)
    position: int = 0
    state: str = "building"


VERSIONED: tuple[type[SQLModel], ...] = (TaskRow, ArtifactRow, WorkflowRow)


def tables_of(generation: int) -> dict[str, Table]:
    """The tables of one generation by their plain names, in a MetaData of their own."""
    metadata = MetaData()
    tables: dict[str, Table] = {}
    for model in VERSIONED:
        base: Table = model.__table__  # type: ignore[attr-defined]
        tables[base.name] = base.to_metadata(metadata, name=f"{base.name}_g{generation}")
    tasks = tables["tasks"]
    Index(f"tasks_g{generation}_newest", tasks.c.owner, tasks.c.created_position)
    Index(f"tasks_g{generation}_open", tasks.c.status)
    return tables
