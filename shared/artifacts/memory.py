"""Artifacts in memory, for tests of what uses a store. It passes the same suite as S3."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

from shared.artifacts.keys import check_life, folder, key_in
from shared.artifacts.port import StoredObject
from shared.errors import Invalid, NotFound, Unavailable

Listing = list[StoredObject]  # inside the class `list` is a method
_CHUNK_BYTES = 256 * 1024
_ROOT = "https://files.invalid/talewright/"


class MemoryArtifactStore:
    """An `ArtifactStore` that forgets. Set `down` to see what happens when the store does not answer."""

    def __init__(self) -> None:
        self.down = False
        self._signed = 0
        self._files: dict[str, tuple[bytes, StoredObject]] = {}

    async def prepare(self) -> None:
        """Nothing to make."""
        self._answer()

    async def put_file(self, key: str, file: Path, media_type: str) -> StoredObject:
        """Keeps the bytes of a local file, replacing what was there."""
        return await self.put_bytes(key, await asyncio.to_thread(file.read_bytes), media_type)

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> StoredObject:
        """Keeps a document."""
        self._answer()
        _check(key)
        stored = StoredObject(
            key=key,
            size_bytes=len(data),
            media_type=media_type,
            modified_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            etag=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        )
        self._files[key] = (bytes(data), stored)
        return stored

    async def get_file(self, key: str, file: Path) -> None:
        """Writes the bytes to a local file."""
        data, _ = self._find(key)
        await asyncio.to_thread(_write, file, data)

    async def get_bytes(self, key: str, limit_bytes: int = 4_000_000) -> bytes:
        """A small document. Raises `Invalid` if it is larger than the limit."""
        data, _ = self._find(key)
        if len(data) > limit_bytes:
            raise Invalid(f"{key} is larger than {limit_bytes} bytes.")
        return data

    async def stream(self, key: str, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `offset` on in chunks of at most 256 kB."""
        if length is not None and length <= 0:
            return
        data, _ = self._find(key)
        if offset and offset >= len(data):
            raise Invalid("The range lies outside the file.")
        wanted = data[offset:] if length is None else data[offset : offset + length]
        for start in range(0, len(wanted), _CHUNK_BYTES):
            yield wanted[start : start + _CHUNK_BYTES]

    async def stat(self, key: str) -> StoredObject:
        """What is known about a key."""
        return self._find(key)[1]

    async def list(self, prefix: str) -> Listing:
        """Everything below a folder, by key."""
        self._answer()
        return [self._files[key][1] for key in sorted(self._files) if key.startswith(folder(prefix))]

    async def delete(self, key: str) -> None:
        """Forgets one file."""
        self._answer()
        self._files.pop(key, None)

    async def delete_below(self, prefix: str) -> int:
        """Removes everything below a folder and says how many objects that were. The root is refused."""
        if not folder(prefix):
            raise Invalid("Name the folder to empty.")
        doomed = [one.key for one in await self.list(prefix)]
        for key in doomed:
            del self._files[key]
        return len(doomed)

    def locate(self, key: str) -> str:
        """Where a key would be."""
        return f"s3://talewright/{key}"

    def presign(self, key: str, expires_s: int) -> str:
        """A URL that looks like a signed one; nobody serves it."""
        _check(key)
        check_life(expires_s)
        self._signed += 1
        query = urlencode({"X-Amz-Expires": expires_s, "X-Amz-Signature": f"{self._signed:064x}"})
        return f"{_ROOT}{quote(key)}?{query}"

    def key_of(self, url: str) -> str | None:
        """The key that such a URL is for."""
        return key_in(url, (_ROOT,))

    async def reachable(self) -> bool:
        """Whether the store answers."""
        return not self.down

    async def close(self) -> None:
        """Nothing to end."""

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("The artifact store does not answer.")

    def _find(self, key: str) -> tuple[bytes, StoredObject]:
        self._answer()
        if key not in self._files:
            raise NotFound(f"There is no file {key}.")
        return self._files[key]


def _check(key: str) -> None:
    if not key:
        raise Invalid("Not a usable file key: it is empty.")


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
