"""The demo from first to last: find a stack or start one, make a film, say where it is, stop what was started."""

from __future__ import annotations

import asyncio
import contextlib
import io
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console as Screen
from rich.markup import escape

from shared.errors import Unavailable
from talewright.demo.client import StoryClient
from talewright.demo.story import Film, make_film
from talewright.embedded.console import Console
from talewright.embedded.data_dir import DataDir
from talewright.embedded.ports import free_ports
from talewright.embedded.probe import healthy
from talewright.embedded.stack import StackOptions
from talewright.embedded.supervisor import Supervisor
from talewright.embedded.up import processes_of


@dataclass(frozen=True, kw_only=True)
class DemoOptions:
    """What was asked for. `url` is where a stack may be running already."""

    wishes: dict[str, Any]
    url: str
    data: Path
    folder: Path


async def run(options: DemoOptions) -> Film:
    """Makes the film and reports. Raises `Unavailable` with the reason; SIGTERM cancels it, so that it cleans up."""
    if (work := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    screen = Screen(highlight=False)
    topic, role = (escape(str(options.wishes[wish])) for wish in ("topic", "main_role"))
    screen.print(f"[bold]{topic}[/]" + (f" [dim]with {role}[/]" if role else ""))
    async with _some_stack(options, screen) as url, StoryClient(url) as client:
        film = await make_film(client, options.wishes, options.folder)
        _report(film, screen)
    return film


@contextlib.asynccontextmanager
async def _some_stack(options: DemoOptions, screen: Screen) -> AsyncIterator[str]:
    if (running := await _running_url(options)) is not None:
        screen.print(f"[dim]Using the system at {running}[/]")
        yield running
        return
    stack = StackOptions(data=options.data, port=free_ports(1)[0])
    screen.print(f"[dim]Starting the system (data and logs in {escape(str(options.data))}) ...[/]")
    async with processes_of(stack, Console(io.StringIO(), quiet=True)) as supervisor:
        await supervisor.start()
        async with _ended_with(supervisor):
            yield stack.url
        screen.print("[dim]Stopping the system ...[/]")


async def _running_url(options: DemoOptions) -> str | None:
    if await healthy(options.url):
        return options.url
    here = DataDir(options.data).running()
    if here is None:
        return None
    if await healthy(here.url):
        return here.url
    raise Unavailable(f"The system on {options.data} (process {here.pid}) is not well; see {here.url}/health.")


@contextlib.asynccontextmanager
async def _ended_with(supervisor: Supervisor) -> AsyncIterator[None]:
    """Ends the work inside as soon as the supervisor gives up, with its reason."""
    work = asyncio.current_task()
    watching = asyncio.create_task(supervisor.wait())
    watching.add_done_callback(lambda done: work.cancel() if work and not done.cancelled() else None)
    try:
        yield
    except asyncio.CancelledError:
        if watching.done() and not watching.cancelled() and (reason := watching.exception()):
            raise reason from None
        raise
    finally:
        watching.cancel()


def _report(film: Film, screen: Screen) -> None:
    times = ", ".join(f"{bar.name} {bar.took_s(0):.1f} s" for bar in film.bars)
    size_mb = film.video.stat().st_size / 1e6
    screen.print()
    video = escape(str(film.video))
    screen.print(f"[bold green]Your film:[/] [bold]{video}[/] [dim]({size_mb:.1f} MB)[/]", soft_wrap=True)
    if film.subtitles:
        screen.print(f"Subtitles: {escape(str(film.subtitles))}", soft_wrap=True)
    screen.print(f"Task {film.task}, {film.took_s:.1f} s in all: {times}", soft_wrap=True)
