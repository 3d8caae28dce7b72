"""Everything the routes work with, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from starlette.requests import HTTPConnection

from services.gateway.feed import Feed
from services.gateway.health import Health
from services.gateway.notices import Notices
from services.gateway.ports import (
    Accounts,
    BusProbe,
    Commands,
    Hints,
    IdempotencyStore,
    NoProviders,
    Numbers,
    ProviderStates,
    RateWindows,
    TokenVerifier,
    Views,
)
from services.gateway.reach import Reach
from services.gateway.sessions_remote import Remote
from services.gateway.settings import GatewaySettings
from services.gateway.storage import Storage
from services.gateway.stories import Scripts
from services.gateway.usage import Usage
from services.gateway.waiting import Waiting
from shared.artifacts.port import ArtifactStore
from shared.eventstore.port import EventStore


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What `bootstrap` picks adapters for."""

    tokens: TokenVerifier
    accounts: Accounts
    commands: Commands
    numbers: Numbers
    views: Views
    artifacts: ArtifactStore
    events: EventStore
    idempotency: IdempotencyStore
    bus: BusProbe
    windows: RateWindows
    providers: ProviderStates = field(default_factory=NoProviders)
    hints: Hints = field(default_factory=NoProviders)


class Deps:
    """The ports, and what this process builds on them."""

    def __init__(self, settings: GatewaySettings, ports: Ports) -> None:
        self.settings = settings
        self.tokens, self.accounts = ports.tokens, ports.accounts
        self.commands, self.numbers = ports.commands, ports.numbers
        self.views, self.artifacts, self.events = ports.views, ports.artifacts, ports.events
        self.idempotency, self.hints = ports.idempotency, ports.hints
        self.scripts = Scripts(ports.artifacts)
        self.feed = Feed(ports.events, settings.feed_queue, settings.heartbeat_s)
        self.reach = Reach(ports.views, settings.view_wait_s)
        self.waiting = Waiting(self.feed, ports.views, self.reach)
        self.notices = Notices(self.feed, ports.views, self.reach)
        self.remote = Remote(settings.audio_hosts, settings.upload_limit_bytes, settings.audio_fetch_s)
        self.windows = ports.windows
        self.usage = Usage(ports.commands, self.reach, settings.usage_every_s)
        self.storage = Storage(ports.artifacts, ports.views, settings)
        self.health = Health(ports.bus, ports.views, ports.artifacts, ports.providers, settings)

    async def fresh_numbers(self) -> None:
        """Asks what the metrics tell of other parts, unless that was done just now."""
        await self.health.report()


def deps_of(connection: HTTPConnection) -> Deps:
    """The running application's."""
    return cast(Deps, connection.app.state.deps)
