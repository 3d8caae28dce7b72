"""What the gateway needs to serve at all. Health tells more: with S3 away most requests are still answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.gateway.ports import BusProbe, Views
from shared.errors import Unavailable
from shared.ops.readiness import Check


def views_close(views: Views, bus: BusProbe, most: int) -> Check:
    """The views can be read, and are at most so many events behind."""

    async def check() -> None:
        shown = (await views.checkpoint()).position
        try:
            behind = await bus.last_position() - shown
        except Unavailable:  # the bus has a check of its own
            return
        if behind > most:
            raise Unavailable(f"The views are {behind} events behind.")

    return check


def keys_known(known: Callable[[], Awaitable[bool]]) -> Check:
    """Tokens can be verified."""

    async def check() -> None:
        if not await known():
            raise Unavailable("The auth service has not told its keys yet.")

    return check
