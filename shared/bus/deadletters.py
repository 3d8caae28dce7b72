"""Commands that were given up, with the reason, kept until somebody replays or drops them."""

from __future__ import annotations

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from shared.bus.commands import enqueue
from shared.clock import now_ms, rfc3339
from shared.contracts.subjects import DEAD_LETTERS, DEAD_LETTERS_STREAM
from shared.errors import NotFound, Unavailable

_SUBJECT, _REASON, _DELIVERIES, _TIME = "tw-subject", "tw-reason", "tw-deliveries", "tw-time"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A command nobody could carry out: where it was sent, why it was given up, when, after how many deliveries."""

    sequence: int
    subject: str
    reason: str
    deliveries: int
    time: str
    body: bytes


async def bury(nc: Client, service: str, subject: str, body: bytes, reason: str, deliveries: int) -> None:
    """Stores a command as a dead letter. Raises nats' errors if that fails: the command must then stay queued."""
    headers = {
        _SUBJECT: subject,
        _REASON: " ".join(reason.split())[:1000].encode("ascii", "replace").decode(),
        _DELIVERIES: str(deliveries),
        _TIME: rfc3339(now_ms()),
    }
    await nc.jetstream().publish(f"{DEAD_LETTERS}.{service}", body, headers=headers)


async def dead_letters(nc: Client) -> list[DeadLetter]:
    """All dead letters, oldest first."""
    js = nc.jetstream()
    state = (await js.stream_info(DEAD_LETTERS_STREAM)).state
    sequences = range(max(state.first_seq, 1), state.last_seq + 1)
    found = [await _letter(nc, sequence) for sequence in sequences]
    return [letter for letter in found if letter]


async def replay(nc: Client, sequence: int) -> DeadLetter:
    """Queues a dead letter's command again, and then drops the letter. Raises `NotFound`, `Unavailable`."""
    letter = await _letter(nc, sequence)
    if letter is None:
        raise NotFound(f"There is no dead letter {sequence}.")
    await enqueue(nc, letter.subject, letter.body, {}, 5.0)
    await nc.jetstream().delete_msg(DEAD_LETTERS_STREAM, sequence)
    return letter


async def _letter(nc: Client, sequence: int) -> DeadLetter | None:
    try:
        message = await nc.jetstream().get_msg(DEAD_LETTERS_STREAM, sequence)
    except NotFoundError:
        return None
    except NatsError as error:
        raise Unavailable(f"Dead letters cannot be read: {error}.") from error
    headers = message.headers or {}
    return DeadLetter(
        sequence=sequence,
        subject=headers[_SUBJECT],
        reason=headers[_REASON],
        deliveries=int(headers[_DELIVERIES]),
        time=headers[_TIME],
        body=message.data or b"",
    )
