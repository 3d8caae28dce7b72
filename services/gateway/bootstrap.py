"""Picks the adapters and connects them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic

from nats.aio.client import Client
from nats.errors import Error as NatsError

from services.gateway.adapters import nats_signals
from services.gateway.adapters.auth_client import NatsAuthClient
from services.gateway.adapters.memory_windows import MemoryWindows
from services.gateway.adapters.nats_commands import NatsCommands
from services.gateway.adapters.nats_hints import NatsHints
from services.gateway.adapters.nats_idempotency import NatsIdempotency
from services.gateway.adapters.nats_probe import NatsProbe
from services.gateway.adapters.nats_providers import NatsProviders
from services.gateway.adapters.nats_windows import NatsWindows
from services.gateway.adapters.sqlite_views import SqliteViews
from services.gateway.deps import Deps, Ports
from services.gateway.ports import RateWindows
from services.gateway.settings import GatewaySettings
from services.gateway.tokens import TokenVerifier
from shared.artifacts.s3 import S3ArtifactStore
from shared.bus.connect import connect
from shared.bus.numbers import Numbers
from shared.errors import Unavailable
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream
from shared.settings import ReadModelSettings, S3Settings, Settings

log = logging.getLogger("talewright.gateway")

_RETRY_S = 0.5


@asynccontextmanager
async def connected(settings: GatewaySettings) -> AsyncIterator[Deps]:
    """Everything the application needs, for as long as it runs. Raises `Unavailable` if the bus does not come up."""
    common = Settings()  # type: ignore[call-arg]
    async with AsyncExitStack() as stack:
        nc = await _bus(common, settings.startup_wait_s)
        stack.push_async_callback(nc.close)
        await prepare_events_stream(nc, common.stream_replicas)
        auth = NatsAuthClient(nc)
        tokens = TokenVerifier(auth.keys)
        await tokens.start()
        views = _views(ReadModelSettings())  # type: ignore[call-arg]
        stack.callback(views.close)
        artifacts = S3ArtifactStore(S3Settings())  # type: ignore[call-arg]
        stack.push_async_callback(artifacts.close)
        ports = Ports(
            tokens=tokens,
            accounts=auth,
            commands=NatsCommands(nc, settings.command_timeout_s),
            numbers=Numbers(nc),
            views=views,
            artifacts=artifacts,
            events=JetStreamEventStore(nc, common.stream_replicas),
            idempotency=NatsIdempotency(nc, settings.idempotency_s, common.stream_replicas),
            bus=NatsProbe(nc),
            windows=_windows(nc, settings, common.stream_replicas),
            providers=NatsProviders(nc),
            hints=NatsHints(nc),
        )
        deps = Deps(settings, ports)
        await nats_signals.listen(nc, deps.reach.told, deps.notices.tick)
        yield deps


def _windows(nc: Client, settings: GatewaySettings, replicas: int) -> RateWindows:
    if settings.rate_store == "nats":
        return NatsWindows(nc, settings.rate_limit, settings.rate_window_s, replicas)
    return MemoryWindows(settings.rate_limit, settings.rate_window_s)


async def _bus(settings: Settings, wait_s: float) -> Client:
    deadline = monotonic() + wait_s
    while True:
        try:
            return await connect(settings, "gateway")
        except (NatsError, TimeoutError, OSError) as error:
            if monotonic() > deadline:
                raise Unavailable(f"The bus at {settings.nats_url} does not answer.") from error
            log.info("waiting for the bus")
            await asyncio.sleep(_RETRY_S)


def _views(settings: ReadModelSettings) -> SqliteViews:
    file = settings.sqlite_file
    if file is None:
        raise Unavailable("This gateway reads its views from SQLite: set TALEWRIGHT_READMODEL_URL to sqlite:///…")
    return SqliteViews(file)
