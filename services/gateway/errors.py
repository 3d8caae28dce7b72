"""HTTP statuses and error bodies, in one place.

`/api/v1` answers `{"error": {code, message, details, suggested_action}}`, everything else `{"detail": ...}`: a
sentence, or for a body that does not fit a list of faults (`/v1`: a sentence, too).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from services.gateway.quotes import told
from shared import errors as e

RETRY_AFTER_S = 2
UNAUTHENTICATED = "Could not validate credentials"


class Unprocessable(e.Invalid):
    """The body does not say what it must."""


class InvalidField(e.Invalid):
    """A field that only a second look finds wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.details = {field: message}


class InsufficientStorage(e.QuotaExceeded):
    """Storage limit exceeded"""

    def __init__(self, message: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = details


class GenerationFailed(e.TalewrightError):
    """What was asked for could not be made"""


class ProjectProblem(e.Rejected):
    """The project does not allow this now; `action` is what to do about it."""

    def __init__(
        self, message: str = "", action: str = "Open the project with POST /projects/open and try again"
    ) -> None:
        super().__init__(message)
        self.action = action


STATUS: dict[type[e.TalewrightError], int] = {
    Unprocessable: 422,
    InsufficientStorage: 507,
    ProjectProblem: 400,
    GenerationFailed: 500,
    e.Invalid: 400,
    e.NotFound: 404,
    e.OutOfOrder: 400,
    e.Busy: 409,
    e.Forbidden: 403,
    e.Unauthenticated: 401,
    e.QuotaExceeded: 429,
    e.OverBudget: 402,
    e.Rejected: 400,
    e.ConcurrencyConflict: 409,
    e.Unavailable: 503,
    e.Undecodable: 500,
    e.TalewrightError: 500,
}
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": str(RETRY_AFTER_S)},
}
_CODES: dict[int, tuple[str, str]] = {
    400: ("VALIDATION_ERROR", "Check the request and try again"),
    401: ("AUTHENTICATION_ERROR", "Log in and send the access token"),
    402: ("BUDGET_EXCEEDED", "Ask for less, or wait for the next month"),
    403: ("AUTHORIZATION_ERROR", "Ask an administrator for access"),
    404: ("RESOURCE_NOT_FOUND", "Check the path and the identifiers"),
    405: ("METHOD_NOT_ALLOWED", "Use one of the methods in the Allow header"),
    409: ("CONFLICT", "Wait for the other request and try again"),
    413: ("PAYLOAD_TOO_LARGE", "Send a smaller body"),
    422: ("VALIDATION_ERROR", "Check the request and try again"),
    429: ("RATE_LIMIT_EXCEEDED", ""),
    503: ("SERVICE_UNAVAILABLE", "Try again in a moment"),
    507: ("STORAGE_LIMIT_EXCEEDED", "Delete what is no longer needed"),
}
PROJECT_ERROR = "PROJECT_ERROR"
_UNKNOWN = ("INTERNAL_SERVER_ERROR", "Try again; report it if it stays")


def status_of(error: e.TalewrightError) -> int:
    """The status of an error of ours."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_response(
    path: str,
    status: int,
    message: object,
    headers: Mapping[str, str] | None = None,
    details: Any = None,
    kind: tuple[str, str] | None = None,
    beside: Mapping[str, Any] | None = None,
) -> Response:
    """An error in the form of the surface that the path belongs to; `kind` is its code and what to do about it, where
    the status does not say it; `beside` stands beside the sentence, or among the details."""
    wrapped = path == "/api/v1" or path.startswith("/api/v1/")
    if wrapped and status == 422:
        status = 400
    if isinstance(message, list) and path.startswith("/v1/"):
        message = "; ".join(map(_sentence, message))
    code = kind or _CODES.get(status, _UNKNOWN)
    body = _wrapped(code, message, details or beside) if wrapped else {"detail": message, **(beside or {})}
    return Response(
        msgspec.json.encode(body), status, {**_HEADERS.get(status, {}), **(headers or {})}, "application/json"
    )


def _sentence(fault: dict[str, Any]) -> str:
    """A fault of a body as words: `duration: Input should be 'short' or 'long'`."""
    return f"{_place(fault)}: {fault['msg']}"


def _place(fault: dict[str, Any]) -> str:
    """Where a fault is: `preferences.sceneCount`, and `body` for a body that is no JSON at all."""
    whole = fault["type"] == "json_invalid"
    return "body" if whole else ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])


def _wrapped(kind: tuple[str, str], message: object, details: Any) -> dict[str, Any]:
    code, action = kind
    if isinstance(message, list):
        faults: list[dict[str, Any]] = message
        message, details = "Invalid request data", {_place(fault): fault["msg"] for fault in faults}
    error = {"code": code, "message": message, "details": details or {}}
    return {"error": {**error, "suggested_action": action} if action else error}


def install(app: FastAPI) -> None:
    """Makes every error of the application and of the framework answer in its surface's form."""
    app.add_exception_handler(e.TalewrightError, _on_ours)
    app.add_exception_handler(HTTPException, _on_framework)
    app.add_exception_handler(RequestValidationError, _on_body)


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, e.TalewrightError)
    if isinstance(error, e.OutOfOrder):
        error = ProjectProblem(error.message)
    kind = (PROJECT_ERROR, error.action) if isinstance(error, ProjectProblem) else None
    details = getattr(error, "details", None)
    beside = told(error.quote) if isinstance(error, e.OverBudget) and error.quote else None
    path, status = request.url.path, status_of(error)
    return error_response(path, status, error.message, details=details, kind=kind, beside=beside)


async def _on_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail or HTTPStatus(error.status_code).phrase
    return error_response(request.url.path, error.status_code, detail, error.headers)


async def _on_body(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # What was sent is not echoed: it may hold a password.
    found = [{"loc": list(one["loc"]), "msg": one["msg"], "type": one["type"]} for one in error.errors()]
    return error_response(request.url.path, 422, found)
