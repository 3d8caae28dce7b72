"""NATS, PostgreSQL and MinIO as containers, by testcontainers."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import psycopg
import pytest
from docker.errors import DockerException
from testcontainers.community.minio import MinioContainer
from testcontainers.community.nats import NatsContainer
from testcontainers.community.postgres import PostgresContainer

from shared.artifacts.s3 import S3ArtifactStore
from shared.errors import Unavailable
from shared.settings import S3Settings
from tests.e2e.stack import free_port
from tests.fixtures.postgres_server import PASSWORD, USER

NATS_IMAGE = os.environ.get("NATS_IMAGE", "nats:2.15-alpine")
POSTGRES_IMAGE = os.environ.get("POSTGRES_IMAGE", "postgres:16-alpine")
S3_IMAGE = os.environ.get("S3_IMAGE", "minio/minio:latest")
ACCOUNTS = 300
"""One for each test; an account has JetStream to itself."""


def need_docker() -> None:
    """Skips, or fails where an engine was promised."""
    try:
        docker.from_env(timeout=10).ping()
    except DockerException as error:
        if os.environ.get("TALEWRIGHT_NEED_DOCKER"):
            raise
        pytest.skip(f"no Docker engine answers here ({error.__class__.__name__})")


@dataclass
class Bus:
    """What tests ask of a `NatsServer` that they do not stop: where it is."""

    url: str
    token: str | None = None


@dataclass
class NatsBox:
    """A server in a container with many accounts."""

    container: NatsContainer
    password: str
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(ACCOUNTS)))

    def fresh(self) -> Bus:
        address = self.container.nats_uri().removeprefix("nats://")
        return Bus(f"nats://user{next(self.numbers)}:{self.password}@{address}")


@contextmanager
def nats(folder: Path) -> Iterator[NatsBox]:
    """As in production every write is flushed; as in no production there are many accounts."""
    password = secrets.token_hex(12)
    config = folder / "nats.conf"
    accounts = "\n".join(
        f"  A{n}: {{ jetstream: enabled, users: [{{ user: user{n}, password: {password} }}] }}" for n in range(ACCOUNTS)
    )
    config.write_text(
        "port: 4222\nhttp_port: 8222\nmax_payload: 8MB\n"
        'jetstream { store_dir: "/tmp/jetstream", sync_interval: always }\n'
        f"accounts {{\n{accounts}\n}}\n"
    )
    folder.chmod(0o755)
    container = NatsContainer(NATS_IMAGE).with_volume_mapping(str(config), "/etc/nats/tests.conf", "ro")
    with container.with_command("-c /etc/nats/tests.conf") as running:
        yield NatsBox(running, password)


@contextmanager
def minio() -> Iterator[MinioContainer]:
    """MinIO with keys of its own."""
    keys = {"access_key": f"key{secrets.token_hex(6)}", "secret_key": secrets.token_hex(16)}
    with MinioContainer(S3_IMAGE, **keys) as running:
        asyncio.run(_takes_writes(s3_settings(running)))
        yield running


async def _takes_writes(settings: S3Settings) -> None:
    """Its health page may answer before its first disk is there."""
    deadline = time.monotonic() + 20
    while True:
        store = S3ArtifactStore(settings)
        try:
            await store.prepare()
            await store.put_bytes("first", b"1", "text/plain")
            return
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
        finally:
            await store.close()


def s3_settings(box: MinioContainer) -> S3Settings:
    """Settings for it."""
    config = box.get_config()
    return S3Settings(
        s3_endpoint=config["endpoint"], s3_access_key=config["access_key"], s3_secret_key=config["secret_key"]
    )


@dataclass
class PostgresBox:
    """A PostgreSQL in a container, to be asked for databases like a `PostgresServer`."""

    container: PostgresContainer

    @property
    def port(self) -> int:
        return int(self.container.get_exposed_port(5432))

    def conninfo(self, database: str = "postgres") -> dict[str, object]:
        host = self.container.get_container_host_ip()
        return {"host": host, "port": self.port, "user": USER, "password": PASSWORD, "dbname": database}

    def kill(self) -> None:
        self.container.get_wrapped_container().kill()

    def start(self) -> None:
        self.container.get_wrapped_container().start()
        deadline = time.monotonic() + 30
        while True:
            try:
                self.admin().close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(**self.conninfo(database), autocommit=True)  # type: ignore[arg-type]


@contextmanager
def postgres() -> Iterator[PostgresBox]:
    """PostgreSQL with the user that the tests' own servers have."""
    container = PostgresContainer(POSTGRES_IMAGE, username=USER, password=PASSWORD, dbname="postgres", driver=None)
    with container.with_bind_ports(5432, free_port()) as running:  # a port of ours stays after a restart
        yield PostgresBox(running)
