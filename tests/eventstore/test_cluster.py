"""Three copies, as in production: whichever server answers, nobody reads from before what he has seen."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator

import nats
import pytest
from nats.aio.client import Client

from shared.contracts.subjects import event_filter
from shared.errors import ConcurrencyConflict, TalewrightError
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.server import prepare_events_stream
from talewright.embedded.child import die_with_parent, find_binary
from tests.eventstore.make import asked, fill, gather, meta, positions, stream

_CONFIG = """
server_name: n{number}
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{folder}", max_file_store: 1GB, max_mem_store: 64MB }}
cluster {{ name: c, listen: "127.0.0.1:{route}", routes: [{routes}] }}
"""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    ports = _free_ports(6)
    running = {}
    for number in range(3):
        folder = tmp_path_factory.mktemp(f"n{number}")
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports[3:])
        config = _CONFIG.format(
            number=number, port=ports[number], route=ports[3 + number], folder=folder, routes=routes
        )
        (folder / "server.conf").write_text(config)
        command = [str(find_binary("nats-server")), "--config", str(folder / "server.conf")]
        url = f"nats://127.0.0.1:{ports[number]}"
        running[url] = subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
    yield running
    for server in running.values():
        server.kill()
        server.wait()


@pytest.fixture
async def clients(servers: dict[str, subprocess.Popen[bytes]]) -> AsyncIterator[list[Client]]:
    """A connection to each server."""
    connections = [await _connect(url) for url in servers]
    async with asyncio.timeout(60):
        while not await _prepared(connections[0]):
            await asyncio.sleep(0.2)
    yield connections
    for connection in connections:
        await connection.close()


async def test_who_follows_can_load_what_he_was_told(clients: list[Client]):
    writer, reader = (JetStreamEventStore(nc, replicas=3) for nc in clients[:2])
    filling = asyncio.create_task(fill(writer, stream("j"), 100))
    async for page in reader.follow(0, [event_filter("task", "ann", "j")]):
        for commit in page:
            assert len(await reader.load_below(stream("j"))) >= commit.version
            found = await reader.read(commit.position - 1, commit.position, ["tw.events.task.ann.j.>"])
            assert found == [commit]
        if page[-1].version == 100:
            break
    await filling


async def test_racers_at_different_servers(clients: list[Client]):
    stores = [JetStreamEventStore(nc, replicas=3) for nc in clients]
    before = await stores[0].last_position()
    won: list[tuple[int, str]] = []

    async def race(number: int, store: JetStreamEventStore) -> None:
        for turn in range(8):
            event_id = f"{number}-{turn}"
            while True:
                version = len(await store.load(stream()))
                try:
                    await store.append(stream(), version, [asked()], meta(event_id))
                except ConcurrencyConflict:
                    continue
                won.append((version + 1, event_id))
                break

    await asyncio.gather(*(race(number, store) for number, store in enumerate(stores)))
    commits = await stores[0].load(stream())
    assert sorted(won) == [(commit.version, commit.metadata.event_id) for commit in commits]
    assert positions(commits) == positions(await gather(stores[1].follow(before), 24))


async def _connect(url: str) -> Client:
    return await nats.connect(url, reconnect_time_wait=0.05, max_reconnect_attempts=-1, error_cb=_quiet)


async def _prepared(nc: Client) -> bool:
    try:
        await prepare_events_stream(nc, replicas=3)
    except TalewrightError:  # no leader yet
        return False
    return True


async def _quiet(_: Exception) -> None:
    """The cluster is still forming."""


def _free_ports(count: int) -> list[int]:
    """Ports below those that systems hand out by themselves, so that nobody is given one before we use it."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(10_240, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
    return found
