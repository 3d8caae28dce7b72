"""What happens around every request to the projects surface: its rate limit, and a note for its usage. Plain ASGI."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.errors import error_response
from services.gateway.limits import Verdict, counted_as
from services.gateway.ports import RateWindows, TokenVerifier
from services.gateway.projects_operations import PREFIX, named
from services.gateway.usage import Usage
from shared.clock import now_ms
from shared.contracts.events import RequestNote
from shared.errors import TalewrightError


class ProjectsEdge:
    """Stands outside of what makes answers of errors, so that all of them tell the limit; `around` does to a refusal
    what is done to all other answers. Other surfaces pass."""

    def __init__(
        self,
        app: ASGIApp,
        windows: RateWindows,
        tokens: TokenVerifier,
        usage: Usage,
        around: Callable[[ASGIApp], ASGIApp],
    ) -> None:
        self._app, self._windows, self._tokens, self._usage, self._around = app, windows, tokens, usage, around

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, or says that there were too many."""
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        owner = await self._owner(scope)
        verdict = await self._windows.take(counted_as(owner, (scope.get("client") or ("",))[0]))
        answered = _Answered(send, verdict)
        if not verdict.allowed:  # not noted: notes are kept for ever, and who floods would fill the store with them
            await self._around(_refusal(scope["path"], verdict))(scope, receive, answered.send)
            return
        try:
            await self._app(scope, receive, answered.send)
        finally:
            if owner:
                self._usage.note(owner, answered.note(scope))

    async def _owner(self, scope: Scope) -> str:
        """Whose token it is, "" if it does not count."""
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        kind, _, token = header.decode("latin-1").partition(" ")
        try:
            return str((await self._tokens.verify(token.strip())).user_id) if kind.lower() == "bearer" else ""
        except TalewrightError:
            return ""


class _Answered:
    """Adds the limit's headers to an answer, and remembers what of it is noted."""

    __slots__ = ("_headers", "_send", "_sent_bytes", "_started_s", "_status")

    def __init__(self, send: Send, verdict: Verdict) -> None:
        self._send = send
        self._headers = [(name.lower().encode(), value.encode()) for name, value in verdict.headers.items()]
        self._started_s = perf_counter()
        self._status, self._sent_bytes = 500, 0

    async def send(self, message: Message) -> None:
        """Passes a message on."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message = {**message, "headers": [*message["headers"], *self._headers]}
        elif message["type"] == "http.response.body":
            self._sent_bytes += len(message.get("body", b""))
        await self._send(message)

    def note(self, scope: Scope) -> RequestNote:
        """What is kept of the request."""
        endpoint, operation = named(scope["method"], scope["path"])
        return RequestNote(
            endpoint=endpoint,
            operation=operation,
            status=self._status,
            took_ms=round((perf_counter() - self._started_s) * 1000, 1),
            sent_bytes=self._sent_bytes,
            at_ms=now_ms(),
        )


def _refusal(path: str, verdict: Verdict) -> ASGIApp:
    message = f"Rate limit exceeded: {verdict.limit} requests per {verdict.window_s} seconds"
    details = {"limit": verdict.limit, "window_seconds": verdict.window_s, "retry_after": verdict.retry_after_s}
    return error_response(path, 429, message, details=details)
