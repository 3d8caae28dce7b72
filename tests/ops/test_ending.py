"""Work that loses a cancellation ends all the same."""

from __future__ import annotations

import asyncio
import time

import pytest

from shared.ending import end, until_first


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


async def test_the_first_to_end_ends_all() -> None:
    ended: list[str] = []

    async def work(name: str, seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            ended.append(name)

    await until_first(work("short", 0.01), work("long", 60))
    assert ended == ["short", "long"]


async def test_what_the_first_raises_comes_out_and_what_the_others_say_then_does_not() -> None:
    async def fail() -> None:
        raise LookupError("first")

    async def complain() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise RuntimeError("second")

    with pytest.raises(LookupError, match="first"):
        await until_first(fail(), complain())


async def test_who_is_cancelled_ends_all_it_began() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    both = asyncio.create_task(until_first(work(), asyncio.sleep(60)))
    await asyncio.sleep(0.01)
    both.cancel()
    with pytest.raises(asyncio.CancelledError):
        await both
    assert ended.is_set()
