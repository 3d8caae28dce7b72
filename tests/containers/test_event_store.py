"""The event store's suite on a server in a container."""

import pytest

from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import EventStore
from tests.eventstore.suite import EventStoreSuite


class TestJetStream(EventStoreSuite):
    @pytest.fixture
    async def store(self, event_store: JetStreamEventStore) -> EventStore:
        return event_store
