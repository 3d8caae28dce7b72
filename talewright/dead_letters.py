"""`talewright dead-letters`: commands that were given up, and another chance for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from nats.aio.client import Client

from shared.bus.deadletters import dead_letters, replay
from shared.errors import TalewrightError
from shared.settings import Settings
from talewright.running import reach_bus, use_running_stack

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True)

Sequence = Annotated[int, typer.Argument(help="The number that `list` shows.")]


@app.command("list")
def list_letters() -> None:
    """Show all dead letters, oldest first."""
    letters = _with_bus(dead_letters)
    for letter in letters:
        typer.echo(f"{letter.sequence:>6}  {letter.time}  tried {letter.deliveries}x  {letter.subject}")
        typer.echo(f"        {letter.reason}")
    typer.echo(f"{len(letters)} dead letters")


@app.command("replay")
def replay_letter(sequence: Sequence) -> None:
    """Queue a dead letter's command again, and drop the letter."""
    letter = _with_bus(lambda nc: replay(nc, sequence))
    typer.echo(f"Queued again: {letter.subject}")


def _with_bus(work: Callable[[Client], Awaitable[T]]) -> T:
    async def run() -> T:
        nc = await reach_bus(Settings())  # type: ignore[call-arg]
        try:
            return await work(nc)
        finally:
            await nc.close()

    use_running_stack()
    try:
        return asyncio.run(run())
    except (TalewrightError, OSError) as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error
