"""Do the clocks agree? Signed requests, tokens and leases depend on it."""

from __future__ import annotations

import time
from datetime import datetime

from nats.aio.client import Client

from shared.eventstore.api import ask
from talewright.doctor.findings import Finding, ok, problem, warning

BUS = "clock of the bus"
_ODD_S, _WRONG_S = 2.0, 60.0


async def bus_clock(nc: Client) -> Finding:
    """JetStream tells the time with some of its answers."""
    began = time.time()
    told = (await ask(nc, "STREAM.INFO.EVENTS"))["ts"]
    ended = time.time()
    there = datetime.fromisoformat(_to_micros(told)).timestamp()
    return judge(BUS, there - (began + ended) / 2, (ended - began) / 2)


def judge(name: str, ahead_s: float, blur_s: float) -> Finding:
    """`ahead_s`: how far that clock is ahead of ours; `blur_s`: how well that is known."""
    apart = max(0.0, abs(ahead_s) - blur_s)
    word = "ahead of" if ahead_s > 0 else "behind"
    if apart < _ODD_S:
        return ok(name, "It agrees with ours.")
    sentence = f"It is {abs(ahead_s):,.0f} s {word} ours."
    advice = "Set both clocks by NTP: tokens, signed URLs and budgets go by the time."
    return warning(name, sentence, advice) if apart < _WRONG_S else problem(name, sentence, advice)


def _to_micros(told: str) -> str:
    """RFC 3339 with nanoseconds, as Python reads it."""
    date, _, fraction = told.rstrip("Z").partition(".")
    return f"{date}.{fraction[:6].ljust(6, '0')}+00:00"
