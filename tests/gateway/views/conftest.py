from collections.abc import AsyncIterator

import pytest

from tests.gateway.views.house import House


@pytest.fixture
async def house(sql_url: str) -> AsyncIterator[House]:
    """Once on SQLite, once on PostgreSQL."""
    house = House(sql_url)
    yield house
    await house.close()
