"""How events become rows of projects and of usage. Pure. A commit seen before changes nothing."""

from __future__ import annotations

import msgspec

from services.tasks.project import ProjectState, evolve
from services.tasks.rows import Row
from shared.contracts import events as e
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Artifact
from shared.eventstore.port import Commit

_KEEPS_TIME = (e.ProjectOpened, e.ProjectClosed)


def evolve_project(row: Row | None, commit: Commit) -> Row | None:
    """The row of a project (by owner and name) after one commit of it. A deleted project's row stays, emptied."""
    if row is not None and commit.position <= row["position"]:
        return row
    state = _state_of(row)
    for event in commit.events:
        state = evolve(state, event)
        row = _noted(row, event, commit)
    return {**row, **_columns(state), "position": commit.position} if row else None


def _noted(row: Row | None, event: e.Event, commit: Commit) -> Row | None:
    """What an event's time and place say."""
    time_ms = commit.metadata.time_ms
    if isinstance(event, e.ProjectCreated):
        return _new_row(commit)
    if row is None:
        return None
    if isinstance(event, e.ProjectOpened):
        row = {**row, "opened_position": commit.position}
    return row if isinstance(event, _KEEPS_TIME) else {**row, "modified_ms": time_ms}


def _new_row(commit: Commit) -> Row:
    return {
        "owner": commit.stream.owner,
        "name": commit.stream.id,
        "opened_position": 0,
        "created_ms": commit.metadata.time_ms,
        "modified_ms": commit.metadata.time_ms,
        "created_position": commit.position,
    }


def _columns(state: ProjectState) -> Row:
    files = () if state.deleted else state.files
    return {
        "preview": state.preview,
        "screenplay": {} if state.deleted else msgspec.to_builtins(state.screenplay),
        "saved": {} if state.deleted else msgspec.to_builtins(state.saved),
        "open": state.open,
        "unsaved": state.unsaved and not state.deleted,
        "files": [msgspec.to_builtins(file) for file in files],
        "file_count": len(files),
        "size_bytes": sum(file.size_bytes for file in files),
        "deleted": state.deleted,
    }


def _state_of(row: Row | None) -> ProjectState:
    """The state that a row was made of. What a deleted project was does not matter any more."""
    if row is None:
        return ProjectState()
    if row["deleted"]:
        return ProjectState(preview=row["preview"], deleted=True)
    return ProjectState(
        screenplay=msgspec.convert(row["screenplay"], Screenplay),
        saved=msgspec.convert(row["saved"], Screenplay),
        preview=row["preview"],
        files=msgspec.convert(row["files"], tuple[Artifact, ...]),
        open=row["open"],
    )


def evolve_usage(row: Row | None, commit: Commit) -> Row | None:
    """The row of a user's requests, added up, after one commit of one of the user's records."""
    if row is not None and commit.position <= row["position"]:
        return row
    for event in commit.events:
        if isinstance(event, e.RequestsServed):
            for note in event.requests:
                row = _counted(row or _new_usage(commit.stream.owner, note.at_ms), note)
    return {**row, "position": commit.position} if row else None


def _new_usage(owner: str, at_ms: int) -> Row:
    return {
        "owner": owner,
        "requests": 0,
        "succeeded": 0,
        "sent_bytes": 0,
        "took_ms": 0.0,
        "operations": {},
        "endpoints": {},
        "first_ms": at_ms,
        "last_ms": at_ms,
    }


def _counted(row: Row, note: e.RequestNote) -> Row:
    operations, endpoints = row["operations"], row["endpoints"]
    return {
        **row,
        "requests": row["requests"] + 1,
        "succeeded": row["succeeded"] + (note.status < 400),
        "sent_bytes": row["sent_bytes"] + note.sent_bytes,
        "took_ms": row["took_ms"] + note.took_ms,
        "operations": {**operations, note.operation: operations.get(note.operation, 0) + 1},
        "endpoints": {**endpoints, note.endpoint: endpoints.get(note.endpoint, 0) + 1},
        "first_ms": min(row["first_ms"], note.at_ms),
        "last_ms": max(row["last_ms"], note.at_ms),
    }
