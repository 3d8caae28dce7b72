"""Leases pass on; numbers are unique; streams come back after a server lost its memory."""

import asyncio
from pathlib import Path

import pytest
from nats.aio.client import Client

from shared.bus.lease import Lease
from shared.bus.numbers import Numbers
from shared.bus.streams import keep_streams, prepare_streams
from shared.contracts.subjects import COMMANDS_STREAM
from shared.errors import Unavailable
from talewright.embedded.nats_server import NatsServer
from tests.fixtures.nats import connect


async def test_one_is_active_and_the_other_takes_over(nc: Client) -> None:
    active: list[str] = []
    moments: dict[str, asyncio.Event] = {"a": asyncio.Event(), "b": asyncio.Event()}

    def work(name: str):
        async def run() -> None:
            active.append(name)
            moments[name].set()
            await asyncio.sleep(60)

        return run

    first = asyncio.create_task(Lease(nc, "job", "a", ttl_s=0.6).hold(work("a")))
    await asyncio.wait_for(moments["a"].wait(), 5)
    second = asyncio.create_task(Lease(nc, "job", "b", ttl_s=0.6).hold(work("b")))
    await asyncio.sleep(1.5)
    assert active == ["a"]  # a renews; b stands by
    first.cancel()
    await asyncio.wait_for(moments["b"].wait(), 5)
    assert active == ["a", "b"]
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)


async def test_work_that_fails_ends_the_lease_with_its_error(nc: Client) -> None:
    async def fails() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await Lease(nc, "job", "a").hold(fails)


async def test_numbers_are_unique_and_without_gaps(nc: Client) -> None:
    with pytest.raises(Unavailable):
        await Numbers(nc).next("task")
    await prepare_streams(nc)
    drawn = await asyncio.gather(*(Numbers(nc).next("task") for _ in range(100)))
    assert sorted(drawn) == list(range(1, 101))
    assert await Numbers(nc).next("other") == 1


async def test_preparing_again_keeps_what_is_there(nc: Client) -> None:
    await prepare_streams(nc)
    assert await Numbers(nc).next("task") == 1
    await prepare_streams(nc)
    assert await Numbers(nc).next("task") == 2


async def test_a_queue_lost_with_its_server_is_made_again(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    server.start()
    connection = await connect(server)
    restored = asyncio.Event()

    async def told() -> None:
        restored.set()

    try:
        await prepare_streams(connection)
        assert await Numbers(connection).next("task") == 1
        watching = asyncio.create_task(keep_streams(connection, 1, told, every_s=0.1))
        server.kill()
        server.start()
        await asyncio.wait_for(restored.wait(), 10)
        watching.cancel()
        assert (await connection.jetstream().stream_info(COMMANDS_STREAM)).state.messages == 0
        assert await Numbers(connection).next("task") == 2  # numbers are on disk
    finally:
        await connection.close()
        server.stop()
