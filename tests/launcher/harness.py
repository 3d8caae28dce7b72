"""Starts `fake_stack.py` and looks at it from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from talewright.embedded.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
Scenario = list[list[dict[str, Any]]]


class FakeUp:
    """A running `fake_stack.py`; its output goes to `output`."""

    def __init__(self, data: Path, scenario: Scenario, port: int = 0) -> None:
        self.data = data
        self._file = data.parent / f"{data.name}.{time.monotonic_ns()}.out"
        command = [sys.executable, str(ROOT / "tests/launcher/fake_stack.py"), str(data)]
        command += [str(port or free_ports(1)[0]), json.dumps(scenario)]
        with self._file.open("wb") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=out
            )

    @property
    def output(self) -> str:
        return self._file.read_text()

    def until(self, said: str, timeout_s: float = 15) -> None:
        wait_for(lambda: said in self.output, timeout_s, lambda: f"never said {said!r}:\n{self.output}")

    def ends(self, timeout_s: float = 20) -> int:
        return self.process.wait(timeout_s)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def wait_for(true: Callable[[], bool], timeout_s: float, complaint: Callable[[], str] = lambda: "timed out") -> None:
    deadline = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.02)


def users_of(folder: Path) -> list[int]:
    """Processes that were started with this folder in their environment (as all children are), zombies aside."""
    mark = f"FOLDER={folder}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
