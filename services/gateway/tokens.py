"""Who asks: access tokens, verified here with the auth service's public keys, without a call per request.

An EdDSA check costs some hundred microseconds, a look into the cache one: each token is checked once in its life.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shared.contracts.accounts import AUDIENCE, ISSUER, PublicKey
from shared.errors import TalewrightError, Unauthenticated, Unavailable

log = logging.getLogger("talewright.gateway")

_ALGORITHM = "EdDSA"
_REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti"]
_LONGEST_TOKEN_CHARS = 4096
_CLOCK_SKEW_S = 60
REFUSED = "Could not validate credentials"


class Principal(msgspec.Struct, frozen=True):
    """Who asks. `expires_at` is in seconds since 1970 UTC."""

    user_id: int
    username: str
    admin: bool
    expires_at: int
    token_id: str


class TokenVerifier:
    """Verifies access tokens. For use within one event loop.

    Keys are fetched by `start`, for an unknown key id (at most every `retry_s`, so that made-up ids cost the auth
    service nothing), and behind a request every `renew_s`, so that a key withdrawn there ends here too, with all
    tokens it signed.
    """

    def __init__(
        self,
        fetch_keys: Callable[[], Awaitable[Iterable[PublicKey]]],
        *,
        now_s: Callable[[], float] = time.time,
        capacity: int = 10_000,
        retry_s: float = 5.0,
        renew_s: float = 300.0,
    ) -> None:
        self._fetch_keys = fetch_keys
        self._now_s = now_s
        self._capacity = capacity
        self._retry_s = retry_s
        self._renew_s = renew_s
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._cache: OrderedDict[str, tuple[Principal, str]] = OrderedDict()
        self._asked_s = float("-inf")
        self._asking = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Fetches the keys. If the auth service is not there yet, the first token asks again."""
        await self._renew()

    async def ready(self) -> bool:
        """Whether tokens can be verified. Asks for the keys if there are none, since before this says yes nobody may
        send the first token."""
        if not self._keys:
            async with self._asking:
                if not self._keys:
                    await self._renew()
        return bool(self._keys)

    async def verify(self, token: str) -> Principal:
        """Whose token this is. Raises `Unauthenticated`, and `Unavailable` while no key could be had at all."""
        now_s = self._now_s()
        if not -self._renew_s < now_s - self._asked_s < self._renew_s:
            self._renew_behind()
        known = self._cache.get(token)
        if known is None:
            return await self._first_time(token)
        if known[0].expires_at <= now_s:
            del self._cache[token]
            raise Unauthenticated(REFUSED)
        self._cache.move_to_end(token)
        return known[0]

    async def _first_time(self, token: str) -> Principal:
        kid = _key_id(token)
        if kid not in self._keys:
            await self._renew_for(kid)
        key = self._keys.get(kid)
        if key is None:
            raise Unauthenticated(REFUSED)
        principal = _principal(_claims(token, key), self._now_s())
        self._cache[token] = (principal, kid)
        if len(self._cache) > self._capacity:
            self._cache.popitem(last=False)
        return principal

    async def _renew_for(self, kid: str) -> None:
        """Asks for the keys unless that was done just now; those who come meanwhile share the answer."""
        async with self._asking:
            asked_just_now = bool(self._keys) and 0 <= self._now_s() - self._asked_s < self._retry_s
            if kid not in self._keys and not asked_just_now:
                await self._renew()
        if not self._keys:
            raise Unavailable("Tokens cannot be verified now; try again later.")

    def _renew_behind(self) -> None:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.get_running_loop().create_task(self._renew())

    async def _renew(self) -> None:
        self._asked_s = self._now_s()
        try:
            told = await self._fetch_keys()
        except TalewrightError as error:
            log.warning("no keys from the auth service: %s", error)
            return
        self._keys = {key.kid: public for key in told if (public := _public_key(key))}
        for token, (_, kid) in list(self._cache.items()):
            if kid not in self._keys:
                del self._cache[token]


def _key_id(token: str) -> str:
    """The key id a token names. Cheap: garbage is refused before any key is asked for or signature computed."""
    if len(token) > _LONGEST_TOKEN_CHARS:
        raise Unauthenticated(REFUSED)
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Unauthenticated(REFUSED) from error
    kid = header.get("kid")
    if header.get("alg") != _ALGORITHM or not isinstance(kid, str):
        raise Unauthenticated(REFUSED)
    return kid


def _claims(token: str, key: Ed25519PublicKey) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},  # by our own clock, below
        )
    except jwt.PyJWTError as error:
        raise Unauthenticated(REFUSED) from error


def _principal(claims: dict[str, Any], now_s: float) -> Principal:
    try:
        principal = Principal(
            user_id=int(claims["sub"]),
            username=str(claims["username"]),
            admin=claims["admin"] is True,
            expires_at=int(claims["exp"]),
            token_id=str(claims["jti"]),
        )
        issued_s = int(claims["iat"])
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise Unauthenticated(REFUSED) from error
    if principal.expires_at <= now_s or issued_s > now_s + _CLOCK_SKEW_S:
        raise Unauthenticated(REFUSED)
    return principal


def _public_key(key: PublicKey) -> Ed25519PublicKey | None:
    try:
        public = load_pem_public_key(key.pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        log.warning("key %s from the auth service cannot be read", key.kid)
        return None
    return public if isinstance(public, Ed25519PublicKey) else None
