"""Accounts, sessions, attempts and outbox in this process's memory, for tests of the rules: the same contract."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from services.auth.model import (
    Keeping,
    Kept,
    NewAccount,
    NewToken,
    OwedFact,
    Refused,
    Reused,
    Rotated,
    Rotation,
    StoredAccount,
)
from services.auth.registering import TAKEN, draw_id
from shared.clock import new_id
from shared.contracts.events import AccountRegistered, Event, RefreshTokenReused
from shared.errors import Invalid


class MemoryOutbox:
    """See `ports.Outbox`."""

    def __init__(self) -> None:
        self._facts: dict[str, OwedFact] = {}

    def owe(self, account_id: int, event: Event, now_ms: int) -> None:
        """Adds a fact."""
        fact = OwedFact(event_id=new_id(), account_id=account_id, time_ms=now_ms, event=event)
        self._facts[fact.event_id] = fact

    def owed(self, limit: int = 100) -> list[OwedFact]:
        """See `ports.Outbox.owed`."""
        return list(self._facts.values())[:limit]

    def delivered(self, event_id: str) -> None:
        """See `ports.Outbox.delivered`."""
        self._facts.pop(event_id, None)


class MemoryAccounts:
    """See `ports.Accounts`."""

    def __init__(self, outbox: MemoryOutbox, draw: Callable[[], int] = draw_id) -> None:
        self._outbox, self._draw = outbox, draw
        self._lock = threading.Lock()
        self._ids: dict[str, int] = {}
        self._accounts: dict[int, StoredAccount] = {}

    def add(self, new: NewAccount) -> StoredAccount:
        """See `ports.Accounts.add`."""
        with self._lock:
            if new.key in self._ids:
                raise Invalid(TAKEN)
            number = self._draw()
            while number in self._accounts:
                number = self._draw()
            account = StoredAccount(
                id=number,
                username=new.username,
                password_hash=new.password_hash,
                created_ms=new.created_ms,
                admin=new.admin,
            )
            self._ids[new.key] = account.id
            self._accounts[account.id] = account
            self._outbox.owe(account.id, AccountRegistered(username=new.username), new.created_ms)
        return account

    def by_key(self, key: str) -> StoredAccount | None:
        """See `ports.Accounts.by_key`."""
        return self._accounts.get(self._ids.get(key, 0))

    def by_id(self, account_id: int) -> StoredAccount | None:
        """See `ports.Accounts.by_id`."""
        return self._accounts.get(account_id)

    def page(self, after_id: int = 0, limit: int = 100) -> list[StoredAccount]:
        """See `ports.Accounts.page`."""
        return [self._accounts[number] for number in sorted(self._accounts) if number > after_id][:limit]

    def set_password_hash(self, account_id: int, password_hash: str) -> None:
        """See `ports.Accounts.set_password_hash`."""
        self._set(account_id, password_hash=password_hash)

    def set_disabled(self, account_id: int, disabled: bool) -> None:
        """See `ports.Accounts.set_disabled`."""
        self._set(account_id, disabled=disabled)

    def set_admin(self, account_id: int, admin: bool) -> None:
        """See `ports.Accounts.set_admin`."""
        self._set(account_id, admin=admin)

    def _set(self, account_id: int, **values: str | bool) -> None:
        with self._lock:
            if account_id in self._accounts:
                self._accounts[account_id] = msgspec.structs.replace(self._accounts[account_id], **values)


@dataclass(slots=True)
class _Family:
    name: str
    account_id: int
    started_ms: int
    surface: str
    revoked: bool = False
    tokens: dict[str, NewToken] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


class MemorySessions:
    """See `ports.Sessions`."""

    def __init__(self, accounts: MemoryAccounts, outbox: MemoryOutbox) -> None:
        self._accounts = accounts
        self._outbox = outbox
        self._lock = threading.Lock()
        self._families: list[_Family] = []

    def open(self, account_id: int, token: NewToken, surface: str) -> None:
        """See `ports.Sessions.open`."""
        with self._lock:
            family = _Family(new_id(), account_id, token.issued_ms, surface, tokens={token.digest: token})
            self._families.append(family)

    def rotate(self, digest: str, successor: NewToken, now_ms: int, surface: str) -> Rotation:
        """See `ports.Sessions.rotate`."""
        with self._lock:
            found = self._look_at(digest, now_ms, surface)
            if not isinstance(found, Kept):
                return found
            family = self._family(digest)
            assert family is not None
            family.used.add(digest)
            family.tokens[successor.digest] = successor
            return Rotated(found.account, found.started_ms)

    def keep(self, digest: str, now_ms: int, surface: str) -> Keeping:
        """See `ports.Sessions.keep`."""
        with self._lock:
            return self._look_at(digest, now_ms, surface)

    def _look_at(self, digest: str, now_ms: int, surface: str) -> Keeping:
        family = self._family(digest)
        account = self._accounts.by_id(family.account_id) if family else None
        if family is None or family.revoked or account is None or account.disabled:
            return Refused()
        if digest in family.used:
            family.revoked = True
            self._outbox.owe(family.account_id, RefreshTokenReused(family=family.name), now_ms)
            return Reused(family.account_id, family.name)
        if family.tokens[digest].expires_ms <= now_ms or family.surface not in ("", surface):
            return Refused()
        return Kept(account, family.started_ms)

    def close(self, digest: str, now_ms: int) -> None:
        """See `ports.Sessions.close`."""
        with self._lock:
            if family := self._family(digest):
                family.revoked = True

    def close_all(self, account_id: int, now_ms: int) -> None:
        """See `ports.Sessions.close_all`."""
        with self._lock:
            for family in self._families:
                family.revoked = family.revoked or family.account_id == account_id

    def sweep(self, now_ms: int) -> int:
        """See `ports.Sessions.sweep`."""
        with self._lock:
            before = len(self._families) + sum(len(family.tokens) for family in self._families)
            for family in self._families:
                family.tokens = {d: t for d, t in family.tokens.items() if t.expires_ms > now_ms}
            self._families = [family for family in self._families if family.tokens]
            return before - len(self._families) - sum(len(family.tokens) for family in self._families)

    def _family(self, digest: str) -> _Family | None:
        return next((family for family in self._families if digest in family.tokens), None)


class MemoryAttempts:
    """See `ports.Attempts`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._attempts: dict[int, tuple[str, int]] = {}
        self._last_id = 0

    def begin(self, key: str, now_ms: int, since_ms: int) -> tuple[int, int]:
        """See `ports.Attempts.begin`."""
        with self._lock:
            self._last_id += 1
            self._attempts[self._last_id] = (key, now_ms)
            return self._last_id, sum(name == key and at > since_ms for name, at in self._attempts.values())

    def withdraw(self, attempt_id: int) -> None:
        """See `ports.Attempts.withdraw`."""
        with self._lock:
            self._attempts.pop(attempt_id, None)

    def succeed(self, key: str) -> None:
        """See `ports.Attempts.succeed`."""
        with self._lock:
            self._attempts = {i: (name, at) for i, (name, at) in self._attempts.items() if name != key}

    def sweep(self, before_ms: int) -> int:
        """See `ports.Attempts.sweep`."""
        with self._lock:
            before = len(self._attempts)
            self._attempts = {i: (name, at) for i, (name, at) in self._attempts.items() if at >= before_ms}
            return before - len(self._attempts)
