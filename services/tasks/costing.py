"""What it costs that something is asked of a task: from the events that were decided, before they happen. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from services.tasks.task import TASK, TaskRequest
from services.tasks.task_state import TaskState
from shared.contracts import events as e
from shared.contracts.workflow import Segment
from shared.errors import ConcurrencyConflict
from shared.eventstore.handle import Decider
from shared.pricing.estimate import Estimate, Extent, of_redraw, of_segments
from shared.pricing.prices import Prices


def estimate_of(prices: Prices, state: TaskState, events: Sequence[e.Event]) -> Estimate:
    """What follows from these events until the task rests again: with `auto`, all segments up to the next gate."""
    for event in events:
        state = TASK.evolve(state, event)
    match events[-1] if events else None:
        case e.SegmentRequested(segment=segment):
            return of_segments(prices, _ahead(state, segment), _extent(state, segment))
        case e.RedrawRequested():
            return of_redraw(prices)
        case _:
            return Estimate()


def paid_by(reservation: str, prices: Prices, reserved: Estimate) -> Decider[TaskRequest, TaskState]:
    """The rules of a task, with the reservation noted in what they make happen.

    Raises `ConcurrencyConflict` if the task has changed such that it would cost more than was reserved.
    """

    def decide(command: TaskRequest, state: TaskState) -> Sequence[e.Event]:
        events = TASK.decide(command, state)
        if estimate_of(prices, state, events).at_most_microusd > reserved.at_most_microusd:
            raise ConcurrencyConflict("The task has changed meanwhile, and would cost more now.")
        return tuple(_noted(event, reservation) for event in events)

    return Decider(TASK.initial, decide, TASK.evolve)


def _noted(event: e.Event, reservation: str) -> e.Event:
    begins = isinstance(event, e.SegmentRequested | e.RedrawRequested)
    return replace(event, reservation=reservation) if begins else event


def _ahead(state: TaskState, first: int) -> tuple[Segment, ...]:
    """The segments that are done from here on without being asked for again."""
    following = state.segments[first - 1 :]
    if not state.auto:
        return following[:1]
    gate = next((index for index, segment in enumerate(following) if segment.gate), len(following))
    return following[: gate + 1]


def _extent(state: TaskState, first: int) -> Extent:
    """How much there is to do; the first segment writes the story anew, so that its length is not known."""
    anew = first == 1
    return Extent(
        brief=state.brief, orders=state.orders, pages=0 if anew else state.pages, edited=bool(state.edits) and not anew
    )
