"""`talewright up`: the whole system on this machine, without Docker."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_DATA = Path(".talewright")

Data = Annotated[Path, typer.Option("--data", envvar="TALEWRIGHT_DATA", help="Folder where everything is kept.")]
Host = Annotated[str, typer.Option(envvar="TALEWRIGHT_HOST", help="Address the gateway listens on.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, envvar="TALEWRIGHT_PORT", help="Port of the gateway.")]
Workers = Annotated[
    int, typer.Option("--media", min=1, max=64, envvar="TALEWRIGHT_MEDIA", help="How many media services to run.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only errors; the log files get everything.")]


def up(
    data: Data = DEFAULT_DATA,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    media: Workers = 2,
    quiet: Quiet = False,
) -> None:
    """Run the whole system here: bus, storage, auth, tasks, media, gateway. Ctrl-C stops it."""
    from shared.errors import TalewrightError
    from talewright.embedded.console import Console
    from talewright.embedded.stack import StackOptions
    from talewright.embedded.up import up as run

    options = StackOptions(data=data, host=host, port=port, media_workers=media)
    try:
        asyncio.run(run(options, Console(quiet=quiet)))
    except TalewrightError as error:
        typer.secho(error.message, fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
