"""What a supervisor needs to know about a process to run it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


async def _at_once(pid: int) -> None:
    """A process without a sign of readiness of its own."""


def _nothing() -> tuple[int, ...]:
    return ()


def _as_ours() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """One process of the system.

    `command` and `environment` (added to ours) are asked anew for every start, so that they may depend on what an
    earlier stage found out. `ready`, given the process id, returns once the process does its work; `ready_line` is the
    line with which a process says so itself. `console` picks the lines worth a person's eyes (the log file gets all).
    `grace_s` is how long the process may take to end after SIGTERM.
    """

    name: str
    command: Callable[[], list[str]]
    environment: Callable[[], Mapping[str, str]] = _as_ours
    ready: Callable[[int], Awaitable[None]] = _at_once
    ready_line: re.Pattern[str] | None = None
    pass_fds: Callable[[], tuple[int, ...]] = _nothing
    console: re.Pattern[str] | None = None
    grace_s: float = 20.0


Stage = tuple[ProcessSpec, ...]
"""Processes that start side by side; the next stage starts when all of them are ready."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait for a stage, and how often a process may end within a while before all are given up.

    A process that does not say its ready line is taken for ready after `ready_line_s`: a log level may hide the line.
    """

    ready_s: float = 60.0
    ready_line_s: float = 10.0
    restarts: int = 5
    window_s: float = 60.0
    first_pause_s: float = 0.25
    longest_pause_s: float = 5.0

    def pause_s(self, restart: int) -> float:
        """The pause before the nth restart (counted from 1) of the window: each is twice the one before."""
        return min(self.longest_pause_s, self.first_pause_s * 2.0 ** (restart - 1))


DEFAULT_PATIENCE = Patience()
