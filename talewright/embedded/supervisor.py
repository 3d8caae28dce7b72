"""Runs a handful of processes as one: starts them in stages, restarts what dies, and leaves nothing behind.

supervisor = Supervisor(stages, logs, console)
await supervisor.start()  # all are ready, or StartFailed
await supervisor.wait()   # until `ask_to_stop`, or GaveUp
await supervisor.stop()   # always, in a finally
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.ending import end
from shared.errors import TalewrightError, Unavailable
from talewright.embedded.console import Console, LogFile
from talewright.embedded.running import Running, Watchdog
from talewright.embedded.spec import DEFAULT_PATIENCE, Patience, Stage


class StartFailed(Unavailable):
    """A process did not come up."""


class GaveUp(Unavailable):
    """A process ended too often."""


class Supervisor:
    """The processes of `stages` as one unit. `pass_fds` are descriptors that every child keeps open.

    Start it from the main thread: on Linux children are tied to the thread that started them.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        logs: Path,
        console: Console,
        *,
        patience: Patience = DEFAULT_PATIENCE,
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        self._console = console
        self._patience = patience
        self._pass_fds = pass_fds
        self._guard = Watchdog()
        self._logs = {spec.name: LogFile(logs / f"{spec.name}.log") for stage in stages for spec in stage}
        self._running = [[Running(s, console, self._logs[s.name], self._guard) for s in stage] for stage in stages]
        self._keepers: list[asyncio.Task[None]] = []
        self._asked_to_stop = asyncio.Event()
        self._up = False
        self._stopping = False
        console.expect([spec.name for stage in stages for spec in stage])

    async def start(self) -> bool:
        """Starts stage after stage; False if asked to stop meanwhile.

        Raises `StartFailed`, with the last lines of a process that ended.
        """
        for stage in self._running:
            for child in stage:
                await self._spawn(child)
                self._keepers.append(asyncio.create_task(self._keep(child)))
            if not await self._ready_unless_stopped(stage):
                return False
        self._up = True
        return True

    async def wait(self) -> None:
        """Returns when asked to stop; raises `GaveUp` when a process ends again and again."""
        await self._first_of(asyncio.create_task(self._asked_to_stop.wait()), *self._keepers)

    def ask_to_stop(self) -> None:
        """Makes `start` and `wait` return; asked a second time, ends all processes at once."""
        if self._asked_to_stop.is_set():
            self.kill()
        self._asked_to_stop.set()

    async def stop(self) -> None:
        """Ends all, the last started first; who takes longer than its grace is killed. Never raises."""
        self._stopping = True
        await end(*self._keepers)
        for stage in reversed(self._running):
            alive = [child for child in reversed(stage) if child.alive]
            for child in alive:
                child.ask_to_end()
            await asyncio.gather(*map(self._end, alive))
        self._guard.close()
        for log in self._logs.values():
            log.close()

    def kill(self) -> None:
        """Ends all at once; `stop` is still to be awaited."""
        for stage in self._running:
            for child in stage:
                child.kill()

    async def _spawn(self, child: Running) -> None:
        try:
            await child.start(self._pass_fds)
        except (OSError, TalewrightError) as error:
            raise StartFailed(f"{child.spec.name} could not be started: {error}") from error

    async def _ready_unless_stopped(self, stage: list[Running]) -> bool:
        ready = asyncio.create_task(self._ready(stage))
        stopped = asyncio.create_task(self._asked_to_stop.wait())
        try:
            await self._first_of(ready, stopped, *self._keepers)
            return ready.done()
        finally:
            ready.cancel()
            stopped.cancel()

    async def _ready(self, stage: list[Running]) -> None:
        waiting = {child.spec.name for child in stage}

        async def one(child: Running) -> None:
            await child.ready(self._patience.ready_line_s)
            waiting.discard(child.spec.name)

        try:
            async with asyncio.timeout(self._patience.ready_s):
                await asyncio.gather(*map(one, stage))
        except TimeoutError as error:
            names = ", ".join(sorted(waiting))
            raise StartFailed(f"Not ready after {self._patience.ready_s:g} s: {names}. See the log files.") from error

    @staticmethod
    async def _first_of(*tasks: asyncio.Task[Any]) -> None:
        """Waits for the first to end; raises what it raised."""
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _keep(self, child: Running) -> None:
        """Restarts the process whenever it ends; raises when that happens too early or too often."""
        name, ends = child.spec.name, deque[float]()
        while True:
            code = await child.ended()
            if self._stopping:
                return
            if not self._up:
                raise StartFailed(f"{name} {_how(code)} while starting. Its last lines:\n{_quoted(child)}")
            ends.append(time.monotonic())
            while ends and ends[0] < ends[-1] - self._patience.window_s:
                ends.popleft()
            if len(ends) > self._patience.restarts:
                raise GaveUp(
                    f"{name} {_how(code)}, for the {len(ends)}th time within {self._patience.window_s:g} s. "
                    f"Its last lines:\n{_quoted(child)}"
                )
            await self._again(child, code, self._patience.pause_s(len(ends)))

    async def _again(self, child: Running, code: int, pause_s: float) -> None:
        self._console.say(f"{child.spec.name} {_how(code)}; starting it again in {pause_s:g} s")
        await asyncio.sleep(pause_s)
        await self._spawn(child)

    async def _end(self, child: Running) -> None:
        try:
            await asyncio.wait_for(child.ended(), child.spec.grace_s)
        except TimeoutError:
            self._console.say(f"{child.spec.name} did not end within {child.spec.grace_s:g} s and is killed")
            child.kill()
            await child.ended()


def _how(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _quoted(child: Running) -> str:
    return "\n".join(f"    {line}" for line in child.tail) or "    (it said nothing)"
