"""Picks the adapters and connects them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from nats.aio.client import Client

from services.gateway.adapters import nats_signals
from services.gateway.adapters.auth_client import NatsAuthClient
from services.gateway.adapters.memory_windows import MemoryWindows
from services.gateway.adapters.nats_commands import NatsCommands
from services.gateway.adapters.nats_hints import NatsHints
from services.gateway.adapters.nats_idempotency import NatsIdempotency
from services.gateway.adapters.nats_probe import NatsProbe
from services.gateway.adapters.nats_providers import NatsProviders
from services.gateway.adapters.nats_windows import NatsWindows
from services.gateway.adapters.views_by_url import open_views
from services.gateway.checks import keys_known, views_close
from services.gateway.deps import Deps, Ports
from services.gateway.ports import RateWindows, Views
from services.gateway.settings import GatewaySettings
from services.gateway.tokens import TokenVerifier
from shared.artifacts.s3 import S3ArtifactStore
from shared.bus.numbers import Numbers
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream
from shared.ops.checks import on_bus
from shared.ops.server import Ops
from shared.settings import ReadModelSettings, S3Settings, Settings
from shared.startup import Startup


@asynccontextmanager
async def connected(settings: GatewaySettings) -> AsyncIterator[tuple[Deps, Ops]]:
    """Everything the application needs, for as long as it runs, and what tells how it is.

    Raises `Unavailable` if the bus does not come up.
    """
    common = Settings()  # type: ignore[call-arg]
    async with AsyncExitStack() as stack:
        startup = Startup(common.startup_wait_s)
        nc = await startup.bus(common, "gateway")
        stack.push_async_callback(nc.close)
        await startup.until("the event stream", lambda: prepare_events_stream(nc, common.stream_replicas))
        auth = NatsAuthClient(nc)
        tokens = TokenVerifier(auth.keys)
        await tokens.start()
        views = open_views(ReadModelSettings())  # type: ignore[call-arg]
        stack.push_async_callback(views.aclose)
        await startup.until("the views", views.ready)
        artifacts = S3ArtifactStore(S3Settings())  # type: ignore[call-arg]
        stack.push_async_callback(artifacts.close)
        ports = _ports(nc, settings, common.stream_replicas, tokens=tokens, auth=auth, views=views, artifacts=artifacts)
        deps = Deps(settings, ports)
        await nats_signals.listen(nc, deps.reach.told, deps.notices.tick)
        checks = {
            "bus": on_bus(nc),
            "views": views_close(views, ports.bus, settings.health_lag),
            "keys": keys_known(tokens.ready),
        }
        yield deps, Ops("gateway", common, checks, refresh=deps.fresh_numbers)


def _ports(
    nc: Client,
    settings: GatewaySettings,
    replicas: int,
    *,
    tokens: TokenVerifier,
    auth: NatsAuthClient,
    views: Views,
    artifacts: S3ArtifactStore,
) -> Ports:
    return Ports(
        tokens=tokens,
        accounts=auth,
        commands=NatsCommands(nc, settings.command_timeout_s),
        numbers=Numbers(nc),
        views=views,
        artifacts=artifacts,
        events=JetStreamEventStore(nc, replicas),
        idempotency=NatsIdempotency(nc, settings.idempotency_s, replicas),
        bus=NatsProbe(nc),
        windows=_windows(nc, settings, replicas),
        providers=NatsProviders(nc),
        hints=NatsHints(nc),
    )


def _windows(nc: Client, settings: GatewaySettings, replicas: int) -> RateWindows:
    if settings.rate_store == "nats":
        return NatsWindows(nc, settings.rate_limit, settings.rate_window_s, replicas)
    return MemoryWindows(settings.rate_limit, settings.rate_window_s)
