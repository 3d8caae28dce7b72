"""The questions that services ask to know whether they can do their work. Each raises `Unavailable` with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from shared.artifacts.port import ArtifactStore
from shared.contracts.subjects import COMMANDS_STREAM
from shared.errors import Unavailable
from shared.ops.readiness import PATIENCE_S, Check

_FAILURES = (NatsError, TimeoutError, OSError)


def on_bus(nc: Client) -> Check:
    """The bus answers: a line that is cut far away would look alive for half a minute."""

    async def check() -> None:
        if not nc.is_connected:
            raise Unavailable("The bus is not connected.")
        try:
            await nc.flush()
        except _FAILURES as error:
            raise Unavailable(f"The bus does not answer ({type(error).__name__}).") from error

    return check


def taking_commands(nc: Client, broker: NatsBroker, durable: str) -> Check:
    """The queue is there, and this process takes commands from it."""

    async def check() -> None:
        _check_subscribed(broker)
        if not nc.is_connected:
            raise Unavailable("The bus is not connected.")
        try:
            await nc.jetstream(timeout=PATIENCE_S).consumer_info(COMMANDS_STREAM, durable)
        except NotFoundError as error:
            raise Unavailable("The command queue is gone.") from error
        except _FAILURES as error:
            raise Unavailable(f"The command queue does not answer ({type(error).__name__}).") from error

    return check


def subscribed(broker: NatsBroker) -> Check:
    """This process answers requests on the bus."""

    async def check() -> None:
        _check_subscribed(broker)

    return check


def bucket(artifacts: ArtifactStore) -> Check:
    """The bucket answers."""

    async def check() -> None:
        if not await artifacts.reachable():
            raise Unavailable("The bucket does not answer.")

    return check


def in_thread(ask: Callable[[], Any]) -> Check:
    """A question that blocks. While it has no answer it is not asked again: hung threads would pile up."""
    asked: asyncio.Task[Any] | None = None

    async def check() -> None:
        nonlocal asked
        if asked is None or asked.done():
            asked = asyncio.create_task(asyncio.to_thread(ask))
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(asked)

    return check


def _check_subscribed(broker: NatsBroker) -> None:
    connection = broker._connection
    if connection is None or not connection.is_connected:
        raise Unavailable("The connection that takes commands is down.")
    for subscriber in broker.subscribers:
        tasks = getattr(subscriber, "tasks", None)
        if not subscriber.running or (tasks is not None and tasks and all(task.done() for task in tasks)):
            raise Unavailable("This process does not take commands.")
