"""What the work in hand belongs to: its trace, its request, its command. Kept in context variables, so that whatever
is done or logged inside knows it, with tracing on or off. Needs nothing of OpenTelemetry and costs next to nothing.
"""

from __future__ import annotations

import random
import re
from contextvars import ContextVar, Token
from typing import NamedTuple, Protocol


class InHand(Protocol):
    """Something that is carried out."""

    def told(self) -> dict[str, str]:
        """What log lines tell of it: command, command_id, task, job, as far as they are known."""
        ...


TRACEPARENT: ContextVar[str] = ContextVar("traceparent", default="")
"""W3C `traceparent` of the innermost span (or of the request, with tracing off); "" outside of all traces."""
CORRELATION_ID: ContextVar[str] = ContextVar("correlation_id", default="")
"""The id of the HTTP request that began it all, or what stands for it."""
IN_HAND: ContextVar[InHand | None] = ContextVar("in_hand", default=None)
"""The command that is carried out, for log lines."""

TRACEPARENT_HEADER = "traceparent"
CORRELATION_HEADER = "correlation_id"

_FORM = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


class TraceIds(NamedTuple):
    """A `traceparent` taken apart: lower-case hex, 32, 16 and 2 digits."""

    trace: str
    span: str
    flags: str

    @property
    def sampled(self) -> bool:
        """Whether the caller records this trace."""
        return bool(int(self.flags, 16) & 1)


def read(traceparent: str) -> TraceIds | None:
    """The parts of a `traceparent`; None for a malformed one. Of versions to come, the parts known today count."""
    found = _FORM.fullmatch(traceparent) if traceparent else None
    if found is None or (found[1] == "00" and found[5]):
        return None
    return TraceIds(found[2], found[3], found[4])


def continued(traceparent: str) -> str:
    """A span of ours below the caller's, or the first of a new trace if the caller tells none."""
    ids = read(traceparent)
    trace, flags = (ids.trace, ids.flags) if ids else (f"{random.getrandbits(128) | 1:032x}", "01")
    return f"00-{trace}-{random.getrandbits(64) | 1:016x}-{flags}"


def headers_onward() -> dict[str, str]:
    """The headers that take this context along in a message."""
    headers = {}
    if traceparent := TRACEPARENT.get():
        headers[TRACEPARENT_HEADER] = traceparent
    if correlation_id := CORRELATION_ID.get():
        headers[CORRELATION_HEADER] = correlation_id
    return headers


class Belonging:
    """`with Belonging(traceparent, correlation_id):` - what is done inside belongs to them."""

    __slots__ = ("_correlation_id", "_kept", "_traceparent")

    def __init__(self, traceparent: str, correlation_id: str) -> None:
        self._traceparent, self._correlation_id = traceparent, correlation_id

    def __enter__(self) -> None:
        self._kept: tuple[Token[str], Token[str]] = (
            TRACEPARENT.set(self._traceparent),
            CORRELATION_ID.set(self._correlation_id),
        )

    def __exit__(self, *_: object) -> None:
        TRACEPARENT.reset(self._kept[0])
        CORRELATION_ID.reset(self._kept[1])
