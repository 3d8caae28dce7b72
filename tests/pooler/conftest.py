"""Every database of these tests is reached through the pooler: what other folders test directly holds behind it too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine

from shared.readmodel.engine import open_engine
from tests.fixtures.pgbouncer import PgBouncer, pgbouncer, pgbouncer_program
from tests.gateway.views.house import House

__all__ = ["pgbouncer", "pgbouncer_program"]


@pytest.fixture
def postgres_url(postgres_url: str, pgbouncer: PgBouncer) -> str:
    """The URL of an empty database, as somebody behind a pooler writes it."""
    return pgbouncer.through(postgres_url)


@pytest.fixture
def sql_url(postgres_url: str) -> str:
    """The same for tests that elsewhere run on SQLite too."""
    return postgres_url


@pytest.fixture
def engine(sql_url: str) -> Iterator[Engine]:
    """As services/tasks opens it."""
    engine = open_engine(sql_url)
    yield engine
    engine.dispose()


@pytest.fixture
async def house(sql_url: str) -> AsyncIterator[House]:
    """Read models, written and read through the pooler."""
    house = House(sql_url)
    yield house
    await house.close()
