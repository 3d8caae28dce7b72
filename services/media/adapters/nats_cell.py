"""One value that all workers see and change: a key in a NATS bucket, changed by compare-and-set.

While the bus does not answer, a worker goes on with a copy of its own, under a stricter rule where there is one; what
happened to the copy joins the shared value when the bus is back, even if the bus came back with nothing.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError, NotFoundError
from nats.js.kv import KeyValue

from shared.errors import Unavailable

log = logging.getLogger("talewright.media")

FAILURES = (NatsError, TimeoutError, OSError, Unavailable)
PATIENCE_S = 1.0
PAUSE_S = 2.0
"""How long the bus is left alone after it did not answer."""
_STEP_ASIDE_S = 0.01

S = TypeVar("S")
V = TypeVar("V")
Step = Callable[[S], tuple[V, S]]


class Bucket:
    """A bucket that is made when it is missing. Raises what nats raises, and `Unavailable` while not connected."""

    def __init__(self, nc: Client, config: KeyValueConfig) -> None:
        self._nc, self._config = nc, config
        self._found: KeyValue | None = None

    async def open(self) -> KeyValue:
        """The bucket."""
        if not self._nc.is_connected:
            raise Unavailable("The bus is not connected.")
        if self._found is None:
            js = self._nc.jetstream()
            try:
                self._found = await js.key_value(str(self._config.bucket))
            except (BucketNotFoundError, NotFoundError):
                self._found = await js.create_key_value(self._config)
        return self._found

    def lost(self) -> None:
        """Something failed: the server may come back without the bucket."""
        self._found = None


class SharedCell(Generic[S]):
    """A value of type `S`, begun with `start`. `join` makes one of two that developed apart."""

    def __init__(self, bucket: Bucket, key: str, start: S, join: Callable[[S, S], S]) -> None:
        self._bucket, self._key, self._join = bucket, key, join
        self._decoder: msgspec.json.Decoder[S] = msgspec.json.Decoder(type(start))
        self._mine, self._apart = start, False
        self._alone_until_s = 0.0
        self._turn = asyncio.Lock()

    @property
    def known(self) -> S:
        """The value as it was seen or changed here last."""
        return self._mine

    async def change(self, step: Step[S, V], alone: Step[S, V] | None = None, touch: bool = False) -> V:
        """Takes a step from the value as it is to the next, and tells what the step says. The step may be taken
        several times, and `alone` instead of it while the bus is away. `touch` writes even what did not change."""
        async with self._turn:
            if monotonic() >= self._alone_until_s:
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        return await self._shared(step, touch)
                except FAILURES as error:
                    self._part(error)
            verdict, changed = (alone or step)(self._mine)
            self._apart = self._apart or changed != self._mine
            self._mine = changed
            return verdict

    async def _shared(self, step: Step[S, V], touch: bool) -> V:
        bucket = await self._bucket.open()
        while True:
            found, revision = await self._read(bucket)
            verdict, changed = step(self._together(found))
            if (not touch and changed == found) or await self._write(bucket, changed, revision):
                self._mine, self._apart = changed, False
                return verdict
            await asyncio.sleep(random.uniform(0, _STEP_ASIDE_S))

    def _together(self, found: S | None) -> S:
        if found is None:  # the server lost it, or nobody worked with it for long
            return self._mine
        return self._join(found, self._mine) if self._apart else found

    async def _read(self, bucket: KeyValue) -> tuple[S | None, int]:
        """The value, None if there is none that can be read, and its revision."""
        try:
            entry = await bucket.get(self._key)
        except KeyNotFoundError:
            return None, 0
        try:
            return self._decoder.decode(entry.value or b""), entry.revision or 0
        except msgspec.MsgspecError as error:
            log.warning("%s holds nothing that can be read: %s", self._key, error)
            return None, entry.revision or 0

    async def _write(self, bucket: KeyValue, value: S, revision: int) -> bool:
        """False if somebody else was faster."""
        data = msgspec.json.encode(value)
        try:
            await (bucket.update(self._key, data, last=revision) if revision else bucket.create(self._key, data))
        except KeyWrongLastSequenceError:
            return False
        return True

    def _part(self, error: BaseException) -> None:
        self._bucket.lost()
        self._alone_until_s = monotonic() + PAUSE_S
        log.warning("%s is kept by this worker alone (%s)", self._key, str(error) or type(error).__name__)
