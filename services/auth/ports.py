"""What the handlers need from the outside. `memory.py` and `sql/` both pass `tests/auth/suite.py`.

All of it is blocking and safe to call from several threads: the service runs handlers in threads.
"""

from __future__ import annotations

from typing import Protocol

from services.auth.model import AccessClaims, Keeping, NewAccount, NewToken, OwedFact, Rotation, StoredAccount
from shared.contracts.accounts import Account, PublicKey


class Accounts(Protocol):
    """The accounts."""

    def add(self, new: NewAccount) -> StoredAccount:
        """Stores an account under a number that nobody has and, in the same transaction, the fact owed.

        Raises `Invalid` if the name is taken.
        """
        ...

    def by_key(self, key: str) -> StoredAccount | None:
        """The account of that name, whatever its case."""
        ...

    def by_id(self, account_id: int) -> StoredAccount | None:
        """The account of that id."""
        ...

    def page(self, after_id: int = 0, limit: int = 100) -> list[StoredAccount]:
        """Accounts with higher ids, in their order."""
        ...

    def set_password_hash(self, account_id: int, password_hash: str) -> None:
        """Replaces the hash; sessions go on (see `Sessions.close_all`)."""
        ...

    def set_disabled(self, account_id: int, disabled: bool) -> None:
        """Shuts an account out, or lets it in again."""
        ...

    def set_admin(self, account_id: int, admin: bool) -> None:
        """Grants or takes administration."""
        ...


class Sessions(Protocol):
    """Families of refresh tokens: a login starts one, each refresh replaces its only valid token or keeps it.

    A family belongs to the surface of its login. On another surface its valid token is refused and stays as it is, so
    that what is stolen from one client is of no use to another; a spent one is reuse wherever it is shown.
    """

    def open(self, account_id: int, token: NewToken, surface: str) -> None:
        """Starts a family. An empty surface, as older families have, fits all."""
        ...

    def rotate(self, digest: str, successor: NewToken, now_ms: int, surface: str) -> Rotation:
        """Spends a token and stores its successor, atomically: of concurrent calls with one token, one wins."""
        ...

    def keep(self, digest: str, now_ms: int, surface: str) -> Keeping:
        """Looks whether a token is valid without spending it; one that was spent before is reuse here as well."""
        ...

    def close(self, digest: str, now_ms: int) -> None:
        """Revokes the family of a token, spent or not. Unknown tokens are ignored."""
        ...

    def close_all(self, account_id: int, now_ms: int) -> None:
        """Revokes every family of an account."""
        ...

    def sweep(self, now_ms: int) -> int:
        """Deletes expired tokens, then families without one. Returns how many rows went."""
        ...


class Attempts(Protocol):
    """Failed logins by name, counted where all replicas see them."""

    def begin(self, key: str, now_ms: int, since_ms: int) -> tuple[int, int]:
        """Counts an attempt as failed until it is known better. Returns its id and how many are counted since
        `since_ms`, this one included: counting first leaves no gap for a thousand guesses at once."""
        ...

    def withdraw(self, attempt_id: int) -> None:
        """The attempt was not let through to the password, so it is no failure."""
        ...

    def succeed(self, key: str) -> None:
        """A right password wipes the slate."""
        ...

    def sweep(self, before_ms: int) -> int:
        """Deletes older ones. Returns how many."""
        ...


class Outbox(Protocol):
    """Audit facts on their way to the event store."""

    def owed(self, limit: int = 100) -> list[OwedFact]:
        """The oldest facts not yet delivered."""
        ...

    def delivered(self, event_id: str) -> None:
        """Forgets a fact that has arrived."""
        ...


class Passwords(Protocol):
    """One-way password hashes."""

    def hash(self, password: str) -> str:
        """A new salted hash."""
        ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right. None (no such account) takes as long and says no."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        ...


class AccessTokens(Protocol):
    """Signed access tokens."""

    def issue(self, account: Account, *, life_s: int, auth_time_s: int, now_ms: int) -> str:
        """A token for the account, valid for `life_s` from now on."""
        ...

    def inspect(self, token: str, now_ms: int) -> AccessClaims:
        """What a token says. Raises `Unauthenticated` unless it is ours and still valid."""
        ...

    def public_keys(self, now_ms: int) -> tuple[PublicKey, ...]:
        """The keys that verify what may still be valid, and the one that will sign next."""
        ...
