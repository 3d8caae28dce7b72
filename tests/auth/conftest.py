from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from talewright.embedded.nats_server import NatsServer
from tests.auth.worlds import World, memory_stores, sql_stores, world


@pytest.fixture(params=["memory", "sql"])
def any_world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    stores = memory_stores() if request.param == "memory" else sql_stores(tmp_path / "accounts.db")
    return world(stores, tmp_path / "keys")


@pytest.fixture
def sql_world(tmp_path: Path) -> World:
    return world(sql_stores(tmp_path / "accounts.db"), tmp_path / "keys")


@pytest.fixture(scope="session")
def auth_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A server of its own: these tests put an auth service on it and take it off again."""
    server = NatsServer(tmp_path_factory.mktemp("auth-bus"), token="bus-secret")
    server.start()
    yield server
    server.stop()
