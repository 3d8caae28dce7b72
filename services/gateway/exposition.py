"""Health as numbers, in the text format that Prometheus reads. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATES = ("closed", "half-open", "open")


def exposition(report: dict[str, Any]) -> str:
    """The metrics that a health report holds."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    checks = dict(report["checks"])
    providers = checks.pop("providers", {})
    yield "# HELP talewright_part_up Whether a part of the system answers, 1 or 0."
    yield "# TYPE talewright_part_up gauge"
    for part, found in checks.items():
        yield f'talewright_part_up{{part="{part}"}} {int(found["ok"])}'
    if checks["views"]["lag"] is not None:
        yield "# HELP talewright_views_lag_events Events that the views do not show yet."
        yield "# TYPE talewright_views_lag_events gauge"
        yield f"talewright_views_lag_events {checks['views']['lag']}"
    if providers:
        yield "# HELP talewright_provider_breaker The state of a provider's circuit breaker: 1 for the one it is in."
        yield "# TYPE talewright_provider_breaker gauge"
    for provider, found in providers.items():
        for state in _STATES:
            labels = f'provider="{provider}",state="{state}",reason="{found["reason"] or ""}"'
            yield f"talewright_provider_breaker{{{labels}}} {int(found['state'] == state)}"
