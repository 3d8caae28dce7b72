"""The verbs of `tw.auth.*`, one method each: a request in, an `AuthReply` out, a refusal raised.

They block (SQL, password hashes) and are run in threads.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from services.auth import names
from services.auth.model import Kept, NewToken, Rotated, StoredAccount
from services.auth.policy import KEEPING, Brake, Lives
from services.auth.ports import AccessTokens, Accounts, Attempts, Passwords, Sessions
from services.auth.registering import register
from shared.contracts import accounts as wire
from shared.contracts.accounts import AuthReply, Exchange, Reissue, Tokens
from shared.errors import Invalid, NotFound, Unauthenticated

INVALID_CREDENTIALS = "Invalid credentials"
INVALID_REFRESH_TOKEN = "Invalid refresh token"
INVALID_ACCESS_TOKEN = "Could not validate credentials"
TOO_MANY_FAILURES = "Too many failed logins; try again later"

_REFRESH_TOKEN_BYTES = 32
_LONGEST_TOKEN_CHARS = 256


@dataclass(frozen=True, slots=True)
class Auth:
    """All verbs over their parts. `clock` gives ms since 1970 UTC."""

    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    passwords: Passwords
    access: AccessTokens
    lives: Lives
    brake: Brake
    clock: Callable[[], int]

    def register(self, request: wire.Register) -> AuthReply:
        """Creates an account."""
        account = register(
            self.accounts,
            self.passwords,
            username=request.username,
            password=request.password,
            now_ms=self.clock(),
            admin=request.admin,
        )
        return AuthReply(account=account.public())

    def login(self, request: wire.Login) -> AuthReply:
        """Exchanges a password for tokens; who guesses too often is refused without a look at the password."""
        life_s = self.lives.access_s(request.surface)
        try:
            key = names.key(names.username(request.username))
            names.password(request.password)
        except Invalid:
            raise Unauthenticated(INVALID_CREDENTIALS) from None
        account = self._let_in(key, request.password)
        token, kept = self._new_refresh_token()
        self.sessions.open(account.id, kept, request.surface)
        return self._tokens(account, life_s, token, auth_time_ms=kept.issued_ms)

    def refresh(self, request: wire.Refresh) -> AuthReply:
        """Spends a refresh token for a new pair, or on some surfaces keeps it and gives an access token only. One
        spent before revokes its family; one of another surface is refused."""
        life_s = self.lives.access_s(request.surface)
        if request.surface in KEEPING:
            return self._keep(request, life_s)
        token, kept = self._new_refresh_token()
        outcome = self.sessions.rotate(_digest(request.refresh_token), kept, self.clock(), request.surface)
        if not isinstance(outcome, Rotated):
            raise Unauthenticated(INVALID_REFRESH_TOKEN)
        return self._tokens(outcome.account, life_s, token, auth_time_ms=outcome.started_ms)

    def logout(self, request: wire.Logout) -> AuthReply:
        """Revokes a refresh token's family."""
        self.sessions.close(_digest(request.refresh_token), self.clock())
        return AuthReply(done=True)

    def account(self, request: wire.AccountById) -> AuthReply:
        """The account behind a token. Raises `NotFound`."""
        account = self.accounts.by_id(request.id)
        if account is None:
            raise NotFound("Account not found")
        return AuthReply(account=account.public())

    def keys(self, _: wire.PublicKeysWanted) -> AuthReply:
        """The keys that verify access tokens."""
        return AuthReply(keys=self.access.public_keys(self.clock()))

    def reissue(self, request: Reissue) -> AuthReply:
        """A new access token for one that is still valid, as long as a refresh token would have lasted since login."""
        life_s = self.lives.access_s(request.surface)
        now_ms = self.clock()
        claims = self.access.inspect(request.access_token, now_ms)
        account = self.accounts.by_id(claims.account_id)
        too_old = claims.auth_time_s + self.lives.refresh_s <= now_ms // 1000
        if account is None or account.disabled or too_old:
            raise Unauthenticated(INVALID_ACCESS_TOKEN)
        return self._tokens(account, life_s, auth_time_ms=claims.auth_time_s * 1000)

    def exchange(self, request: Exchange) -> AuthReply:
        """A token for a name that the gateway vouches for; never for an administrator, who needs the password."""
        life_s = self.lives.access_s(request.surface)
        try:
            key = names.key(names.username(request.username))
        except Invalid:
            raise Unauthenticated(INVALID_CREDENTIALS) from None
        account = self.accounts.by_key(key)
        if account is None or account.disabled or account.admin:
            raise Unauthenticated(INVALID_CREDENTIALS)
        return self._tokens(account, life_s, auth_time_ms=self.clock())

    def _keep(self, request: wire.Refresh, life_s: int) -> AuthReply:
        outcome = self.sessions.keep(_digest(request.refresh_token), self.clock(), request.surface)
        if not isinstance(outcome, Kept):
            raise Unauthenticated(INVALID_REFRESH_TOKEN)
        return self._tokens(outcome.account, life_s, auth_time_ms=outcome.started_ms)

    def _let_in(self, key: str, password: str) -> StoredAccount:
        now_ms = self.clock()
        attempt, counted = self.attempts.begin(key, now_ms, now_ms - self.brake.window_ms)
        if counted > self.brake.failures:
            self.attempts.withdraw(attempt)
            raise Unauthenticated(TOO_MANY_FAILURES)
        account = self.accounts.by_key(key)
        right = self.passwords.verify(account.password_hash if account else None, password)
        if account is None or not right or account.disabled:
            raise Unauthenticated(INVALID_CREDENTIALS)
        self.attempts.succeed(key)
        if self.passwords.outdated(account.password_hash):
            self.accounts.set_password_hash(account.id, self.passwords.hash(password))
        return account

    def _new_refresh_token(self) -> tuple[str, NewToken]:
        token = secrets.token_urlsafe(_REFRESH_TOKEN_BYTES)
        now_ms = self.clock()
        return token, NewToken(digest=_digest(token), issued_ms=now_ms, expires_ms=now_ms + self.lives.refresh_s * 1000)

    def _tokens(self, account: StoredAccount, life_s: int, refresh_token: str = "", *, auth_time_ms: int) -> AuthReply:
        public = account.public()
        access = self.access.issue(public, life_s=life_s, auth_time_s=auth_time_ms // 1000, now_ms=self.clock())
        return AuthReply(
            tokens=Tokens(
                access_token=access,
                expires_in_s=life_s,
                refresh_token=refresh_token,
                refresh_expires_in_s=self.lives.refresh_s if refresh_token else 0,
                account=public,
            )
        )


def _digest(token: str) -> str:
    if len(token) > _LONGEST_TOKEN_CHARS:
        raise Unauthenticated(INVALID_REFRESH_TOKEN)
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
