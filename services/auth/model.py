"""What the service keeps about accounts, refresh tokens and login attempts. Times are ms since 1970 UTC."""

from __future__ import annotations

import msgspec

from shared.clock import rfc3339
from shared.contracts.accounts import Account
from shared.contracts.events import Event


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account to be. `key` is the name without regard to case; no two accounts share one."""

    username: str
    key: str
    password_hash: str
    created_ms: int
    admin: bool = False


class StoredAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as stored."""

    id: int
    username: str
    password_hash: str
    created_ms: int
    admin: bool = False
    disabled: bool = False

    def public(self) -> Account:
        """What others may see of it."""
        return Account(
            id=self.id,
            username=self.username,
            created_at=rfc3339(self.created_ms),
            admin=self.admin,
            disabled=self.disabled,
        )


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token about to be issued: only the SHA-256 of it is ever kept."""

    digest: str
    issued_ms: int
    expires_ms: int


class Rotated(msgspec.Struct, frozen=True):
    """The old token is spent and its successor is valid. The family began with a password at `started_ms`."""

    account: StoredAccount
    started_ms: int


class Kept(msgspec.Struct, frozen=True):
    """The token is valid and stays so. The family began with a password at `started_ms`."""

    account: StoredAccount
    started_ms: int


class Reused(msgspec.Struct, frozen=True):
    """The token had been spent before: somebody has a copy. Its family is revoked now, and the audit fact is owed."""

    account_id: int
    family: str


class Refused(msgspec.Struct, frozen=True):
    """Unknown, expired, revoked, or of another surface; or the account is disabled. Nothing was changed."""


Rotation = Rotated | Reused | Refused
Keeping = Kept | Reused | Refused


class AccessClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a valid access token says: whose it is and when its owner last gave a password, in seconds since 1970."""

    account_id: int
    auth_time_s: int
    expires_s: int


class OwedFact(msgspec.Struct, frozen=True, kw_only=True):
    """An audit event that is committed with its cause and still has to reach the event store."""

    event_id: str
    account_id: int
    time_ms: int
    event: Event
