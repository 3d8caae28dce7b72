"""How events become rows of the read models. Pure: `evolve(rows, commit)` changes rows it is given and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from services.tasks.rows import Row, TaskRows
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.orders import Order, items_of
from shared.contracts.values import Artifact, Charge
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
        case e.ResultsApproved(segment=segment, keys=keys):
            return _approved(rows, task, segment, keys)
        case e.RedrawRequested(run=run, page=page):
            total = 2 + min(2, task["pages"] + 1 - page)  # the picture, one or two clips, the film
            begun = {"run": run, "attempt": 1, "items_done": 0, "items_total": total, "redraw_page": page}
            return _with(rows, status="running", error="", **begun)
        case e.RedrawCompleted():
            return _with(rows, status="completed", redraw_page=0)
        case e.RedrawFailed(run=run, reason=reason):
            return _undrawn(rows, task, run, reason)
        case e.TaskDeleted():
            return _with(TaskRows(task=task, charges=rows.charges), status="deleted", running_segment=0, purged=False)
        case e.JobCompleted(job=job):
            return _job_done(rows, task, event, job, commit)
        case e.ProviderJobSettled(job=job, charge=Charge() as charge):
            return _charged(rows, task, job, (replace(charge, billed=True),), commit)
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
        "orders": {},
        "approvals": {},
        "redraw_page": 0,
    }


def _requested(rows: TaskRows, task: Row, event: e.SegmentRequested) -> TaskRows:
    again = event.run == task["run"]
    kept = {k: a for k, a in rows.artifacts.items() if k[0] < event.segment or again}
    current = min(task["current_segment"], event.segment - 1)
    total = sum(_times(task, group["per"], event.order) for group in _groups(task, event.segment))
    ordered = {str(event.segment): msgspec.to_builtins(event.order)} if event.order else {}
    changed = {
        "status": "running",
        "running_segment": event.segment,
        "current_segment": current,
        "run": event.run,
        "attempt": event.attempt,
        "items_done": task["items_done"] if again else 0,
        "items_total": total,
        "error": "",
        "orders": {**_below(task["orders"], event.segment), **ordered},
        "approvals": _below(task["approvals"], event.segment),
    }
    rows = replace(rows, task={**task, **changed}, artifacts=kept)
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
    edit = JobRef(owner=task["owner"], task=task["task"], segment=event.segment, run=task["run"], kind="split_text")
    kept[event.segment, script.name] = _artifact_row(task, edit, script, commit)
    changed = {"status": "pending", "current_segment": event.segment, "pages": event.pages, "error": ""}
    done = {**task, **changed}
    return replace(rows, task={**done, "progress": _progress(done)}, artifacts=kept)


def _approved(rows: TaskRows, task: Row, segment: int, keys: tuple[str, ...]) -> TaskRows:
    changed = {
        "status": "pending",
        "current_segment": segment,
        "error": "",
        "approvals": {**_below(task["approvals"], segment), str(segment): list(keys)},
        "orders": _below(task["orders"], segment + 1),
    }
    kept = {k: a for k, a in rows.artifacts.items() if k[0] <= segment}
    done = {**task, **changed}
    return replace(rows, task={**done, "progress": _progress(done)}, artifacts=kept)


def _undrawn(rows: TaskRows, task: Row, run: int, reason: str) -> TaskRows:
    """The film stays as it was, and so do the pictures that it shows."""
    back = {k: {**a, **a["replaced"], "replaced": {}} if a["run"] == run else a for k, a in rows.artifacts.items()}
    changed = {"status": "completed", "error": reason, "redraw_page": 0}
    return replace(rows, task={**task, **changed}, artifacts=back)


def _below(by_segment: Row, segment: int) -> Row:
    return {number: value for number, value in by_segment.items() if int(number) < segment}


def _job_done(rows: TaskRows, task: Row, event: e.JobCompleted, job: JobRef, commit: Commit) -> TaskRows:
    if not _is_billed(rows, job):  # what was bought stands there already
        rows = _charged(rows, task, job, event.charges, commit)
    if task["status"] == "deleted":
        return _with(rows, purged=job.kind == "purge_artifacts")
    if job.run != task["run"] or task["status"] not in ("running", "failed"):
        return rows
    new: dict[tuple[int, str], Row] = {}
    for artifact in event.artifacts:
        at = (job.segment, artifact.name)
        new[at] = _replacing(rows.artifacts.get(at), _artifact_row(task, job, artifact, commit))
    changed = {**task, "items_done": task["items_done"] + 1, "title": event.title or task["title"]}
    progress = max(task["progress"], _progress(changed))  # a late answer to a failed attempt takes nothing back
    return replace(rows, task={**changed, "progress": progress}, artifacts={**rows.artifacts, **new})


def _artifact_row(task: Row, job: JobRef, artifact: Artifact, commit: Commit) -> Row:
    return {
        "owner": task["owner"],
        "task": task["task"],
        "segment": job.segment,
        "name": artifact.name,
        "kind": job.kind,
        "item": job.item,
        "run": job.run,
        "key": artifact.key,
        "media_type": artifact.media_type,
        "size_bytes": artifact.size_bytes,
        "public": artifact.public,
        "created_ms": commit.metadata.time_ms,
        "updated_ms": commit.metadata.time_ms,
        "older": [],
        "replaced": {},
        "position": commit.position,
    }


def _replacing(before: Row | None, row: Row) -> Row:
    """A redraw's file takes the place of the one before, which is remembered in case that the redraw fails."""
    if before is None:
        return row
    if before["run"] == row["run"]:
        return {**row, **{name: before[name] for name in ("created_ms", "older", "replaced")}}
    remembered = {name: value for name, value in before.items() if name != "replaced"}
    older = [*before["older"], before["key"]]
    return {**row, "created_ms": before["created_ms"], "older": older, "replaced": remembered}


def _is_billed(rows: TaskRows, job: JobRef) -> bool:
    about = (job.run, job.kind, job.item)
    return any(one["billed"] and (one["run"], one["kind"], one["item"]) == about for one in rows.charges.values())


def _charged(rows: TaskRows, task: Row, job: JobRef, charges: tuple[Charge, ...], commit: Commit) -> TaskRows:
    if not charges:
        return rows
    about = {"owner": task["owner"], "task": task["task"], "position": commit.position}
    done = {"segment": job.segment, "run": job.run, "kind": job.kind, "item": job.item}
    new = {
        number: {**about, "number": number, **done, **msgspec.structs.asdict(charge)}
        for number, charge in enumerate(charges, len(rows.charges) + 1)
    }
    return replace(rows, charges={**rows.charges, **new})


def _progress(task: Row) -> float:
    share = task["items_done"] / task["items_total"] if task["running_segment"] and task["items_total"] else 0.0
    done: float = task["current_segment"] + min(share, 1.0)
    return round(done / len(task["segments"]), 4)


def _groups(task: Row, segment: int) -> Iterator[Row]:
    for wave in task["segments"][segment - 1]["waves"]:
        yield from wave


def _times(task: Row, per: str, order: Order | None) -> int:
    return int(task["pages"]) if per == "page" else items_of(order) if per == "item" else 1


def _with(rows: TaskRows, **changed: Any) -> TaskRows:
    return replace(rows, task={**(rows.task or {}), **changed})
