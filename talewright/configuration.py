"""`python -m talewright.configuration` prints docs/configuration.md; with `--names` shared/config/names.txt."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from services.auth.settings import AuthSettings
from services.gateway.settings import GatewayEnvironment, GatewaySettings
from services.media.settings import MediaSettings, ReplicateSettings
from services.tasks.settings import TasksSettings
from shared.config.base import FromEnvironment
from shared.config.tools import TOOLS
from shared.config.words import is_secret, variable_of, variables_of
from shared.pricing.settings import BudgetSettings, PriceSettings
from shared.settings import ReadModelSettings, S3Settings, Settings, SqlSettings

SERVICES: dict[str, type[FromEnvironment]] = {
    "auth": AuthSettings,
    "tasks": TasksSettings,
    "media": MediaSettings,
    "gateway": GatewayEnvironment,
}
GROUPS: tuple[tuple[str, type[FromEnvironment]], ...] = (
    ("Every service", Settings),
    ("Databases", SqlSettings),
    ("Accounts and tokens", AuthSettings),
    ("Read models", ReadModelSettings),
    ("Artifacts", S3Settings),
    ("Providers and prices", PriceSettings),
    ("Budgets", BudgetSettings),
    ("Orders at Replicate", ReplicateSettings),
    ("Media workers", MediaSettings),
    ("Tasks", TasksSettings),
    ("Gateway", GatewaySettings),
)
_HEAD = """\
# Configuration

Written by `python -m talewright.configuration > docs/configuration.md` from the settings classes; edits are lost.

- Every setting is an environment variable. An empty one counts as not set.
- Every setting may be a file instead, named like the variable in lower case (`talewright_s3_secret_key`), in the folder
  `TALEWRIGHT_SECRETS_DIR`. A variable wins over a file. Give what is marked as secret as a file: an environment is seen
  by more people.
- A list is JSON (`["https://one.example"]`), or its items with commas between.
- A name that ends in `_s` is in seconds, `_ms` in milliseconds, `_bytes` in bytes, `_usd` in US dollars.
- `talewright check-config` judges the settings of all services, `python -m services.<name>.main --check-config` those
  of one: exit code 0, or 2 and one line for each thing that is wrong. A service that is started with bad settings says
  the same and ends with the same code.
- A variable with the prefix `TALEWRIGHT_` that nobody reads is warned about at start, with the nearest name.
- A service waits at start for up to `TALEWRIGHT_STARTUP_WAIT_S` for bus, database and bucket. Then it ends with code 1
  and one line: the order of the starts does not matter.
- Tracing has the standard variables of OpenTelemetry, `OTEL_…`; see tracing.md.
"""
_TYPES = {"int": "whole number", "float": "number", "Decimal": "number", "bool": "true, false", "Path": "path"}
_LIMITS = (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))


def document() -> str:
    """The page, ending with a line break."""
    parts = [_HEAD, *(_group(title, kind) for title, kind in GROUPS), _tools()]
    return "\n".join(parts)


def names() -> str:
    """All variables that anybody reads, one a line, sorted."""
    read = {
        name
        for kind in SERVICES.values()
        for field, info in kind.model_fields.items()
        for name in variables_of(field, info)
    }
    ours = {name for name in read | set(TOOLS) | set(_of_commands()) if name.startswith("TALEWRIGHT_")}
    return "".join(f"{name}\n" for name in sorted(ours))


def own_fields(kind: type[FromEnvironment]) -> Iterator[tuple[str, FieldInfo]]:
    """The fields that a class adds to those it inherits."""
    for name, field in kind.model_fields.items():
        if name in vars(kind).get("__annotations__", {}):
            yield name, field


def _group(title: str, kind: type[FromEnvironment]) -> str:
    rows = [_row(name, field) for name, field in own_fields(kind)]
    return _table(title, ("Variable", "Default", "Meaning", "Allowed", "Read by", "Secret"), rows)


def _tools() -> str:
    commands = {name: text for name, text in _of_commands().items() if name not in _settings_variables()}
    rows = [(f"`{name}`", text) for name, text in sorted((commands | TOOLS).items())]
    return _table("Launcher and tools", ("Variable", "Meaning"), rows)


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    told = (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
    return f"## {title}\n\n" + "\n".join(told) + "\n"


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    readers = [service for service, kind in SERVICES.items() if name in kind.model_fields]
    secret = "yes" if is_secret(field) else ("" if field.repr else "may hold a password")
    read_by = "all" if len(readers) == len(SERVICES) else ", ".join(readers)
    return f"`{variable_of(name, field)}`", _default(field), field.description or "", _allowed(field), read_by, secret


def _default(field: FieldInfo) -> str:
    value = field.default
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(shown, bool):
        return f"`{str(shown).lower()}`"
    if isinstance(shown, tuple):
        shown = ",".join(map(str, shown))
    text = shown.as_posix() if isinstance(shown, Path) else str(shown)
    return f"`{text}`" if text else "empty"


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" if choice != "" else "empty" for choice in get_args(field.annotation))
    if field.examples:
        return ", ".join(f"`{example}`" for example in field.examples)
    if get_origin(field.annotation) is tuple:
        return "list"
    kind = _TYPES.get(getattr(field.annotation, "__name__", ""), "")
    limits = [_limit(rule, sign) for rule in field.metadata for sign in _LIMITS if hasattr(rule, sign[0])]
    return ", ".join(filter(None, (kind, *limits)))


def _limit(rule: Any, sign: tuple[str, str]) -> str:
    return f"{sign[1]} {getattr(rule, sign[0]):,}"


def _settings_variables() -> set[str]:
    return {
        name
        for kind in SERVICES.values()
        for field, info in kind.model_fields.items()
        for name in variables_of(field, info)
    }


def _of_commands() -> dict[str, str]:
    """Variables that options of the command line may be given by, with the options' help."""
    from talewright.cli import app

    def walk(command: Any) -> Iterator[tuple[str, str]]:
        for option in command.params:
            if isinstance(option.envvar, str):
                yield option.envvar, getattr(option, "help", "") or ""
        for child in getattr(command, "commands", {}).values():
            yield from walk(child)

    return dict(walk(typer.main.get_command(app)))


if __name__ == "__main__":
    sys.stdout.write(names() if "--names" in sys.argv[1:] else document())
