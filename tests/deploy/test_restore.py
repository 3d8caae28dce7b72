"""A backup of the events can be taken and put back by the user `tools`: what `nats stream backup` and `restore` do."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.bus.connect import connect
from shared.eventstore.server import prepare_events_stream
from tests.deploy.bus_cluster import Cluster
from tests.deploy.manifests import rendered
from tests.deploy.test_bus import settings_of


async def test_the_tools_can_take_a_backup_and_put_it_back(tmp_path: Path) -> None:
    cluster = Cluster(rendered("prod"), tmp_path)
    await asyncio.to_thread(cluster.start)
    try:
        tasks = await connect(settings_of(cluster, "tasks"), "tasks")
        await prepare_events_stream(tasks, 3)
        dice = random.Random(7)
        for number in range(20):
            await tasks.jetstream().publish(f"tw.events.task.7.1.{number}", dice.randbytes(4_000))
        tools = await connect(settings_of(cluster, "tools"), "tools")
        told, parts = await _backup(tools)
        assert len(parts) > 8  # more than may be under way without an acknowledgement
        await _ask(tools, "STREAM.DELETE.EVENTS")
        await _restore(tools, told, parts)
        await prepare_events_stream(tasks, 3)  # it is what the services need, with all its numbers
        stored = await tasks.jetstream().stream_info("EVENTS")
        assert (stored.state.messages, stored.state.last_seq) == (20, 20)
        await tasks.close()
        await tools.close()
    finally:
        cluster.stop()


async def _backup(nc: Client) -> tuple[Any, list[bytes]]:
    parts: list[bytes] = []
    ended = asyncio.Event()

    async def take(message: Msg) -> None:
        parts.append(message.data)
        if message.reply:
            await message.respond(b"")
        if not message.data:
            ended.set()

    box = nc.new_inbox()
    await nc.subscribe(box, cb=take)
    wish = {"deliver_subject": box, "no_consumers": True, "chunk_size": 8_192, "window_size": 32_768}
    told = await _ask(nc, "STREAM.SNAPSHOT.EVENTS", wish)
    await asyncio.wait_for(ended.wait(), 10)
    return told, parts


async def _restore(nc: Client, told: Any, parts: list[bytes]) -> None:
    answer = await _ask(nc, "STREAM.RESTORE.EVENTS", {"config": told["config"], "state": told["state"]})
    for part in parts:
        last = await nc.request(answer["deliver_subject"], part, timeout=10)
    assert b"error" not in last.data


async def _ask(nc: Client, verb: str, wish: Any = None) -> Any:
    answer = json.loads((await nc.request(f"$JS.API.{verb}", json.dumps(wish or {}).encode(), timeout=10)).data)
    assert "error" not in answer, answer
    return answer
