"""Who takes which command: one that waits is nobody's until somebody is free to do it."""

from __future__ import annotations

import asyncio

import msgspec
from msgspec.structs import replace
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.bus.commands import JobQueue
from shared.bus.consume import Consumer
from shared.bus.service import make_broker, take_commands
from shared.bus.streams import ACK_WAIT_S, MEDIA_CONSUMER, prepare_streams
from shared.contracts import commands as c
from shared.contracts.jobs import JobRef
from shared.contracts.subjects import MEDIA_COMMANDS
from shared.contracts.values import Brief
from shared.settings import Settings
from talewright.embedded.nats_server import NatsServer

PAGES = 5
BUSY = 2


class Worker:
    """A media worker whose jobs take until they are `finished`."""

    def __init__(self, nc: Client, server: NatsServer, at_once: int) -> None:
        self.finished = asyncio.Event()
        self.taken: list[tuple[int, int]] = []
        self.broker = make_broker(
            Settings(nats_url=server.url, nats_token=server.token or ""), f"worker-{at_once}", drain_s=0.2
        )
        consumer = Consumer(service="test", decoder=msgspec.json.Decoder(c.RunJob), handler=self.do)
        take_commands(self.broker, nc, MEDIA_CONSUMER, MEDIA_COMMANDS, consumer, at_once)

    async def do(self, command: c.RunJob, message: Msg) -> c.Reply:
        self.taken.append((command.job.item, message.metadata.num_delivered))
        await self.finished.wait()
        return c.Reply()

    async def has(self, jobs: int) -> None:
        async with asyncio.timeout(ACK_WAIT_S / 2):
            while len(self.taken) < jobs:
                await asyncio.sleep(0.01)


def page(item: int) -> c.RunJob:
    first = JobRef(owner="7", task="1", segment=2, run=1, kind="draw_image", item=1)
    return c.RunJob(job=replace(first, item=item), attempt=1, items=PAGES, brief=Brief(topic="x"))


async def test_a_busy_worker_keeps_nothing_from_a_free_one(nc: Client, nats_server: NatsServer) -> None:
    await prepare_streams(nc)
    busy, free = Worker(nc, nats_server, at_once=BUSY), Worker(nc, nats_server, at_once=PAGES)
    await busy.broker.start()
    for item in range(1, PAGES + 1):
        await JobQueue(nc).put(page(item))
    await busy.has(BUSY)
    await asyncio.sleep(0.3)  # time enough to pull one more
    assert len(busy.taken) == BUSY
    await free.broker.start()
    await free.has(PAGES - BUSY)  # sooner than the server gives anything up
    assert sorted(busy.taken + free.taken) == [(item, 1) for item in range(1, PAGES + 1)]
    for worker in (busy, free):
        worker.finished.set()
        await worker.broker.stop()
