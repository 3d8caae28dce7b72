"""Examples in the API's description: a request and an answer for every operation, as the documents show them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.gateway import examples_projects, examples_sessions, examples_stories, examples_videos

_JSON = "application/json"
BODIES: dict[str, Any] = {
    **examples_stories.BODIES,
    **examples_projects.BODIES,
    **examples_sessions.BODIES,
    **examples_videos.BODIES,
}
ANSWERS: dict[str, Any] = {
    **examples_stories.ANSWERS,
    **examples_projects.ANSWERS,
    **examples_sessions.ANSWERS,
    **examples_videos.ANSWERS,
}
"""By `METHOD /path`; an answer of another status than the usual one has it behind: `POST /path 202`."""


def attach(document: dict[str, Any]) -> None:
    """Puts the examples into FastAPI's document, in place of those that it made itself."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _attach(f"{method.upper()} {path}", operation)


def _attach(name: str, operation: dict[str, Any]) -> None:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if name in BODIES and not media_type.startswith("multipart/"):
            content["example"] = BODIES[name]
    for status, content in _answers(operation):
        found = ANSWERS.get(f"{name} {status}", ANSWERS.get(name))
        if found is not None:
            content["example"] = found


def _answers(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON answers of success, by status."""
    for status, response in operation["responses"].items():
        if status.startswith("2") and _JSON in response.get("content", {}):
            yield status, response["content"][_JSON]
