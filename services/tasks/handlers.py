"""What the tasks service does with each command from the bus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from services.tasks.funding import Funding
from services.tasks.inputs import results_of
from services.tasks.loading import load_process, task_stream
from services.tasks.task import NewApproval, NewTask, TaskRequest
from services.tasks.workflows import BUILT_IN, RESERVED, WORKFLOW
from shared.contracts import commands as c
from shared.contracts.subjects import SYSTEM_OWNER
from shared.contracts.workflow import Workflow
from shared.errors import Invalid
from shared.eventstore.handle import Handled, Origin, handle, load
from shared.eventstore.port import EventStore, StreamName

Route = Callable[[EventStore, Any, Origin], Awaitable[c.Reply]]


def workflow_stream(name: str) -> StreamName:
    """Where the definitions of a workflow are."""
    return StreamName("workflow", SYSTEM_OWNER, name)


@dataclass(frozen=True, slots=True)
class Tasks:
    """All commands about tasks. A `dry_run` is decided on and priced, and that is all."""

    funding: Funding = field(default_factory=Funding)

    async def create(self, store: EventStore, command: c.CreateTask, origin: Origin) -> c.Reply:
        """Creates a task on its own copy of the workflow's newest version."""
        workflow = await find_workflow(store, command.workflow)
        if RESERVED.get(workflow.name, command.surface) != command.surface:
            raise Invalid(f"Unknown workflow {command.workflow!r}")
        return await self._ask(store, command, NewTask(command, workflow), origin)

    async def change(
        self, store: EventStore, command: c.RequestSegment | c.EditScript | c.RedrawPage | c.DeleteTask, origin: Origin
    ) -> c.Reply:
        """Asks the task itself. The command's id goes with it, so that a second delivery is known as such."""
        if isinstance(command, c.RequestSegment | c.RedrawPage):
            command = replace(command, request_id=origin.causation_id)
        return await self._ask(store, command, command, origin)

    async def approve(self, store: EventStore, command: c.ApproveResults, origin: Origin) -> c.Reply:
        """Takes a choice among what the segment's jobs left."""
        left = results_of(await load_process(store, command.owner, command.task), command.segment)
        return await self._ask(store, command, NewApproval(command, frozenset(left)), origin)

    async def _ask(self, store: EventStore, command: c.TaskCommand, request: TaskRequest, origin: Origin) -> c.Reply:
        stream = task_stream(command.owner, command.task)
        if isinstance(command, c.CreateTask | c.RequestSegment | c.RedrawPage) and command.dry_run:
            return c.Reply(quote=await self.funding.quote(store, stream, request))
        handled = await self.funding.ask(store, stream, request, origin)
        running = handled.state.running
        return _reply(handled, running.run if running else handled.state.runs)

    @property
    def routes(self) -> dict[type[c.Command], Route]:
        """Who takes which command."""
        return {
            c.CreateTask: self.create,
            c.RequestSegment: self.change,
            c.ApproveResults: self.approve,
            c.RedrawPage: self.change,
            c.EditScript: self.change,
            c.DeleteTask: self.change,
            c.DefineWorkflow: on_workflow,
            c.RemoveWorkflow: on_workflow,
        }


async def on_workflow(store: EventStore, command: c.DefineWorkflow | c.RemoveWorkflow, origin: Origin) -> c.Reply:
    """Changes a workflow definition."""
    return _reply(await handle(store, WORKFLOW, workflow_stream(command.name), command, origin))


async def find_workflow(store: EventStore, name: str) -> Workflow:
    """The newest definition, or the built-in one. Raises `Invalid` for an unknown name."""
    defined = (await load(store, WORKFLOW, workflow_stream(name))).state.workflow
    workflow = defined or BUILT_IN.get(name)
    if workflow is None:
        raise Invalid(f"Unknown workflow {name!r}")
    return workflow


def _reply(handled: Handled[Any], run: int = 0) -> c.Reply:
    return c.Reply(position=handled.position, repeated=not handled.events, run=run)
