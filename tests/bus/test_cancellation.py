"""A cancellation that comes together with a result is not lost."""

from __future__ import annotations

import asyncio

import pytest

from shared.bus.cancellation import keep_cancellations


@pytest.fixture(autouse=True)
def kept() -> None:
    keep_cancellations()


async def test_who_is_cancelled_as_the_answer_comes_is_cancelled() -> None:
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def renew_for_ever() -> None:
        while True:
            await asyncio.wait_for(answer, 5)
            await asyncio.sleep(0.01)

    renewing = asyncio.create_task(renew_for_ever())
    await asyncio.sleep(0)
    answer.set_result(1)
    renewing.cancel()
    assert (await asyncio.wait({renewing}, timeout=1))[0]
    assert renewing.cancelled()


async def test_answers_errors_and_time_are_as_they_were() -> None:
    async def soon() -> int:
        await asyncio.sleep(0.01)
        return 7

    async def broken() -> int:
        raise LookupError

    assert await asyncio.wait_for(soon(), 5) == 7
    assert await asyncio.wait_for(soon(), None) == 7
    with pytest.raises(LookupError):
        await asyncio.wait_for(broken(), 5)
    for none_left in (0.001, 0, -1):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(60), none_left)
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    done.set_result(3)
    assert await asyncio.wait_for(done, 0) == 3
