"""What happens to every HTTP request before and after its route: size, request id, trace, headers, log. Plain ASGI."""

from __future__ import annotations

import logging
import random
import re
from time import perf_counter

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.errors import error_response, status_of
from services.gateway.measures import STREAM, count
from services.gateway.settings import GatewaySettings
from services.gateway.traces import answered, request_span
from shared.errors import TalewrightError
from shared.telemetry.trace_context import Belonging, continued

log = logging.getLogger("talewright.gateway")

TOO_LARGE = "The body is too large"
UPLOAD_PATH = "/api/storage/upload-input"
"""The one path whose bodies are files, with a limit of their own."""
WEBHOOKS_PATH = "/webhooks/"
"""Below it are bodies of others, with a limit of their own, too: they repeat what they are about."""
_FORM_BYTES = 64_000
"""What a form has around its file."""
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_READS = frozenset(("GET", "HEAD", "OPTIONS"))
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]


class Edge:
    """Stands outside of all that fails. An error that nothing caught becomes a 500 in the surface's form here."""

    def __init__(self, app: ASGIApp, settings: GatewaySettings) -> None:
        self._app = app
        self._limit = settings.body_limit_bytes
        self._upload_limit = settings.upload_limit_bytes + _FORM_BYTES
        self._webhook_limit = settings.webhook_limit_bytes
        self._slow_s = settings.slow_request_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; other kinds of connections pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._limit_of(scope["path"]))
        with exchange.belonging, exchange.span:
            try:
                await exchange.run(self._app)
            finally:
                exchange.tell(self._slow_s)

    def _limit_of(self, path: str) -> int:
        if path == UPLOAD_PATH:
            return self._upload_limit
        return self._webhook_limit if path.startswith(WEBHOOKS_PATH) else self._limit


class _Exchange:
    """One request and its answer."""

    __slots__ = (
        "_declared",
        "_got",
        "_limit",
        "_receive",
        "_scope",
        "_send",
        "_started_s",
        "_status",
        "_tag",
        "belonging",
        "span",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self._scope, self._receive, self._send, self._limit = scope, receive, send, limit
        self._got = self._status = self._declared = 0
        self._started_s = perf_counter()
        self._tag = b""
        traceparent = ""
        for name, value in scope["headers"]:
            if name == b"content-length":
                self._declared = int(value) if value.isdigit() else 0
            elif name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
                self._tag = value
            elif name == b"traceparent":
                traceparent = value.decode("latin-1")
        self._tag = self._tag or b"%016x" % random.getrandbits(64)
        ours = continued(traceparent) if traceparent or scope["method"] not in _READS else ""
        self.belonging = Belonging(ours, self._tag.decode())
        self.span = request_span(scope, traceparent)

    async def run(self, app: ASGIApp) -> None:
        """Serves the request."""
        if self._declared > self._limit:
            await self._answer(413, TOO_LARGE)
            return
        receive = self._receive if self._scope["method"] in _READS else self.receive
        try:
            await app(self._scope, receive, self.send)
        except TalewrightError as error:
            await self._answer(status_of(error), error.message)
        except HTTPException as error:
            await self._answer(error.status_code, error.detail)
        except Exception as error:
            self.span.mind(error)
            log.exception("%s %s failed", self._scope["method"], self._scope["path"])
            if self._status:
                raise  # the answer has begun: only a broken connection tells the client
            await self._answer(500, "Internal Server Error")

    async def receive(self) -> Message:
        """The next part of the body; counts, since a chunked body declares no length."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._got += len(message.get("body", b""))
            if self._got > self._limit:
                raise HTTPException(413, TOO_LARGE)
        return message

    async def send(self, message: Message) -> None:
        """Adds the headers that every answer has."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._begun()
            headers = [*message["headers"], *_SECURITY, (b"x-request-id", self._tag)]
            message = {**message, "headers": headers}
        await self._send(message)

    def _begun(self) -> None:
        """The answer begins. A stream has no end that anybody waits for, so its span ends here."""
        answered(self.span, self._scope, self._status, self._tag.decode())
        if STREAM in self._scope:
            self.span.end()

    def tell(self, slow_s: float) -> None:
        """A number for every request, and one short line for what changes something, fails or is slow; never the
        query, which may hold a token."""
        took_s = perf_counter() - self._started_s
        count(self._scope, self._status, took_s)
        method = self._scope["method"]
        if method not in _READS or self._status >= 400 or took_s >= slow_s:
            log.info("%s %s %d %.0f ms %s", method, self._scope["path"], self._status, took_s * 1e3, self._tag.decode())

    async def _answer(self, status: int, message: str) -> None:
        await error_response(self._scope["path"], status, message)(self._scope, self._receive, self.send)
