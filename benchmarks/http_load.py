"""A small HTTP load generator: keep-alive connections that ask again as soon as they are answered."""

from __future__ import annotations

import asyncio
import time
from functools import partial

_WARM_UP_S = 0.2
_PATIENCE_S = 30.0


class _Asker(asyncio.Protocol):
    """One connection. Answers of one server all have the length of the first, so bytes are counted, not parsed."""

    def __init__(self, request: bytes, latencies_s: list[float]) -> None:
        self._request, self._latencies_s = request, latencies_s
        self._length = self._got = 0
        self._head = b""
        self._asked_s = 0.0
        self._transport: asyncio.Transport | None = None
        self.stopped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._ask()

    def data_received(self, data: bytes) -> None:
        if not self._length:
            self._head += data
            self._learn()
            return
        self._got += len(data)
        if self._got >= self._length:
            self._answered()

    def _learn(self) -> None:
        head, found, body = self._head.partition(b"\r\n\r\n")
        if not found:
            return
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) == size:
            self._length = len(self._head)
            self._answered()

    def _answered(self) -> None:
        self._latencies_s.append(time.perf_counter() - self._asked_s)
        if self.stopped:
            self.close()
        else:
            self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._got = 0
        self._asked_s = time.perf_counter()
        self._transport.write(self._request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def load(port: int, paths: list[str], headers: dict[str, str], seconds: float) -> tuple[float, list[float]]:
    """Requests a second and latencies in seconds, over one connection a path. It goes on for longer where a machine is
    so slow that there is not yet an answer for each connection. Raises `TimeoutError` where that does not come."""
    loop = asyncio.get_running_loop()
    latencies_s: list[float] = []
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    askers: list[_Asker] = []
    for path in paths:
        request = f"GET {path} HTTP/1.1\r\nHost: bench\r\n{lines}\r\n".encode()
        _, asker = await loop.create_connection(partial(_Asker, request, latencies_s), "127.0.0.1", port)
        askers.append(asker)
    await asyncio.sleep(min(seconds, _WARM_UP_S))
    latencies_s.clear()
    began_s = time.perf_counter()
    await asyncio.sleep(seconds)
    async with asyncio.timeout(_PATIENCE_S):
        while len(latencies_s) < len(paths):
            await asyncio.sleep(0.01)
    took_s, done = time.perf_counter() - began_s, len(latencies_s)
    for asker in askers:
        asker.stopped = True
    await asyncio.sleep(0.05)
    for asker in askers:
        asker.close()
    return done / took_s, latencies_s[:done]
