"""A health report in the metrics, with the numbers as fresh as the report."""

from __future__ import annotations

from typing import Any

from shared.telemetry.metrics import PART_UP, PROVIDER_BREAKER, VIEWS_LAG

_STATES = ("closed", "half-open", "open")


def show(report: dict[str, Any]) -> None:
    """What the report says is what a scrape finds; what it does not say is not there."""
    checks = dict(report["checks"])
    providers = checks.pop("providers", {})
    PART_UP.replace({(part,): found["ok"] for part, found in checks.items()})
    lag = checks["views"]["lag"]
    VIEWS_LAG.replace({} if lag is None else {(): lag})
    PROVIDER_BREAKER.replace(
        {
            (provider, state, found["reason"] or ""): found["state"] == state
            for provider, found in providers.items()
            for state in _STATES
        }
    )
