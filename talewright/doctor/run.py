"""All checks, side by side, within a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic

from nats.aio.client import Client

from services.auth.settings import AuthSettings
from services.tasks.settings import TasksSettings
from talewright.doctor import accounts, bucket, bus, clocks, consumers, http, leases, letters, providers, streams, views
from talewright.doctor.asking import FAILURES, why
from talewright.doctor.configuration import configuration, usable
from talewright.doctor.findings import Finding, Report, problem, report, skipped

TOTAL_S = 10.0
CONNECT_S = 2.0
_END_S = 0.5
"""Kept for letting go of the bus."""

Check = tuple[str, Callable[[], Awaitable["Finding | list[Finding]"]]]
"""What it is called if it fails as a whole, and how it is made."""


async def examine(total_s: float = TOTAL_S) -> Report:
    """The whole examination. Takes `total_s` at most, whatever hangs."""
    deadline = monotonic() + total_s - _END_S
    found = configuration()
    settings, auth = usable(TasksSettings), usable(AuthSettings)
    if settings is None or auth is None:
        return report([*found, skipped("everything else", "Not looked at: the settings cannot be read.")])
    nc, there = await bus.connect(settings, min(CONNECT_S, total_s / 3))
    try:
        found.append(there)
        found += await _all(_on_bus(nc, settings, auth), deadline) if nc else _without_bus()
        found += await _all(_elsewhere(nc, settings, auth, deadline), deadline)
    finally:
        if nc is not None:
            await _let_go(nc)
    return report(found)


def _on_bus(nc: Client, settings: TasksSettings, auth: AuthSettings) -> Sequence[Check]:
    replicas = settings.stream_replicas
    return (
        ("storage", lambda: bus.storage(nc)),
        ("streams", lambda: streams.streams(nc, replicas)),
        (clocks.BUS, lambda: clocks.bus_clock(nc)),
        ("commands", lambda: consumers.consumers(nc, replicas)),
        ("leases", lambda: leases.leases(nc)),
        (letters.NAME, lambda: letters.letters(nc)),
        ("providers", lambda: providers.providers(nc)),
        (accounts.SERVICE, lambda: accounts.auth(nc, auth)),
    )


def _elsewhere(nc: Client | None, settings: TasksSettings, auth: AuthSettings, deadline: float) -> Sequence[Check]:
    return (
        (accounts.DATABASE, lambda: accounts.accounts(auth)),
        (views.DATABASE, lambda: views.views(settings, nc)),
        (bucket.NAME, lambda: bucket.bucket(settings, max(0.5, deadline - monotonic()))),
        (http.GATEWAY, http.gateway),
        (http.READY, http.ops),
    )


async def _all(checks: Sequence[Check], deadline: float) -> list[Finding]:
    lists = await asyncio.gather(*(_one(name, check, deadline) for name, check in checks))
    return [finding for found in lists for finding in found]


async def _one(name: str, check: Callable[[], Awaitable[Finding | list[Finding]]], deadline: float) -> list[Finding]:
    """What the check finds; that it failed or took too long is a finding too."""
    limit_s = max(0.1, deadline - monotonic())
    try:
        async with asyncio.timeout(limit_s):
            found = await check()
    except TimeoutError:
        return [problem(name, f"No answer within {limit_s:.0f} s.", "Look whether it is overloaded or cut off.")]
    except FAILURES as error:
        return [problem(name, f"It could not be looked at: {why(error)}.", "See the other checks.")]
    return found if isinstance(found, list) else [found]


def _without_bus() -> list[Finding]:
    names = ("storage", "streams", clocks.BUS, "commands", "leases", letters.NAME, "providers", accounts.SERVICE)
    return [skipped(name, "Not looked at: the bus is not there.") for name in names]


async def _let_go(nc: Client) -> None:
    try:
        async with asyncio.timeout(_END_S):
            await nc.close()
    except TimeoutError:
        return
