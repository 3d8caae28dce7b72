"""What is kept for an `Idempotency-Key`."""

from __future__ import annotations

import msgspec


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """A finished response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What is kept: `until_ms` is when an unfinished try may be taken over, `sealed` the answer."""

    fingerprint: bytes
    until_ms: int
    memo: str = ""
    sealed: bytes = b""
