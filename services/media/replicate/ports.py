"""What guards the till: limits that all jobs of a worker share. The defaults here let everything pass."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

from services.media.replicate.outcomes import CreateOutcome


class Gate(Protocol):
    """Lets only so many sendings be under way, and only so many be made a minute."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Entered before each create (this is where it may wait) and left when what was sent is settled, or handed
        to another delivery."""
        ...


class Breaker(Protocol):
    """Stops buying where it can only fail: no credit, no valid credentials, a provider that is down."""

    async def before_create(self) -> None:
        """Raises `Unavailable` while nothing is to be sent."""
        ...

    def report(self, outcome: CreateOutcome) -> None:
        """What became of one create."""
        ...


class OpenGate:
    """A gate that keeps nobody waiting."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """At once."""
        return nullcontext()


class NoBreaker:
    """Never stops anything."""

    async def before_create(self) -> None:
        """Nothing to hold against it."""

    def report(self, outcome: CreateOutcome) -> None:
        """Nothing is remembered."""


Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds, or less if there is news."""
