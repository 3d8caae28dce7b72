"""A small installation of real parts: bus, store, databases, auth and tasks service; somebody poses as media."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from nats.aio.client import Client

from services.auth import bootstrap as auth
from services.auth.settings import AuthSettings
from services.tasks import bootstrap as tasks
from services.tasks.settings import TasksSettings
from shared.bus.streams import MEDIA_CONSUMER
from shared.contracts.subjects import COMMANDS_STREAM
from shared.settings import S3Settings
from talewright.doctor.findings import Finding, Report
from talewright.doctor.run import examine
from talewright.embedded.nats_server import NatsServer


@dataclass
class Home:
    """The installation; what runs in it can be stopped one by one."""

    bus: NatsServer
    auth: auth.Service
    tasks: list[asyncio.Future[None]]
    media: asyncio.Task[None]

    async def stop_tasks(self) -> None:
        """The process manager and the projector end, and let go of their leases."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
def environment(
    nats_server: NatsServer, s3_settings: S3Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """The variables of the installation; nothing else of ours is set."""
    for name in [name for name in os.environ if name.startswith("TALEWRIGHT_")]:
        monkeypatch.delenv(name)
    values = {
        "DATA": str(tmp_path),
        "NATS_URL": nats_server.url,
        "ACCOUNTS_URL": f"sqlite:///{tmp_path}/accounts.db",
        "READMODEL_URL": f"sqlite:///{tmp_path}/views.db",
        "AUTO_MIGRATE": "always",
        "AUTH_KEYS_DIR": str(tmp_path / "keys"),
        "S3_ENDPOINT": s3_settings.s3_endpoint,
        "S3_ACCESS_KEY": s3_settings.s3_access_key,
        "S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"TALEWRIGHT_{name}", value)
    return monkeypatch


@asynccontextmanager
async def installation(bus: NatsServer, nc: Client) -> AsyncIterator[Home]:
    """What the variables say, running."""
    accounts = await auth.build(AuthSettings())
    broker, background, _ = await tasks.build(TasksSettings())
    works = [asyncio.ensure_future(work()) for work in background]
    beside = [asyncio.ensure_future(work()) for work in accounts.background]
    await accounts.broker.start()
    await broker.start()
    media = asyncio.create_task(pose_as_media(nc))
    home = Home(bus, accounts, works, media)
    await home_is_ready(nc)
    yield home
    for work in (*works, *beside, media):
        work.cancel()
    await asyncio.gather(*works, *beside, media, return_exceptions=True)
    await broker.stop()
    await accounts.broker.stop()
    await accounts.close()


async def pose_as_media(nc: Client) -> None:
    subscription = await nc.jetstream().pull_subscribe_bind(MEDIA_CONSUMER, COMMANDS_STREAM)
    while True:
        with contextlib.suppress(TimeoutError):
            await subscription.fetch(1, timeout=5)


async def home_is_ready(nc: Client) -> None:
    """Both leases are taken."""
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(Exception):
                if len(await (await nc.jetstream().key_value("leases")).keys()) >= 3:
                    return
            await asyncio.sleep(0.05)


@pytest.fixture
async def home(environment: pytest.MonkeyPatch, nats_server: NatsServer, nc: Client) -> AsyncIterator[Home]:
    async with installation(nats_server, nc) as running:
        yield running


async def seen() -> dict[str, Finding]:
    """What the doctor finds, by name."""
    return {finding.name: finding for finding in (await examine()).checks}


def ill(report: Report | dict[str, Finding]) -> list[str]:
    """The names of the checks that are not well."""
    checks = report.values() if isinstance(report, dict) else report.checks
    return [finding.name for finding in checks if finding.level in ("warning", "problem")]


async def command(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `talewright …`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "talewright.cli",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
