"""All four services as processes on a real bus: ready; not ready without the bus, but alive; and ready again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.settings import S3Settings
from talewright.embedded.nats_server import NatsServer
from talewright.embedded.ports import free_ports

SERVICES = ("auth", "tasks", "media", "gateway")
PARTS = {
    "auth": {"bus", "requests", "database", "keys"},
    "tasks": {"bus", "commands", "database", "bucket"},
    "media": {"bus", "commands", "bucket"},
    "gateway": {"bus", "views", "keys"},
}


class Running:
    """The processes, and what their ops servers say."""

    def __init__(self, nats: NatsServer, http: httpx.AsyncClient, logs: Path) -> None:
        self.nats, self.http, self.logs = nats, http, logs
        self.ports: dict[str, int] = {}
        self.processes: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, service: str, port: int, environment: dict[str, str]) -> None:
        told = {**os.environ, **environment, "TALEWRIGHT_OPS_PORT": str(port)}
        with (self.logs / f"{service}.log").open("wb") as log:
            self.processes[service] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", f"services.{service}.main"), env=told, stderr=log
            )
        self.ports[service] = port

    def log(self, service: str) -> str:
        return (self.logs / f"{service}.log").read_text()

    async def ask(self, service: str, path: str = "/readyz") -> httpx.Response:
        return await self.http.get(f"http://127.0.0.1:{self.ports[service]}{path}")

    async def until(self, service: str, status: int, seconds: float = 45) -> dict[str, Any]:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    try:
                        answer = await self.ask(service)
                        if answer.status_code == status:
                            return dict(answer.json())
                    except httpx.TransportError:
                        assert self.processes[service].returncode is None, self.log(service)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            answer = await self.ask(service)
            pytest.fail(f"{service}: {answer.status_code} {answer.text}\n{self.log(service)}")


@pytest.fixture
async def running(nats_server: NatsServer, s3_settings: S3Settings, tmp_path: Path) -> AsyncIterator[Running]:
    *ports, port = free_ports(5)
    environment = {
        "TALEWRIGHT_NATS_URL": nats_server.url,
        "TALEWRIGHT_NATS_TOKEN": nats_server.token or "",
        "TALEWRIGHT_ACCOUNTS_URL": f"sqlite:///{tmp_path}/accounts.db",
        "TALEWRIGHT_READMODEL_URL": f"sqlite:///{tmp_path}/views.db",
        "TALEWRIGHT_AUTH_KEYS_DIR": str(tmp_path / "keys"),
        "TALEWRIGHT_S3_ENDPOINT": s3_settings.s3_endpoint,
        "TALEWRIGHT_S3_ACCESS_KEY": s3_settings.s3_access_key,
        "TALEWRIGHT_S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(),
        "TALEWRIGHT_PORT": str(port),
    }
    async with httpx.AsyncClient(timeout=10) as http:
        running = Running(nats_server, http, tmp_path)
        try:
            for service, ops in zip(SERVICES, ports, strict=True):
                await running.start(service, ops, environment)
            yield running
        finally:
            for process in running.processes.values():
                if process.returncode is None:
                    process.kill()
                await process.wait()


async def test_the_bus_goes_and_comes_back(running: Running) -> None:
    for service in SERVICES:
        found = await running.until(service, 200)
        assert set(found["checks"]) == PARTS[service]
    running.nats.kill()
    for service in SERVICES:
        found = await running.until(service, 503)
        assert found["checks"]["bus"] == {"ok": False, "why": "The bus is not connected."}
        others = [name for name, one in found["checks"].items() if not one["ok"]]
        assert set(others) <= {"bus", "commands", "requests"}, "the bus is blamed for nothing else"
        assert (await running.ask(service, "/livez")).status_code == 200
    text = (await running.ask("gateway", "/metrics")).text
    assert "talewright_bus_connected 0.0\n" in text
    assert "talewright_ready 0.0\n" in text
    before = {service: len(running.log(service).splitlines()) for service in SERVICES}
    await asyncio.sleep(3)
    for service in SERVICES:
        lines = running.log(service).splitlines()[before[service] :]
        assert len(lines) < 25, "\n".join(lines)
    running.nats.start()
    for service in SERVICES:
        await running.until(service, 200)
        text = (await running.ask(service, "/metrics")).text
        found = {sample.name: sample for family in text_string_to_metric_families(text) for sample in family.samples}
        assert found["talewright_bus_connected"].value == 1
        assert found["talewright_bus_reconnects_total"].value >= 1
        assert found["talewright_ready"].value == 1
        assert found["talewright_build_info"].labels["service"] == service
    await _end(running)


async def _end(running: Running) -> None:
    """SIGTERM ends every service in order, ops server and all."""
    for process in running.processes.values():
        process.send_signal(signal.SIGTERM)
    for service, process in running.processes.items():
        async with asyncio.timeout(20):
            assert await process.wait() == 0, running.log(service)
        with socket.create_server(("127.0.0.1", running.ports[service])):
            pass
        assert "Traceback" not in running.log(service), running.log(service)
