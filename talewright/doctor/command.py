"""`talewright doctor`. What it needs is imported only when it is asked for: the command line starts often."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import typer

from talewright.running import use_running_stack

Json = Annotated[bool, typer.Option("--json", help="One JSON object: healthy, and checks with name, level, sentence.")]


def doctor(json: Json = False) -> None:
    """Look at a running installation: what is wrong, and what to do. Exit code 0 without problems, else 1."""
    try:
        from talewright.doctor.run import examine
        from talewright.doctor.show import as_json, show
    except ModuleNotFoundError as error:
        typer.echo(f"This needs what `pip install 'talewright[tools]'` brings: {error}.", err=True)
        raise typer.Exit(1) from None
    use_running_stack()
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries warn of is told in our own words
    report = asyncio.run(examine())
    if json:
        typer.echo(as_json(report))
    else:
        show(report)
    raise typer.Exit(0 if report.healthy else 1)
