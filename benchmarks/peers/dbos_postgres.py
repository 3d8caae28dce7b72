"""Peer: DBOS on PostgreSQL, every job a step whose result is committed (fsync and synchronous commit are on)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers.install import CannotInstall, Programs, programs, virtualenv
from benchmarks.peers.processes import ended, listens
from benchmarks.peers.rounds import Driver
from talewright.embedded.ports import free_ports

REQUIREMENTS = ("dbos==3.4.0", "psycopg[binary]==3.3.9", "sqlalchemy==2.1.9")
_HERE = Path(__file__).parent
_UNPRIVILEGED = ("postgres", "nobody")


@contextmanager
def start() -> Iterator[Driver]:
    """A running peer; stopped and removed at the end. Raises `CannotInstall`."""
    python = virtualenv("dbos", REQUIREMENTS) / "python"
    with postgres() as url:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PEER_POSTGRES": url}
        with Driver([str(python), str(_HERE / "dbos_app.py")], environment) as driver:
            yield driver


@contextmanager
def postgres() -> Iterator[str]:
    """A private cluster with Debian's settings; yields its URL."""
    found = programs("postgresql", ["initdb", "postgres"], where="usr/lib/postgresql/*/bin")
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory(prefix="peer-postgres-") as name, _server(found, Path(name), port):
        yield f"postgresql://peer@127.0.0.1:{port}/postgres"


@contextmanager
def _server(found: Programs, folder: Path, port: int) -> Iterator[None]:
    as_whom = _not_root(folder)
    data = folder / "data"
    common: dict[str, Any] = {"env": found.environment, "cwd": folder, "stdout": subprocess.DEVNULL, **as_whom}
    make = [found.path("initdb"), "--pgdata", str(data), "--username", "peer", "--auth", "trust", "--encoding", "UTF8"]
    made = subprocess.run(make, check=False, stderr=subprocess.PIPE, text=True, **common)
    if made.returncode:
        raise CannotInstall(f"initdb failed:\n{made.stderr}")
    command = [found.path("postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
    process = subprocess.Popen([*command, "-c", "fsync=on"], stderr=subprocess.DEVNULL, **common)
    with ended(process):
        listens(port, process)
        yield


def _not_root(folder: Path) -> dict[str, str]:
    """PostgreSQL refuses to run as root: then the folder and the server go to a user without rights."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name for user in pwd.getpwall()}
    name = next((one for one in _UNPRIVILEGED if one in known), None)
    if name is None:
        raise CannotInstall("PostgreSQL does not run as root, and there is no user `nobody` to run it as.")
    shutil.chown(folder, name)
    return {"user": name}
