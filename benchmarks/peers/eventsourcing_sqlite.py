"""Peer: projections of the `eventsourcing` library on SQLite."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.install import virtualenv
from benchmarks.peers.rounds import Driver

REQUIREMENTS = ("eventsourcing==9.5.6",)
_APP = Path(__file__).parent / "eventsourcing_app.py"


@contextmanager
def start() -> Iterator[Driver]:
    """A running peer; removed at the end. Its rounds tell events a second. Raises `CannotInstall`."""
    python = virtualenv("eventsourcing", REQUIREMENTS) / "python"
    with tempfile.TemporaryDirectory(prefix="peer-eventsourcing-") as name:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PEER_SQLITE": f"{name}/events.db"}
        with Driver([str(python), str(_APP)], environment) as driver:
            yield driver
