"""What can be made to go wrong: with one request (`Fault`), or with one prediction (`Fate`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Call = Literal["create", "get", "cancel", "list", "file"]
How = Literal["answer", "reset_before", "reset_after", "hang_before", "hang_after", "mangle", "cut", "slow"]


@dataclass
class Fault:
    """For the next `times` requests of one kind, or for `for_s` seconds from the first one on.

    answer: `status`, `body` (bytes, or JSON), `headers` instead of doing anything. reset_before: RST before the body
    is read. reset_after: done, and RST instead of the answer. hang_*: the same with silence. mangle: `change` the
    JSON that would have been answered. cut: `cut_bytes` less than Content-Length says. slow: after `delay_s`.
    """

    on: Call
    how: How = "answer"
    status: int = 500
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], Any] = lambda document: document
    cut_bytes: int = 10
    delay_s: float = 0.0
    times: int = 1
    for_s: float = 0.0
    until: float = 0.0


@dataclass
class Fate:
    """How the next accepted prediction goes. `drop` are the indexes of files that are held back; `output` replaces
    what would come out."""

    status: Literal["succeeded", "failed", "canceled", "aborted", "stuck"] = "succeeded"
    error: str | None = None
    cold_s: float = 0.0
    run_s: float | None = None
    drop: tuple[int, ...] = ()
    output: Any = ...
    removed: bool = False
    finishes_when_canceled: bool = False
    unlisted_s: float = 0.0


NSFW = "The input or output was flagged as sensitive. Please try again with different inputs. (E005) (a1B2c3)"
ALL_NSFW = "All generated images contained NSFW content. Try running it again with a different prompt."
HICCUP = "Prediction interrupted; please retry (code: PA)"


class Faults:
    """The faults that are waiting for their request."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        self._waiting += faults

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, call: Call, early: bool = False) -> Fault | None:
        """The next fault for a call; `early`: only one that strikes before the body is read."""
        for fault in list(self._waiting):
            if fault.on != call or (fault.how == "reset_before") != early:
                continue
            if fault.for_s:
                fault.until = fault.until or time.monotonic() + fault.for_s
                if time.monotonic() < fault.until:
                    return fault
                self._waiting.remove(fault)
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            return fault
        return None
