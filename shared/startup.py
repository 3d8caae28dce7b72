"""Waiting at start for what a service needs. Everything may start in any order, so nothing is missed at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.bus.connect import nats_options
from shared.config.forms import without_password
from shared.errors import Unavailable
from shared.settings import Settings

log = logging.getLogger("talewright.startup")

T = TypeVar("T")

SILENT = "it does not answer"
NOBODY = "nobody listens there"
REFUSED = "it refuses our credentials"
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 2.0
_PASSING = (Unavailable, NatsError, TimeoutError, OSError)


class Startup:
    """One budget of time for all that has to be there first. A wait is told once, and again when its reason changes."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._deadline = monotonic() + wait_s

    @property
    def left_s(self) -> float:
        """What is left of the time; never negative."""
        return max(0.0, self._deadline - monotonic())

    async def bus(self, settings: Settings, name: str) -> Client:
        """A connection that reconnects for ever. Raises `Unavailable`."""
        what, told = f"the bus at {without_password(settings.nats_url)}", _Told()
        try:
            nc = await connect_within(settings, name, max(self.left_s, 1.0), lambda why: told.waiting(what, why))
        except Unavailable as error:
            raise Unavailable(f"Waited {self._wait_s:g} s for {what}: {error.message}.") from error
        told.there(what)
        return nc

    async def until(self, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """The result of the first attempt that does not fail for lack of a part. Raises `Unavailable` after the time.

        `what` is a noun for log and error. Errors that waiting does not heal come through.
        """
        pause_s, told = _FIRST_PAUSE_S, _Told()
        while True:
            try:
                with _library_quiet():
                    result = await attempt()
            except _PASSING as error:
                why = reason_of(error)
                if self.left_s <= pause_s:
                    raise Unavailable(f"Waited {self._wait_s:g} s for {what}: {why}.") from error
                told.waiting(what, why)
            else:
                told.there(what)
                return result
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)


@contextmanager
def _library_quiet() -> Iterator[None]:
    """What is waited for fails again and again; once told is enough."""
    library = logging.getLogger("urllib3")
    level = library.level
    library.setLevel(logging.ERROR)
    try:
        yield
    finally:
        library.setLevel(level)


class _Told:
    """Says a thing once."""

    def __init__(self) -> None:
        self._why = ""

    def waiting(self, what: str, why: str) -> None:
        if why != self._why:
            log.info("waiting for %s: %s", what, why)
            self._why = why

    def there(self, what: str) -> None:
        if self._why:
            log.info("%s is there", what)


async def connect_within(
    settings: Settings, name: str, patience_s: float, told: Callable[[str], None] = lambda why: None
) -> Client:
    """Like `shared.bus.connect.connect`, but only for so long. Raises `Unavailable` with the reason.

    The client by itself tries for ever from the first try on. `told` is given the reason of each failure.
    """
    options = nats_options(settings, name)
    reasons = [SILENT]
    connected = False

    async def failed(error: Exception) -> None:
        if connected:
            await options["error_cb"](error)
            return
        reasons.append(worse(reasons[-1], reason_of(error)))
        told(reasons[-1])

    async def lost() -> None:
        if connected:  # what was never there is not lost
            await options["disconnected_cb"]()

    nc = Client()
    try:
        async with asyncio.timeout(patience_s):
            await nc.connect(**{**options, "error_cb": failed, "disconnected_cb": lost})
    except TimeoutError as error:
        await nc.close()
        raise Unavailable(reasons[-1]) from error
    except (NatsError, OSError) as error:
        raise Unavailable(reason_of(error)) from error
    connected = True
    return nc


def reason_of(error: Exception) -> str:
    """Why something is not there, as part of a sentence."""
    if isinstance(error, ConnectionRefusedError):
        return NOBODY
    text = getattr(error, "strerror", None) or str(error)
    text = text.removeprefix("nats: ").strip(" .'") or type(error).__name__
    return REFUSED if "authorization violation" in text.lower() else text


def worse(before: str, now: str) -> str:
    """Of two reasons, of several servers or tries, the one that tells more: who is turned away is also cut off, and one
    server that is down says nothing about another that is there."""
    if before == REFUSED or (now in (NOBODY, SILENT) and before != SILENT):
        return before
    return now
