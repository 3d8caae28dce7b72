"""Where files live. Keys look like `users/<owner>/output/<images|videos|audio|final|texts>/<task>/...`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import msgspec


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    """What the bucket knows about a file. `modified_at` is RFC 3339 UTC."""

    key: str
    size_bytes: int
    media_type: str
    modified_at: str
    etag: str


class ArtifactStore(Protocol):
    """A bucket. Bytes are streamed; nothing here holds a whole film in memory.

    Raises `NotFound` for an unknown key and `Unavailable` when the store does not answer.
    """

    async def prepare(self) -> None:
        """Makes the bucket if it is missing."""
        ...

    async def put_file(self, key: str, file: Path, media_type: str) -> StoredObject:
        """Uploads a local file, replacing what was there."""
        ...

    async def put_bytes(self, key: str, data: bytes, media_type: str) -> StoredObject:
        """Uploads a small document."""
        ...

    async def get_file(self, key: str, file: Path) -> None:
        """Downloads to a local file; the file appears whole or not at all."""
        ...

    async def get_bytes(self, key: str, limit_bytes: int = 4_000_000) -> bytes:
        """A small document. Raises `Invalid` if it is larger than the limit."""
        ...

    def stream(self, key: str, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `offset` on in chunks of at most 256 kB."""
        ...

    async def stat(self, key: str) -> StoredObject:
        """What is known about a key."""
        ...

    async def list(self, prefix: str) -> list[StoredObject]:
        """Everything below a prefix, by key."""
        ...

    async def delete(self, key: str) -> None:
        """Removes one file; one that is not there is none to remove."""
        ...

    async def delete_below(self, prefix: str) -> int:
        """Removes everything below a prefix and says how many objects that were."""
        ...

    def locate(self, key: str) -> str:
        """Where a key is, for people and tools: `s3://bucket/key`."""
        ...

    def presign(self, key: str, expires_s: int) -> str:
        """A URL that anybody may read the file by, with no header, for 1 second to 7 days. Asks nobody, so the file
        need not exist. Raises `Invalid`."""
        ...

    def key_of(self, url: str) -> str | None:
        """The key that a URL of this store is for, whatever its signature; None for all other URLs."""
        ...

    async def reachable(self) -> bool:
        """Whether the bucket answers now (within a second)."""
        ...
