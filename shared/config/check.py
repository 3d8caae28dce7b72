"""The judgement of settings, told."""

from __future__ import annotations

import os
import sys

from shared.config.base import PREFIX, FromEnvironment
from shared.config.load import examine

BAD_SETTINGS = 2
"""Exit code: the settings cannot be used, and starting again will not help."""


def check_config(service: str, kind: type[FromEnvironment]) -> int:
    """Tells what is wrong with the settings, one line each, to stderr; in one line to stdout if nothing is.

    Returns the exit code.
    """
    settings, faults = examine(kind)
    for fault in faults:
        print(f"{service}: {'' if fault.grave else 'warning: '}{fault}", file=sys.stderr)
    if settings is None or any(fault.grave for fault in faults):
        return BAD_SETTINGS
    given = sum(name.upper().startswith(PREFIX) and value != "" for name, value in os.environ.items())
    print(f"{service}: the settings are valid; {given} variables are set, the rest is as by default")
    return 0
