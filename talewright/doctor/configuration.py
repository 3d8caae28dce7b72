"""The settings, as this machine has them."""

from __future__ import annotations

import os
from typing import TypeVar

from shared.config.base import FromEnvironment
from shared.config.load import examine
from talewright.check_config import CLASSES, settings_class
from talewright.doctor.findings import Finding, ok, problem, warning

NAME = "settings"
S = TypeVar("S", bound=FromEnvironment)


OURS = ("auth", "tasks")
"""Whose settings the doctor needs. Those of the others are known here only where all run on one machine: elsewhere
their secrets are not for us, and would be missed in vain."""


def configuration() -> list[Finding]:
    """One finding for each thing that is wrong, and one if nothing is. What several services read is told once."""
    found: dict[str, Finding] = {}
    judged_for = CLASSES if os.environ.get("TALEWRIGHT_PROFILE") == "embedded" else OURS
    for service in judged_for:
        kind = settings_class(service)
        for fault in examine(kind)[1] if kind else ():
            judged = problem if fault.grave else warning
            found[str(fault)] = judged(fault.variable, f"{fault.variable} {fault.wrong}.", _sentence(fault.expected))
    return list(found.values()) or [ok(NAME, f"{', '.join(judged_for)} can start with them.")]


def usable(kind: type[S]) -> S | None:
    """The settings, unless they cannot be read."""
    return examine(kind)[0]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('?') else '.'}"
