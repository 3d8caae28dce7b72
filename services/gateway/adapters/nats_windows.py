"""Rate-limit windows in a NATS key-value bucket, the same for all gateways.

While the bus does not answer, each gateway counts for itself: a limit that is too mild is better than a service that
refuses everybody, or waits for the bus with every request.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from time import monotonic
from weakref import WeakValueDictionary

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, KeyWrongLastSequenceError, NotFoundError
from nats.js.kv import KeyValue

from services.gateway.adapters.memory_windows import MemoryWindows
from services.gateway.limits import Verdict, judged_all
from shared.clock import now_ms
from shared.contracts.subjects import RATES_BUCKET
from shared.errors import Unavailable

log = logging.getLogger("talewright.gateway")

_TIMES = msgspec.msgpack.Decoder(list[int])
_PATIENCE_S = 1.0
_STEP_ASIDE_S = 0.005
_PAUSE_S = 2.0
"""How long the bus is left alone after it did not answer."""
_KEPT_S = 2 * 3600.0
"""Longer than any window."""
_FAILURES = (NatsError, TimeoutError, OSError, msgspec.MsgspecError, Unavailable)


class NatsWindows:
    """Implements `RateWindows`, shared. Gateways compare and set, and who loses counts again. Requests of one user
    that come to a gateway meanwhile are counted together, so that gateways seldom meet."""

    def __init__(
        self, nc: Client, limit: int, window_s: int, replicas: int = 1, clock: Callable[[], int] = now_ms
    ) -> None:
        self._nc, self._limit, self._window_s, self._replicas = nc, limit, window_s, replicas
        self._clock = clock
        self._mine = MemoryWindows(limit, window_s, clock)
        """What this gateway knows of the windows: enough to refuse without asking, and to go on alone."""
        self._bucket: KeyValue | None = None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: dict[str, list[asyncio.Future[Verdict]]] = {}
        self._alone_until_s = 0.0

    async def take(self, who: str) -> Verdict:
        """See `RateWindows.take`."""
        (known,), _ = self._judged(self._mine.known(who), 1)
        if not known.allowed:  # others can only have added to it
            return known
        mine: asyncio.Future[Verdict] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, []).append(mine)
        turn = self._turns.setdefault(who, asyncio.Lock())
        try:
            async with turn:
                if not mine.done():
                    await self._count_all(who)
        except BaseException:
            mine.cancel()  # nobody waits for it any more: it must not be counted
            raise
        return mine.result()

    async def _count_all(self, who: str) -> None:
        """Counts everybody who waits now."""
        asking = [one for one in self._waiting.pop(who) if not one.cancelled()]
        try:
            verdicts = await self._counted(who, len(asking))
        except BaseException:  # whoever has the next turn counts the others again
            self._waiting.setdefault(who, []).extend(asking)
            raise
        for one, verdict in zip(asking, verdicts, strict=True):
            if not one.done():
                one.set_result(verdict)

    async def _counted(self, who: str, count: int) -> list[Verdict]:
        if monotonic() >= self._alone_until_s:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    return await self._shared(who, count)
            except _FAILURES as error:
                self._part(error)
        verdicts, kept = self._judged(self._mine.known(who), count)
        self._mine.learn(who, kept)
        return verdicts

    async def _shared(self, who: str, count: int) -> list[Verdict]:
        if not self._nc.is_connected:
            raise Unavailable("The bus is not connected.")
        bucket = await self._kv()
        while (verdicts := await self._try(bucket, who, count)) is None:
            await asyncio.sleep(random.uniform(0, _STEP_ASIDE_S))
        return verdicts

    async def _try(self, bucket: KeyValue, who: str, count: int) -> list[Verdict] | None:
        """Counts on what is found; None if somebody else counted meanwhile."""
        try:
            entry = await bucket.get(who)
            found, revision = _TIMES.decode(entry.value or b"\x90"), entry.revision or 0
        except KeyNotFoundError:
            found, revision = [], 0
        # What was counted here while the bus was away joins what was counted there.
        times = sorted((Counter(found) | Counter(self._mine.known(who))).elements())
        verdicts, kept = self._judged(times, count)
        if verdicts[0].allowed:
            value = msgspec.msgpack.encode(kept)
            try:
                await (bucket.update(who, value, last=revision) if revision else bucket.create(who, value))
            except KeyWrongLastSequenceError:
                return None
        self._mine.learn(who, kept)
        return verdicts

    def _judged(self, times_ms: Sequence[int], count: int) -> tuple[list[Verdict], list[int]]:
        return judged_all(times_ms, count, self._clock(), self._limit, self._window_s)

    def _part(self, error: BaseException) -> None:
        self._bucket = None  # the server may come back without it
        self._alone_until_s = monotonic() + _PAUSE_S
        log.warning("rate limits are counted by this gateway alone (%s)", str(error) or type(error).__name__)

    async def _kv(self) -> KeyValue:
        if self._bucket is None:
            js = self._nc.jetstream()
            try:
                self._bucket = await js.key_value(RATES_BUCKET)
            except (BucketNotFoundError, NotFoundError):
                config = KeyValueConfig(
                    bucket=RATES_BUCKET, ttl=_KEPT_S, storage=StorageType.MEMORY, replicas=self._replicas
                )
                self._bucket = await js.create_key_value(config)
        return self._bucket
