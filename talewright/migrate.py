"""`talewright migrate`: accounts and read models to the schema of this release."""

from __future__ import annotations

import importlib
import time
from typing import Annotated, Any

import typer

from shared.config.base import FromEnvironment
from shared.config.check import BAD_SETTINGS
from shared.config.load import BadSettings, load
from shared.errors import TalewrightError
from talewright.check_config import settings_class
from talewright.running import use_running_stack

DATABASES = {"accounts": "auth", "read models": "tasks"}

Wait = Annotated[
    float, typer.Option("--wait", min=0, help="How long to wait for a database that does not answer, in seconds.")
]


def migrate_command(wait: Wait = 60.0) -> None:
    """Bring the databases to the schema of this release. Safe to run at any time, also twice at once."""
    use_running_stack()
    deadline = time.monotonic() + wait
    failed = 0
    for title, service in DATABASES.items():
        try:
            _migrate(title, service, max(0.0, deadline - time.monotonic()))
        except BadSettings as error:
            for fault in error.faults:
                typer.secho(f"{title}: {fault}", fg=typer.colors.RED, err=True)
            failed = max(failed, BAD_SETTINGS)
        except TalewrightError as error:
            typer.secho(f"{title}: not migrated: {error.message}", fg=typer.colors.RED, err=True)
            failed = max(failed, 1)
    if failed:
        raise typer.Exit(failed)


def _migrate(title: str, service: str, wait_s: float) -> None:
    kind = settings_class(service)
    if kind is None:
        typer.echo(f"{title}: left alone, for the {service} service is not installed here")
        return
    settings: FromEnvironment = load(kind).model_copy(update={"startup_wait_s": wait_s})
    module: Any = importlib.import_module(f"services.{service}.migrate")
    applied: list[str] = module.migrate(settings)
    typer.echo(f"{title}: {'applied ' + ', '.join(applied) if applied else 'already up to date'}")
