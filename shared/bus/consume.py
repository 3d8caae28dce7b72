"""What surrounds every command handler: heartbeats, and a decision about the message whatever happens.

FastStream's own policies lose a message whose handler raises, or redeliver it at once until it is spent, so handlers
run with `AckPolicy.MANUAL` inside `carry_out`, which ends each delivery in exactly one way:

- done, or refused by a rule       -> acknowledged; the answer goes to whoever waits
- a part does not answer           -> handed back with a growing delay
- handed back too often            -> `give_up` is told (so that a user sees why), dead letter, terminated
- nobody can read it               -> dead letter, terminated
- a bug                            -> like a part that does not answer, with a traceback in the log
- the service is shutting down     -> handed back at once
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from time import perf_counter
from typing import Generic, TypeVar

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from shared.bus.commands import REPLY_TO
from shared.bus.deadletters import bury
from shared.bus.streams import ACK_WAIT_S
from shared.contracts.commands import Command, Problem, Reply
from shared.errors import OverBudget, Rejected, TalewrightError, Unavailable
from shared.telemetry.metrics_measure import buried, carried_out
from shared.telemetry.trace_commands import Delivery

log = logging.getLogger("talewright.commands")

C = TypeVar("C", bound=Command)

LONGEST_DELAY_S = 300.0
"""A part that wants to be left alone for longer is asked all the same."""

DEFAULT_DELAYS_S = (0.5, 2.0, 5.0)
"""How long a command rests after each failed delivery; one delivery more than this is the last."""

_REPLY = msgspec.json.Encoder()


class Consumer(msgspec.Struct, Generic[C], frozen=True, kw_only=True):
    """How one service takes its commands. `give_up` is called before a readable command is buried."""

    service: str
    decoder: msgspec.json.Decoder[C]
    handler: Callable[[C, Msg], Awaitable[Reply]]
    give_up: Callable[[C, str], Awaitable[None]] | None = None
    delays_s: tuple[float, ...] = DEFAULT_DELAYS_S


async def carry_out(nc: Client, consumer: Consumer[C], message: Msg) -> None:
    """Takes one delivery to its end."""
    with Delivery(message) as delivery:
        await _carry_out(nc, consumer, message, delivery)


async def _carry_out(nc: Client, consumer: Consumer[C], message: Msg, delivery: Delivery) -> None:
    """Reads it, carries it out, and tells the metrics and the trace how that went."""
    begun_s = perf_counter()
    try:
        command = consumer.decoder.decode(message.data)
    except msgspec.MsgspecError as error:
        delivery.minds(error)
        await _bury(nc, consumer, message, f"Undecodable: {error}")
        carried_out(consumer.service, "unknown", "undecodable", begun_s)
        return
    delivery.holds(command)
    outcome = "retried"
    try:
        outcome = await _outcome(nc, consumer, command, message, delivery)
    finally:
        delivery.ends(outcome)
        carried_out(consumer.service, type(command).__name__, outcome, begun_s)


async def _outcome(nc: Client, consumer: Consumer[C], command: C, message: Msg, delivery: Delivery) -> str:
    """Carries out what could be read, and says how it ended: done, rejected, retried or gave_up."""
    if message.metadata.num_delivered > len(consumer.delays_s) + 1:  # it took a worker down with it each time
        return await _give_up(nc, consumer, command, message, "The worker stopped each time it tried this.")
    try:
        with heartbeat(message):
            reply = await consumer.handler(command, message)
    except Rejected as refusal:
        delivery.minds(refusal)
        await _finish(nc, message, Reply(problem=problem_of(refusal)))
        return "rejected"
    except asyncio.CancelledError:
        await _hand_back(message, 0)
        raise
    except Exception as error:
        delivery.minds(error)
        return await _retry(nc, consumer, command, message, error)
    await _finish(nc, message, reply)
    return "done"


@contextlib.contextmanager
def heartbeat(message: Msg, every_s: float = ACK_WAIT_S / 3) -> Iterator[None]:
    """Tells the server every so often that the message is being worked on. A timer: most jobs end before it rings."""
    loop = asyncio.get_running_loop()
    beating: set[asyncio.Task[None]] = set()
    timer: asyncio.TimerHandle

    async def tell() -> None:
        with contextlib.suppress(NatsError, OSError):
            await message.in_progress()

    def beat() -> None:
        nonlocal timer
        task = loop.create_task(tell())
        beating.add(task)
        task.add_done_callback(beating.discard)
        timer = loop.call_later(every_s, beat)

    timer = loop.call_later(every_s, beat)
    try:
        yield
    finally:
        timer.cancel()


def problem_of(refusal: Rejected) -> Problem:
    """How a refusal travels."""
    return Problem(refusal.code, refusal.message, refusal.quote if isinstance(refusal, OverBudget) else None)


async def _finish(nc: Client, message: Msg, reply: Reply) -> None:
    inbox = (message.headers or {}).get(REPLY_TO)
    with contextlib.suppress(NatsError, OSError):
        if inbox:
            await nc.publish(inbox, _REPLY.encode(reply))
        await message.ack()


async def _retry(nc: Client, consumer: Consumer[C], command: C, message: Msg, error: Exception) -> str:
    delivery = message.metadata.num_delivered
    if not isinstance(error, TalewrightError):
        log.error("%s failed on %s", consumer.service, message.subject, exc_info=error)
    reason = error.message if isinstance(error, TalewrightError) else f"Internal error ({type(error).__name__})."
    if delivery > len(consumer.delays_s):
        return await _give_up(nc, consumer, command, message, reason)
    asked_s = error.delay_s if isinstance(error, Unavailable) else 0.0
    delay_s = max(consumer.delays_s[delivery - 1], min(asked_s, LONGEST_DELAY_S))
    log.warning(
        "%s: try %d of %s failed (%s); again in %s s", consumer.service, delivery, message.subject, reason, delay_s
    )
    await _hand_back(message, delay_s)
    return "retried"


async def _give_up(nc: Client, consumer: Consumer[C], command: C, message: Msg, reason: str) -> str:
    if consumer.give_up:
        try:
            await consumer.give_up(command, reason)
        except TalewrightError as error:  # not even that can be recorded now: the command stays queued
            log.warning("%s: cannot give up %s yet: %s", consumer.service, message.subject, error.message)
            await _hand_back(message, 5)
            return "retried"
    return "gave_up" if await _bury(nc, consumer, message, reason) else "retried"


async def _bury(nc: Client, consumer: Consumer[C], message: Msg, reason: str) -> bool:
    """False if it could not be buried, and so stays queued."""
    log.error("%s: %s becomes a dead letter: %s", consumer.service, message.subject, reason)
    try:
        await bury(nc, consumer.service, message.subject, message.data, reason, message.metadata.num_delivered)
        buried(consumer.service)
        await message.term()
    except (NatsError, TimeoutError, OSError) as error:
        log.warning("%s: no dead letter written (%r); the command stays queued", consumer.service, error)
        return False
    return True


async def _hand_back(message: Msg, delay_s: float) -> None:
    with contextlib.suppress(NatsError, OSError):
        await message.nak(delay=delay_s or None)
