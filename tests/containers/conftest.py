"""The same suites as everywhere, on servers in containers: these fixtures stand in for those of `tests.fixtures`.

Images come from `NATS_IMAGE`, `POSTGRES_IMAGE` and `S3_IMAGE`. Without Docker the tests skip and say so; where
`TALEWRIGHT_NEED_DOCKER` is set, as in CI with an engine, they fail instead.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from nats.aio.client import Client

from shared.settings import S3Settings
from tests.containers import servers
from tests.containers.servers import Bus, NatsBox, PostgresBox
from tests.fixtures.nats import connect

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.containers)


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """A Docker engine, or no test."""
    servers.need_docker()


@pytest.fixture(scope="session")
def nats_box(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsBox]:
    with servers.nats(tmp_path_factory.mktemp("nats-box")) as box:
        yield box


@pytest.fixture
def nats_server(nats_box: NatsBox) -> Bus:
    """An account nobody used before: its streams are its own, as a server of its own would be."""
    return nats_box.fresh()


@pytest.fixture
async def nc(nats_server: Bus) -> AsyncIterator[Client]:
    connection = await connect(nats_server)  # type: ignore[arg-type]
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
def s3_settings(docker_engine: None) -> Iterator[S3Settings]:
    with servers.minio() as box:
        yield servers.s3_settings(box)


@pytest.fixture(scope="session")
def postgres_server(docker_engine: None) -> Iterator[PostgresBox]:
    with servers.postgres() as box:
        yield box


@pytest.fixture
def sql_url(postgres_url: str) -> str:
    return postgres_url
