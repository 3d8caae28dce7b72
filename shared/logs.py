"""Log lines for people: time, level, what, message."""

from __future__ import annotations

import logging


def set_up_logs(level: str) -> None:
    """Logs to stderr; third parties only from WARNING on."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("talewright").setLevel(level)
