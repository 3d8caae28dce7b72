"""The tries of a request with an `Idempotency-Key`: who may begin, what is kept, who holds the key meanwhile.

A record is found by user, method, path and key. It holds a keyed hash of the body, never the body, and the answer is
sealed with a key made from the request itself, because answers carry tokens and the bus should not know them.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.types import Scope

from services.gateway.errors import Unprocessable
from services.gateway.idempotency_records import Answer, Record
from services.gateway.ports import IdempotencyStore
from shared.clock import new_id, now_ms
from shared.ending import end
from shared.errors import Busy, Unavailable

SCOPE_KEY = "talewright.attempt"
_LARGEST_ANSWER_BYTES = 256_000
_NOT_KEPT = frozenset((401, 402, 409, 413, 429, 500))
_TRIES = 3
_PAUSE_S = 0.3
_RENEWALS = 3  # in the time of one lease


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


class KeptAttempt(Attempt):
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
        self._writing = asyncio.Lock()

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

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Renews the lease while the request is at work. A killed gateway's runs out, and the next try begins."""
        holding = asyncio.create_task(self._hold())
        try:
            yield
        finally:
            await end(holding)

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

    async def _hold(self) -> None:
        while True:
            await asyncio.sleep(self._lease_s / _RENEWALS)
            with suppress(Unavailable):
                await self._keep(self._running())

    async def _keep(self, value: bytes) -> None:
        async with self._writing:
            await self._write(value)

    async def _write(self, value: bytes) -> None:
        revision = await self._store.replace(self._name, value, self._revision)
        if revision is None:  # a write of ours that nobody acknowledged, or another try's: then its answer counts
            found = await self._store.get(self._name)
            if found is not None and found[0] in self._unfinished:
                revision = await self._store.replace(self._name, value, found[1])
        self._revision = revision or self._revision
