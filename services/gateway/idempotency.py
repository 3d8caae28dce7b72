"""`Idempotency-Key`: the same POST sent twice is done once and answered twice. Plain ASGI."""

from __future__ import annotations

import asyncio
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.attempts import SCOPE_KEY, KeptAttempt
from services.gateway.bodies import Body
from services.gateway.idempotency_records import Answer
from services.gateway.ports import IdempotencyStore, TokenVerifier
from shared.errors import Invalid, TalewrightError, Unavailable

REPLAYED = (b"idempotency-replayed", b"true")
_KEY = re.compile(r"[!-~]{1,255}")
_ASKED_WITH_THE_COOKIE = frozenset(("/api/refresh", "/api/logout"))
"""Elsewhere the refresh cookie is none of the request: it changes between two tries with every refresh."""


class Idempotency:
    """Serves POSTs that carry a key once."""

    def __init__(self, app: ASGIApp, store: IdempotencyStore, tokens: TokenVerifier, lease_s: float) -> None:
        self._app, self._store, self._tokens, self._lease_s = app, store, tokens, lease_s
        self._making_way: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything else passes."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = headers.get(b"idempotency-key")
        if key is None:
            await self._app(scope, receive, send)
            return
        await self._once(key.decode("latin-1"), headers, scope, receive, send)

    async def _once(self, key: str, headers: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send) -> None:
        if not _KEY.fullmatch(key):
            raise Invalid("Idempotency-Key must be 1 to 255 visible characters")
        user = await self._user(headers.get(b"authorization", b""))
        if user is None:  # the route will say that the token does not count
            await self._app(scope, receive, send)
            return
        body = Body()
        try:
            await body.read(receive)
            secret = await body.digest(headers.get(b"content-type", b""))
            if scope["path"] in _ASKED_WITH_THE_COOKIE:
                secret += headers.get(b"cookie", b"")
            await self._once_of(user, key, secret, scope, body.replay(receive), send)
        finally:
            body.close()

    async def _once_of(self, user: str, key: str, secret: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        attempt = KeptAttempt(self._store, scope, user, key, secret, self._lease_s)
        try:
            answer = await attempt.begin()
        except Unavailable:  # the record may have been made
            self._make_way(attempt)
            raise
        if answer is not None:
            await _send(Answer(answer.status, [*answer.headers, REPLAYED], answer.body), send)
            return
        await self._serve(attempt, scope, receive, send)

    async def _serve(self, attempt: KeptAttempt, scope: Scope, receive: Receive, send: Send) -> None:
        caught: list[Message] = []

        async def catch(message: Message) -> None:
            caught.append(message)

        try:
            async with attempt.held():
                await self._app({**scope, SCOPE_KEY: attempt}, receive, catch)
            start = caught[0]
            answer = Answer(start["status"], list(start["headers"]), b"".join(m.get("body", b"") for m in caught[1:]))
            await attempt.end(answer)
        except (Unavailable, asyncio.CancelledError):  # the bus went away in the middle, or this server stops
            self._make_way(attempt)
            raise
        except Exception:
            await attempt.forget()
            raise
        await _send(answer, send)

    def _make_way(self, attempt: KeptAttempt) -> None:
        task = asyncio.create_task(attempt.make_way())
        self._making_way.add(task)
        task.add_done_callback(self._making_way.discard)

    async def _user(self, authorization: bytes) -> str | None:
        kind, _, token = authorization.decode("latin-1").partition(" ")
        if not authorization:
            return ""
        try:
            return str((await self._tokens.verify(token.strip())).user_id) if kind.lower() == "bearer" else None
        except TalewrightError:
            return None


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
