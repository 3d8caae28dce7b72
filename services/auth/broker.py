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
from nats.aio.client import Client
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
            await _arrived(self._connection)

    async def stop(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> None:
        """Takes no new request from the moment it is called; returns when those in hand are answered."""
        if self._connection is not None and self._connection.is_connected:
            leaving = [sub for sub in self.subscribers if isinstance(sub, CoreSubscriber)]
            await asyncio.gather(*(_leave(self._connection, sub) for sub in leaving))
        await super().stop(exc_type, exc_val, exc_tb)


def patient_broker(settings: Settings, name: str, drain_s: float) -> PatientBroker:
    """A broker that waits up to `drain_s` for handlers when it stops."""
    options = broker_options(settings, name)
    return PatientBroker(**options, logger=None, graceful_timeout=drain_s, middlewares=[Traced])


async def _arrived(connection: Client) -> None:
    """Returns when the server has read all that was sent: a PING goes out before what is still pending, so only the
    second answer says so."""
    await connection.flush()
    await connection.flush()


async def _leave(connection: Client, subscriber: CoreSubscriber) -> None:
    subscription, subscriber.subscription = subscriber.subscription, None
    if subscription is not None:
        with contextlib.suppress(NatsError, TimeoutError):
            # `drain` does the same, but waits for one answer only, and forgets what comes after it.
            await connection._send_unsubscribe(subscription._id)
            await _arrived(connection)
            await subscription.drain()  # type: ignore[no-untyped-call]
    await _hand_over()
    while isinstance(subscriber, ConcurrentCoreSubscriber) and _waiting(subscriber):
        await asyncio.sleep(0.001)
        await _hand_over()


async def _hand_over() -> None:
    """What is on its way from the queue to a hand is seen neither here nor there."""
    for _ in range(_HAND_OVER_TURNS):
        await asyncio.sleep(0)


def _waiting(subscriber: ConcurrentCoreSubscriber) -> int:
    """Messages received but not yet given to a handler: in the queue, or out of it while all hands are full."""
    return subscriber.receive_stream.statistics().current_buffer_used + subscriber.limiter.statistics().tasks_waiting
