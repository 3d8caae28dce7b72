"""Runs a stack from its first process to its last, in the foreground or for the length of a demo."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from shared.errors import Unavailable
from talewright.embedded.banner import banner
from talewright.embedded.console import Console
from talewright.embedded.data_dir import DataDir
from talewright.embedded.ports import port_is_free
from talewright.embedded.spec import Stage
from talewright.embedded.stack import Stack, StackOptions
from talewright.embedded.supervisor import Supervisor

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Parts(Protocol):
    """What a stack consists of; `Stack` is the real one."""

    def stages(self) -> list[Stage]:
        """The processes, in the order of their start."""
        ...

    def release(self) -> None:
        """Called when all processes have ended."""
        ...


Choose = Callable[[StackOptions, DataDir], Parts]


@asynccontextmanager
async def processes_of(options: StackOptions, console: Console, choose: Choose = Stack) -> AsyncIterator[Supervisor]:
    """A stack's supervisor, to be started inside the block; after the block no process is left.

    Raises `Unavailable` before anything is started if the folder or the port is taken.
    """
    folder = DataDir(options.data)
    folder.acquire(options.url)
    try:
        if not port_is_free(options.host, options.port):
            raise Unavailable(_port_taken(options))
        parts = choose(options, folder)
        supervisor = Supervisor(
            parts.stages(), folder.logs, console, patience=options.patience, pass_fds=(folder.lock_fd,)
        )
        try:
            yield supervisor
        finally:
            await supervisor.stop()
            parts.release()
    finally:
        folder.release()


async def up(options: StackOptions, console: Console, choose: Choose = Stack) -> None:
    """Runs a stack until SIGINT, SIGTERM or SIGHUP; a second one ends it at once.

    Raises `Unavailable` with the reason if it cannot start or does not stay up.
    """
    began = time.monotonic()
    async with processes_of(options, console, choose) as supervisor:
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, supervisor.ask_to_stop)
        console.say(f"starting; everything is kept in {options.data.absolute()}")
        if await supervisor.start():
            console.plain(banner(options, time.monotonic() - began))
            await supervisor.wait()
        console.say("stopping; Ctrl-C once more ends it at once")
    console.say("stopped")


def _port_taken(options: StackOptions) -> str:
    return (
        f"Port {options.port} on {options.host} is taken by another program.\n"
        f"End that program, or choose another port: talewright up --port {options.port + 1} "
        f"(make up PORT={options.port + 1})."
    )
