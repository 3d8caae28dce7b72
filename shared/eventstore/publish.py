"""Publishing with an acknowledgement: one message, tried again under its own id until the answer is known."""

from __future__ import annotations

import asyncio

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError

from shared.errors import Invalid, Unavailable
from shared.eventstore.api import MESSAGE_TOO_BIG, ApiError, Refused

_WAIT_S = (1.0, 1.0, 2.0, 2.0)
_PAUSE_S = (0.02, 0.1, 0.3)


class Ack(msgspec.Struct, frozen=True):
    """What JetStream answers to a publish."""

    seq: int = 0
    duplicate: bool = False
    error: ApiError | None = None


_DECODE = msgspec.json.Decoder(Ack).decode


async def publish(nc: Client, subject: str, headers: dict[str, str], body: bytes) -> Ack:
    """The acknowledgement that the message is on disk (or was before), or the refusal in `error`.

    Raises `Unavailable` when no answer came: it may be stored or not. Raises `Invalid` for a message too big.
    """
    for number, wait_s in enumerate(_WAIT_S):
        try:
            ack = _DECODE((await nc.request(subject, body, timeout=wait_s, headers=headers)).data)
            if ack.error is None or ack.error.code < 500:
                return _checked(subject, ack)
            reason = ack.error.description
        except MaxPayloadError as error:
            raise Invalid(f"The events make {len(body)} bytes; the bus takes at most {nc.max_payload}.") from error
        except (NatsError, OSError, TimeoutError, msgspec.MsgspecError) as error:
            reason = repr(error)
            if nc.is_closed:
                break
        if number < len(_PAUSE_S):
            await asyncio.sleep(_PAUSE_S[number])
    raise Unavailable(f"The event store did not acknowledge {subject}: {reason}.")


def _checked(subject: str, ack: Ack) -> Ack:
    if ack.error is not None and ack.error.err_code == MESSAGE_TOO_BIG:
        raise Invalid("The events are too big for one message.")
    if ack.error is None and not ack.seq:
        raise Refused(subject, ApiError(description="no position in the acknowledgement"))
    return ack
