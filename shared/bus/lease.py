"""One active, the others standing by: a lease is a key that its holder keeps renewing and that expires by itself.

A lease is for economy, not for safety: two holders for a moment do no harm, because appends carry versions and
projections compare their checkpoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import BucketNotFoundError, NotFoundError
from nats.js.kv import KeyValue

from shared.contracts.subjects import LEASES_BUCKET
from shared.ending import until_first

log = logging.getLogger("talewright.lease")

TTL_S = 3.0
_FAILURES = (NatsError, TimeoutError, OSError)


class Lease:
    """Runs something while this process holds a key, and stops it when the key is lost."""

    def __init__(self, nc: Client, name: str, holder: str, replicas: int = 1, ttl_s: float = TTL_S) -> None:
        self._nc, self._name, self._holder = nc, name, holder
        self._replicas, self._ttl_s = replicas, ttl_s

    async def hold(self, run: Callable[[], Awaitable[None]]) -> None:
        """Waits for the lease, runs, and waits again, for ever. An exception of `run` ends it."""
        while True:
            revision = await self._acquire()
            if revision is None:
                await asyncio.sleep(self._ttl_s / 3)
                continue
            log.info("%s: %s is active", self._name, self._holder)
            await self._run(run, revision)

    async def _run(self, run: Callable[[], Awaitable[None]], revision: int) -> None:
        try:
            await until_first(run(), self._keep(revision))
        finally:
            await self._release()

    async def _acquire(self) -> int | None:
        try:
            return await (await self._bucket()).create(self._name, self._holder.encode())
        except _FAILURES:
            return None

    async def _keep(self, revision: int) -> None:
        """Returns when the lease is lost. One missed renewal is forgiven: the bus may be restarting."""
        missed = 0
        while missed < 3:
            await asyncio.sleep(self._ttl_s / 4)
            try:
                bucket = await self._bucket()
                revision = await bucket.update(self._name, self._holder.encode(), last=revision)
                missed = 0
            except _FAILURES:
                missed += 1
                revision = await self._acquire() or revision
        log.warning("%s: %s lost the lease", self._name, self._holder)

    async def _release(self) -> None:
        with contextlib.suppress(*_FAILURES):
            bucket = await self._bucket()
            entry = await bucket.get(self._name)
            if entry.value == self._holder.encode():
                await bucket.purge(self._name)

    async def _bucket(self) -> KeyValue:
        js = self._nc.jetstream()
        try:
            return await js.key_value(LEASES_BUCKET)
        except (BucketNotFoundError, NotFoundError):
            config = KeyValueConfig(
                bucket=LEASES_BUCKET, ttl=self._ttl_s, storage=StorageType.MEMORY, replicas=self._replicas
            )
            return await js.create_key_value(config)
