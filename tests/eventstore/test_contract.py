"""Both stores do what the suite asks."""

import pytest

from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import EventStore
from tests.eventstore.suite import EventStoreSuite


class TestMemory(EventStoreSuite):
    @pytest.fixture
    async def store(self) -> EventStore:
        return MemoryEventStore()


class TestJetStream(EventStoreSuite):
    @pytest.fixture
    async def store(self, event_store: JetStreamEventStore) -> EventStore:
        return event_store
