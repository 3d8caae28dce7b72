"""Event types by name, their schema versions, and how bodies become events.

A body is JSON of the event's own fields. When a shape changes, its number here goes up, the old shape gets an upcast
in `upcasts.py` and a golden file in `tests/contracts/golden`; the domain only ever sees the newest.
"""

from __future__ import annotations

from typing import Any

import msgspec

from shared.contracts import events as e
from shared.contracts.upcasts import UPCASTS
from shared.errors import Undecodable

TYPES: dict[str, type[e.Event]] = {
    "task.created": e.TaskCreated,
    "task.segment-requested": e.SegmentRequested,
    "task.segment-completed": e.SegmentCompleted,
    "task.segment-failed": e.SegmentFailed,
    "task.script-edited": e.ScriptEdited,
    "task.results-approved": e.ResultsApproved,
    "task.redraw-requested": e.RedrawRequested,
    "task.redraw-completed": e.RedrawCompleted,
    "task.redraw-failed": e.RedrawFailed,
    "task.deleted": e.TaskDeleted,
    "job.started": e.JobStarted,
    "job.provider-job-submitted": e.ProviderJobSubmitted,
    "job.submission-intended": e.SubmissionIntended,
    "job.provider-job-settled": e.ProviderJobSettled,
    "job.completed": e.JobCompleted,
    "job.failed": e.JobFailed,
    "budget.reserved": e.BudgetReserved,
    "budget.settled": e.BudgetSettled,
    "project.created": e.ProjectCreated,
    "project.opened": e.ProjectOpened,
    "project.scene-added": e.SceneAdded,
    "project.scene-modified": e.SceneModified,
    "project.scene-removed": e.SceneRemoved,
    "project.character-modified": e.CharacterModified,
    "project.sequence-modified": e.SequenceModified,
    "project.saved": e.ProjectSaved,
    "project.reverted": e.ProjectReverted,
    "project.closed": e.ProjectClosed,
    "project.deleted": e.ProjectDeleted,
    "usage.requests-served": e.RequestsServed,
    "workflow.defined": e.WorkflowDefined,
    "workflow.removed": e.WorkflowRemoved,
    "account.registered": e.AccountRegistered,
    "account.refresh-token-reused": e.RefreshTokenReused,
}
SCHEMA_VERSIONS: dict[str, int] = dict.fromkeys(TYPES, 1)

_NAMES = {kind: name for name, kind in TYPES.items()}
_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[str, msgspec.json.Decoder[e.Event]] = {n: msgspec.json.Decoder(k) for n, k in TYPES.items()}


def type_of(event: e.Event) -> str:
    """The wire type of an event, such as `task.segment-requested`."""
    return _NAMES[type(event)]


def encode(event: e.Event) -> bytes:
    """The event's data as JSON."""
    return _ENCODER.encode(event)


def decode(name: str, schema: int, body: bytes | msgspec.Raw) -> e.Event:
    """The newest shape of an event from the body of any shape it ever had. Raises `Undecodable`."""
    try:
        if schema == SCHEMA_VERSIONS[name]:
            return _DECODERS[name].decode(body)
        return _upcast(name, schema, msgspec.json.decode(body, type=dict[str, Any]))
    except KeyError as error:
        raise Undecodable(f"No contract for {name} (schema {schema}).") from error
    except msgspec.MsgspecError as error:
        raise Undecodable(f"{name} (schema {schema}): {error}") from error


def _upcast(name: str, schema: int, data: dict[str, Any]) -> e.Event:
    while schema < SCHEMA_VERSIONS[name]:
        data = UPCASTS[name, schema](data)
        schema += 1
    if schema > SCHEMA_VERSIONS[name]:
        raise Undecodable(f"{name} has schema {schema}; this version knows {SCHEMA_VERSIONS[name]}.")
    return msgspec.convert(data, TYPES[name])
