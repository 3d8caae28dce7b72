"""Small unique integers for people, drawn from a JetStream counter: gap-free, and the same for all replicas."""

from __future__ import annotations

import msgspec
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.contracts.subjects import NUMBERS
from shared.errors import Unavailable


class _Ack(msgspec.Struct):
    val: str | None = None
    error: dict[str, int | str] | None = None


class Numbers:
    """Draws the next number of a series, starting with 1."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc

    async def next(self, series: str) -> int:
        """A number nobody else gets. A draw whose answer is lost leaves a gap. Raises `Unavailable`."""
        try:
            answer = await self._nc.request(f"{NUMBERS}.{series}", b"", timeout=5, headers={"Nats-Incr": "+1"})
            ack = msgspec.json.decode(answer.data, type=_Ack)
        except (NatsError, TimeoutError, OSError, msgspec.MsgspecError) as error:
            raise Unavailable(f"Numbers cannot be drawn now ({type(error).__name__}).") from error
        if ack.val is None:
            raise Unavailable(f"Numbers cannot be drawn: {ack.error}.")
        return int(ack.val)
