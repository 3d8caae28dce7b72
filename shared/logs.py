"""Log lines: for people (time, level, message), or one JSON object each for machines."""

from __future__ import annotations

import json
import logging
import sys
import threading
from types import TracebackType
from typing import Any, Literal

import msgspec

from shared.clock import rfc3339
from shared.telemetry.trace_context import CORRELATION_ID, IN_HAND, TRACEPARENT, read

Format = Literal["text", "json"]

log = logging.getLogger("talewright")


def set_up_logs(level: str, format: Format = "text", service: str = "") -> None:
    """Logs to stderr; third parties only from WARNING on. As JSON, also warnings and what nobody caught."""
    if format == "json":
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines(service))
        logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
        logging.captureWarnings(True)
        _log_what_nobody_caught()
    else:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S")
    log.setLevel(level)


class JsonLines(logging.Formatter):
    """A record as one line of JSON; docs/tracing.md lists the fields. Never raises, whatever is logged."""

    def __init__(self, service: str = "") -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": rfc3339(int(record.created * 1000)),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": _message(record),
            **_belonging(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        try:
            return msgspec.json.encode(line).decode()
        except (UnicodeError, TypeError):  # half a surrogate pair, say
            return json.dumps(line, default=repr)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # arguments that do not fit
        return f"{record.msg} {record.args!r}"


def _belonging() -> dict[str, str]:
    """The ids of the work in hand, where there is any."""
    found: dict[str, str] = {}
    if ids := read(TRACEPARENT.get()):
        found |= {"trace_id": ids.trace, "span_id": ids.span}
    if correlation_id := CORRELATION_ID.get():
        found["correlation_id"] = correlation_id
    if in_hand := IN_HAND.get():
        found |= in_hand.told()
    return found


def _log_what_nobody_caught() -> None:
    def uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.critical("Nobody caught this: %r", error, exc_info=(kind, error, where))

    def in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
            uncaught(told.exc_type, told.exc_value, told.exc_traceback)

    def in_vain(told: Any) -> None:
        log.error("%s: %r", told.err_msg or "An error that nobody could be told", told.object, exc_info=told.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = in_vain
