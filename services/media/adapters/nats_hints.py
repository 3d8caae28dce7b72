"""What webhooks told the gateway, for whoever of this worker's orders waits."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.contracts.providers import Hint
from shared.contracts.subjects import hint_of

log = logging.getLogger("talewright.media")

_HINT = msgspec.json.Decoder(Hint)


async def listen(nc: Client, tell: Callable[[str, str], None], provider: str = "replicate") -> None:
    """Subscribes for as long as the connection lives: `tell` gets nonce and prediction id, as `Hints.tell` does.

    Every worker hears everything: whoever has a job after a crash may be another one.
    """

    async def on_hint(message: Msg) -> None:
        try:
            hint = _HINT.decode(message.data)
        except msgspec.MsgspecError as error:
            log.warning("no hint on %s: %s", message.subject, error)
            return
        tell(message.subject.rpartition(".")[2], hint.prediction_id)

    await nc.subscribe(hint_of(provider, "*"), cb=on_hint)
