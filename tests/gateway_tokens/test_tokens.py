from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.gateway.tokens import Principal, TokenVerifier
from shared.contracts.accounts import AUDIENCE, ISSUER, PublicKey
from shared.errors import Unauthenticated, Unavailable

NOW_S = 1_700_000_000


class AuthService:
    """Keys, tokens, and how often it was asked."""

    def __init__(self) -> None:
        self.private: dict[str, Ed25519PrivateKey] = {}
        self.asked = 0
        self.down = False
        self.now_s: float = NOW_S
        self.add_key("k1")

    def add_key(self, kid: str) -> None:
        self.private[kid] = Ed25519PrivateKey.generate()

    async def keys(self) -> Iterable[PublicKey]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable
        return [PublicKey(kid=kid, pem=_pem(private)) for kid, private in self.private.items()]

    def token(self, kid: str = "k1", **changes: Any) -> str:
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "7",
            "username": "ann",
            "admin": False,
            "iat": NOW_S,
            "exp": NOW_S + 900,
            "jti": "t1",
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.private[kid], algorithm="EdDSA", headers={"kid": kid})


def _pem(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def auth() -> AuthService:
    return AuthService()


@pytest.fixture
def verifier(auth: AuthService) -> TokenVerifier:
    return TokenVerifier(auth.keys, now_s=lambda: auth.now_s, capacity=3)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signatures were computed."""
    seen: list[str] = []
    real = jwt.decode

    def counting(token: str, *arguments: Any, **options: Any) -> Any:
        seen.append(token)
        return real(token, *arguments, **options)

    monkeypatch.setattr("services.gateway.tokens.jwt.decode", counting)
    return seen


async def refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(Unauthenticated, match=r"^Could not validate credentials$"):
        await verifier.verify(token)


async def test_a_good_token_tells_the_principal(auth: AuthService, verifier: TokenVerifier) -> None:
    await verifier.start()
    principal = await verifier.verify(auth.token(admin=True))
    assert principal == Principal(7, "ann", True, NOW_S + 900, "t1")


async def test_a_token_is_checked_once_in_its_life(
    auth: AuthService, verifier: TokenVerifier, checks: list[str]
) -> None:
    token = auth.token()
    first = await verifier.verify(token)
    again = await asyncio.gather(*(verifier.verify(token) for _ in range(50)))
    assert all(principal is first for principal in again)
    assert len(checks) == 1


async def test_many_first_uses_at_once_ask_for_keys_once(auth: AuthService, verifier: TokenVerifier) -> None:
    tokens = [auth.token(jti=str(number)) for number in range(3)]
    await asyncio.gather(*(verifier.verify(token) for token in tokens * 3))
    assert auth.asked <= 2  # one behind the first request, one for the key


async def test_a_cached_token_expires_to_the_second(auth: AuthService, verifier: TokenVerifier) -> None:
    token = auth.token()
    auth.now_s = NOW_S + 899.9
    assert await verifier.verify(token)
    auth.now_s = NOW_S + 900
    await refused(verifier, token)
    await refused(verifier, token)


async def test_the_cache_is_bounded_and_forgets_the_least_used(
    auth: AuthService, verifier: TokenVerifier, checks: list[str]
) -> None:
    tokens = [auth.token(jti=str(number)) for number in range(4)]
    for token in (*tokens[:3], tokens[0], tokens[3]):
        await verifier.verify(token)
    assert len(checks) == 4
    for token in (tokens[0], tokens[2], tokens[3]):
        await verifier.verify(token)
    assert len(checks) == 4
    await verifier.verify(tokens[1])
    assert len(checks) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "another"},
        {"exp": NOW_S},
        {"exp": NOW_S - 1},
        {"iat": NOW_S + 61},
        {"sub": "ann"},
        *({name: None} for name in ("iss", "aud", "sub", "username", "admin", "iat", "exp", "jti")),
    ],
)
async def test_wrong_claims_are_refused(auth: AuthService, verifier: TokenVerifier, changes: dict[str, Any]) -> None:
    await refused(verifier, auth.token(**changes))


async def test_forged_tokens_are_refused(auth: AuthService, verifier: TokenVerifier) -> None:
    head, body, signature = auth.token().split(".")
    _, admin_body, _ = auth.token(admin=True).split(".")
    public = _pem(auth.private["k1"])
    thief = Ed25519PrivateKey.generate()
    claims = jwt.decode(auth.token(), options={"verify_signature": False})
    for token in (
        "",
        "x",
        "a.b.c",
        "é" * 10,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{admin_body}.{signature}",
        "x" * 5000,
        jwt.encode(claims, None, algorithm="none", headers={"kid": "k1"}),
        jwt.encode(claims, "s" * 64, algorithm="HS256", headers={"kid": "k1"}),
        jwt.encode(claims, thief, algorithm="EdDSA", headers={"kid": "k1"}),
        jwt.encode(claims, auth.private["k1"], algorithm="EdDSA"),
        jwt.encode(claims, auth.private["k1"], algorithm="EdDSA", headers={"kid": public}),
    ):
        await refused(verifier, token)


async def test_a_new_key_is_fetched_when_its_first_token_comes(auth: AuthService, verifier: TokenVerifier) -> None:
    await verifier.start()
    auth.now_s += 10
    auth.add_key("k2")
    assert await verifier.verify(auth.token("k2"))
    assert auth.asked == 2


async def test_made_up_key_ids_do_not_reach_the_auth_service_each_time(
    auth: AuthService, verifier: TokenVerifier
) -> None:
    await verifier.start()
    auth.now_s += 10
    other = AuthService()
    for number in range(20):
        other.add_key(f"made-up{number}")
        await refused(verifier, other.token(f"made-up{number}"))
    assert auth.asked == 2


async def test_without_any_key_nobody_can_tell(auth: AuthService, verifier: TokenVerifier) -> None:
    auth.down = True
    await verifier.start()
    with pytest.raises(Unavailable):
        await verifier.verify(auth.token())
    auth.down = False
    auth.now_s += 5
    assert await verifier.verify(auth.token())


async def test_known_keys_serve_while_the_auth_service_is_down(auth: AuthService, verifier: TokenVerifier) -> None:
    await verifier.start()
    auth.down = True
    auth.now_s += 301
    assert await verifier.verify(auth.token())
    await asyncio.sleep(0.01)
    assert await verifier.verify(auth.token(jti="t2"))


async def test_a_withdrawn_key_takes_its_tokens_along(auth: AuthService, verifier: TokenVerifier) -> None:
    await verifier.start()
    token = auth.token()
    await verifier.verify(token)
    del auth.private["k1"]
    auth.add_key("k2")
    auth.now_s += 301
    assert await verifier.verify(token)  # this one starts the renewal behind it
    await asyncio.sleep(0.01)
    await refused(verifier, token)
