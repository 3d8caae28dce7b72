"""The compose project as a user starts it, under a name and on ports of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import ROOT, Api, free_port

INSIDE = Path(__file__).parent / "inside"
SERVERS = ("nats", "postgres", "minio", "auth", "tasks", "media", "gateway")
OURS = ("auth", "tasks", "media", "gateway")
ONCE = ("secrets", "databases", "migrate")
_IMAGES = {
    "NATS_IMAGE": ("nats:2.15-alpine", "nats:2.12-alpine"),
    "POSTGRES_IMAGE": ("postgres:16-alpine",),
    "S3_IMAGE": ("minio/minio:RELEASE.2025-09-07T16-13-09Z", "minio/minio:latest"),
}
"""The images that the file names by default, and what will do where only that is at hand."""


def need_docker() -> None:
    """Skips, or fails where an engine was promised."""
    why = _why_not()
    if why and os.environ.get("TALEWRIGHT_NEED_DOCKER"):
        pytest.fail(why)
    if why:
        pytest.skip(why)


def _why_not() -> str:
    if shutil.which("docker") is None:
        return "there is no docker command here"
    for command in (["docker", "info"], ["docker", "compose", "version"]):
        if subprocess.run(command, capture_output=True, timeout=30, check=False).returncode:
            return f"`{' '.join(command)}` fails here"
    return ""


def _image(variable: str) -> str:
    names = _IMAGES[variable]
    at_hand = (name for name in names if not _docker_quiet("image", "inspect", name).returncode)
    return os.environ.get(variable) or next(at_hand, names[0])


def _docker_quiet(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=60, check=False)


def docker(*arguments: str, seconds: float = 120) -> str:
    """What a docker command prints. Raises `AssertionError` with all it said if it fails."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@dataclass
class Project:
    """One running installation."""

    name: str
    secrets: Path
    port: int = field(default_factory=free_port)
    s3_port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TALEWRIGHT_", "COMPOSE_"))}
        own = {
            "TALEWRIGHT_PORT": str(self.port),
            "MINIO_PORT": str(self.s3_port),
            "TALEWRIGHT_IMAGE": "talewright-test",
            "TALEWRIGHT_SECRETS": str(self.secrets),
        }
        return kept | own | {variable: _image(variable) for variable in _IMAGES}

    def compose(self, *arguments: str, seconds: float = 300) -> str:
        """Runs `docker compose` and returns what it prints."""
        files = ["-p", self.name, "-f", str(ROOT / "docker-compose.yml"), "--env-file", os.devnull]
        done = subprocess.run(
            ["docker", "compose", *files, *arguments],
            env=self.environment, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        said = f"docker compose {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-6000:]}"
        assert done.returncode == 0, said
        return done.stdout

    def up(self) -> None:
        """Starts everything and waits until it is healthy."""
        try:
            self.compose("up", "-d", "--wait", "--wait-timeout", "240", seconds=300)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.logs()}") from None

    def down(self, *more: str) -> None:
        self.compose("down", "--timeout", "40", "--remove-orphans", *more)

    def ids(self, service: str, *, gone_too: bool = False) -> list[str]:
        """Containers of a service, in the order of their numbers."""
        return self.compose("ps", "-q", *(["-a"] if gone_too else []), service).split()

    def inspect(self, service: str) -> list[dict[str, Any]]:
        ids = self.ids(service, gone_too=True)
        return list(json.loads(docker("inspect", *ids))) if ids else []

    def logs(self) -> str:
        return "\n".join(self.compose("logs", "--no-color", "--tail", "25", one) for one in (*ONCE, *SERVERS))

    def execute(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs something in the first container of a service."""
        return _docker_quiet("exec", self.ids(service)[0], *command)

    def kill(self, service: str, index: int = 0) -> str:
        """SIGKILLs a container's first process from outside: `docker kill` would keep it from being restarted."""
        container = self.ids(service)[index]
        pid = int(docker("inspect", "-f", "{{.State.Pid}}", container))
        assert pid > 1, f"{service} does not run"
        os.kill(pid, signal.SIGKILL)
        return container

    def wait_healthy(self, *services: str, seconds: float = 90) -> None:
        """Waits until every container of these services says that it is well."""
        deadline = time.monotonic() + seconds
        while True:
            states = [
                (one["Name"], one["State"]["Health"]["Status"]) for name in services for one in self.inspect(name)
            ]
            if states and all(state == "healthy" for _, state in states):
                return
            assert time.monotonic() < deadline, f"{states}\n{self.logs()}"
            time.sleep(0.5)

    def wait_restarted(self, container: str, restarts: int, seconds: float = 60) -> None:
        """Waits until the engine has started a killed container again."""
        deadline = time.monotonic() + seconds
        while int(docker("inspect", "-f", "{{.RestartCount}}", container)) <= restarts:
            assert time.monotonic() < deadline, "it was not started again"
            time.sleep(0.2)

    def inside(self, script: str, user: str, *arguments: str, networks: tuple[str, ...] = ("bus",)) -> Any:
        """Runs `inside/<script>` as a service: with its secrets, on its networks. What it prints is JSON."""
        command = ["run", "--rm", "--read-only", "--entrypoint", "python", "--network", f"{self.name}_{networks[0]}"]
        command += ["-v", f"{self.name}_secrets-{user}:/run/secrets:ro", "-v", f"{INSIDE}:/inside:ro"]
        command += ["-e", f"TALEWRIGHT_NATS_USER={user}", "-e", "TALEWRIGHT_NATS_URL=nats://nats:4222"]
        return json.loads(docker(*command, "talewright-test-tools:latest", f"/inside/{script}", *arguments))

    def vault(self) -> dict[str, str]:
        """All secrets by name, read by root."""
        program = (
            "import json,pathlib; print(json.dumps({f.name: f.read_text() for f in pathlib.Path('/v').iterdir()}))"
        )
        command = ["run", "--rm", "--user", "0", "--network", "none", "-v", f"{self.name}_vault:/v:ro"]
        found = docker(*command, "--entrypoint", "python", "talewright-test-tools:latest", "-c", program)
        return dict(json.loads(found))

    def user(self, name: str) -> Api:
        """A new user, logged in."""
        api = Api(self.url)
        api.register(name)
        return api
