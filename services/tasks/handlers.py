"""What the tasks service does with each command from the bus. The routing table stands at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from services.tasks.inputs import results_of
from services.tasks.process_state import ProcessState, evolve
from services.tasks.task import TASK, NewApproval, NewTask, TaskRequest
from services.tasks.workflows import BUILT_IN, RESERVED, WORKFLOW
from shared.contracts import commands as c
from shared.contracts.subjects import SYSTEM_OWNER
from shared.contracts.workflow import Workflow
from shared.errors import Invalid
from shared.eventstore.handle import Handled, Origin, handle, load
from shared.eventstore.port import EventStore, StreamName


def task_stream(owner: str, task: str) -> StreamName:
    """Where a task's own events are."""
    return StreamName("task", owner, task)


def workflow_stream(name: str) -> StreamName:
    """Where the definitions of a workflow are."""
    return StreamName("workflow", SYSTEM_OWNER, name)


async def create_task(store: EventStore, command: c.CreateTask, origin: Origin) -> c.Reply:
    """Creates a task on its own copy of the workflow's newest version."""
    workflow = await find_workflow(store, command.workflow)
    if RESERVED.get(workflow.name, command.surface) != command.surface:
        raise Invalid(f"Unknown workflow {command.workflow!r}")
    return await _on_task(store, command, NewTask(command, workflow), origin)


async def on_task(
    store: EventStore, command: c.RequestSegment | c.EditScript | c.RedrawPage | c.DeleteTask, origin: Origin
) -> c.Reply:
    """Asks the task itself. The command's id goes with it, so that a second delivery is known as such."""
    if isinstance(command, c.RequestSegment | c.RedrawPage):
        command = replace(command, request_id=origin.causation_id)
    return await _on_task(store, command, command, origin)


async def approve(store: EventStore, command: c.ApproveResults, origin: Origin) -> c.Reply:
    """Takes a choice among what the segment's jobs left."""
    left = results_of(await load_process(store, command.owner, command.task), command.segment)
    return await _on_task(store, command, NewApproval(command, frozenset(left)), origin)


async def load_process(store: EventStore, owner: str, task: str) -> ProcessState:
    """A task and what its jobs have left, from their events."""
    state = ProcessState(owner=owner, id=task)
    for commit in await store.load_below(task_stream(owner, task), StreamName("job", owner, task)):
        for event in commit.events:
            state = evolve(state, event)
    return state


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


async def _on_task(store: EventStore, command: c.TaskCommand, request: TaskRequest, origin: Origin) -> c.Reply:
    handled = await handle(store, TASK, task_stream(command.owner, command.task), request, origin)
    running = handled.state.running
    return _reply(handled, running.run if running else handled.state.runs)


def _reply(handled: Handled[Any], run: int = 0) -> c.Reply:
    return c.Reply(position=handled.position, repeated=not handled.events, run=run)


ROUTES: dict[type[c.Command], Callable[[EventStore, Any, Origin], Awaitable[c.Reply]]] = {
    c.CreateTask: create_task,
    c.RequestSegment: on_task,
    c.ApproveResults: approve,
    c.RedrawPage: on_task,
    c.EditScript: on_task,
    c.DeleteTask: on_task,
    c.DefineWorkflow: on_workflow,
    c.RemoveWorkflow: on_workflow,
}
