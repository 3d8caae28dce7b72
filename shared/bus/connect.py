"""How every part connects to NATS: by name, for ever, through restarts of the server."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import nats
from nats.aio.client import Client

from shared.settings import Settings

log = logging.getLogger("talewright.bus")


def nats_options(settings: Settings, name: str) -> dict[str, Any]:
    """Options for `nats.connect` and for FastStream's `NatsBroker`."""

    missing: list[asyncio.TimerHandle] = []

    async def lost() -> None:  # told after a moment: a connection that is being closed is not missed
        loop = asyncio.get_running_loop()
        missing.append(loop.call_later(0.5, log.warning, "%s: the bus is gone; reconnecting", name))

    async def found() -> None:
        while missing:
            missing.pop().cancel()
        log.warning("%s: the bus is back", name)

    async def failed(error: Exception) -> None:
        log.warning("%s: bus error: %r", name, error)

    return {
        "servers": settings.nats_url.split(","),
        "token": settings.nats_token or None,
        "name": name,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.2,
        "connect_timeout": 2,
        "ping_interval": 10,
        "max_outstanding_pings": 3,
        "disconnected_cb": lost,
        "reconnected_cb": found,
        "error_cb": failed,
    }


async def connect(settings: Settings, name: str) -> Client:
    """A connection that reconnects by itself. Raises `OSError` or nats' own errors if no server is there."""
    return await nats.connect(**nats_options(settings, name))
