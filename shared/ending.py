"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any


async def end(*tasks: asyncio.Future[Any], again_s: float = 1.0) -> None:
    """Cancels tasks and returns when all have ended; what they raise is passed over.

    A task may miss a cancellation (`shared.bus.cancellation` tells of one way), and one that works for ever would then
    go on for ever: who has not ended after `again_s` is cancelled again.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=again_s)
    await asyncio.gather(*tasks, return_exceptions=True)


async def until_first(*works: Awaitable[Any]) -> None:
    """Does all side by side until the first one ends, then ends the others for certain. Raises what the first raised.

    `asyncio.TaskGroup` cancels once, and waits for ever for whom that did not reach.
    """
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*tasks)
    for task in done:
        task.result()
