"""Between HTTP and what it means: preferences, messages, and a task described. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from services.gateway.views import ArtifactView, TaskView, in_page_order, summary_name, task_id, url_of
from services.gateway.waiting import Outcome
from shared.clock import rfc3339
from shared.contracts.values import Brief

LONGEST_WAIT_S = 60
_WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?", re.IGNORECASE)


def preferred_wait(prefer: str, usual_s: float) -> tuple[float, str]:
    """How long to hold an answer, and what of `Prefer` (RFC 7240) was applied."""
    wishes = [one.strip() for one in prefer.split(",")]
    if any(one.lower() == "respond-async" for one in wishes):
        return 0.0, "respond-async"
    for one in wishes:
        if found := _WAIT.fullmatch(one):
            wait_s = min(int(found[1]), LONGEST_WAIT_S)
            return float(wait_s), f"wait={wait_s}"
    return usual_s, ""


def told(outcome: Outcome, number: int) -> str:
    """One sentence on how an executed segment stands."""
    segment = outcome.task.segment(number) if outcome.task else None
    name = f"Segment {number} ({segment.name})" if segment else f"Segment {number}"
    if outcome.state == "done":
        return f"{name} completed"
    if outcome.state == "failed" and outcome.task:
        return f"{name} failed: {outcome.task.error or 'no reason was given'}. Execute it again to retry"
    return f"{name} accepted; it is running"


def described(task: TaskView, files: Sequence[ArtifactView]) -> dict[str, Any]:
    """Everything a user may know about a task."""
    return {
        "task_id": task_id(task.task),
        "status": task.status,
        "title": task.title,
        "brief": described_brief(task),
        "workflow": task.workflow,
        "workflow_version": task.workflow_version,
        "current_segment": task.current_segment,
        "running_segment": task.running_segment,
        "total_segments": len(task.segments),
        "pages": task.pages,
        "items_done": task.items_done,
        "items_total": task.items_total,
        "progress": task.progress,
        "error": task.error,
        "created_at": rfc3339(task.created_ms),
        "updated_at": rfc3339(task.updated_ms),
        "position": task.position,
        "segments": [
            {"id": one.id, "name": one.name, "status": status_of_segment(task, one.id)} for one in task.segments
        ],
        "artifacts": [described_file(task.task, one) for one in in_page_order(files)],
    }


def described_brief(task: TaskView) -> dict[str, Any]:
    """What was asked for, defaults included, under the names of the request."""
    brief = msgspec.convert(task.brief, Brief)
    return {
        "topic": brief.topic,
        "main_role": brief.main_role,
        "scene": brief.scene,
        "genre": brief.genre,
        "art_style": brief.style,
        "language": brief.language,
        "voice_name": brief.voice,
        "duration": brief.length,
        "aspect_ratio": brief.aspect_ratio,
        "seed": brief.seed,
    }


def described_file(task: str, one: ArtifactView) -> dict[str, Any]:
    """A file without its place in the bucket."""
    return {
        "segment": one.segment,
        "name": one.name,
        "url": url_of(task, one.name),
        "media_type": one.media_type,
        "size_bytes": one.size_bytes,
        "page": one.item,
    }


def status_of_segment(task: TaskView, number: int) -> str:
    """pending, running, completed or failed."""
    if number <= task.current_segment:
        return "completed"
    if task.status == "running" and number == task.running_segment:
        return "running"
    return "failed" if task.status == "failed" and number == task.current_segment + 1 else "pending"


def resources_of(task: str, number: int, files: Sequence[ArtifactView]) -> dict[str, Any]:
    """A finished segment's files: the summary first, then what its jobs made, in page order."""
    urls = [url_of(task, one.name) for one in in_page_order(files, number)]
    return {"segmentId": number, "resources": [url_of(task, summary_name(number)), *urls], "urls": urls}
