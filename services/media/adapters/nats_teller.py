"""Tells the progress of jobs over core NATS: whoever listens hears it, nobody stores it."""

from __future__ import annotations

import asyncio

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.contracts.jobs import JobRef
from shared.contracts.subjects import progress_of


class NatsTeller:
    """Implements `handlers.Teller`."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, job: JobRef, fraction: float) -> None:
        """Publishes {segment, run, kind, item, fraction}; a bus that is away misses it."""
        told = {"segment": job.segment, "run": job.run, "kind": job.kind, "item": job.item, "fraction": fraction}
        task = asyncio.ensure_future(self._publish(progress_of(job.owner, job.task), msgspec.json.encode(told)))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _publish(self, subject: str, body: bytes) -> None:
        try:
            await self._nc.publish(subject, body)
        except (NatsError, OSError):
            return
