"""Idempotency records in a NATS key-value bucket, shared by all gateways; the bucket expires them."""

from __future__ import annotations

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError, NotFoundError
from nats.js.kv import KeyValue

from shared.contracts.subjects import IDEMPOTENCY_BUCKET
from shared.errors import Unavailable

_FAILURES = (NatsError, TimeoutError, OSError)


class NatsIdempotency:
    """Implements `IdempotencyStore`. Raises `Unavailable` when the bus does not answer."""

    def __init__(self, nc: Client, ttl_s: int = 86_400, replicas: int = 1) -> None:
        self._nc, self._ttl_s, self._replicas = nc, ttl_s, replicas
        self._bucket: KeyValue | None = None

    async def create(self, key: str, value: bytes) -> int | None:
        """See `IdempotencyStore.create`."""
        try:
            return await (await self._kv()).create(key, value)
        except KeyWrongLastSequenceError:
            return None
        except _FAILURES as error:
            raise self._lost(error) from error

    async def get(self, key: str) -> tuple[bytes, int] | None:
        """See `IdempotencyStore.get`."""
        try:
            entry = await (await self._kv()).get(key)
        except KeyNotFoundError:
            return None
        except _FAILURES as error:
            raise self._lost(error) from error
        return (entry.value or b"", entry.revision or 0)

    async def replace(self, key: str, value: bytes, revision: int) -> int | None:
        """See `IdempotencyStore.replace`."""
        try:
            return await (await self._kv()).update(key, value, last=revision)
        except KeyWrongLastSequenceError:
            return None
        except _FAILURES as error:
            raise self._lost(error) from error

    async def remove(self, key: str) -> None:
        """See `IdempotencyStore.remove`."""
        try:
            await (await self._kv()).purge(key)
        except _FAILURES as error:
            raise self._lost(error) from error

    async def _kv(self) -> KeyValue:
        if self._bucket is None:
            js = self._nc.jetstream()
            try:
                self._bucket = await js.key_value(IDEMPOTENCY_BUCKET)
            except (BucketNotFoundError, NotFoundError):
                self._bucket = await js.create_key_value(
                    KeyValueConfig(bucket=IDEMPOTENCY_BUCKET, ttl=self._ttl_s, replicas=self._replicas)
                )
        return self._bucket

    def _lost(self, error: BaseException) -> Unavailable:
        self._bucket = None  # the server may have come back without it
        return Unavailable(f"The idempotency records cannot be reached ({type(error).__name__}).")
