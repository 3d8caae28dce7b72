"""How events become rows of the read models. Pure: `evolve(rows, commit)` changes rows it is given and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from services.tasks.rows import Row, TaskRows
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.eventstore.port import Commit


def evolve_task(rows: TaskRows, commit: Commit) -> TaskRows:
    """The rows of a task after one commit of the task or of one of its jobs. A commit seen before changes nothing."""
    if rows.task is not None and commit.position <= rows.task["position"]:
        return rows
    for event in commit.events:
        rows = _evolve(rows, event, commit)
    if rows.task is None:
        return rows
    return _with(rows, position=commit.position, updated_ms=commit.metadata.time_ms)


def _evolve(rows: TaskRows, event: e.Event, commit: Commit) -> TaskRows:
    if isinstance(event, e.TaskCreated):
        return TaskRows(task=_new_row(event, commit))
    task = rows.task
    if task is None:
        return rows
    match event:
        case e.SegmentRequested():
            return _requested(rows, task, event)
        case e.SegmentCompleted():
            return _with(rows, **_completed(task, event))
        case e.SegmentFailed(reason=reason):
            return _with(rows, status="failed", running_segment=0, error=reason)
        case e.ScriptEdited():
            return _edited(rows, task, event, commit)
        case e.TaskDeleted():
            return _with(TaskRows(task=task), status="deleted", running_segment=0, purged=False)
        case e.JobCompleted(job=job):
            return _job_done(rows, task, event, job, commit)
        case _:
            return rows


def _new_row(event: e.TaskCreated, commit: Commit) -> Row:
    return {
        "owner": commit.stream.owner,
        "task": commit.stream.id,
        "surface": event.surface,
        "workflow": event.workflow.name,
        "workflow_version": event.workflow.version,
        "segments": msgspec.to_builtins(event.workflow.segments),
        "brief": msgspec.to_builtins(event.brief),
        "title": "",
        "status": "pending",
        "current_segment": 0,
        "running_segment": 0,
        "run": 0,
        "attempt": 0,
        "pages": 0,
        "items_done": 0,
        "items_total": 0,
        "progress": 0.0,
        "error": "",
        "created_ms": commit.metadata.time_ms,
        "updated_ms": commit.metadata.time_ms,
        "created_position": commit.position,
        "position": commit.position,
        "purged": False,
    }


def _requested(rows: TaskRows, task: Row, event: e.SegmentRequested) -> TaskRows:
    again = event.run == task["run"]
    kept = {k: a for k, a in rows.artifacts.items() if k[0] < event.segment or again}
    current = min(task["current_segment"], event.segment - 1)
    total = sum(_times(task, group["per"]) for group in _groups(task, event.segment))
    changed = {
        "status": "running",
        "running_segment": event.segment,
        "current_segment": current,
        "run": event.run,
        "attempt": event.attempt,
        "items_done": task["items_done"] if again else 0,
        "items_total": total,
        "error": "",
    }
    rows = TaskRows(task={**task, **changed}, artifacts=kept)
    return _with(rows, progress=_progress(rows.task or {}))


def _completed(task: Row, event: e.SegmentCompleted) -> Row:
    last = event.segment == len(task["segments"])
    done = {**task, "current_segment": event.segment, "running_segment": 0}
    return {
        "status": "completed" if last else "pending",
        "current_segment": event.segment,
        "running_segment": 0,
        "pages": event.pages or task["pages"],
        "progress": _progress(done),
    }


def _edited(rows: TaskRows, task: Row, event: e.ScriptEdited, commit: Commit) -> TaskRows:
    kept = {k: a for k, a in rows.artifacts.items() if k[0] <= event.segment}
    script = event.script
    kept[event.segment, script.name] = _artifact_row(task, event.segment, "split_text", 0, script, commit)
    changed = {"status": "pending", "current_segment": event.segment, "pages": event.pages, "error": ""}
    done = {**task, **changed}
    return TaskRows(task={**done, "progress": _progress(done)}, artifacts=kept)


def _job_done(rows: TaskRows, task: Row, event: e.JobCompleted, job: JobRef, commit: Commit) -> TaskRows:
    if task["status"] == "deleted":
        return _with(rows, purged=job.kind == "purge_artifacts")
    if job.run != task["run"] or task["status"] not in ("running", "failed"):
        return rows
    new = {
        (job.segment, a.name): _artifact_row(task, job.segment, job.kind, job.item, a, commit) for a in event.artifacts
    }
    changed = {**task, "items_done": task["items_done"] + 1, "title": event.title or task["title"]}
    return TaskRows(task={**changed, "progress": _progress(changed)}, artifacts={**rows.artifacts, **new})


def _artifact_row(task: Row, segment: int, kind: str, item: int, artifact: Any, commit: Commit) -> Row:
    return {
        "owner": task["owner"],
        "task": task["task"],
        "segment": segment,
        "name": artifact.name,
        "kind": kind,
        "item": item,
        "key": artifact.key,
        "media_type": artifact.media_type,
        "size_bytes": artifact.size_bytes,
        "public": artifact.public,
        "position": commit.position,
    }


def _progress(task: Row) -> float:
    share = task["items_done"] / task["items_total"] if task["running_segment"] and task["items_total"] else 0.0
    done: float = task["current_segment"] + min(share, 1.0)
    return round(done / len(task["segments"]), 4)


def _groups(task: Row, segment: int) -> Iterator[Row]:
    for wave in task["segments"][segment - 1]["waves"]:
        yield from wave


def _times(task: Row, per: str) -> int:
    return int(task["pages"]) if per == "page" else 1


def _with(rows: TaskRows, **changed: Any) -> TaskRows:
    return TaskRows(task={**(rows.task or {}), **changed}, artifacts=rows.artifacts)


def evolve_workflow(row: Row | None, commit: Commit) -> Row | None:
    """The row of a workflow definition after one commit."""
    for event in commit.events:
        match event:
            case e.WorkflowDefined(name=name, version=version, segments=segments):
                row = {"name": name, "version": version, "segments": msgspec.to_builtins(segments), "removed": False}
            case _:
                row = {**row, "removed": True} if row else None
    return {**row, "position": commit.position} if row else None
