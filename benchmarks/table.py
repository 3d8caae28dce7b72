"""The one table that benchmarks print: what was measured, against which target, and whether it was met."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

_NARROWEST = 100
_WHERE_NO_TERMINAL = 160


class Line(msgspec.Struct, frozen=True):
    """One measurement. `target` and `met` stay empty where it is for information; `more` has further columns."""

    what: str
    measured: float
    unit: str
    target: str = ""
    met: bool | None = None
    note: str = ""
    more: dict[str, str] = {}


def at_least(what: str, measured: float, unit: str, target: float, note: str = "") -> Line:
    """More is better."""
    return Line(what, measured, unit, f">= {target:,g}", measured >= target, note)


def at_most(what: str, measured: float, unit: str, target: float, note: str = "") -> Line:
    """Less is better."""
    return Line(what, measured, unit, f"<= {target:,g}", measured <= target, note)


def show(title: str, lines: Sequence[Line], width: int | None = None) -> None:
    """Prints the lines. Further columns stand between the unit and the target, in the order of their first use."""
    extra = list(dict.fromkeys(name for line in lines for name in line.more))
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for name in ("what", "measured", "unit", *extra, "target", "met", "note"):
        if name != "note" or any(line.note for line in lines):
            right = name in ("measured", *extra)
            table.add_column(name, justify="right" if right else "left", no_wrap=name not in ("what", "note"))
    for line in lines:
        middle = [line.more.get(name, "") for name in extra]
        cells = [line.what, number(line.measured), line.unit, *middle, line.target, _met(line.met), line.note]
        table.add_row(*cells[: len(table.columns)])
    screen = Console(highlight=False, width=width or _width())
    screen.print()
    screen.print(table)


def number(value: float) -> str:
    """Three digits that say something: 12,345, 123, 12.3, 1.23, 0.012."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f}"


def _met(met: bool | None) -> str:
    return "" if met is None else "[green]yes[/]" if met else "[red]NO[/]"


def _width() -> int:
    return max(_NARROWEST, shutil.get_terminal_size((_WHERE_NO_TERMINAL, 24)).columns)
