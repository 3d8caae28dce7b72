"""The trace that the request in hand belongs to, as W3C `traceparent`."""

from __future__ import annotations

import random
import re
from contextvars import ContextVar

TRACEPARENT: ContextVar[str] = ContextVar("traceparent", default="")
_VALID = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


def continued(traceparent: str) -> str:
    """A span of ours below the caller's, or the first of a new trace if the caller tells none."""
    found = _VALID.fullmatch(traceparent)
    trace, flags = found.groups() if found else (f"{random.getrandbits(128):032x}", "01")
    return f"00-{trace}-{random.getrandbits(64) | 1:016x}-{flags}"
