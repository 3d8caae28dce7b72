"""The primary of the read models dies under the projector, and a standby takes its place."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from services.gateway.views import Checkpoint
from services.tasks import projector
from shared.errors import Unavailable
from tests.failover.following import PATIENCE_S, Following, coming, until
from tests.fixtures.postgres_pair import PostgresPair


@pytest.fixture
async def house(postgres_pair: PostgresPair, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Following]:
    monkeypatch.setattr(projector, "QUIET_S", 0.3)
    house = Following(postgres_pair.new_database())
    yield house
    await house.close()


def went_back_to(house: Following) -> list[int]:
    """Positions that the projector told after it had told of later ones."""
    told = [checkpoint.position for checkpoint in house.told]
    return [after for before, after in itertools.pairwise(told) if after < before]


async def test_the_projector_goes_on_by_itself(house: Following, postgres_pair: PostgresPair) -> None:
    async with house.at_work():
        async with coming(house, commits=20):  # so that it dies in the middle of a batch
            await house.reached(200)
            await asyncio.to_thread(postgres_pair.kill_primary)
            await asyncio.sleep(0.7)  # it has tried, and heard of a standby that takes nothing
            before = await house.store.last_position()
            assert house.shown() == -1
            await asyncio.to_thread(postgres_pair.promote)
            await house.reached(before + 100)
        await house.is_right()


async def test_what_a_standby_had_not_heard_of_is_filled_again(house: Following, postgres_pair: PostgresPair) -> None:
    """The checkpoint goes back with the rows; those that the projector remembers must not pass for written."""
    async with house.at_work():
        async with coming(house):
            await house.reached(200)
            postgres_pair.cut()
            cut_at = house.shown()
            await house.reached(cut_at + 300)
            await asyncio.to_thread(postgres_pair.fail_over)
            await house.reached(cut_at + 400)
        await house.is_right()
    (lowest,) = went_back_to(house)
    assert lowest <= cut_at + 20


async def test_what_was_lost_comes_back_without_another_event(house: Following, postgres_pair: PostgresPair) -> None:
    """Nobody works at night: the last film of the evening must not be missing until the morning."""
    async with house.at_work():
        await house.add(100)
        await house.reached(100)
        postgres_pair.cut()
        await house.add(100)
        await house.reached(200)
        shown = house.usage()
        await asyncio.to_thread(postgres_pair.fail_over)
        assert house.shown() == 100
        assert house.usage() != shown
        await house.reached(200)
        assert house.usage() == shown
        await house.is_right()


async def test_a_failover_between_two_events_is_noticed_by_the_checkpoint(
    house: Following, postgres_pair: PostgresPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is made anew without a word, and everything seems to be as before."""
    monkeypatch.setattr(projector, "QUIET_S", 3_600)
    async with house.at_work():
        await house.add(100)
        await house.reached(100)
        postgres_pair.cut()
        await house.add(100)
        await house.reached(200)
        await asyncio.to_thread(postgres_pair.fail_over)
        await house.add(20)
        await house.is_right()
    assert went_back_to(house) == [100]


async def test_a_switch_that_was_lost_is_taken_back(house: Following, postgres_pair: PostgresPair) -> None:
    """The projector fills a generation that the promoted server has never heard of."""
    async with house.at_work():
        await house.add(100)
        await house.reached(100)
        postgres_pair.cut()
        await asyncio.to_thread(lambda: house.generations.serve(house.generations.add("building").generation))
        await house.add(50)
        await until(lambda: house.told[-1] == Checkpoint(2, 150))
        await asyncio.to_thread(postgres_pair.fail_over)
        await house.add(50)
        await until(lambda: house.told[-1] == Checkpoint(1, 200))
        await house.is_right()


async def test_who_waits_for_his_write_is_not_confused(house: Following, postgres_pair: PostgresPair) -> None:
    """The gateway was told of a position that the promoted server has not come to yet."""
    async with house.at_work():
        await house.add(100)
        assert await house.reach.reached(100)
        postgres_pair.cut()
        await house.add(100)
        assert await house.reach.reached(200)
        seen = len(house.told)
        await asyncio.to_thread(postgres_pair.fail_over)
        await until(lambda: len(house.told) > seen)
        assert house.told[seen].position == 100  # first of all, gateways hear that it went back
        assert await house.reach.reached(200)
        assert (await house.views.checkpoint()).position == 200
        await house.add(1)
        assert await house.reach.reached(201)


async def test_who_waits_while_nobody_projects_hears_that_it_is_behind(
    house: Following, postgres_pair: PostgresPair
) -> None:
    """The projector died with the primary: the gateway finds out by asking, and believes no old position for ever."""
    async with house.at_work():
        await house.add(100)
        await house.reached(100)
        postgres_pair.cut()
        await house.add(100)
        assert await house.reach.reached(200)
    await asyncio.to_thread(postgres_pair.fail_over)
    assert not await house.reach.reached(201, 1)
    assert not await house.reach.reached(150, 1)
    async with house.at_work():
        assert await house.reach.reached(200, PATIENCE_S)


async def test_a_projector_without_events_says_that_the_database_is_away(
    house: Following, postgres_pair: PostgresPair, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.at_work():
        await house.add(10)
        await house.reached(10)
        await asyncio.to_thread(postgres_pair.kill_primary)
        await until(lambda: "cannot be reached" in caplog.text)
        with pytest.raises(Unavailable):
            await house.views.workflows()
        await asyncio.to_thread(postgres_pair.promote)
        told = len(house.told)
        await until(lambda: len(house.told) > told)
