"""A session as its owner sees it: its state in a word, its files, its costs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from services.gateway.quotes import usd
from services.gateway.views import ArtifactView, ChargeView, TaskView
from shared.clock import rfc3339
from shared.contracts.events import Surface
from shared.contracts.orders import ClipsOrder

SURFACE: Surface = "sessions"
WORKFLOW = "session"
IMAGES, CLIPS, FILM = 1, 2, 3
"""The segments of the workflow, by number."""

TYPES = {IMAGES: "image", CLIPS: "video", FILM: "final"}
_RUNNING = {IMAGES: "generating_images", CLIPS: "generating_clips", FILM: "composing"}
_DONE = {
    IMAGES: ("reviewing_images", "images_approved"),
    CLIPS: ("reviewing_clips", "clips_approved"),
    FILM: ("completed", "completed"),
}

Sign = Callable[[str], str]
"""A URL for a key."""


def status_of(task: TaskView) -> str:
    """Where the session is: pending, generating_images, reviewing_images, images_approved, generating_clips,
    reviewing_clips, clips_approved, composing, completed or failed."""
    if task.status == "failed":
        return "failed"
    if task.running_segment:
        return running_word(task.running_segment)
    return done_word(task.current_segment, task.current_segment in task.approvals)


def running_word(segment: int) -> str:
    """The word while a segment runs."""
    return _RUNNING.get(segment, "pending")


def done_word(segment: int, approved: bool) -> str:
    """The word when a segment is done and nothing runs; 0 is none."""
    return _DONE[segment][approved] if segment in _DONE else "pending"


def of_segment(files: Iterable[ArtifactView], segment: int) -> list[ArtifactView]:
    """A segment's files by their number."""
    return sorted((one for one in files if one.segment == segment), key=lambda one: (one.item, one.position))


def described(task: TaskView, files: Sequence[ArtifactView], sign: Sign) -> dict[str, Any]:
    """The session with all its files."""
    film = of_segment(files, FILM)
    done = task.status == "completed"
    return {
        "id": task.task,
        "status": status_of(task),
        "prompt": str(task.brief.get("topic", "")),
        "video_prompt": _video_prompt(task),
        "final_video_url": sign(film[0].key) if film and done else None,
        "created_at": rfc3339(task.created_ms),
        "completed_at": rfc3339(film[0].created_ms or task.updated_ms) if film and done else None,
        "assets": [_asset(task, one, sign) for segment in TYPES for one in of_segment(files, segment)],
    }


def _video_prompt(task: TaskView) -> str | None:
    order = task.orders.get(CLIPS)
    return order.prompt if isinstance(order, ClipsOrder) else None


def _asset(task: TaskView, one: ArtifactView, sign: Sign) -> dict[str, Any]:
    chosen = task.approvals.get(one.segment, ())
    approved = one.key in chosen or one.segment == FILM
    return {
        "id": one.position,
        "type": TYPES[one.segment],
        "url": sign(one.key),
        "approved": approved,
        "order_index": chosen.index(one.key) if one.key in chosen else None,
        "created_at": rfc3339(one.created_ms or task.updated_ms),
    }


class _Sum(msgspec.Struct):
    """What one model of one service has cost so far; `counted` by unit."""

    microusd: int = 0
    counted: dict[str, float] = msgspec.field(default_factory=dict)


def costs(session: str, charges: Iterable[ChargeView]) -> dict[str, Any]:
    """What a session cost, by service and model. Added up in whole millionths, so that the sum is exact."""
    sums: dict[tuple[str, str], _Sum] = {}
    for one in charges:
        found = sums.setdefault((one.service, one.model), _Sum())
        found.microusd += one.amount_microusd
        unit = one.unit.removesuffix("s")
        found.counted[unit] = found.counted.get(unit, 0) + one.quantity
    return {
        "session_id": session,
        "total_cost": usd(sum(one.microusd for one in sums.values())),
        "breakdown": [_cost(service, model, one) for (service, model), one in sums.items()],
    }


def _cost(service: str, model: str, found: _Sum) -> dict[str, Any]:
    tokens = found.counted.pop("token", None)
    names = {"image": "num_images", "second": "duration_seconds"}
    counted = {names.get(unit, f"num_{unit}s"): _plain(quantity) for unit, quantity in found.counted.items()}
    return {
        "service": service,
        "cost": usd(found.microusd),
        "tokens_used": None if tokens is None else round(tokens),
        "details": {"model": model, **counted},
    }


def _plain(quantity: float) -> int | float:
    return int(quantity) if quantity == int(quantity) else round(quantity, 3)
