"""Projects, previews and statistics as their owner sees them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from services.gateway.storage import FILES_PER_PROJECT
from services.gateway.views import ProjectView, UsageView
from shared.clock import rfc3339
from shared.contracts.screenplay import Screenplay

API_VERSION = "1.0.0"
_MB = 10**6
_NAME_CHARS, _MOST_OF_A_NAME = 63, 100


def preview(preview_id: str, name: str, play: Screenplay) -> dict[str, Any]:
    """A screenplay as a preview."""
    return {
        "preview_id": preview_id,
        "project_name": name,
        **content(play),
        "estimated_size_mb": round(size_bytes(play) / _MB, 3),
        "estimated_file_count": FILES_PER_PROJECT,
    }


def content(play: Screenplay) -> dict[str, Any]:
    """Scenes, characters and sequences."""
    return {"scenes": play.scenes, "characters": play.characters, "sequences": play.sequences}


def size_bytes(play: Screenplay) -> int:
    """About how large a project's four files will be: a heading, and three lists as JSON that people can read."""
    heading = {
        "name": play.name,
        "prompt": play.prompt,
        "language": play.language,
        "style": play.style,
        "total_duration": sum(scene.duration for scene in play.scenes),
        "scene_count": len(play.scenes),
        "character_count": len(play.characters),
        "sequence_count": len(play.sequences),
        "shot_count": sum(len(sequence.shots) for sequence in play.sequences),
    }
    parts = (heading, play.scenes, play.characters, play.sequences)
    return sum(len(msgspec.json.format(msgspec.json.encode(part), indent=2)) for part in parts)


def names_for(wanted: str) -> Iterator[str]:
    """The names that finalizing tries in turn, as the tasks service's rules have them."""
    yield wanted
    for number in range(2, _MOST_OF_A_NAME + 1):
        ending = f"-{number}"
        yield wanted[: _NAME_CHARS - len(ending)].rstrip("-") + ending


def opened(project: ProjectView) -> dict[str, Any]:
    """A project in numbers."""
    play = project.screenplay
    return {
        "project_name": project.name,
        "scene_count": len(play.scenes),
        "character_count": len(play.characters),
        "sequence_count": len(play.sequences),
        "created_at": rfc3339(project.created_ms),
        "modified_at": rfc3339(project.modified_ms),
    }


def whole(project: ProjectView) -> dict[str, Any]:
    """A project with all that it holds."""
    return {
        **opened(project),
        "open": project.open,
        "unsaved": project.unsaved,
        **content(project.screenplay),
    }


def usage(user_id: int, counted: UsageView | None) -> dict[str, Any]:
    """A user's requests so far."""
    if counted is None:
        counted = UsageView(
            requests=0, succeeded=0, sent_bytes=0, took_ms=0.0, operations={}, endpoints={}, first_ms=0, last_ms=0
        )
    return {
        "user_id": f"user_{user_id}",
        "total_requests": counted.requests,
        "successful_requests": counted.succeeded,
        "failed_requests": counted.requests - counted.succeeded,
        "total_data_transferred_mb": round(counted.sent_bytes / _MB, 3),
        "average_response_time_ms": round(counted.took_ms / counted.requests, 1) if counted.requests else 0.0,
        "operation_counts": counted.operations,
        "endpoint_counts": counted.endpoints,
        "first_request_time": rfc3339(counted.first_ms) if counted.requests else None,
        "last_request_time": rfc3339(counted.last_ms) if counted.requests else None,
    }
