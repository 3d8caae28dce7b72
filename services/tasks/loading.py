"""Where a task's events are, and all of them together."""

from __future__ import annotations

from services.tasks.process_state import ProcessState, evolve
from shared.eventstore.port import EventStore, StreamName


def task_stream(owner: str, task: str) -> StreamName:
    """Where a task's own events are."""
    return StreamName("task", owner, task)


async def load_process(store: EventStore, owner: str, task: str) -> ProcessState:
    """A task and what its jobs have left, from their events."""
    state = ProcessState(owner=owner, id=task)
    for commit in await store.load_below(task_stream(owner, task), StreamName("job", owner, task)):
        for event in commit.events:
            state = evolve(state, event)
    return state
