"""The gateway reads its views by asyncpg while their primary dies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from services.gateway.adapters import postgres_connect
from services.gateway.adapters.postgres_connect import connector
from services.gateway.views import Checkpoint
from shared.errors import Unavailable
from tests.failover.silence import silent
from tests.fixtures.postgres_pair import PostgresPair
from tests.gateway.views.house import House


@pytest.fixture
async def house(postgres_pair: PostgresPair) -> AsyncIterator[House]:
    house = House(postgres_pair.new_database())
    house.put(house.prepare(), title="One")
    yield house
    await house.close()


async def title(house: House) -> str:
    task = await house.views.task("1", "5")
    return task.title if task else "missing"


async def test_reads_are_unavailable_and_then_right(house: House, postgres_pair: PostgresPair) -> None:
    assert await asyncio.gather(*(title(house) for _ in range(8))) == ["One"] * 8
    postgres_pair.caught_up()
    postgres_pair.kill_primary()
    for _ in range(3):  # the standby has it, too, but is not asked
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            await title(house)
        assert time.monotonic() - begun < 2
    with pytest.raises(Unavailable, match="target attribute"):
        await house.views.ready()
    postgres_pair.promote()
    await house.views.ready()
    assert await asyncio.gather(*(title(house) for _ in range(8))) == ["One"] * 8
    house.put(house.generations.live(), position=11, title="Two")
    assert await title(house) == "Two"


async def test_many_readers_hear_nothing_worse_than_unavailable(house: House, postgres_pair: PostgresPair) -> None:
    answers: list[str] = []
    away = 0
    going = True

    async def reader() -> None:
        nonlocal away
        while going:
            try:
                answers.append(await title(house))
            except Unavailable:
                away += 1
            await asyncio.sleep(0.005)

    readers = [asyncio.create_task(reader()) for _ in range(20)]
    await asyncio.sleep(0.2)
    await asyncio.to_thread(postgres_pair.caught_up)
    await asyncio.to_thread(postgres_pair.kill_primary)
    await asyncio.sleep(0.1)
    await asyncio.to_thread(postgres_pair.promote)
    await asyncio.sleep(0.3)
    postgres_pair.heal()  # whoever died is back, as a standby
    await asyncio.sleep(0.1)
    going = False
    await asyncio.gather(*readers)
    assert set(answers) == {"One"}
    assert away > 0
    assert await title(house) == "One"


async def test_nothing_is_read_from_a_standby_that_lags(house: House, postgres_pair: PostgresPair) -> None:
    """It stands first in the URL, and answers."""
    database = house.url.rpartition("/")[2]
    hosts = f"127.0.0.1:{postgres_pair.standby.port},127.0.0.1:{postgres_pair.primary.port}"
    other = House(f"{house.url.rpartition('@')[0]}@{hosts}/{database}")
    postgres_pair.cut()
    house.put(house.generations.live(), position=11, title="Two")
    assert await asyncio.gather(*(title(other) for _ in range(4))) == ["Two"] * 4
    assert (await other.views.checkpoint()).position == 11
    other.put(other.generations.live(), position=12, title="Three")  # nor does the projector's side write there
    assert await title(house) == "Three"
    await other.close()


async def test_rows_that_were_lost_are_not_shown_any_more(house: House, postgres_pair: PostgresPair) -> None:
    """No cache and no prepared statement keeps what the promoted server has not."""
    postgres_pair.cut()
    house.put(house.generations.add("building"), position=20, title="Lost")
    house.generations.serve(2)
    await house.views.checkpoint()
    assert await title(house) == "Lost"
    postgres_pair.fail_over()
    assert await title(house) == "One"
    assert await house.views.checkpoint() == Checkpoint(1, 10)


async def test_a_first_host_that_is_silent_does_not_use_up_the_time_of_the_second(
    house: House, postgres_pair: PostgresPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that loses its power does not refuse connections; and it is waited for once, not each time."""
    monkeypatch.setattr(postgres_connect, "_CONNECT_TIMEOUT_S", 1.0)
    connect = connector(house.url, "", "talewright-gateway")
    gone = postgres_pair.primary.port
    postgres_pair.caught_up()
    postgres_pair.fail_over()
    with silent(gone):
        begun = time.monotonic()
        first = await connect()
        assert 0.9 < time.monotonic() - begun < 3
        begun = time.monotonic()
        second = await connect()
        assert time.monotonic() - begun < 0.7
        assert await second.fetchval("SELECT title FROM tasks_g1") == "One"
        await asyncio.gather(first.close(), second.close())
