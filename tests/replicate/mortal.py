"""Workers that die: at any call to the outside, before it, after it, or in the middle of it."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["before", "after", "during"]


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@dataclass
class Life:
    """Ends at the `fuse`-th call (from 0). `dead` says whether it came to that."""

    fuse: int
    kind: Kind = "before"
    dead: bool = False

    def due(self) -> bool:
        self.fuse -= 1
        self.dead = self.dead or self.fuse < 0
        return self.dead


class Mortal:
    """Whatever a worker calls; the life is shared by all that one worker has."""

    def __init__(self, target: Any, life: Life) -> None:
        self._target, self._life = target, life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not inspect.iscoroutinefunction(found):
            return found
        return functools.partial(self._call, found)

    async def _call(self, function: Any, *args: Any, **more: Any) -> Any:
        life = self._life
        if not life.due():
            return await function(*args, **more)
        if life.kind == "before":
            raise Killed
        if life.kind == "after":
            await function(*args, **more)
            raise Killed
        task = asyncio.create_task(function(*args, **more))
        for _ in range(3):  # far enough to be on the wire, not far enough to be answered
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
        raise Killed
