"""A sliding window: how many requests somebody may make in a stretch of time. Pure; times are ms since 1970 UTC."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Sequence

import msgspec

_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](:\d+)?|(?P<four>[0-9.]+):\d+")


class Verdict(msgspec.Struct, frozen=True):
    """What the window says to one request; at `reset_ms` the oldest request that counts leaves it."""

    allowed: bool
    limit: int
    used: int
    window_s: int
    now_ms: int
    reset_ms: int

    @property
    def remaining(self) -> int:
        """How many more there may be now."""
        return max(0, self.limit - self.used)

    @property
    def retry_after_s(self) -> int:
        """After how many whole seconds a refused client gets through."""
        return max(1, _seconds_up(self.reset_ms - self.now_ms))

    @property
    def warning(self) -> str:
        """What a client hears that has used nine tenths; empty before."""
        near = self.used * 10 >= self.limit * 9
        return f"Approaching rate limit ({self.used}/{self.limit} requests used)" if near else ""

    @property
    def headers(self) -> dict[str, str]:
        """What every answer tells."""
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(_seconds_up(self.reset_ms)),
        }
        if self.warning:
            told["X-RateLimit-Warning"] = self.warning
        return told if self.allowed else {**told, "Retry-After": str(self.retry_after_s)}


def judged(times_ms: Sequence[int], now_ms: int, limit: int, window_s: int) -> tuple[Verdict, list[int]]:
    """The verdict on a request now, after those at `times_ms` (ascending), and the times to keep.

    Refused requests do not count, so that who waits for `retry_after_s` gets through. Times that lie more than a
    window ahead are forgotten: a clock was wrong, and nobody should be locked out until it is right.
    """
    window_ms = window_s * 1000
    kept = [time for time in times_ms if now_ms - window_ms < time <= now_ms + window_ms]
    allowed = len(kept) < limit
    if allowed:
        kept.append(max(now_ms, kept[-1]) if kept else now_ms)
    return Verdict(allowed, limit, len(kept), window_s, now_ms, kept[0] + window_ms), kept


def judged_all(
    times_ms: Sequence[int], count: int, now_ms: int, limit: int, window_s: int
) -> tuple[list[Verdict], list[int]]:
    """The verdicts on so many requests at once, and the times to keep."""
    verdicts: list[Verdict] = []
    kept = list(times_ms)
    while len(verdicts) < count:
        verdict, kept = judged(kept, now_ms, limit, window_s)
        # When one is refused, so are all that follow.
        verdicts.extend([verdict] * (1 if verdict.allowed else count - len(verdicts)))
    return verdicts, kept


def counted_as(user: str, address: str) -> str:
    """Whose window a request falls into: the user's, or before login the client's network (an IPv6 host owns a /64).

    An address that cannot be read counts by its text, so that strangers never share a window.
    """
    if user:
        return f"user-{user}"
    try:
        found = ipaddress.ip_address(_bare(address))
    except ValueError:
        return f"address-{hashlib.sha256(address.encode()).hexdigest()[:32]}"
    if isinstance(found, ipaddress.IPv4Address):
        return f"address-{found}"
    if found.ipv4_mapped:
        return f"address-{found.ipv4_mapped}"
    return f"address-{int(found) >> 64:016x}"


def _bare(address: str) -> str:
    """An address without the port that some proxies put behind it."""
    found = _WITH_PORT.fullmatch(address)
    return (found["six"] or found["four"]) if found else address


def _seconds_up(duration_ms: int) -> int:
    return -(-duration_ms // 1000)
