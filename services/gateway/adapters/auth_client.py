"""The auth service over request and reply."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.contracts import accounts as wire
from shared.contracts.accounts import Account, AuthReply, PublicKey, Tokens
from shared.contracts.subjects import AUTH
from shared.errors import REJECTIONS, Unavailable
from shared.telemetry.trace_context import headers_onward
from shared.telemetry.tracing import below

T = TypeVar("T")

_DECODER = msgspec.json.Decoder(AuthReply)


class NatsAuthClient:
    """One method a verb. Each raises what the service refused with, and `Unavailable` if it does not answer."""

    def __init__(self, nc: Client, timeout_s: float = 10.0) -> None:
        self._nc = nc
        self._timeout_s = timeout_s

    async def register(self, username: str, password: str, admin: bool = False) -> Account:
        """Creates an account. Raises `Invalid` if the name is taken or out of range."""
        reply = await self._ask("register", wire.Register(username=username, password=password, admin=admin))
        return _found(reply.account)

    async def login(self, username: str, password: str, surface: str) -> Tokens:
        """Exchanges a password for tokens. Raises `Unauthenticated`."""
        reply = await self._ask("login", wire.Login(username=username, password=password, surface=surface))
        return _found(reply.tokens)

    async def refresh(self, token: str, surface: str) -> Tokens:
        """Spends a refresh token for a new pair. Raises `Unauthenticated`."""
        reply = await self._ask("refresh", wire.Refresh(refresh_token=token, surface=surface))
        return _found(reply.tokens)

    async def logout(self, token: str) -> None:
        """Revokes a refresh token and all that came from the same login."""
        await self._ask("logout", wire.Logout(refresh_token=token))

    async def account(self, account_id: int) -> Account:
        """The account of an id. Raises `NotFound`."""
        return _found((await self._ask("account", wire.AccountById(id=account_id))).account)

    async def keys(self) -> tuple[PublicKey, ...]:
        """The keys that verify access tokens."""
        return _found((await self._ask("keys", wire.PublicKeysWanted())).keys)

    async def reissue(self, token: str, surface: str) -> Tokens:
        """A new access token for one that is still valid; `refresh_token` is empty. Raises `Unauthenticated`."""
        reply = await self._ask("reissue", wire.Reissue(access_token=token, surface=surface))
        return _found(reply.tokens)

    async def exchange(self, username: str, surface: str) -> Tokens:
        """A token for a user the caller vouches for; `refresh_token` is empty. Raises `Unauthenticated` if there is
        no such user, or it is an administrator."""
        return _found((await self._ask("exchange", wire.Exchange(username=username, surface=surface))).tokens)

    async def _ask(self, verb: str, request: msgspec.Struct) -> AuthReply:
        told = {"rpc.system.name": "nats", "rpc.method": verb}
        with below(f"auth {verb}", told):
            return await self._answer(verb, msgspec.json.encode(request))

    async def _answer(self, verb: str, body: bytes) -> AuthReply:
        headers = headers_onward() or None
        try:
            message = await self._nc.request(f"{AUTH}.{verb}", body, timeout=self._timeout_s, headers=headers)
            reply = _DECODER.decode(message.data)
        except (NatsError, TimeoutError, msgspec.MsgspecError) as error:
            raise Unavailable("Accounts cannot be reached; try again later.") from error
        if reply.problem is not None:
            raise REJECTIONS.get(reply.problem.code, Unavailable)(reply.problem.message)
        return reply


def _found(field: T | None) -> T:
    if field is None:
        raise Unavailable("The answer about accounts does not fit the question.")
    return field
