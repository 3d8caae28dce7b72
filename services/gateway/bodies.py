"""A request's body, read whole before it is served: in memory while it is small, on disk when it is a file."""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import Iterator

from starlette.types import Message, Receive

_IN_MEMORY_BYTES = 1_000_000
_CHUNK_BYTES = 256 * 1024
_BOUNDARY = re.compile(rb'multipart/form-data.*;\s*boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)


class Body:
    """The bytes of one request. Close it when the request is answered."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
        self.size_bytes = 0

    async def read(self, receive: Receive) -> None:
        """Takes the whole body."""
        while True:
            message = await receive()
            self.size_bytes += self._file.write(message.get("body", b""))
            if not message.get("more_body", False):
                return

    async def digest(self, content_type: bytes) -> bytes:
        """SHA-256 of what is said. A form's boundary does not count: clients draw a new one for every try."""
        found = _BOUNDARY.fullmatch(content_type.strip())
        boundary = found[1] if found else b""
        if self.size_bytes <= _IN_MEMORY_BYTES:
            return self._digest(boundary)
        return await asyncio.to_thread(self._digest, boundary)

    def replay(self, receive: Receive) -> Receive:
        """Gives the body again from its beginning, then whatever the connection tells."""
        self._file.seek(0)
        given = False

        async def replayed() -> Message:
            nonlocal given
            if given:
                return await receive()
            chunk = self._file.read(_CHUNK_BYTES)
            given = self._file.tell() >= self.size_bytes
            return {"type": "http.request", "body": chunk, "more_body": not given}

        return replayed

    def close(self) -> None:
        """Lets the bytes go."""
        self._file.close()

    def _digest(self, boundary: bytes) -> bytes:
        summed, tail = hashlib.sha256(), b""
        for chunk in self._chunks():
            data = tail + chunk
            if boundary:
                data = data.replace(boundary, b"")
            kept = min(len(boundary), len(data))  # a boundary may stand across two chunks
            data, tail = data[: len(data) - kept], data[len(data) - kept :]
            summed.update(data)
        summed.update(tail)
        return summed.digest()

    def _chunks(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK_BYTES):
            yield chunk
