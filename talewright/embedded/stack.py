"""The whole system on one machine: which processes it has, and how each is told where the others are."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from shared.errors import Unavailable
from talewright.embedded.data_dir import DataDir
from talewright.embedded.nats_server import NatsServer
from talewright.embedded.ports import free_ports
from talewright.embedded.probe import healthy
from talewright.embedded.spec import DEFAULT_PATIENCE, Patience, ProcessSpec, Stage
from talewright.embedded.weed import STOP_TIMEOUT_S, WeedServer
from talewright.running import note_environment, note_ops

_NATS_WORTH_SEEING = re.compile(r"\[(WRN|ERR|FTL)\]")
_WEED_WORTH_SEEING = re.compile(r"^[EF]\d{4} ")
_GATEWAY_WORTH_SEEING = re.compile(r"^(?!.* GET /health )")
_SAYS_READY = re.compile(r"\bready\b")
_OPS_HOST = "127.0.0.1"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class StackOptions:
    """What may be chosen about a stack."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    media_workers: int = 2
    patience: Patience = DEFAULT_PATIENCE

    @property
    def url(self) -> str:
        """Where the gateway will answer."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{host}:{self.port}"


class Stack:
    """The parts of one embedded system. `stages` for the supervisor; `release` when all have ended."""

    def __init__(self, options: StackOptions, folder: DataDir) -> None:
        self._options = options
        self._folder = folder
        self._secrets = folder.secrets()
        self._nats = NatsServer(folder.path / "nats", token=self._secrets.nats_token)
        self._ops_ports: dict[str, int] = {}
        self._weed = WeedServer(folder.path / "s3", 0, self._secrets.s3_access_key, self._secrets.s3_secret_key)

    def stages(self) -> list[Stage]:
        """First the servers, then all services side by side."""
        workers = [f"media-{n}" for n in range(1, self._options.media_workers + 1)]
        names = ("auth", "tasks", *workers, "gateway")
        self._ops_ports = dict(zip(names, free_ports(len(names), _OPS_HOST), strict=True))
        note_ops(self._folder.path, {name: f"http://{_OPS_HOST}:{port}" for name, port in self._ops_ports.items()})
        media = [self._service(name, "media") for name in workers]
        services = (self._service("auth", "auth"), self._service("tasks", "tasks"), *media, self._gateway())
        return [(self._nats_spec(), self._weed_spec()), services]

    def release(self) -> None:
        """Lets go of the servers' folders."""
        self._nats.release()
        self._weed.release()

    def service_environment(self) -> dict[str, str]:
        """All that a service is told; complete once the servers are ready."""
        s3 = self._weed.settings
        data = self._folder.path
        environment = {
            "TALEWRIGHT_PROFILE": "embedded",
            "TALEWRIGHT_NATS_URL": self._nats.url,
            "TALEWRIGHT_NATS_TOKEN": self._secrets.nats_token,
            "TALEWRIGHT_STREAM_REPLICAS": "1",
            "TALEWRIGHT_READMODEL_URL": f"sqlite:///{data / 'readmodel.db'}",
            "TALEWRIGHT_ACCOUNTS_URL": f"sqlite:///{data / 'accounts.db'}",
            "TALEWRIGHT_AUTH_KEYS_DIR": str(data / "keys"),
            "TALEWRIGHT_S3_ENDPOINT": s3.s3_endpoint,
            "TALEWRIGHT_S3_ACCESS_KEY": s3.s3_access_key,
            "TALEWRIGHT_S3_SECRET_KEY": self._secrets.s3_secret_key,
            "TALEWRIGHT_S3_BUCKET": s3.s3_bucket,
            "TALEWRIGHT_S3_REGION": s3.s3_region,
            "TALEWRIGHT_S3_SECURE": "false",
            "TALEWRIGHT_HOST": self._options.host,
            "TALEWRIGHT_PORT": str(self._options.port),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", "")))),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "",  # a service compiles once, not at every start
        }
        note_environment(data, environment)
        return environment

    def _environment_of(self, name: str) -> Callable[[], dict[str, str]]:
        """With an ops server of its own, on a port that stays the same when the process is started anew."""
        port = str(self._ops_ports[name])
        return lambda: {**self.service_environment(), "TALEWRIGHT_OPS_HOST": _OPS_HOST, "TALEWRIGHT_OPS_PORT": port}

    def _service(self, name: str, package: str) -> ProcessSpec:
        told = os.environ.get("TALEWRIGHT_LOG_LEVEL", "INFO") in ("DEBUG", "INFO")
        return ProcessSpec(
            name=name,
            # -P: what lies in the folder we are started from is not ours to import.
            command=lambda: [sys.executable, "-P", "-m", f"services.{package}.main"],
            environment=self._environment_of(name),
            ready_line=_SAYS_READY if told else None,
        )

    def _gateway(self) -> ProcessSpec:
        return ProcessSpec(
            name="gateway",
            command=lambda: [sys.executable, "-P", "-m", "services.gateway.main"],
            environment=self._environment_of("gateway"),
            ready=_until(lambda _: healthy(self._options.url), pause_s=0.2),
            console=_GATEWAY_WORTH_SEEING,
        )

    def _nats_spec(self) -> ProcessSpec:
        return ProcessSpec(
            name="nats",
            command=self._nats.command,
            environment=self._nats.environment,
            ready=_until(lambda pid: _answers(self._nats.wait_ready, pid, 0.25)),
            pass_fds=lambda: self._nats.pass_fds,
            console=_NATS_WORTH_SEEING,
            grace_s=10.0,
        )

    def _weed_spec(self) -> ProcessSpec:
        return ProcessSpec(
            name="s3",
            command=self._weed.command,
            environment=self._weed.environment,
            ready=_until(lambda _: _answers(self._weed.wait_ready, 0.25)),
            pass_fds=lambda: self._weed.pass_fds,
            console=_WEED_WORTH_SEEING,
            grace_s=STOP_TIMEOUT_S,
        )


async def _answers(wait: Callable[..., None], *args: float) -> bool:
    try:
        await asyncio.to_thread(wait, *args)
    except Unavailable:
        return False
    return True


def _until(asked: Callable[[int], Awaitable[bool]], pause_s: float = 0.05) -> Callable[[int], Awaitable[None]]:
    """Asks again and again; in short questions, so that giving up is possible at any time."""

    async def wait(pid: int) -> None:
        while not await asked(pid):
            await asyncio.sleep(pause_s)

    return wait
