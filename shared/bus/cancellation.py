"""Cancellations that are not lost.

nats-py waits for every answer with `asyncio.wait_for`. Until Python 3.12 that passes over a cancellation that comes in
the same moment as its result (https://github.com/python/cpython/issues/86296), and a task that works for ever then goes
on for ever: a renewal keeps a lease that was given up, a service does not end. It is rare, and it happens.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

_original = asyncio.wait_for


def keep_cancellations() -> None:
    """Gives Python 3.11 the `asyncio.wait_for` of 3.12, before anybody connects. A second call changes nothing."""
    if sys.version_info < (3, 12):
        asyncio.wait_for = _wait_for  # type: ignore[assignment]  # takes the same: all of these can be awaited


async def _wait_for(awaitable: Awaitable[T], timeout: float | None) -> T:
    """The result within so many seconds. Raises `TimeoutError`, and whatever the awaitable raises."""
    if timeout is not None and timeout <= 0:  # nothing is waited for: nothing can be lost
        return await _original(awaitable, timeout)
    async with asyncio.timeout(timeout):
        return await awaitable
