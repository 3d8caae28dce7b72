"""`python -m services.gateway.main`: serves HTTP until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator

import uvicorn

from services.gateway.app import create_app
from services.gateway.bootstrap import connected
from services.gateway.deps import Deps
from services.gateway.settings import GatewaySettings
from shared.bus.service import run
from shared.errors import Unavailable
from shared.logs import set_up_logs
from shared.settings import Settings


class Server(uvicorn.Server):
    """Ends event streams and WebSockets first when it is to stop: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, deps: Deps) -> None:
        super().__init__(config)
        self._deps = deps

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


def server_of(deps: Deps) -> Server:
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
    return Server(config, deps)


async def serve(settings: GatewaySettings) -> None:
    """Connects and serves."""
    async with connected(settings) as deps:
        await server_of(deps).serve()


def main() -> None:
    """The process."""
    set_up_logs(Settings().log_level)  # type: ignore[call-arg]
    settings = GatewaySettings()
    try:
        run(serve(settings))
    except Unavailable as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
