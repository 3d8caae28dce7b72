"""How the providers that bill stand: kept by the media workers together, shown by the gateway.

Times are milliseconds since 1970 UTC.
"""

from __future__ import annotations

from typing import Literal

import msgspec

PROVIDERS = ("replicate",)
"""Those whose state is kept; what is made on this machine has none."""

CircuitState = Literal["closed", "open", "half-open"]
CircuitReason = Literal["", "billing", "credentials", "errors"]


class Circuit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether orders go to a provider: closed: they do; open: none; half-open: one is under way to see how it is."""

    state: CircuitState = "closed"
    reason: CircuitReason = ""
    until_ms: int = 0
    """Open: when one order is let through. Half-open: when that one is given up and another one let through."""
    trials: int = 0
    """How many of those failed, one after the other."""
    failures_ms: tuple[int, ...] = ()
    """When orders failed lately, ascending."""
    rest_until_ms: int = 0
    """The provider asks us to send nothing before."""
    gap_ms: int = 0
    """How far apart orders are to be, since the provider asked us to be slower."""

    def shown(self, now_ms: int) -> CircuitState:
        """The state for people: open until its time is up, then half-open until an order tells."""
        return "half-open" if self.state == "open" and now_ms >= self.until_ms else self.state


class Hint(msgspec.Struct, frozen=True):
    """News about one sending, from a webhook; which sending is in the subject. Never the truth: ask the provider."""

    prediction_id: str = ""


def circuit_key(provider: str) -> str:
    """Where a provider's `Circuit` is in its bucket, as JSON."""
    return f"{provider}.circuit"
