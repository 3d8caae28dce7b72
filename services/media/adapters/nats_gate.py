"""The till's gate and breaker, shared by all workers on the bus."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial

from nats.aio.client import Client
from nats.js.api import KeyValueConfig, StorageType

from services.media import gate
from services.media.adapters.nats_cell import Bucket, SharedCell
from services.media.adapters.nats_slots import TTL_S, NatsSlots
from services.media.gate import Limits, Pass, Refuse, Tokens, Verdict, Wait
from services.media.replicate.outcomes import CreateOutcome
from services.media.replicate.wording import TryLater
from shared.clock import now_ms
from shared.contracts.providers import Circuit, circuit_key
from shared.contracts.subjects import PROVIDERS_BUCKET

log = logging.getLogger("talewright.media")

_KEPT_S = 900.0
"""Longer than anything is closed for: and after this, nobody works with the provider any more."""
_ANNOUNCE_S = 60.0


class NatsGate:
    """Implements the till's `Gate` and `Breaker` for one provider. `clock` gives ms since 1970 UTC.

    `counts` says how often orders passed, rested, and were refused for each reason.
    """

    def __init__(
        self, nc: Client, limits: Limits | None = None, *, provider: str = "replicate", replicas: int = 1,
        slot_ttl_s: float = TTL_S, clock: Callable[[], int] = now_ms,
    ) -> None:  # fmt: skip
        self._limits, self._clock = limits or Limits(), clock
        kept_s = max(_KEPT_S, 2 * self._limits.billing_s)
        config = KeyValueConfig(bucket=PROVIDERS_BUCKET, ttl=kept_s, storage=StorageType.MEMORY, replicas=replicas)
        self._provider, bucket = provider, Bucket(nc, config)
        self._circuit = SharedCell(bucket, circuit_key(provider), Circuit(), gate.stricter)
        # Begins with one token: whoever finds no bucket does not know what was spent before.
        self._tokens = SharedCell(bucket, f"{provider}.tokens", Tokens(1.0, clock()), gate.fewer)
        self._slots = NatsSlots(nc, provider, self._limits.concurrency, replicas, slot_ttl_s)
        self._news: list[tuple[CreateOutcome, int]] = []
        self._telling: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()

    @property
    def circuit(self) -> Circuit:
        """The breaker's state as it was seen or changed here last."""
        return self._circuit.known

    @property
    def under_way(self) -> int:
        """How many orders this worker has under way."""
        return self._slots.held

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """See `Gate.turn`. Raises `TryLater` where waiting would take too long, or the breaker is open."""
        await self._look()
        async with self._slots.hold(self._limits.slot_wait_s, self._look):
            await self._at_pace()
            yield

    async def before_create(self) -> None:
        """See `Breaker.before_create`. Rests first if the provider wants that, and not for too long."""
        await self._told()
        left_ms = round(self._limits.patience_s * 1000)
        while True:
            verdict = await self._circuit.change(lambda now: gate.decide(now, self._clock(), self._limits))
            self._count(verdict)
            match verdict:
                case Pass():
                    return
                case Wait(delay_ms=delay_ms) if delay_ms <= left_ms:
                    await asyncio.sleep(delay_ms / 1000)
                    left_ms -= delay_ms
                case Wait(delay_ms=delay_ms) | Refuse(delay_ms=delay_ms):
                    raise TryLater(delay_ms / 1000)

    def report(self, outcome: CreateOutcome) -> None:
        """See `Breaker.report`. The others are told at once, and this worker's next order waits for that."""
        self._news.append((outcome, self._clock()))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def run(self) -> None:
        """For as long as the worker runs: keeps the state where the gateway can show it, also when nothing is sold."""
        try:
            while True:
                await self._circuit.change(lambda now: (None, now), touch=True)
                await asyncio.sleep(_ANNOUNCE_S)
        finally:
            await self._told()

    async def _look(self) -> None:
        """Raises `TryLater` if there is no use in waiting for a slot."""
        verdict = await self._circuit.change(lambda now: (gate.decide(now, self._clock(), self._limits)[0], now))
        if isinstance(verdict, Refuse):
            self._count(verdict)
            raise TryLater(verdict.delay_ms / 1000)

    async def _at_pace(self) -> None:
        limits, most_ms = self._limits, round(self._limits.patience_s * 1000)

        def draw(rate: float, burst: float, tokens: Tokens) -> tuple[int | None, Tokens]:
            return gate.draw(tokens, self._clock(), rate, burst, most_ms)

        alone = partial(draw, limits.creates_per_min / limits.concurrency, 1)
        wait_ms = await self._tokens.change(partial(draw, limits.creates_per_min, limits.burst), alone)
        if wait_ms is None:
            raise TryLater(limits.patience_s)
        await asyncio.sleep(wait_ms / 1000)

    async def _told(self) -> None:
        while self._telling is not None and not self._telling.done():
            await asyncio.shield(self._telling)

    async def _tell(self) -> None:
        while self._news:
            news = tuple(self._news)
            before, circuit = await self._circuit.change(partial(self._after, news))
            del self._news[: len(news)]
            if (circuit.state, circuit.reason) != (before.state, before.reason):
                log.warning("%s: %s %s", self._provider, circuit.state, circuit.reason)

    def _after(
        self, news: tuple[tuple[CreateOutcome, int], ...], circuit: Circuit
    ) -> tuple[tuple[Circuit, Circuit], Circuit]:
        before = circuit
        for outcome, time_ms in news:
            circuit = gate.after(circuit, outcome, time_ms, self._limits)
        return (before, circuit), circuit

    def _count(self, verdict: Verdict) -> None:
        match verdict:
            case Pass(trial=trial):
                self.counts["trial" if trial else "passed"] += 1
            case Wait():
                self.counts["rested"] += 1
            case Refuse(reason=reason):
                self.counts[f"refused_{reason}"] += 1
