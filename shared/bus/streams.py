"""The streams of the bus other than EVENTS: made at start, and again when a restarted server has lost them.

COMMANDS is a work queue in memory (on R1): nothing depends on its surviving, because an accepted command is an event
already and a media command that is lost is owed again. One message a subject at most, new ones refused: a command
that is still queued cannot be queued twice, however often it is sent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from shared.contracts import subjects as s

log = logging.getLogger("talewright.bus")

ACK_WAIT_S = 6.0
"""A worker that is silent for this long is dead, and its command goes to another. Handlers beat three times as fast."""

TASKS_CONSUMER = "tasks"
MEDIA_CONSUMER = "media"
_CONSUMERS = {TASKS_CONSUMER: f"{s.TASKS_COMMANDS}.>", MEDIA_CONSUMER: f"{s.MEDIA_COMMANDS}.>"}


def streams(replicas: int) -> tuple[StreamConfig, ...]:
    """The streams as they must be."""
    commands = StreamConfig(
        name=s.COMMANDS_STREAM,
        subjects=[s.COMMANDS_ALL],
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.MEMORY if replicas == 1 else StorageType.FILE,
        max_msgs_per_subject=1,
        discard=DiscardPolicy.NEW,
        discard_new_per_subject=True,
        max_msgs=1_000_000,
        num_replicas=replicas,
    )
    dead = StreamConfig(
        name=s.DEAD_LETTERS_STREAM, subjects=[f"{s.DEAD_LETTERS}.>"], max_msgs=100_000, num_replicas=replicas
    )
    numbers = StreamConfig(
        name=s.NUMBERS_STREAM,
        subjects=[f"{s.NUMBERS}.*"],
        max_msgs_per_subject=1,
        allow_direct=True,
        num_replicas=replicas,
        allow_msg_counter=True,
    )
    return commands, dead, numbers


def consumers(replicas: int) -> tuple[ConsumerConfig, ...]:
    """The durable consumers of COMMANDS. Deliveries are counted and bounded by `shared.bus.consume`."""
    return tuple(
        ConsumerConfig(
            durable_name=name,
            filter_subject=subject,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_S,
            max_ack_pending=10_000,
            num_replicas=replicas,
        )
        for name, subject in _CONSUMERS.items()
    )


async def prepare_streams(nc: Client, replicas: int = 1) -> None:
    """Makes what is missing and brings what is there up to date. Safe to call at any time, from any service."""
    js = nc.jetstream()
    for config in streams(replicas):
        try:
            await js.update_stream(config)
        except NotFoundError:
            await js.add_stream(config)
    for consumer in consumers(replicas):
        await js.add_consumer(s.COMMANDS_STREAM, consumer)


async def keep_streams(
    nc: Client, replicas: int, restored: Callable[[], Awaitable[None]], every_s: float = 1.0
) -> None:
    """Watches for a server that came back without its memory, prepares the streams again and calls `restored`."""
    js = nc.jetstream()
    while True:
        await asyncio.sleep(every_s)
        try:
            await js.consumer_info(s.COMMANDS_STREAM, MEDIA_CONSUMER, timeout=2)
        except NotFoundError:
            log.warning("the command queue is gone; making it again")
            await _restore(nc, replicas, restored)
        except (NatsError, TimeoutError, OSError):
            continue


async def _restore(nc: Client, replicas: int, restored: Callable[[], Awaitable[None]]) -> None:
    try:
        await prepare_streams(nc, replicas)
        await restored()
    except (NatsError, TimeoutError, OSError) as error:
        log.warning("cannot make the command queue yet: %r", error)
