"""The server is killed outright while everybody works: what was acknowledged is there, followers miss nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from nats.aio.client import Client

from shared.errors import Unavailable
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Commit, StreamName
from shared.eventstore.server import prepare_events_stream
from talewright.embedded.nats_server import NatsServer
from tests.eventstore.make import asked, fill, meta, positions, put, stream
from tests.fixtures.nats import connect

_WRITERS = 6


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path, token="secret")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def connection(server: NatsServer) -> AsyncIterator[Client]:
    nc = await connect(server)
    await prepare_events_stream(nc)
    yield nc
    await nc.close()


async def _write(store: JetStreamEventStore, name: StreamName, acked: dict[int, str], stop: asyncio.Event) -> None:
    version = 0
    while not stop.is_set():
        event_id = f"{name.id}-{version}"
        try:
            position = await store.append(name, version, [asked(run=version + 1)], meta(event_id))
        except Unavailable:
            continue
        acked[position] = event_id
        version += 1


async def test_killed_while_appending(server: NatsServer, connection: Client):
    store = JetStreamEventStore(connection)
    acked: dict[int, str] = {}
    followed: list[Commit] = []
    stop = asyncio.Event()

    async def follow() -> None:
        async for page in store.follow(0):
            followed.extend(page)

    follower = asyncio.create_task(follow())
    writers = [asyncio.create_task(_write(store, stream(f"w{n}"), acked, stop)) for n in range(_WRITERS)]
    for _ in range(3):
        await asyncio.sleep(0.3)
        server.kill()
        await asyncio.sleep(0.05)
        server.start()
    await asyncio.sleep(0.5)
    stop.set()
    async with asyncio.timeout(20):
        await asyncio.gather(*writers)
        last = await store.last_position()
        while not followed or followed[-1].position < last:
            await asyncio.sleep(0.02)
    follower.cancel()

    assert len(acked) > 200
    assert positions(followed) == list(range(1, last + 1))
    assert {commit.position: commit.metadata.event_id for commit in followed} == acked
    for number in range(_WRITERS):
        commits = await store.load(stream(f"w{number}"))
        assert [commit.metadata.event_id for commit in commits] == [f"w{number}-{v}" for v in range(len(commits))]


async def test_a_follower_of_a_silent_stream_survives_a_restart(server: NatsServer, connection: Client):
    store = JetStreamEventStore(connection)
    await fill(store, stream(), 3)
    follower = store.follow(1)
    assert positions(await anext(follower)) == [2, 3]
    waiting = asyncio.ensure_future(anext(follower))
    await asyncio.sleep(0.05)
    server.kill()
    server.start()
    async with asyncio.timeout(5):
        await put(store, stream(), 3)
        assert positions(await waiting) == [4]


async def test_a_server_that_is_away_is_unavailable(server: NatsServer, connection: Client, monkeypatch):
    monkeypatch.setattr("shared.eventstore.publish._WAIT_S", (0.05, 0.05))
    store = JetStreamEventStore(connection)
    store._reads._direct._timeout_s = 0.05
    await fill(store, stream(), 1)
    server.stop()
    with pytest.raises(Unavailable):
        await put(store, stream(), 1)
    with pytest.raises(Unavailable):
        await store.load(stream())
    server.start()
    monkeypatch.undo()
    store._reads._direct._timeout_s = 2
    await store.append(stream("new"), 0, [asked()], meta())
    assert len(await store.load(stream())) in (1, 2)
