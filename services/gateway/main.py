"""`python -m services.gateway.main`: serves HTTP until SIGTERM or SIGINT; `--check-config` only judges the settings."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

from services.gateway.app import create_app
from services.gateway.bootstrap import connected
from services.gateway.deps import Deps
from services.gateway.settings import GatewayEnvironment
from shared.ending import end
from shared.process import start


class Server(uvicorn.Server):
    """Ends event streams and WebSockets first when it is to stop: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, deps: Deps, draining: Callable[[], None]) -> None:
        super().__init__(config)
        self._deps, self._draining = deps, draining

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """See `uvicorn.Server.handle_exit`. Whoever asks is told at once; requests in hand are still answered."""
        self._draining()
        super().handle_exit(sig, frame)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the server in order; uvicorn's own way would end the process before it lets go."""
        if sys.platform == "win32":
            with super().capture_signals():
                yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See `uvicorn.Server.shutdown`."""
        self._deps.feed.close()
        await super().shutdown(sockets)


def _nobody() -> None:
    """Nobody has to know."""


def server_of(deps: Deps, draining: Callable[[], None] = _nobody) -> Server:
    """A server for these dependencies, not yet started."""
    settings = deps.settings
    config = uvicorn.Config(
        create_app(deps),
        host=settings.host,
        port=settings.port,
        loop="auto",
        http="httptools",
        ws="websockets-sansio",
        access_log=False,  # the edge writes a shorter one, without queries
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=round(settings.shutdown_wait_s),
        ws_max_size=64_000,
    )
    return Server(config, deps, draining)


async def gateway(settings: GatewayEnvironment) -> None:
    """Connects and serves. Without its ops server it would be out of sight, so it ends with that."""
    async with connected(settings) as (deps, ops):
        server = server_of(deps, ops.draining)
        watched = asyncio.create_task(ops.run())
        watched.add_done_callback(lambda _: setattr(server, "should_exit", True))
        try:
            await server.serve()
        finally:
            await end(watched)
        if not watched.cancelled():
            watched.result()


if __name__ == "__main__":
    start("gateway", GatewayEnvironment, gateway)
