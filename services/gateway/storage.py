"""How much a user keeps, against what he may keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from services.gateway.errors import InsufficientStorage
from services.gateway.ports import Views
from services.gateway.settings import GatewaySettings
from shared.artifacts.port import ArtifactStore

FILES_PER_PROJECT = 4
_GIB = 2**30
_WARN_PERCENT = 80.0
_KEPT_S = 5.0
_KEPT = 10_000


class Kept(msgspec.Struct, frozen=True):
    """What is there and what may be. Files are those of projects, bytes are all."""

    total_bytes: int
    file_count: int
    limit_bytes: int
    file_limit: int

    def holds(self, files: int, size_bytes: int) -> bool:
        """Whether so much more is still within the limits. Who adds no files may do so with too many of them."""
        enough_files = not files or self.file_count + files <= self.file_limit
        return enough_files and self.total_bytes + size_bytes <= self.limit_bytes

    def described(self) -> dict[str, Any]:
        """The answer of `GET /storage/stats`."""
        percent = round(100 * self.total_bytes / self.limit_bytes, 1)
        file_percent = round(100 * self.file_count / self.file_limit, 1)
        return {
            "total_bytes": self.total_bytes,
            "total_gb": gib(self.total_bytes),
            "file_count": self.file_count,
            "limit_bytes": self.limit_bytes,
            "limit_gb": gib(self.limit_bytes),
            "file_limit": self.file_limit,
            "usage_percent": percent,
            "file_usage_percent": file_percent,
            "warnings": [
                f"{what} usage is at {used}% of the limit"
                for what, used in (("Storage", percent), ("File", file_percent))
                if used >= _WARN_PERCENT
            ],
        }


def gib(size_bytes: int) -> float:
    """Bytes as gigabytes of 2**30, as the contract counts them."""
    return round(size_bytes / _GIB, 4)


class Storage:
    """Adds up a user's files. The bucket is listed at most once in a few seconds for each user."""

    def __init__(self, artifacts: ArtifactStore, views: Views, settings: GatewaySettings) -> None:
        self._artifacts, self._views, self._settings = artifacts, views, settings
        self._listed: dict[str, tuple[float, int]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, owner: str) -> Kept:
        """What a user keeps."""
        files = FILES_PER_PROJECT * await self._views.project_count(owner)
        return self._kept(await self._bytes(owner), files)

    async def of_all(self) -> Kept:
        """What everybody keeps together, as the views know."""
        files = FILES_PER_PROJECT * await self._views.project_count()
        return self._kept(await self._views.stored_bytes(), files)

    async def check(self, owner: str, files: int, size_bytes: int) -> None:
        """Raises `InsufficientStorage` if so much more would be too much."""
        kept = await self.of(owner)
        if not kept.holds(files, size_bytes):
            raise InsufficientStorage("Storage limit would be exceeded", msgspec.to_builtins(kept))

    @asynccontextmanager
    async def turn(self, owner: str) -> AsyncIterator[None]:
        """Between a check and what was checked for, none of the user's other requests to this gateway may write.
        Afterwards the bucket is listed anew."""
        lock = self._turns.setdefault(owner, asyncio.Lock())
        async with lock:
            try:
                yield
            finally:
                self.changed(owner)

    def changed(self, owner: str) -> None:
        """The bucket is listed anew the next time."""
        self._listed.pop(owner, None)

    async def _bytes(self, owner: str) -> int:
        known = self._listed.get(owner)
        if known and monotonic() - known[0] < _KEPT_S:
            return known[1]
        total = sum(one.size_bytes for one in await self._artifacts.list(f"users/{owner}"))
        if len(self._listed) >= _KEPT:
            self._listed.clear()
        self._listed[owner] = (monotonic(), total)
        return total

    def _kept(self, total_bytes: int, file_count: int) -> Kept:
        limits = self._settings
        return Kept(total_bytes, file_count, limits.storage_limit_bytes, limits.storage_file_limit)
