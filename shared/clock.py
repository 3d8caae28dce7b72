"""Time and identity, the two things pure code must be given."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """A unique id, as used for events and commands."""
    return uuid.uuid4().hex


def rfc3339(time_ms: int) -> str:
    """`2026-01-25T10:30:00.123Z` for milliseconds since 1970."""
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
