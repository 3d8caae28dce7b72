"""The supervisor with the real NATS and the real S3; the services are left out."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
from pathlib import Path

import nats
import pytest

from shared.artifacts.s3 import S3ArtifactStore
from shared.settings import S3Settings, Settings
from talewright.embedded.console import Console
from talewright.embedded.data_dir import DataDir
from talewright.embedded.ports import free_ports
from talewright.embedded.spec import Patience, Stage
from talewright.embedded.stack import Stack, StackOptions
from talewright.embedded.up import processes_of
from tests.launcher.harness import wait_for


class ServersOnly(Stack):
    last: ServersOnly

    def __init__(self, options: StackOptions, folder: DataDir) -> None:
        super().__init__(options, folder)
        ServersOnly.last = self

    def stages(self) -> list[Stage]:
        return super().stages()[:1]


def _settings(monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, S3Settings]:
    """What a service would read from the environment it is given."""
    for name, value in ServersOnly.last.service_environment().items():
        if name.startswith("TALEWRIGHT_"):
            monkeypatch.setenv(name, value)
    return Settings(), S3Settings()


async def test_servers_come_up_heal_and_keep_their_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    options = StackOptions(data=data, port=free_ports(1)[0], patience=Patience(first_pause_s=0.05))
    said = io.StringIO()
    async with processes_of(options, Console(said), ServersOnly) as supervisor:
        assert await supervisor.start()
        watching = asyncio.create_task(supervisor.wait())
        settings, s3 = _settings(monkeypatch)
        assert "[INF]" not in said.getvalue()  # only what matters goes to the terminal
        assert "Server is ready" in (data / "logs" / "nats.log").read_text()

        token = settings.nats_token.get_secret_value()
        bus = await nats.connect(settings.nats_url, token=token, reconnect_time_wait=0.05)
        await bus.jetstream().add_stream(name="KEPT", subjects=["kept"])
        await bus.jetstream().publish("kept", b"event")
        store = S3ArtifactStore(s3)
        await store.put_bytes("kept.txt", b"file", "text/plain")

        os.kill(_pid_of_nats(data), signal.SIGKILL)
        wait_for_restart = asyncio.to_thread(wait_for, lambda: "nats was ended by signal 9" in said.getvalue(), 5)
        await wait_for_restart
        assert (await _last_event(bus)) == b"event"
        await bus.close()
        await store.close()
        watching.cancel()

    secrets_before = (data / "secrets.json").read_bytes()
    assert (data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o077 == 0
    async with processes_of(options, Console(said), ServersOnly) as supervisor:
        assert await supervisor.start()
        settings, s3 = _settings(monkeypatch)
        bus = await nats.connect(settings.nats_url, token=settings.nats_token.get_secret_value())
        assert (await _last_event(bus)) == b"event"
        await bus.close()
        store = S3ArtifactStore(s3)
        assert await store.get_bytes("kept.txt") == b"file"
        await store.close()
    assert (data / "secrets.json").read_bytes() == secrets_before


async def test_a_service_is_told_everything_it_needs(tmp_path: Path) -> None:
    folder = DataDir(tmp_path)
    told = Stack(StackOptions(data=tmp_path, port=8123), folder).service_environment()
    assert told["TALEWRIGHT_READMODEL_URL"] == f"sqlite:///{tmp_path}/readmodel.db"
    assert told["TALEWRIGHT_ACCOUNTS_URL"] == f"sqlite:///{tmp_path}/accounts.db"
    assert told["TALEWRIGHT_AUTH_KEYS_DIR"] == f"{tmp_path}/keys"
    assert (told["TALEWRIGHT_HOST"], told["TALEWRIGHT_PORT"]) == ("127.0.0.1", "8123")
    assert told["TALEWRIGHT_PROFILE"] == "embedded"
    assert told["TALEWRIGHT_NATS_TOKEN"] == json.loads((tmp_path / "secrets.json").read_bytes())["nats_token"]


def test_all_processes_of_a_stack(tmp_path: Path) -> None:
    servers, services = Stack(StackOptions(data=tmp_path, media_workers=3), DataDir(tmp_path)).stages()
    assert [one.name for one in servers] == ["nats", "s3"]
    assert [one.name for one in services] == ["auth", "tasks", "media-1", "media-2", "media-3", "gateway"]


def _pid_of_nats(data: Path) -> int:
    newest = max((data / "nats" / "ports").glob("*.ports"), key=lambda one: one.stat().st_mtime)
    return int(newest.stem.rpartition("_")[2])


async def _last_event(bus: nats.aio.client.Client) -> bytes | None:
    for _ in range(100):
        try:
            return (await bus.jetstream().get_last_msg("KEPT", "kept")).data
        except (nats.errors.Error, TimeoutError):
            await asyncio.sleep(0.1)
    raise AssertionError("the bus did not come back")
