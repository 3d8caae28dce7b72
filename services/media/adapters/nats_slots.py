"""So many at once among all workers: each holds a key of a bucket that expires unless its holder keeps renewing it.

A slot is for economy, not for safety: two holders of one for a moment do no harm. While the bus is away a worker that
holds nothing lets one through, and no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic

from nats.aio.client import Client
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from services.media.adapters.nats_cell import FAILURES, PATIENCE_S, Bucket
from services.media.replicate.wording import TryLater
from shared.clock import new_id
from shared.contracts.subjects import SLOTS_BUCKET
from shared.ending import end

log = logging.getLogger("talewright.media")

TTL_S = 10.0
ASK_EVERY_S = 0.2


class _Slot:
    """A slot in hand; without a key it is only this worker's word."""

    __slots__ = ("key", "revision", "value")

    def __init__(self) -> None:
        self.key, self.revision, self.value = "", 0, new_id().encode()


class NatsSlots:
    """The slots of one provider. Workers of one bus must agree on `ttl_s`; the first to come sets it."""

    def __init__(self, nc: Client, provider: str, count: int, replicas: int = 1, ttl_s: float = TTL_S) -> None:
        config = KeyValueConfig(bucket=SLOTS_BUCKET, ttl=ttl_s, storage=StorageType.MEMORY, replicas=replicas)
        self._bucket = Bucket(nc, config)
        self._keys = [f"{provider}.{number}" for number in range(count)]
        self._ttl_s = ttl_s
        self._held: set[_Slot] = set()
        self._turn = asyncio.Lock()
        self._alone = False

    @property
    def held(self) -> int:
        """How many this worker holds."""
        return len(self._held)

    @contextlib.asynccontextmanager
    async def hold(self, wait_s: float, check: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Waits for a slot and keeps it. While it waits, `check` may raise to end that; after `wait_s` it raises
        `TryLater`."""
        slot = await self._acquired(wait_s, check)
        keeping = asyncio.create_task(self._keep(slot))
        try:
            yield
        finally:
            await end(keeping)
            self._held.discard(slot)
            await self._release(slot)

    async def _acquired(self, wait_s: float, check: Callable[[], Awaitable[None]]) -> _Slot:
        until_s = monotonic() + wait_s
        slot = _Slot()
        async with self._turn:  # who came first here is served first
            while not await self._take_or_go_alone(slot):
                if monotonic() > until_s:
                    raise TryLater
                await asyncio.sleep(ASK_EVERY_S * random.uniform(0.5, 1.0))
                await check()
            self._held.add(slot)
        return slot

    async def _take_or_go_alone(self, slot: _Slot) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                taken = await self._take(slot)
        except FAILURES as error:
            self._bucket.lost()
            if not self._alone:
                log.warning("orders go one by one: the bus does not answer (%s)", str(error) or type(error).__name__)
            self._alone = True
            return not self._held
        self._alone = False
        return taken

    async def _take(self, slot: _Slot) -> bool:
        bucket = await self._bucket.open()
        mine = {other.key for other in self._held}
        free = [key for key in self._keys if key not in mine]
        for key in random.sample(free, len(free)):
            with contextlib.suppress(KeyWrongLastSequenceError):
                slot.revision = await bucket.create(key, slot.value)
                slot.key = key
                return True
        return False

    async def _keep(self, slot: _Slot) -> None:
        """Renews until it is cancelled, and takes again what was lost with a server."""
        while True:
            await asyncio.sleep(self._ttl_s / 4)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._renew(slot)
            except FAILURES:
                self._bucket.lost()

    async def _renew(self, slot: _Slot) -> None:
        bucket = await self._bucket.open()
        if not slot.key:
            await self._take(slot)
            return
        try:
            slot.revision = await bucket.update(slot.key, slot.value, last=slot.revision)
        except KeyWrongLastSequenceError:
            await self._recover(bucket, slot)

    async def _recover(self, bucket: KeyValue, slot: _Slot) -> None:
        """A renewal without an answer may have worked; a slot that expired is taken again, this one or another."""
        try:
            entry = await bucket.get(slot.key)
        except KeyNotFoundError:
            slot.key = ""
        else:
            if entry.value == slot.value:
                slot.revision = entry.revision or 0
                return
            log.warning("slot %s went to another worker while it was in use here", slot.key)
            slot.key = ""
        await self._take(slot)

    async def _release(self, slot: _Slot) -> None:
        """Best effort: what is not released expires."""
        if not slot.key:
            return
        with contextlib.suppress(*FAILURES):
            async with asyncio.timeout(PATIENCE_S):
                await (await self._bucket.open()).delete(slot.key, last=slot.revision)
