"""`Idempotency-Key`: the same POST sent twice is done once and answered twice. Plain ASGI.

A record is found by user, method, path and key. It holds a keyed hash of the body, never the body, and the answer is
sealed with a key made from the request itself, because answers carry tokens and the bus should not know them.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
from time import monotonic

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.bodies import Body
from services.gateway.errors import Unprocessable
from services.gateway.idempotency_records import Answer, Record
from services.gateway.ports import IdempotencyStore, TokenVerifier
from shared.clock import new_id, now_ms
from shared.errors import Busy, Invalid, TalewrightError, Unavailable

SCOPE_KEY = "talewright.attempt"
REPLAYED = (b"idempotency-replayed", b"true")
_KEY = re.compile(r"[!-~]{1,255}")
_LARGEST_ANSWER_BYTES = 256_000
_NOT_KEPT = frozenset((401, 402, 409, 413, 429, 500))
_TRIES = 3
_PAUSE_S = 0.3


class DifferentRequest(Unprocessable):
    """This Idempotency-Key was used for another request"""


_ANSWER = msgspec.msgpack.Decoder(Answer)
_RECORD = msgspec.msgpack.Decoder(Record)


class Attempt:
    """One try at a request. `command_id` is the same in every try with the same key, so its command is done once."""

    def __init__(self, command_id: str = "") -> None:
        self.command_id = command_id or new_id()
        self.memo = ""

    async def remember(self, memo: str) -> None:
        """Keeps what a later try must not draw anew. Without a key there is no later try."""
        self.memo = memo


def attempt_of(request: Request) -> Attempt:
    """The try that this request is."""
    found = request.scope.get(SCOPE_KEY)
    return found if isinstance(found, Attempt) else Attempt()


class _KeptAttempt(Attempt):
    """A try with a key: it has a record in the store."""

    def __init__(
        self, store: IdempotencyStore, scope: Scope, user: str, key: str, secret: bytes, lease_s: float
    ) -> None:
        place = "\n".join((user, scope["method"], scope["path"], key)).encode()
        self._name = hashlib.sha256(place).hexdigest()
        super().__init__(self._name[:32])
        self._store, self._lease_s = store, lease_s
        asked = scope["query_string"] + b"\n" + secret
        self._fingerprint = hmac.digest(key.encode(), b"same" + asked, "sha256")
        self._seal = AESGCM(hmac.digest(key.encode(), b"seal" + asked, "sha256"))
        self._revision = 0
        self._unfinished: set[bytes] = set()  # the records that this try wrote, or was about to

    async def begin(self) -> Answer | None:
        """The answer that was given before, or None if this try is the one to do it.

        Raises `Busy` while another try is at it, `DifferentRequest` if the key belongs to another request.
        """
        for _ in range(_TRIES):
            revision = await self._store.create(self._name, self._running())
            if revision is not None:
                self._revision = revision
                return None
            found = await self._store.get(self._name)
            if found is not None:
                return await self._again(_RECORD.decode(found[0]), found[1])
        raise Busy("A request with this Idempotency-Key is in progress")

    async def remember(self, memo: str) -> None:
        """See `Attempt.remember`."""
        self.memo = memo
        await self._keep(self._running())

    async def end(self, answer: Answer) -> None:
        """Keeps the answer, or forgets the try if asking again may have another end."""
        if answer.status > 500:  # a part did not answer: it may have been done all the same
            await self.forget()
            return
        if answer.status in _NOT_KEPT or len(answer.body) > _LARGEST_ANSWER_BYTES:
            await self._store.remove(self._name)
            return
        nonce = os.urandom(12)
        sealed = nonce + self._seal.encrypt(nonce, msgspec.msgpack.encode(answer), None)
        await self._keep(msgspec.msgpack.encode(Record(self._fingerprint, 0, self.memo, sealed)))

    async def forget(self) -> None:
        """The try came to nothing: the next may begin at once. What it must not draw anew is kept for it."""
        await self._keep(self._left())

    async def make_way(self) -> None:
        """Forgets the try as soon as the bus answers; else the next would have to wait until our lease is over."""
        deadline = monotonic() + self._lease_s
        while monotonic() < deadline:
            try:
                found = await self._store.get(self._name)
                if found is not None and found[0] in self._unfinished:  # not another try's, and not the answer
                    await self._store.replace(self._name, self._left(), found[1])
                return
            except Unavailable:
                await asyncio.sleep(_PAUSE_S)

    async def _again(self, record: Record, revision: int) -> Answer | None:
        if not hmac.compare_digest(record.fingerprint, self._fingerprint):
            raise DifferentRequest
        if record.sealed:
            return self._open(record.sealed)
        if record.until_ms > now_ms():
            raise Busy("A request with this Idempotency-Key is in progress")
        self.memo = record.memo
        taken = await self._store.replace(self._name, self._running(), revision)
        if taken is None:
            raise Busy("A request with this Idempotency-Key is in progress")
        self._revision = taken
        return None

    def _open(self, sealed: bytes) -> Answer:
        try:
            return _ANSWER.decode(self._seal.decrypt(sealed[:12], sealed[12:], None))
        except InvalidTag as error:
            raise DifferentRequest from error

    def _running(self) -> bytes:
        until_ms = now_ms() + round(self._lease_s * 1000)
        record = msgspec.msgpack.encode(Record(self._fingerprint, until_ms, self.memo))
        self._unfinished.add(record)
        return record

    def _left(self) -> bytes:
        return msgspec.msgpack.encode(Record(self._fingerprint, 0, self.memo))

    async def _keep(self, value: bytes) -> None:
        # None: another try took over after our lease; its answer counts.
        self._revision = await self._store.replace(self._name, value, self._revision) or self._revision


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
            # Without a body the refresh cookie is what is asked with. Elsewhere a cookie set meanwhile must not matter.
            said = await body.digest(headers.get(b"content-type", b""))
            secret = said if body.size_bytes else headers.get(b"cookie", b"")
            await self._once_of(user, key, secret, scope, body.replay(receive), send)
        finally:
            body.close()

    async def _once_of(self, user: str, key: str, secret: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        attempt = _KeptAttempt(self._store, scope, user, key, secret, self._lease_s)
        try:
            answer = await attempt.begin()
        except Unavailable:  # the record may have been made
            self._make_way(attempt)
            raise
        if answer is not None:
            await _send(Answer(answer.status, [*answer.headers, REPLAYED], answer.body), send)
            return
        await self._serve(attempt, scope, receive, send)

    async def _serve(self, attempt: _KeptAttempt, scope: Scope, receive: Receive, send: Send) -> None:
        caught: list[Message] = []

        async def catch(message: Message) -> None:
            caught.append(message)

        try:
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

    def _make_way(self, attempt: _KeptAttempt) -> None:
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
