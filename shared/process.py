"""The process of a service, from its settings to its exit code."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from shared.bus.service import run
from shared.config.check import check_config
from shared.config.load import examine
from shared.errors import TalewrightError
from shared.logs import set_up_logs
from shared.ops.version import VERSION
from shared.settings import Settings
from shared.telemetry.tracing import set_up_tracing

log = logging.getLogger("talewright.process")

S = TypeVar("S", bound=Settings)

FAILED = 1
"""Exit code: something that is needed is away, or is not as it must be."""


def start(service: str, kind: type[S], serve: Callable[[S], Coroutine[Any, Any, None]]) -> None:
    """Reads the settings, runs `serve` until it ends, and says in one line why it could not go on.

    With `--check-config` it only judges the settings. What is wrong with them is one line each, and exit code 2.
    """
    if _only_checking(service):
        sys.exit(check_config(service, kind))
    settings, faults = examine(kind)
    if settings is None or any(fault.grave for fault in faults):
        sys.exit(check_config(service, kind))
    set_up_logs(settings.log_level, settings.log_format, service)
    set_up_tracing(service, VERSION)
    for fault in faults:
        log.warning("%s", fault)
    try:
        run(serve(settings))
    except TalewrightError as error:
        log.error("%s cannot go on: %s", service, error.message)
        sys.exit(FAILED)


def _only_checking(service: str) -> bool:
    parser = argparse.ArgumentParser(
        prog=f"python -m services.{service}.main", description=f"Runs the {service} service."
    )
    parser.add_argument("--check-config", action="store_true", help="only judge the settings: exit code 0 or 2")
    return bool(parser.parse_args().check_config)
