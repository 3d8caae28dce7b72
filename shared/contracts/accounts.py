"""What the auth service is asked over request and reply, one subject a verb: `tw.auth.<verb>`.

Requests and answers are JSON of these structs. A refusal is answered with `AuthReply.problem`; the codes are those of
`shared.errors`. Passwords travel only here, on the private bus, and are never logged.
"""

from __future__ import annotations

import msgspec

from shared.contracts.commands import Problem


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user as others may see it. `created_at` is RFC 3339 UTC."""

    id: int
    username: str
    created_at: str
    admin: bool = False
    disabled: bool = False


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.register`: create an account. Invalid if the name is taken or either field is out of range."""

    username: str
    password: str
    admin: bool = False


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.login`: exchange a password for tokens. `surface` picks the life of the access token."""

    username: str
    password: str
    surface: str = "stories"


class Refresh(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.refresh`: exchange a refresh token for a new pair; the old one is spent."""

    refresh_token: str
    surface: str = "stories"


class Reissue(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.reissue`: a new access token for one that is still valid, which proves whose it is. No refresh token."""

    access_token: str
    surface: str = "videos"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.exchange`: an access token for a user whom the gateway has identified by other means (a frontend's
    shared secret). No refresh token."""

    username: str
    surface: str = "sessions"


class Logout(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.logout`: revoke a refresh token's whole family. Unknown tokens are ignored."""

    refresh_token: str


class AccountById(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.account`: the account behind a verified token."""

    id: int


class PublicKeysWanted(msgspec.Struct, frozen=True, kw_only=True):
    """`tw.auth.keys`: the keys that verify access tokens; asked at start and for an unknown key id."""


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """An Ed25519 public key in PEM."""

    kid: str
    pem: str


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """An access token (EdDSA JWT: sub, username, admin, iat, exp, jti, iss, aud; header kid) and a refresh token.

    Lives are in seconds from now.
    """

    access_token: str
    expires_in_s: int
    refresh_token: str
    refresh_expires_in_s: int
    account: Account


class AuthReply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Exactly one field is set."""

    account: Account | None = None
    tokens: Tokens | None = None
    keys: tuple[PublicKey, ...] | None = None
    done: bool | None = None
    problem: Problem | None = None


ISSUER = "talewright-auth"
AUDIENCE = "talewright"
