"""Idempotency records in this process's memory: for tests, and for one gateway alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from time import monotonic


class MemoryIdempotency:
    """Implements `IdempotencyStore`; records expire after `ttl_s`."""

    def __init__(self, ttl_s: float = 86_400, clock: Callable[[], float] = monotonic) -> None:
        self._ttl_s, self._clock = ttl_s, clock
        self._records: dict[str, tuple[bytes, int, float]] = {}
        self._revisions = itertools.count(1)

    async def create(self, key: str, value: bytes) -> int | None:
        """See `IdempotencyStore.create`."""
        self._expire()
        return None if key in self._records else self._keep(key, value)

    async def get(self, key: str) -> tuple[bytes, int] | None:
        """See `IdempotencyStore.get`."""
        self._expire()
        found = self._records.get(key)
        return found[:2] if found else None

    async def replace(self, key: str, value: bytes, revision: int) -> int | None:
        """See `IdempotencyStore.replace`."""
        found = self._records.get(key)
        return self._keep(key, value) if found and found[1] == revision else None

    async def remove(self, key: str) -> None:
        """See `IdempotencyStore.remove`."""
        self._records.pop(key, None)

    def _keep(self, key: str, value: bytes) -> int:
        revision = next(self._revisions)
        self._records.pop(key, None)  # the newest stands last, so that the oldest is found first
        self._records[key] = (value, revision, self._clock() + self._ttl_s)
        return revision

    def _expire(self) -> None:
        now = self._clock()
        while self._records:
            oldest = next(iter(self._records))
            if self._records[oldest][2] > now:
                return
            del self._records[oldest]
