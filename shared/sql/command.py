"""What `python -m services.<service>.migrate` does with a service's migration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from shared.config.base import FromEnvironment
from shared.config.check import BAD_SETTINGS
from shared.config.load import BadSettings, load
from shared.errors import TalewrightError

S = TypeVar("S", bound=FromEnvironment)


def migrate_command(title: str, kind: type[S], migrate: Callable[[S], list[str]]) -> int:
    """Tells in a line what was done, or why nothing was. Returns the exit status: 0, 1, or 2 for bad settings."""
    try:
        done = migrate(load(kind))
    except TalewrightError as error:
        print(f"{title} was not migrated: {error.message}", file=sys.stderr)
        return BAD_SETTINGS if isinstance(error, BadSettings) else 1
    print(f"{title}: {'applied ' + ', '.join(done) if done else 'nothing to do'}.")
    return 0
