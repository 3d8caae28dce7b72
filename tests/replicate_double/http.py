"""An HTTP/1.1 server small enough to break on purpose: connections can be reset, left hanging, cut off."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        found = json.loads(self.body or b"{}")
        return found if isinstance(found, dict) else {}


@dataclass
class Response:
    """`cut_bytes` sends that much of the body less than Content-Length says."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_bytes: int = 0


class Reset(Exception):
    """The connection is to be reset (RST), without an answer."""


class Hang(Exception):
    """No answer, and the connection stays open."""


Handler = Callable[[Request], Awaitable[Response]]
Early = Callable[[str, str], bool]
"""Whether a request of this method and path is reset before its body is read."""


def of_json(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kind = "application/json" if status < 400 else "application/problem+json"
    return Response(status, json.dumps(document).encode(), {"content-type": kind, **(headers or {})})


class Server:
    """On 127.0.0.1, at a port of its own."""

    def __init__(self, handler: Handler, early: Early) -> None:
        self._handler = handler
        self._early = early
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=256, limit=64 * 1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        if self._server:
            await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        except Reset:
            sock = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        finally:
            self._open.discard(task)
            writer.transport.abort() if task.cancelled() else writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = await reader.readline()
        if not line:
            return False
        method, target, _ = line.decode().split(" ", 2)
        headers = {}
        while (row := (await reader.readline()).decode().strip()) != "":
            name, _, value = row.partition(":")
            headers[name.lower()] = value.strip()
        split = urlsplit(target)
        if self._early(method, split.path):
            raise Reset
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        try:
            response = await self._handler(Request(method, split.path, query, headers, body))
        except Hang:
            await reader.read()  # until the other side has had enough
            return False
        writer.write(_head(response) + response.body[: len(response.body) - response.cut_bytes])
        await writer.drain()
        return not response.cut_bytes


def _head(response: Response) -> bytes:
    headers = {"content-length": str(len(response.body)), **response.headers}
    rows = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {response.status} Double\r\n{rows}\r\n".encode()
