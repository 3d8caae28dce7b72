"""Commands from the bus to jobs."""

from __future__ import annotations

import msgspec
from nats.aio.msg import Msg

from services.media.handlers import Shop, give_up, run_job
from shared.bus.consume import Consumer
from shared.contracts.commands import Reply, RunJob
from shared.eventstore.handle import Origin
from shared.telemetry.trace_context import CORRELATION_ID, TRACEPARENT


def media_consumer(shop: Shop, delays_s: tuple[float, ...]) -> Consumer[RunJob]:
    """How a media worker takes its commands."""

    def origin(command: RunJob) -> Origin:
        cause, request = f"{command.job.stream_id}.{command.attempt}", CORRELATION_ID.get() or command.job.task
        return Origin(source="media", causation_id=cause, correlation_id=request, traceparent=TRACEPARENT.get())

    async def handler(command: RunJob, message: Msg) -> Reply:
        delivery = message.metadata.num_delivered
        return await run_job(shop, command, origin(command), delivery > 1, delivery > len(delays_s))

    async def gave_up(command: RunJob, reason: str) -> None:
        await give_up(shop.store, command, reason, origin(command))

    decoder = msgspec.json.Decoder(RunJob)
    return Consumer(service="media", decoder=decoder, handler=handler, give_up=gave_up, delays_s=delays_s)
