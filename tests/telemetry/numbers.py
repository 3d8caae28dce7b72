"""Reads what a service would tell Prometheus."""

from __future__ import annotations

import asyncio

from shared.telemetry.metrics import registry_of


def number(service: str, name: str, /, **labels: str) -> float | None:
    """The value of a series now; None if there is none."""
    return registry_of(service).get_sample_value(f"talewright_{name}", labels)


def count(service: str, name: str, /, **labels: str) -> float:
    """The value of a series that may not be there yet."""
    return number(service, name, **labels) or 0.0


async def until(service: str, name: str, value: float, /, seconds: float = 10, **labels: str) -> None:
    """Waits until a series has a value."""
    async with asyncio.timeout(seconds):
        while number(service, name, **labels) != value:
            await asyncio.sleep(0.02)
