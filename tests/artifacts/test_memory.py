from __future__ import annotations

import pytest

from shared.artifacts.memory import MemoryArtifactStore
from shared.errors import Unavailable
from tests.artifacts.suite import ArtifactStoreSuite


class TestMemory(ArtifactStoreSuite):
    @pytest.fixture
    def store(self) -> MemoryArtifactStore:
        return MemoryArtifactStore()


async def test_it_can_play_dead() -> None:
    store = MemoryArtifactStore()
    store.down = True
    assert not await store.reachable()
    with pytest.raises(Unavailable):
        await store.get_bytes("a")
