"""`talewright views`: the read models, rebuilt or verified from event 1 while the old ones serve."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer
from nats.aio.client import Client

from services.tasks.adapters.sql_generations import SqlGenerations
from services.tasks.adapters.sql_schema import open_readmodel
from services.tasks.ports import Generations
from services.tasks.rebuild import Verdict, rebuild, verify
from services.tasks.settings import TasksSettings
from shared.config.load import load
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import EventStore
from talewright.running import with_bus

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True)


@app.command("rebuild")
def rebuild_views() -> None:
    """Fill new tables from event 1 and switch to them."""
    generation = _with_store(lambda store, generations: rebuild(store, generations, _told))
    typer.echo(f"\nServing generation {generation}.")


@app.command("verify")
def verify_views() -> None:
    """Build the views anew beside the served ones and compare; exit 1 if they differ."""
    verdict: Verdict = _with_store(lambda store, generations: verify(store, generations, _told))
    typer.echo(f"\n{verdict.rows} rows at position {verdict.position}, {len(verdict.differences)} differ.")
    for difference in verdict.differences[:20]:
        typer.echo(f"  {difference}")
    if verdict.differences:
        raise typer.Exit(1)


def _told(position: int, last: int) -> None:
    typer.echo(f"\rposition {position:,} of {last:,}", nl=False)


def _with_store(work: Callable[[EventStore, Generations], Awaitable[T]]) -> T:
    def on_bus(nc: Client) -> Awaitable[T]:
        settings = load(TasksSettings)
        return work(JetStreamEventStore(nc), SqlGenerations(open_readmodel(settings)))

    return with_bus(on_bus)
