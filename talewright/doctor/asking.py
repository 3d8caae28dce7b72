"""How the doctor asks: never for long, and never in the way of its own end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from nats.errors import Error as NatsError

from shared.errors import TalewrightError

T = TypeVar("T")

FAILURES = (TalewrightError, NatsError, TimeoutError, OSError)
"""What asking a part may raise."""


async def in_thread(work: Callable[[], T]) -> T:
    """Runs what blocks. Its thread is left behind when the time is up: a database that hangs must not hold us."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def finish(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:
            failure = error
        try:
            loop.call_soon_threadsafe(finish, result, failure)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return await done


def why(error: Exception) -> str:
    """An error as a part of a sentence."""
    text = error.message if isinstance(error, TalewrightError) else str(error).removeprefix("nats: ")
    return " ".join(text.split()).rstrip(".") or type(error).__name__
