"""The API's description: what FastAPI knows of the routes, and what every answer of a surface has in common.

Middleware answers for all routes (limits, repeated requests, parts that are away), so no route can tell it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from services.gateway import examples
from shared.contracts.script import Script
from shared.contracts.workflow import Segment

Document = dict[str, Any]


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an administrator sends to define a workflow."""

    segments: tuple[Segment, ...]


ABOUT = """Turns a topic into an illustrated, narrated, subtitled story video, step by step.

Four surfaces share one system and one account: **stories** (run a story segment by segment), **projects** (a prompt
becomes a screenplay that you edit), **sessions** (pictures, approve, clips, approve, film) and **videos** (one call
makes a whole video). Every POST takes an `Idempotency-Key`. Times are RFC 3339 in UTC.

Not in this document, because OpenAPI cannot describe them: `WS /ws/notifications?token=` (finished and failed
segments, progress) and `WS /ws/{session_id}` (a session's progress; the id is the key to it).
"""

TAGS = [
    {"name": "stories", "description": "Story tasks: Story, Image, Split, Speech, Video, one after the other."},
    {"name": "projects", "description": "Screenplays from a prompt: preview, finalize, open, edit, render. Errors are "
     "`{\"error\": {code, message, details, suggested_action}}`; 100 requests a minute."},
    {"name": "sessions", "description": "Pictures, approve, clips, approve, film; costs and files."},
    {"name": "videos", "description": "One call makes a whole video; draw one of its pictures anew."},
    {"name": "events", "description": "Server-sent events: what happens to one's own tasks, resumable by position."},
    {"name": "workflows", "description": "Definitions of workflows, for administrators."},
    {"name": "system", "description": "Health, one's budget, and webhooks of the provider."},
]  # fmt: skip

_SURFACE_OF = {"tasks": "stories", "resources": "stories", "accounts": "stories"}
_DETAIL = {"$ref": "#/components/schemas/ErrorOut"}
_MALFORMED = {"$ref": "#/components/schemas/MalformedOut"}
_PROJECT_ERROR = {"$ref": "#/components/schemas/ProjectErrorOut"}
_SAID = {
    400: "The request is not possible now, malformed or out of range",
    401: "Could not validate credentials",
    403: "Only administrators may do this",
    409: "A request with this Idempotency-Key is in progress, or something is being done that this would disturb",
    413: "The body is too large",
    422: "The request is malformed or out of range, or the Idempotency-Key belongs to another request",
    429: "Rate limit exceeded: 100 requests per 60 seconds",
    503: "A part of the system does not answer; try again soon",
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "The same request sent again with the same key is done once; kept for a day.",
}
_RATE_HEADERS = {
    "X-RateLimit-Limit": "Requests allowed in the window.",
    "X-RateLimit-Remaining": "Requests left now.",
    "X-RateLimit-Reset": "Unix time in seconds at which the oldest request leaves the window.",
}
_EXAMPLE = {
    "error": {
        "code": "RATE_LIMIT_EXCEEDED",
        "message": _SAID[429],
        "details": {"limit": 100, "window_seconds": 60, "retry_after": 45},
    }
}


def completed(document: Document) -> Document:
    """FastAPI's document (changed in place), with tags, errors and headers as they are."""
    document["tags"] = TAGS
    for path, method, operation in _operations(document):
        operation["tags"] = [_SURFACE_OF.get(tag, tag) for tag in operation.get("tags", ["system"])]
        if method == "post":
            operation.setdefault("parameters", []).append(_IDEMPOTENCY)
        _add_errors(path, method, operation)
        if path.startswith("/api/v1"):
            _add_rate_limit(operation)
    examples.attach(document)
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _, written = msgspec.json.schema_components((Script, Definition), ref_template="#/components/schemas/{name}")
    schemas.update(written)
    return document


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _add_errors(path: str, method: str, operation: Document) -> None:
    responses = operation["responses"]
    projects, videos = path.startswith("/api/v1"), path.startswith("/v1/")
    form = _PROJECT_ERROR if projects else _DETAIL
    for status in _usual(path, method, operation):
        responses.setdefault(str(status), _response(status, form))
    if "422" in responses and not projects:
        responses["422"] = _response(422, _DETAIL if videos else _MALFORMED)
    elif projects and responses.pop("422", None):
        responses.setdefault("400", _response(400, form))
    operation["responses"] = dict(sorted(responses.items()))


def _usual(path: str, method: str, operation: Document) -> Iterator[int]:
    """What a route may answer although it says nothing of it."""
    if not path.endswith("/health") and path != "/":
        yield 503
    if operation.get("security"):
        yield 401
    if method in ("post", "put", "patch"):
        yield 413
    if method == "post":
        yield from (400, 409, 422)
    if path.startswith("/api/v1"):
        yield from (400, 409, 429) if method != "get" else (400, 429)


def _response(status: int, form: Document) -> Document:
    return {"description": _SAID[status], "content": {"application/json": {"schema": form}}}


def _add_rate_limit(operation: Document) -> None:
    told = {name: {"description": text, "schema": {"type": "integer"}} for name, text in _RATE_HEADERS.items()}
    for response in operation["responses"].values():
        response["headers"] = {**response.get("headers", {}), **told}
    refused = operation["responses"]["429"]
    refused["headers"]["Retry-After"] = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    refused["content"]["application/json"]["example"] = _EXAMPLE
