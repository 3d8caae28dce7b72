"""The report, for people: a table where `rich` is installed, else lines. Pure but for the printing."""

from __future__ import annotations

import textwrap
from collections import Counter

import msgspec

from talewright.doctor.findings import Finding, Level, Report, counted

SIGNS: dict[Level, str] = {"ok": "ok", "warning": "warning", "problem": "PROBLEM", "skipped": "-"}
_COLOURS: dict[Level, str] = {"ok": "green", "warning": "yellow", "problem": "bold red", "skipped": "dim"}
_SIGN_WIDTH, _WIDTH = 9, 110


def show(report: Report) -> None:
    """Prints it."""
    try:
        from rich.console import Console
    except ModuleNotFoundError:
        print(plain(report))
        return
    console = Console()
    if console.is_terminal:
        _table(report, console)
    else:
        print(plain(report))


def as_json(report: Report) -> str:
    """One object, as it is."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode()


def plain(report: Report) -> str:
    """Lines, as for a log file."""
    widest = max((len(check.name) for check in report.checks), default=0)
    return "\n".join([*(_lines(check, widest + 2) for check in report.checks), "", verdict(report)])


def verdict(report: Report) -> str:
    """The last line."""
    counts = Counter(check.level for check in report.checks)
    more = ", ".join(filter(None, (_count(counts["warning"], "warning"), _left_out(counts["skipped"]))))
    told = f" ({more})" if more else ""
    if report.healthy:
        return f"Healthy: {counted(counts['ok'], 'check')} passed{told}."
    return f"{counted(counts['problem'], 'problem')}{told}."


def _count(number: int, noun: str) -> str:
    return counted(number, noun) if number else ""


def _left_out(number: int) -> str:
    return f"{number} not looked at" if number else ""


def _lines(check: Finding, name_width: int) -> str:
    margin = " " * (name_width + _SIGN_WIDTH)
    head = f"{check.name:<{name_width}}{SIGNS[check.level]:<{_SIGN_WIDTH}}"
    text = textwrap.fill(check.sentence, _WIDTH, initial_indent=head, subsequent_indent=margin, break_on_hyphens=False)
    if not check.advice:
        return text
    advice = textwrap.fill(
        f"-> {check.advice}", _WIDTH, initial_indent=margin, subsequent_indent=f"{margin}   ", break_on_hyphens=False
    )
    return f"{text}\n{advice}"


def _table(report: Report, console: object) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    assert isinstance(console, Console)
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for check in report.checks:
        told = Text(check.sentence)
        if check.advice:
            told.append(f"\n→ {check.advice}", style="cyan")
        table.add_row(Text(check.name), Text(SIGNS[check.level], style=_COLOURS[check.level]), told)
    console.print(table)
    console.print()
    console.print(Text(verdict(report), style="bold green" if report.healthy else "bold red"))
