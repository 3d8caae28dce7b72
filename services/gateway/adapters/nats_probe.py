"""What health asks the bus."""

from __future__ import annotations

from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.contracts.subjects import AUTH, COMMANDS_STREAM, EVENTS_STREAM
from shared.errors import Unavailable

_PATIENCE_S = 1.0
_FAILURES = (NatsError, TimeoutError, OSError)
_TASKS_CONSUMER = "tasks"


class NatsProbe:
    """Implements `BusProbe`; every question takes a second at most."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc

    async def last_position(self) -> int:
        """See `BusProbe.last_position`."""
        if not self._nc.is_connected:
            raise Unavailable("The bus is not connected.")
        try:
            info = await self._nc.jetstream(timeout=_PATIENCE_S).stream_info(EVENTS_STREAM)
        except _FAILURES as error:
            raise Unavailable(f"The event store does not answer ({type(error).__name__}).") from error
        return info.state.last_seq

    async def orchestrator_ready(self) -> bool:
        """Somebody waits for commands or has one in hand."""
        try:
            info = await self._nc.jetstream(timeout=_PATIENCE_S).consumer_info(COMMANDS_STREAM, _TASKS_CONSUMER)
        except _FAILURES:
            return False
        return bool(info.num_waiting or info.num_ack_pending)

    async def auth_ready(self) -> bool:
        """The auth service tells its keys."""
        try:
            await self._nc.request(f"{AUTH}.keys", b"{}", timeout=_PATIENCE_S)
        except _FAILURES:
            return False
        return True
