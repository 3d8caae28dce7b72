"""`talewright dead-letters`: commands that were given up, and another chance for them."""

from __future__ import annotations

from typing import Annotated

import typer

from shared.bus.deadletters import dead_letters, replay
from talewright.running import with_bus

app = typer.Typer(no_args_is_help=True)

Sequence = Annotated[int, typer.Argument(help="The number that `list` shows.")]


@app.command("list")
def list_letters() -> None:
    """Show all dead letters, oldest first."""
    letters = with_bus(dead_letters)
    for letter in letters:
        typer.echo(f"{letter.sequence:>6}  {letter.time}  tried {letter.deliveries}x  {letter.subject}")
        typer.echo(f"        {letter.reason}")
    typer.echo(f"{len(letters)} dead letters")


@app.command("replay")
def replay_letter(sequence: Sequence) -> None:
    """Queue a dead letter's command again, and drop the letter."""
    letter = with_bus(lambda nc: replay(nc, sequence))
    typer.echo(f"Queued again: {letter.subject}")
