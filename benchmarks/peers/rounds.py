"""Rounds of a closed loop, asked for over the standard streams. Needs nothing but Python: both ends import it.

A peer's driver runs in the peer's own virtualenv. It gets one JSON line a round, `{"in_flight": 50, "seconds": 6}`, and
answers with one line, `{"rate": workflows a second, "latencies": [seconds, ...]}`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

Round = tuple[float, list[float]]
"""Workflows a second, from the first start to the last end, and each one's seconds."""


def answer(run_round: Callable[[int, float], Round]) -> None:
    """The driver's end: says that it is ready, then carries out rounds until there are no more."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        rate, latencies = run_round(asked["in_flight"], asked["seconds"])
        print(json.dumps({"rate": rate, "latencies": latencies}), flush=True)


class Driver:
    """Our end: a context in which the driver's process runs."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._command, self._environment = command, environment

    def __enter__(self) -> Driver:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, env=self._environment, stdin=pipe, stdout=pipe, text=True)
        self._hear()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def run_round(self, in_flight: int, seconds: float) -> Round:
        """One round. Raises `RuntimeError` if the driver died."""
        asked = json.dumps({"in_flight": in_flight, "seconds": seconds})
        assert self._process.stdin
        self._process.stdin.write(asked + "\n")
        self._process.stdin.flush()
        told = self._hear()
        return told["rate"], told["latencies"]

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("{"):  # a library may print, too
                told: dict[str, Any] = json.loads(line)
                return told
        raise RuntimeError(f"{self._command[1]} ended with code {self._process.wait()}")
