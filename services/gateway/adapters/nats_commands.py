"""Commands to the tasks service over the bus."""

from __future__ import annotations

from nats.aio.client import Client

from shared.bus.commands import CommandClient, accepted
from shared.contracts.commands import Reply, TasksCommand
from shared.telemetry.metrics_measure import asking
from shared.telemetry.trace_commands import sending
from shared.telemetry.trace_context import headers_onward


class NatsCommands:
    """Implements `Commands`; the request's trace and id go along."""

    def __init__(self, nc: Client, timeout_s: float) -> None:
        self._client = CommandClient(nc)
        self._timeout_s = timeout_s

    async def ask(self, command: TasksCommand, command_id: str) -> Reply:
        """See `Commands.ask`."""
        with asking(command), sending(command, command_id):
            headers = headers_onward()
            reply = await self._client.ask(command, command_id=command_id, timeout_s=self._timeout_s, headers=headers)
            return accepted(reply)
