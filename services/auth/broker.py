"""A FastStream broker that leaves request and reply in peace.

FastStream's own stop goes on receiving while it waits for running handlers, and drops what it receives. JetStream would
deliver that again; a plain request is lost, although another replica could have answered it.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType

from faststream.nats import NatsBroker
from faststream.nats.subscriber.usecases import ConcurrentCoreSubscriber, CoreSubscriber
from nats.errors import Error as NatsError

from services.auth.traces import Traced
from shared.bus.broker import broker_options
from shared.settings import Settings

_HAND_OVER_TURNS = 10
"""Turns of the event loop from FastStream's queue into a handler: three are needed."""


class PatientBroker(NatsBroker):
    """Is there for everybody once it has started; first leaves the queue groups, then answers, then stops."""

    async def start(self) -> None:
        """Returns when the server knows of the subscriptions: whoever asks from then on is heard."""
        await super().start()
        if self._connection is not None:
            await self._connection.flush()  # its PING goes out before what is still pending,
            await self._connection.flush()  # so only the second answer says that all of it has arrived

    async def stop(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> None:
        """Takes no new request from the moment it is called; returns when those in hand are answered."""
        if self._connection is not None and self._connection.is_connected:
            leaving = [sub for sub in self.subscribers if isinstance(sub, CoreSubscriber)]
            await asyncio.gather(*map(_leave, leaving))
        await super().stop(exc_type, exc_val, exc_tb)


def patient_broker(settings: Settings, name: str, drain_s: float) -> PatientBroker:
    """A broker that waits up to `drain_s` for handlers when it stops."""
    options = broker_options(settings, name)
    return PatientBroker(**options, logger=None, graceful_timeout=drain_s, middlewares=[Traced])


async def _leave(subscriber: CoreSubscriber) -> None:
    subscription, subscriber.subscription = subscriber.subscription, None
    if subscription is not None:
        with contextlib.suppress(NatsError, TimeoutError):
            await subscription.drain()  # type: ignore[no-untyped-call]
    while isinstance(subscriber, ConcurrentCoreSubscriber) and _waiting(subscriber):
        await asyncio.sleep(0.001)
    for _ in range(_HAND_OVER_TURNS):
        await asyncio.sleep(0)


def _waiting(subscriber: ConcurrentCoreSubscriber) -> int:
    """Messages received but not yet given to a handler."""
    return subscriber.receive_stream.statistics().current_buffer_used
