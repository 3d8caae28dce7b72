"""What operators do with accounts. It needs the database only, not a running stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.auth import names
from services.auth.model import StoredAccount
from services.auth.ports import Accounts, Attempts, Passwords, Sessions
from services.auth.registering import register
from shared.errors import NotFound

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Administration:
    """Every change that shuts somebody out also revokes the refresh tokens; access tokens run out by themselves."""

    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    passwords: Passwords
    clock: Callable[[], int]

    def add(self, username: str, password: str, *, admin: bool = False) -> StoredAccount:
        """Creates an account. Raises `Invalid`."""
        return register(
            self.accounts, self.passwords, username=username, password=password, now_ms=self.clock(), admin=admin
        )

    def everyone(self) -> Iterator[StoredAccount]:
        """All accounts, in the order of their numbers."""
        after_id = 0
        while page := self.accounts.page(after_id, _PAGE):
            yield from page
            after_id = page[-1].id

    def find(self, username: str) -> StoredAccount:
        """The account of that name. Raises `NotFound`."""
        account = self.accounts.by_key(names.key(names.username(username)))
        if account is None:
            raise NotFound(f"There is no user {username}.")
        return account

    def disable(self, username: str) -> StoredAccount:
        """No login and no refresh any more."""
        account = self.find(username)
        self.accounts.set_disabled(account.id, True)
        self.sessions.close_all(account.id, self.clock())
        return account

    def enable(self, username: str) -> StoredAccount:
        """Login works again, and earlier failures are forgotten."""
        account = self.find(username)
        self.accounts.set_disabled(account.id, False)
        self.attempts.succeed(names.key(account.username))
        return account

    def set_password(self, username: str, password: str) -> StoredAccount:
        """Replaces the password and signs the user out everywhere."""
        account = self.find(username)
        self.accounts.set_password_hash(account.id, self.passwords.hash(names.password(password)))
        self.sessions.close_all(account.id, self.clock())
        self.attempts.succeed(names.key(account.username))
        return account

    def set_admin(self, username: str, admin: bool) -> StoredAccount:
        """Grants or takes administration; it shows in tokens issued from now on."""
        account = self.find(username)
        self.accounts.set_admin(account.id, admin)
        return account
