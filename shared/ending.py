"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from typing import Any


async def end(*tasks: asyncio.Future[Any], again_s: float = 1.0) -> None:
    """Cancels tasks and returns when all have ended; what they raise is passed over.

    Until Python 3.12 `asyncio.wait_for` may lose a cancellation that comes together with its result, and the bus's
    client waits with it for every answer: a task that works for ever would then go on for ever. So who has not ended
    after `again_s` is cancelled again.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=again_s)
    await asyncio.gather(*tasks, return_exceptions=True)
