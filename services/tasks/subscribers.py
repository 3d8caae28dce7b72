"""Commands from the bus to handlers."""

from __future__ import annotations

import msgspec
from nats.aio.msg import Msg

from services.tasks.handlers import Tasks
from services.tasks.project_handlers import Projects
from shared.bus.consume import Consumer
from shared.contracts.commands import Reply, TasksCommand
from shared.eventstore.handle import Origin
from shared.eventstore.port import EventStore
from shared.telemetry.trace_context import CORRELATION_ID, TRACEPARENT


def tasks_consumer(store: EventStore, tasks: Tasks, projects: Projects) -> Consumer[TasksCommand]:
    """How the tasks service takes its commands. A command's id is the last token of its subject."""
    routes = tasks.routes | projects.routes

    async def handler(command: TasksCommand, message: Msg) -> Reply:
        command_id = message.subject.rsplit(".", 1)[1]
        origin = Origin(
            source="tasks",
            causation_id=command_id,
            correlation_id=CORRELATION_ID.get() or command_id,
            traceparent=TRACEPARENT.get(),
        )
        return await routes[type(command)](store, command, origin)

    return Consumer(service="tasks", decoder=msgspec.json.Decoder(TasksCommand), handler=handler)
