"""Requests to JetStream's own interface, with its errors as ours."""

from __future__ import annotations

from typing import Any

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.errors import Unavailable

API = "$JS.API"
_WAIT_S = (1.0, 2.0, 4.0)
NO_MESSAGE = 10037
STREAM_NOT_FOUND = 10059
NAME_IN_USE = 10058
WRONG_LAST_SEQUENCE = (10071, 10164)
"""The version is taken. The second is a cluster's, for a message that is agreed on but not stored yet."""
MESSAGE_TOO_BIG = 10054
NO_PEERS = 10005
"""Fewer servers are there than a stream is to have copies."""


class ApiError(msgspec.Struct, frozen=True):
    """What JetStream answers instead of a result."""

    code: int = 0
    err_code: int = 0
    description: str = ""


class Refused(Unavailable):
    """JetStream answered with an error."""

    def __init__(self, asked: str, error: ApiError) -> None:
        super().__init__(f"JetStream refused {asked}: {error.description} ({error.err_code}).")
        self.error = error


async def ask(nc: Client, verb: str, body: object = None) -> dict[str, Any]:
    """The answer to `$JS.API.<verb>`, asked again while there is none: a cluster without a leader keeps silent.

    For requests that may be repeated. Raises `Refused`, or `Unavailable` if nobody answers.
    """
    payload = b"" if body is None else msgspec.json.encode(body)
    answer = await _answer(nc, verb, payload)
    if "error" in answer:
        raise Refused(verb, msgspec.convert(answer["error"], ApiError))
    return answer


async def _answer(nc: Client, verb: str, payload: bytes) -> dict[str, Any]:
    reason = ""
    for timeout_s in _WAIT_S:
        try:
            message = await nc.request(f"{API}.{verb}", payload, timeout=timeout_s)
        except TimeoutError as error:
            reason = repr(error)
        except (NatsError, OSError) as error:
            raise Unavailable(f"JetStream cannot be asked {verb}: {error!r}.") from error
        else:
            answer: dict[str, Any] = msgspec.json.decode(message.data)
            return answer
    raise Unavailable(f"JetStream did not answer {verb}: {reason}.")
