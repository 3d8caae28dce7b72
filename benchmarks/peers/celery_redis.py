"""Peer: Celery with Redis as its broker and result store, two worker processes, in two settings.

* usual: Redis flushes its log every second, and a task is acknowledged before it runs. A crash loses work.
* safe: Redis flushes at every write, and a task is acknowledged when it is done.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from benchmarks.peers.install import programs, virtualenv
from benchmarks.peers.processes import ended, listens
from benchmarks.peers.rounds import Driver
from talewright.embedded.ports import free_ports

REQUIREMENTS = ("celery[redis]==5.7.0", "kombu==5.7.0", "redis==8.1.0")
WORKERS = 2
_HERE = Path(__file__).parent


class Setting(msgspec.Struct, frozen=True):
    """When Redis flushes its log, and when a task is acknowledged."""

    fsync: str
    acks_late: bool


USUAL = Setting("everysec", acks_late=False)
SAFE = Setting("always", acks_late=True)


@contextmanager
def start(setting: Setting) -> Iterator[Driver]:
    """A running peer; stopped and removed at the end. Raises `CannotInstall`."""
    bin_ = virtualenv("celery", REQUIREMENTS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peer-redis-")))
        port = free_ports(1)[0]
        stack.enter_context(_redis(folder, port, setting.fsync))
        environment = _environment(port, setting)
        stack.enter_context(_worker(bin_, environment))
        yield stack.enter_context(Driver([str(bin_ / "python"), str(_HERE / "celery_app.py")], environment))


@contextmanager
def _redis(folder: Path, port: int, fsync: str) -> Iterator[None]:
    redis = programs("redis-server", ["redis-server"])
    options = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "yes", "appendfsync": fsync}
    command = [
        redis.path("redis-server"),
        *(part for key, value in options.items() for part in (f"--{key}", str(value))),
    ]
    process = subprocess.Popen(command, env=redis.environment, stdout=subprocess.DEVNULL)
    with ended(process):
        listens(port, process)
        yield


@contextmanager
def _worker(bin_: Path, environment: dict[str, str]) -> Iterator[None]:
    options = ["--pool", "prefork", "--concurrency", str(WORKERS), "--loglevel", "ERROR"]
    quiet = ["--without-gossip", "--without-mingle"]
    command = [str(bin_ / "celery"), "--app", "celery_app", "worker", *options, *quiet]
    nothing = subprocess.DEVNULL
    with ended(subprocess.Popen(command, env=environment, stdout=nothing, stderr=nothing)):
        time.sleep(1.0)
        yield


def _environment(port: int, setting: Setting) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(_HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PEER_REDIS": f"redis://127.0.0.1:{port}/0",
        "PEER_ACKS_LATE": str(int(setting.acks_late)),
        "C_FORCE_ROOT": "1",
    }
