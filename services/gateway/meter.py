"""How far a task is between events: the fractions that workers tell, on top of what the views count. Pure."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from services.gateway.views import Progress

_KEPT_TASKS = 2_000


class Tick(msgspec.Struct, frozen=True):
    """What a worker tells of a job in hand (`tw.progress.<owner>.<task>`); `fraction` is 0..1."""

    segment: int
    run: int
    kind: str
    item: int
    fraction: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A transient progress message. `progress` is 0..1 over the whole task."""

    type: str = "progress"
    task_id: int | str
    segment_id: int
    items_done: int
    items_total: int
    progress: float
    kind: str = ""
    item: int = 0
    fraction: float = 1.0


class _State:
    __slots__ = ("best", "fractions", "run")

    def __init__(self, run: tuple[int, int]) -> None:
        self.run = run
        self.best = 0.0
        self.fractions: dict[tuple[str, int], float] = {}


class Meter:
    """Remembers the jobs in hand of the tasks that somebody watches. Progress never falls within a run."""

    def __init__(self) -> None:
        self._tasks: OrderedDict[tuple[str, str], _State] = OrderedDict()

    def tick(self, place: tuple[str, str], tick: Tick, view: Progress) -> float:
        """The whole task's progress after one more message of a worker."""
        state = self._tasks.get(place)
        if state is None or state.run != (tick.segment, tick.run):
            state = self._tasks[place] = _State((tick.segment, tick.run))
        self._tasks.move_to_end(place)
        if len(self._tasks) > _KEPT_TASKS:
            self._tasks.popitem(last=False)
        state.fractions[tick.kind, tick.item] = min(max(tick.fraction, 0.0), 1.0)
        total = max(view.items_total, len(state.fractions), 1)
        share = max(float(view.items_done), sum(state.fractions.values())) / total
        overall = (min(view.current_segment, tick.segment - 1) + min(share, 1.0)) / max(view.total_segments, 1)
        state.best = min(max(state.best, view.progress, overall), 1.0)
        return state.best
