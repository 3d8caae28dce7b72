"""Which key signs, which keys verify, which may be thrown away. Pure: times are given.

A key's life: told but not signing (so that every replica and gateway knows it first), signing, then verifying only
until whatever it signed can no longer matter, then gone.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from itertools import pairwise

import msgspec


class KeyAge(msgspec.Struct, frozen=True, order=True):
    """A key by its age: made at `created_ms`."""

    created_ms: int
    kid: str


class KeyTimes(msgspec.Struct, frozen=True, kw_only=True):
    """How long a new key waits before it signs, and how long a replaced one still verifies."""

    activation_ms: int
    grace_ms: int


def signing(keys: Iterable[KeyAge], now_ms: int, times: KeyTimes) -> KeyAge | None:
    """The newest key that is old enough to be known everywhere; if none is, the oldest there is."""
    ordered = sorted(keys)
    ripe = [key for key in ordered if key.created_ms + times.activation_ms <= now_ms]
    if ripe:
        return ripe[-1]
    return ordered[0] if ordered else None


def verifying(keys: Iterable[KeyAge], now_ms: int, times: KeyTimes) -> list[KeyAge]:
    """All keys but those whose successor has been signing for longer than the grace; oldest first."""
    ordered = sorted(keys)
    kept = [
        key
        for key, successor in pairwise(ordered)
        if now_ms <= successor.created_ms + times.activation_ms + times.grace_ms
    ]
    return kept + ordered[-1:]


def thumbprint(public_key: bytes) -> str:
    """The key id of 32 raw bytes of an Ed25519 public key: its RFC 7638 thumbprint (SHA-256, base64url)."""
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{_base64url(public_key)}"}}'
    return _base64url(hashlib.sha256(jwk.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
