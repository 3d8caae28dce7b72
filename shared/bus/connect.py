"""How every part connects to NATS: by name, for ever, through restarts of the server."""

from __future__ import annotations

import asyncio
import logging
import ssl
from time import monotonic
from typing import Any

import nats
from nats.aio.client import Client

from shared.bus.cancellation import keep_cancellations
from shared.config.forms import split_urls
from shared.errors import Invalid
from shared.settings import Settings
from shared.telemetry.metrics_bus import LINKS

log = logging.getLogger("talewright.bus")

_TELL_AGAIN_S = 60.0
"""How long an error that comes again and again is not told again."""


def nats_options(settings: Settings, name: str) -> dict[str, Any]:
    """Options for `nats.connect`. Raises `Invalid` if the CA file is none."""
    options = common_options(settings, name)
    tls = tls_context(settings.nats_ca_file)
    if tls is not None:
        options["tls"] = tls
    if settings.nats_user:
        return {**options, "user": settings.nats_user, "password": settings.nats_password.get_secret_value()}
    return {**options, "token": settings.nats_token.get_secret_value() or None}


def tls_context(ca_file: str) -> ssl.SSLContext | None:
    """Whom we believe; None leaves it to the client: the system's authorities for tls:// URLs, no TLS for nats://."""
    if not ca_file:
        return None
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # also of what is no certificate
        raise Invalid(f"TALEWRIGHT_NATS_CA_FILE: {ca_file} cannot be used: {error}.") from error


def common_options(settings: Settings, name: str) -> dict[str, Any]:
    """What has nothing to do with who we are."""
    keep_cancellations()
    events = _Events(name)
    return {
        "servers": split_urls(settings.nats_url),
        "name": name,
        # Of one's own, so that the server's rules can keep users from hearing answers that are for another.
        "inbox_prefix": f"_INBOX.{settings.nats_user}" if settings.nats_user else "_INBOX",
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.2,
        "connect_timeout": 2,
        "ping_interval": 10,
        "max_outstanding_pings": 3,
        "disconnected_cb": events.lost,
        "reconnected_cb": events.found,
        "closed_cb": events.closed,
        "error_cb": events.failed,
    }


class _Events:
    """Tells log and metrics what happens to one connection."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._missing: list[asyncio.TimerHandle] = []
        self._told_at: dict[str, float] = {}
        LINKS.up(self)  # whoever gets none at all does not start

    async def lost(self) -> None:
        """Told after a moment: a connection that is being closed is not missed."""
        LINKS.down(self)
        later = asyncio.get_running_loop().call_later
        self._missing.append(later(0.5, log.warning, "%s: the bus is gone; reconnecting", self._name))

    async def closed(self) -> None:
        """Closed on purpose."""
        LINKS.closed(self)

    async def found(self) -> None:
        """There again."""
        LINKS.up(self)
        self._told_at.clear()
        while self._missing:
            self._missing.pop().cancel()
        log.warning("%s: the bus is back", self._name)

    async def failed(self, error: Exception) -> None:
        """While the bus is away there is one for every try to reconnect: the same is told once a minute."""
        now_s, kind = monotonic(), repr(error)
        if now_s - self._told_at.get(kind, -_TELL_AGAIN_S) < _TELL_AGAIN_S:
            return
        self._told_at = {one: at_s for one, at_s in self._told_at.items() if now_s - at_s < _TELL_AGAIN_S}
        self._told_at[kind] = now_s
        log.warning("%s: bus error: %r", self._name, error)


async def connect(settings: Settings, name: str) -> Client:
    """A connection that reconnects by itself. Raises `OSError` or nats' own errors if no server is there."""
    return await nats.connect(**nats_options(settings, name))
