"""How a service that takes commands is run: FastStream consumes, background work runs beside it, SIGTERM drains.

On SIGTERM nothing new is taken; a command in hand is finished within `drain_s`, else cancelled and handed back.
Background work that fails ends the service with a non-zero exit: whoever supervises it starts it anew.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, PullSub
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.bus.broker import broker_options
from shared.bus.consume import Consumer, carry_out
from shared.contracts.subjects import COMMANDS_STREAM
from shared.ending import end
from shared.settings import Settings
from shared.telemetry.metrics import COMMANDS_BURIED

log = logging.getLogger("talewright.service")

_TIDYING_S = 5.0
"""How long background work may take to end."""

Background = Callable[[], Awaitable[None]]


def make_broker(settings: Settings, name: str, drain_s: float) -> NatsBroker:
    """A broker that leaves logging, decoding and acknowledging to us.

    Without `apply_types=False` every message would go through a thread to be injected into its handler.
    """
    options = broker_options(settings, name)
    return NatsBroker(**options, logger=None, graceful_timeout=drain_s, apply_types=False)


async def _as_it_is(message: StreamMessage[Msg]) -> Msg:
    """FastStream would guess at a body's type; ours are decoded by contract, together with what surrounds them."""
    return message.raw_message


def take_commands(
    broker: NatsBroker, nc: Client, durable: str, subject: str, consumer: Consumer[Any], workers: int
) -> None:
    """Subscribes to one durable consumer of COMMANDS, which must exist, with so many commands in hand at once.

    Every worker pulls for itself, and only when it is free. FastStream's `max_workers` would pull one command more
    than it can take: that one rests without a heartbeat behind a job of minutes, goes to somebody else when the server
    gives it up, and is then done by both.
    """
    COMMANDS_BURIED.labels(consumer.service)  # from 0 on: the first one has to be seen as a rise
    stream = JStream(COMMANDS_STREAM, declare=False)
    inboxes = nc.new_inbox().rpartition(".")[0]  # FastStream would listen where only others may

    async def on_command(message: Msg) -> None:
        await carry_out(nc, consumer, message)

    for worker in range(1, workers + 1):
        broker.subscriber(
            f"{subject}.>",
            durable=durable,
            stream=stream,
            pull_sub=PullSub(batch_size=1, timeout=5.0),
            ack_policy=AckPolicy.MANUAL,
            decoder=_as_it_is,
            no_reply=True,
            title=f"{durable}.{worker}",
            inbox_prefix=f"{inboxes}.".encode(),
        )(on_command)


def _nobody() -> None:
    """Nobody has to know."""


async def serve(
    broker: NatsBroker, ready: str, background: tuple[Background, ...] = (), draining: Callable[[], None] = _nobody
) -> None:
    """Runs until SIGTERM or SIGINT. Raises what background work raises. `draining` is told before anything stops."""
    app = FastStream(broker, logger=None, on_shutdown=[draining])

    @app.after_startup
    async def _tell() -> None:
        log.info("%s ready", ready)

    tasks = [asyncio.ensure_future(work()) for work in background]
    for task in tasks:
        task.add_done_callback(lambda done: app.exit() if not done.cancelled() else None)
    try:
        await app.run()
    finally:
        await end(*tasks, again_s=_TIDYING_S)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error


def run(main: Coroutine[Any, Any, None]) -> None:
    """Runs a service's main coroutine on the fastest loop there is."""
    if sys.platform == "win32":
        asyncio.run(main)
        return
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
