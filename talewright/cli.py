"""`talewright`: the command line. Every group of commands lives in a file of its own."""

from __future__ import annotations

import importlib
from typing import Any

import typer

from talewright.check_config import check_config_command
from talewright.commands import demo, up
from talewright.doctor.command import doctor
from talewright.migrate import migrate_command

_GROUPS = {
    "users": ("talewright.users", "Accounts: add, list, disable."),
    "dead-letters": ("talewright.dead_letters", "Messages that could not be handled: list, replay."),
    "views": ("talewright.views", "Read models: rebuild, verify."),
}

app = typer.Typer(
    help="Turns a topic into an illustrated, narrated, subtitled story video.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("check-config")(check_config_command)
app.command("migrate")(migrate_command)
app.command("doctor")(doctor)


def _add_groups() -> None:
    for name, (module, text) in _GROUPS.items():
        group = _import(module)
        if group is not None:
            app.add_typer(group.app, name=name, help=text)


def _import(module: str) -> Any:
    """The module; None where this installation leaves it or what it needs out, as a service's image does."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        return None


_add_groups()

if __name__ == "__main__":
    app()
