"""Passwords with Argon2id."""

from __future__ import annotations

import logging
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

log = logging.getLogger("talewright.auth")


class Argon2Passwords:
    """See `ports.Passwords`. Releases the interpreter lock while it computes, so threads run side by side."""

    def __init__(self, memory_kib: int, passes: int, lanes: int) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """See `ports.Passwords.hash`."""
        return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """See `ports.Passwords.verify`."""
        try:
            return self._hasher.verify(password_hash or self._nobody, password) and password_hash is not None
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            log.error("an account has a damaged password hash; set its password anew")
            return False

    def outdated(self, password_hash: str) -> bool:
        """See `ports.Passwords.outdated`."""
        return self._hasher.check_needs_rehash(password_hash)
