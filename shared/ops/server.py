"""The ops server: `/metrics`, `/livez` and `/readyz` on a port of its own, beside whatever the service does.

It runs on the service's own event loop: that is what makes `/livez` worth asking.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import msgspec
import uvicorn

from shared.ending import end
from shared.errors import Unavailable
from shared.ops.readiness import EVERY_S, Check, Readiness
from shared.ops.version import VERSION
from shared.settings import Settings
from shared.telemetry.metrics import BUILD, CONTENT_TYPE, exposition

log = logging.getLogger("talewright.ops")

_JSON = b"application/json"
_TEXT = b"text/plain; charset=utf-8"
_BACKLOG = 64

Answer = tuple[int, bytes, bytes]
"""Status, media type, body."""


async def _nothing() -> None:
    """Numbers that are measured as things happen need no asking."""


class Ops:
    """`run` is a `Background`; `draining` is called when the service is told to stop.

    `refresh` is awaited before the metrics are told, for numbers that have to be asked for.
    """

    def __init__(
        self,
        service: str,
        settings: Settings,
        checks: Mapping[str, Check],
        *,
        refresh: Callable[[], Awaitable[None]] = _nothing,
        every_s: float = EVERY_S,
    ) -> None:
        self._service, self._host, self._asked_port = service, settings.ops_host, settings.ops_port
        self._refresh = refresh
        self.readiness = Readiness(checks, every_s)
        self.port = 0
        """Where it listens; 0 while it does not."""
        BUILD.info({"service": service, "version": VERSION})

    def draining(self) -> None:
        """From now on `/readyz` says 503."""
        self.readiness.drain()

    async def run(self) -> None:
        """Serves for ever; without a port in the settings it does nothing. Raises `Unavailable` if it is taken."""
        if self._asked_port < 0:
            await asyncio.Event().wait()
        listening = self._listen()
        self.port = listening.getsockname()[1]
        log.log(logging.DEBUG if self._asked_port else logging.INFO, "ops server on %s:%d", self._host, self.port)
        server = _Server(_config(self))
        work = [asyncio.create_task(self.readiness.run()), asyncio.create_task(server.serve(sockets=[listening]))]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.should_exit = True
            await end(work[0])
            ends = await asyncio.gather(*work, return_exceptions=True)
            listening.close()
            self.port = 0
        raise Unavailable(f"The ops server ended by itself: {ends!r}.")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The ASGI application."""
        status, media_type, body = await self._answer(scope["method"], scope["path"])
        headers = [
            (b"content-type", media_type),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, method: str, path: str) -> Answer:
        if method not in ("GET", "HEAD"):
            return 405, _TEXT, b"Only GET and HEAD.\n"
        match path:
            case "/livez":
                return 200, _TEXT, b"alive\n"
            case "/readyz":
                answer = self.readiness.answer
                return 200 if answer.ready else 503, _JSON, msgspec.json.encode(answer) + b"\n"
            case "/metrics":
                await self._refresh()
                return 200, CONTENT_TYPE.encode(), await asyncio.to_thread(exposition, self._service)
        return 404, _TEXT, b"There are /metrics, /livez and /readyz.\n"

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            return socket.create_server((self._host, self._asked_port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise Unavailable(f"The ops server cannot listen on {self._host}:{self._asked_port}: {error}.") from error


class _Server(uvicorn.Server):
    """Signals are the service's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield


def _config(app: Ops) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        interface="asgi3",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
