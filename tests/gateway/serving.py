"""A real server on loopback, for what only shows over sockets: streams, WebSockets and shutdown."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx

from services.gateway.main import Server, server_of
from tests.gateway.world import World


class Served:
    """A world whose application listens on `port`."""

    def __init__(self, world: World, server: Server, port: int) -> None:
        self.world, self.server, self.port = world, server, port

    def client(self, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=10)


@contextlib.asynccontextmanager
async def served(world: World) -> AsyncIterator[Served]:
    server = server_of(world.deps)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield Served(world, server, server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        await running


class Sse:
    """Reads frames from a stream: (id, event, data) and comments."""

    def __init__(self, answer: httpx.Response) -> None:
        self._chunks = answer.aiter_bytes()
        self._rest = b""

    async def frame(self, wait_s: float = 5.0) -> dict[str, str]:
        """The next frame with fields; raises `StopAsyncIteration` at the end."""
        while True:
            found = await self.block(wait_s)
            fields = dict(line.split(": ", 1) for line in found.splitlines() if line and not line.startswith(":"))
            if "data" in fields:
                return fields

    async def block(self, wait_s: float = 5.0) -> str:
        """The next block, comments too."""
        while b"\n\n" not in self._rest:
            self._rest += await asyncio.wait_for(anext(self._chunks), wait_s)
        block, self._rest = self._rest.split(b"\n\n", 1)
        return block.decode()
