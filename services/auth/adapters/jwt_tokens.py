"""Access tokens as EdDSA JWTs, with PyJWT."""

from __future__ import annotations

import secrets
from typing import Any

import jwt

from services.auth.adapters.key_files import KeyFolder
from services.auth.model import AccessClaims
from shared.contracts.accounts import AUDIENCE, ISSUER, Account, PublicKey
from shared.errors import Unauthenticated

_ALGORITHM = "EdDSA"
_REQUIRED = ["iss", "aud", "sub", "exp", "auth_time"]
_TOKEN_ID_BYTES = 12


class JwtAccessTokens:
    """See `ports.AccessTokens`. The claim `auth_time` is that of OpenID Connect: when the password was given."""

    def __init__(self, keys: KeyFolder) -> None:
        self._keys = keys

    def issue(self, account: Account, *, life_s: int, auth_time_s: int, now_ms: int) -> str:
        """See `ports.AccessTokens.issue`."""
        key = self._keys.signing(now_ms)
        now_s = now_ms // 1000
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(account.id),
            "username": account.username,
            "admin": account.admin,
            "iat": now_s,
            "exp": now_s + life_s,
            "jti": secrets.token_urlsafe(_TOKEN_ID_BYTES),
            "auth_time": auth_time_s,
        }
        return jwt.encode(claims, key.private, algorithm=_ALGORITHM, headers={"kid": key.age.kid})

    def inspect(self, token: str, now_ms: int) -> AccessClaims:
        """See `ports.AccessTokens.inspect`."""
        keys = {key.age.kid: key.private.public_key() for key in self._keys.verifying(now_ms)}
        try:
            claims = self._verified(token, keys)
            found = AccessClaims(
                account_id=int(claims["sub"]), auth_time_s=int(claims["auth_time"]), expires_s=int(claims["exp"])
            )
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            raise Unauthenticated from error
        if found.expires_s <= now_ms // 1000:
            raise Unauthenticated
        return found

    def public_keys(self, now_ms: int) -> tuple[PublicKey, ...]:
        """See `ports.AccessTokens.public_keys`."""
        return tuple(PublicKey(kid=key.age.kid, pem=key.public_pem) for key in self._keys.verifying(now_ms))

    @staticmethod
    def _verified(token: str, keys: dict[str, Any]) -> dict[str, Any]:
        kid = jwt.get_unverified_header(token)["kid"]
        return jwt.decode(
            token,
            keys[kid],
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},  # by the caller's clock, below
        )
