"""Our side of the workflow benchmark: a server, the tasks service, media workers whose work is a no-op, and a driver.

The server flushes every event to disk before it is acknowledged. Ours runs 16 jobs a story (the sound track is one more
than the peers' 15), keeps every event for ever, and projects them into SQLite.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import nats
import nats.errors
import uvloop
from nats.aio.client import Client

from benchmarks.peers.rounds import Round
from shared.bus.commands import CommandClient, accepted
from shared.bus.streams import MEDIA_CONSUMER, TASKS_CONSUMER
from shared.contracts.commands import CreateTask
from shared.contracts.events import SegmentCompleted
from shared.contracts.subjects import COMMANDS_STREAM, event_filter
from shared.contracts.values import Brief
from shared.contracts.workflow import STORY
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import LATEST
from talewright.embedded.nats_server import NatsServer
from talewright.embedded.weed import WeedServer

T = TypeVar("T")
WORKERS = 2
LAST_SEGMENT = len(STORY.segments)
_OWNER = "bench"
_STORY_TIMEOUT_S = 60


@contextmanager
def start() -> Iterator[House]:
    """Everything running and ready; stopped and removed at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orchestration-benchmark-")))
        server = NatsServer(folder / "nats")
        server.start()
        stack.callback(server.stop)
        bucket = WeedServer(folder / "s3", 0, "benchmark", secrets.token_hex(16))
        bucket.start()
        stack.callback(bucket.stop)
        for module in ["services.tasks.main", *["benchmarks.quiet_worker"] * WORKERS]:
            child = subprocess.Popen([sys.executable, "-m", module], env=_environment(server, bucket, folder))
            stack.callback(child.wait)
            stack.callback(child.terminate)
        house = House()
        stack.callback(house.stop)
        house.run(house.connect(server.url))
        yield house


class House:
    """Carries out rounds as `peers.rounds.Driver` does. Its loop has a thread: while others have their rounds, the
    server's pings are answered."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._nc: Client | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does it on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def run_round(self, in_flight: int, seconds: float) -> Round:
        """So many stories at a time for so long, and then until all have ended."""
        return self.run(self._driver.closed_loop(in_flight, seconds))

    async def connect(self, url: str) -> None:
        """Returns when all services are at work."""
        self._nc = await nats.connect(url)
        await _services_wait(self._nc)
        self._driver = Driver(self._nc)
        self._watching = asyncio.create_task(self._driver.watch())
        await asyncio.sleep(1.0)  # the process takes its lease, and the watch begins

    def stop(self) -> None:
        """Lets go of the server and ends the thread."""
        self.run(self._disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _disconnect(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if self._nc:
            await self._nc.close()
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class Driver:
    """Starts stories and waits for their last event."""

    def __init__(self, nc: Client) -> None:
        self._client, self._store = CommandClient(nc), JetStreamEventStore(nc)
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._count = 0

    async def watch(self) -> None:
        """Follows the events and wakes whoever waits for a story's end."""
        async for commits in self._store.follow(LATEST, (event_filter("task", _OWNER),)):
            for commit in commits:
                ended = any(isinstance(e, SegmentCompleted) and e.segment == LAST_SEGMENT for e in commit.events)
                if ended and (waiting := self._waiting.pop(commit.stream.id, None)):
                    waiting.set_result(None)

    async def story(self) -> float:
        """Seconds from asking for a story to its last event."""
        self._count += 1
        task = f"{os.getpid()}-{self._count}"
        ended = self._waiting[task] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        command = CreateTask(owner=_OWNER, task=task, surface="videos", brief=Brief(topic="quiet"), auto=True)
        accepted(await self._client.ask(command, command_id=task, timeout_s=30))
        await asyncio.wait_for(ended, _STORY_TIMEOUT_S)
        return time.perf_counter() - begun

    async def closed_loop(self, in_flight: int, seconds: float) -> Round:
        """Rate, and each story's seconds."""
        took: list[float] = []
        begun = time.perf_counter()

        async def loop() -> None:
            while time.perf_counter() - begun < seconds:
                took.append(await self.story())

        await asyncio.gather(*(loop() for _ in range(in_flight)))
        return len(took) / (time.perf_counter() - begun), took


def _environment(server: NatsServer, bucket: WeedServer, folder: Path) -> dict[str, str]:
    return os.environ | {
        "TALEWRIGHT_S3_ENDPOINT": bucket.settings.s3_endpoint,
        "TALEWRIGHT_S3_ACCESS_KEY": bucket.settings.s3_access_key,
        "TALEWRIGHT_S3_SECRET_KEY": bucket.settings.s3_secret_key.get_secret_value(),
        "TALEWRIGHT_NATS_URL": server.url,
        "TALEWRIGHT_READMODEL_URL": f"sqlite:///{folder}/views.db",
        "TALEWRIGHT_LOG_LEVEL": "ERROR",
    }


async def _services_wait(nc: Client) -> None:
    """Returns once the tasks service and all media workers ask for commands."""
    js = nc.jetstream()
    async with asyncio.timeout(60):
        while True:
            try:
                tasks = await js.consumer_info(COMMANDS_STREAM, TASKS_CONSUMER)
                media = await js.consumer_info(COMMANDS_STREAM, MEDIA_CONSUMER)
                if (tasks.num_waiting or 0) >= 1 and (media.num_waiting or 0) >= WORKERS:
                    return
            except nats.errors.Error:
                pass
            await asyncio.sleep(0.1)
