from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from shared.readmodel.engine import open_engine


@pytest.fixture
def engine(sql_url: str) -> Iterator[Engine]:
    """An empty database, once of SQLite, once of PostgreSQL."""
    engine = open_engine(sql_url)
    yield engine
    engine.dispose()
