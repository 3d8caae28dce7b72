"""Work that loses a cancellation ends all the same."""

from __future__ import annotations

import asyncio
import time

from shared.ending import end


async def test_who_overhears_a_cancellation_is_told_again() -> None:
    heard = 0

    async def hard_of_hearing() -> None:
        nonlocal heard
        while heard < 3:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                heard += 1

    async def fail() -> None:
        raise RuntimeError("long ago")

    async def work() -> None:
        await asyncio.sleep(60)

    tasks = [asyncio.create_task(one()) for one in (hard_of_hearing, fail, work)]
    await asyncio.sleep(0.01)
    begun = time.monotonic()
    await end(*tasks, again_s=0.02)
    assert all(task.done() for task in tasks)
    assert heard == 3
    assert time.monotonic() - begun < 2
    await end()
