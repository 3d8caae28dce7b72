"""What is told on the bus without being stored: how far the views are, and how far jobs are."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.gateway.views import Checkpoint
from shared.contracts.subjects import PROGRESS, PROJECTED

log = logging.getLogger("talewright.gateway")

_CHECKPOINT = msgspec.json.Decoder(Checkpoint)


async def listen(
    nc: Client, projected: Callable[[Checkpoint], None], progress: Callable[[str, str, bytes], Awaitable[None]]
) -> None:
    """Subscribes for as long as the connection lives: `progress` gets owner, task and the message."""

    async def on_projected(message: Msg) -> None:
        try:
            projected(_CHECKPOINT.decode(message.data))
        except msgspec.MsgspecError as error:
            log.warning("not a checkpoint on %s: %s", message.subject, error)

    async def on_progress(message: Msg) -> None:
        owner, _, task = message.subject.removeprefix(f"{PROGRESS}.").partition(".")
        await progress(owner, task, message.data)

    await nc.subscribe(PROJECTED, cb=on_projected)
    await nc.subscribe(f"{PROGRESS}.*.*", cb=on_progress)
