from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.replicate_double import Double
from tests.replicate_double.shop import TestShop, open_shop


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double(scale=0.1) as one:
        yield one


@pytest.fixture
async def shop(double: Double, tmp_path: Path) -> AsyncIterator[TestShop]:
    async with open_shop(double, tmp_path) as one:
        yield one
