from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.postgres import started_server
from tests.fixtures.postgres_server import PostgresServer


@pytest.fixture
def second_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """Another server, beside the one of all tests (which says by skipping that there is none)."""
    server = started_server()
    yield server
    server.remove()
