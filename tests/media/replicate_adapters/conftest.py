from collections.abc import AsyncIterator

import pytest

from services.media.settings import ReplicateSettings
from shared.artifacts.memory import MemoryArtifactStore
from shared.contracts.values import Brief
from shared.eventstore.memory import MemoryEventStore
from tests.media.replicate_adapters.story_run import House
from tests.replicate_double import Double
from tests.replicate_double.double import TOKEN
from tests.replicate_double.shop import QUICK

BRIEF = Brief(topic="a fox keeps a lighthouse", style="pixar-art", aspect_ratio="1:1", seed=3)


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(scale=0.25) as one:
        yield one


@pytest.fixture
async def house(double: Double) -> AsyncIterator[House]:
    """Where everything that can be bought is bought from the double."""
    settings = ReplicateSettings(
        provider="replicate", replicate_api_token=TOKEN, replicate_base_url=double.url,
        replicate_output_hosts=(double.host,),
    )  # fmt: skip
    house = House(settings, MemoryEventStore(), MemoryArtifactStore(), BRIEF, QUICK)
    yield house
    await house.close()
