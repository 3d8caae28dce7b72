"""The span of an HTTP request, by OpenTelemetry's conventions.

Of the URL only the route's template is told: queries hold tokens, and paths hold names that users chose.
"""

from __future__ import annotations

from typing import Any

from starlette.types import Scope

from services.gateway.measures import NOWHERE, STREAM, place_of
from shared.telemetry.tracing import NOTHING, Span, span, tracing

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_QUIET = frozenset(("/health", "/metrics"))
"""Asked for every few seconds by machines."""


def request_span(scope: Scope, traceparent: str) -> Span:
    """The span to serve a request in, below the caller's if it told one; named after its route once that is known."""
    if not tracing() or scope["path"] in _QUIET:
        return NOTHING
    told: dict[str, Any] = {"http.request.method": _method(scope), "url.scheme": scope.get("scheme", "http")}
    if told["http.request.method"] == "_OTHER":
        told["http.request.method_original"] = scope["method"][:16]
    return span(_method(scope), "server", traceparent, told)


def answered(request: Span, scope: Scope, status: int, request_id: str) -> None:
    """The answer begins with this status."""
    if not request.recording:
        return
    place = place_of(scope.get("route"))
    request.note({"http.response.status_code": status, "talewright.request_id": request_id})
    if STREAM in scope:
        request.note({"talewright.stream": True})
    if place is not NOWHERE:
        request.rename(f"{_method(scope)} {place.route}")
        request.note({"http.route": place.route, "talewright.surface": place.surface})
    if task := scope.get("path_params", {}).get("task_id"):
        request.note({"talewright.task": str(task)})
    if status > 500:  # of a 500 the error itself has told more
        request.fail(str(status))


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in _METHODS else "_OTHER"
