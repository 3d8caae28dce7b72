"""Lets the tools for operators find a stack that runs on this machine: `make up` leaves its environment in a file."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer
from nats.aio.client import Client

from shared.config.forms import without_password
from shared.config.load import load
from shared.errors import TalewrightError, Unavailable
from shared.settings import Settings
from shared.startup import connect_within

T = TypeVar("T")

PATIENCE_S = 5.0
ENVIRONMENT = "environment.json"
OPS = "ops.json"
"""`{"auth": "http://127.0.0.1:…", …}`: with `/metrics`, `/livez` and `/readyz` below each."""


def note_environment(data: Path, environment: dict[str, str]) -> None:
    """Leaves what the services are told in the stack's folder, readable by its owner only."""
    told = {name: value for name, value in environment.items() if name.startswith("TALEWRIGHT_")}
    file = data / ENVIRONMENT
    file.touch(mode=0o600)
    file.write_text(json.dumps(told, indent=1), encoding="utf-8")


def note_ops(data: Path, urls: dict[str, str]) -> None:
    """Leaves where each service's ops server will be, by the process's name."""
    (data / OPS).write_text(json.dumps(urls, indent=1), encoding="utf-8")


def use_running_stack() -> None:
    """Takes over the environment of the stack in `TALEWRIGHT_DATA` (default `.talewright`), if there is one.

    What is set already wins, so the same tools work against a stack elsewhere.
    """
    file = Path(os.environ.get("TALEWRIGHT_DATA", ".talewright")) / ENVIRONMENT
    if file.exists():
        for name, value in json.loads(file.read_text(encoding="utf-8")).items():
            os.environ.setdefault(name, value)


def with_bus(work: Callable[[Client], Awaitable[T]]) -> T:
    """Runs a tool on the bus of the running stack; what is refused or away is told, and ends it with exit code 1."""

    async def run() -> T:
        nc = await _reach_bus(load(Settings))
        try:
            return await work(nc)
        finally:
            await nc.close()

    use_running_stack()
    try:
        return asyncio.run(run())
    except TalewrightError as error:
        typer.secho(error.message, fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error


async def _reach_bus(settings: Settings) -> Client:
    """A connection for a tool, which unlike a service does not wait for ever. Raises `Unavailable`."""
    try:
        return await connect_within(settings, "talewright-cli", PATIENCE_S)
    except Unavailable as error:
        where = without_password(settings.nats_url)
        raise Unavailable(f"The bus at {where} is not there: {error.message}. Is the system running?") from error
