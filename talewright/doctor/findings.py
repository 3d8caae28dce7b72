"""What the doctor finds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Level = Literal["ok", "warning", "problem", "skipped"]


class Finding(msgspec.Struct, frozen=True):
    """One check: `sentence` says how it stands, `advice` what to do, unless it is well.

    Skipped: it could not be made; the sentence says why.
    """

    name: str
    level: Level
    sentence: str
    advice: str = ""


class Report(msgspec.Struct, frozen=True):
    """All checks, in the order in which one leads to the next, and whether none found a problem."""

    healthy: bool
    checks: tuple[Finding, ...]


def ok(name: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", sentence)


def warning(name: str, sentence: str, advice: str) -> Finding:
    """It works, and yet somebody should know."""
    return Finding(name, "warning", sentence, advice)


def problem(name: str, sentence: str, advice: str) -> Finding:
    """Something does not work, or will not for long."""
    return Finding(name, "problem", sentence, advice)


def skipped(name: str, sentence: str) -> Finding:
    """It could not be looked at."""
    return Finding(name, "skipped", sentence)


def report(checks: Iterable[Finding]) -> Report:
    """The whole."""
    found = tuple(checks)
    return Report(all(one.level != "problem" for one in found), found)


def counted(number: int, noun: str) -> str:
    """`1 letter`, `2 letters`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
