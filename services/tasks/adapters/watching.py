"""Looks now and then at what nobody notices by working: queues, dead letters, and how far the read models are behind.

It looks from outside: a projector that stands still would not tell that it does. Whoever holds the process's lease
watches; with a second watcher every number would be there twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.errors import Error as NatsError
from sqlalchemy import Engine

from services.tasks.adapters.sql_answers import answering
from shared.bus.streams import MEDIA_CONSUMER, TASKS_CONSUMER
from shared.clock import now_ms
from shared.contracts.subjects import COMMANDS_STREAM, DEAD_LETTERS_STREAM
from shared.errors import TalewrightError
from shared.eventstore import leader
from shared.readmodel import database
from shared.telemetry import metrics as m
from shared.telemetry.metrics_known import Known

log = logging.getLogger("talewright.watch")

EVERY_S = 5.0
_PATIENCE_S = 2.0
_QUEUES = (m.QUEUE_WAITING, m.QUEUE_IN_HAND, m.QUEUE_REDELIVERED)
_LAG = (m.PROJECTION_POSITION, m.PROJECTION_LAG_EVENTS, m.PROJECTION_LAG_S)
_FAILURES = (TalewrightError, NatsError, TimeoutError, OSError)


def checkpoint(engine: Engine) -> int:
    """The position that the served read models show. Raises `Unavailable`. Blocking."""
    with answering(), engine.connect() as connection:
        return database.position_of(connection, database.live_generation(connection))


class Watch:
    """`shown` is the read models' position, blocking; while it cannot be had, the last one counts on."""

    def __init__(self, nc: Client, shown: Callable[[], int], every_s: float = EVERY_S) -> None:
        self._nc, self._shown, self._every_s = nc, shown, every_s
        self._js = nc.jetstream(timeout=_PATIENCE_S)
        self._position: int | None = None

    async def run(self) -> None:
        """Looks for ever. What it cannot find out, and all when it ends, is told no longer."""
        try:
            while True:
                await self._look(self._queues, _QUEUES)
                await self._look(self._letters, (m.DEAD_LETTERS,))
                await self._look(self._lag, _LAG)
                await asyncio.sleep(self._every_s)
        finally:
            for known in (*_QUEUES, m.DEAD_LETTERS, *_LAG):
                known.forget()

    async def _look(self, look: Callable[[], Awaitable[None]], about: tuple[Known, ...]) -> None:
        try:
            await look()
        except _FAILURES as error:  # the parts that need it say so aloud
            log.debug("cannot look: %r", error)
            for known in about:
                known.forget()

    async def _queues(self) -> None:
        found = {name: await self._js.consumer_info(COMMANDS_STREAM, name) for name in (TASKS_CONSUMER, MEDIA_CONSUMER)}
        m.QUEUE_WAITING.replace({(name,): info.num_pending or 0 for name, info in found.items()})
        m.QUEUE_IN_HAND.replace({(name,): info.num_ack_pending or 0 for name, info in found.items()})
        m.QUEUE_REDELIVERED.replace({(name,): info.num_redelivered or 0 for name, info in found.items()})

    async def _letters(self) -> None:
        m.DEAD_LETTERS.set((await self._js.stream_info(DEAD_LETTERS_STREAM)).state.messages)

    async def _lag(self) -> None:
        try:
            self._position = await asyncio.to_thread(self._shown)
        except TalewrightError:
            if self._position is None:
                raise
        position = self._position
        behind = max(0, await leader.last_position(self._nc) - position)
        since_ms = await leader.stored_after(self._nc, position) if behind else None
        m.PROJECTION_POSITION.set(position)
        m.PROJECTION_LAG_EVENTS.set(behind)
        m.PROJECTION_LAG_S.set(0 if since_ms is None else max(0, now_ms() - since_ms) / 1000)
