"""`talewright check-config`: are the settings of all services, or of one, good enough to start with?"""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from shared.config.base import FromEnvironment
from shared.config.check import BAD_SETTINGS, check_config
from talewright.running import use_running_stack

CLASSES = {
    "auth": ("services.auth.settings", "AuthSettings"),
    "tasks": ("services.tasks.settings", "TasksSettings"),
    "media": ("services.media.settings", "MediaSettings"),
    "gateway": ("services.gateway.settings", "GatewayEnvironment"),
}

Service = Annotated[str, typer.Argument(help="auth, tasks, media or gateway; all of them without a name.")]


def check_config_command(service: Service = "") -> None:
    """Judge the settings: exit code 0, or 2 and one line for each thing that is wrong."""
    if service and service not in CLASSES:
        typer.echo(f"There is no service {service}; there are {', '.join(CLASSES)}.", err=True)
        raise typer.Exit(BAD_SETTINGS)
    use_running_stack()
    codes = [_check(name) for name in CLASSES if service in ("", name)]
    raise typer.Exit(max(codes))


def settings_class(service: str) -> type[FromEnvironment] | None:
    """The settings of a service; None where this installation leaves that service out."""
    module, name = CLASSES[service]
    try:
        found: type[FromEnvironment] = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return None
    return found


def _check(service: str) -> int:
    kind = settings_class(service)
    if kind is None:
        typer.echo(f"{service}: not judged, for it is not installed here")
        return 0
    return check_config(service, kind)
