"""What the demo knows about a story in the making. Pure: events go in, numbers for the progress bars come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["waiting", "running", "completed", "failed"]
NAMES = ("Story", "Image", "Split", "Speech", "Video")


@dataclass
class Bar:
    """One segment. `fraction` is 0..1 and never falls; times are seconds of the demo's own clock."""

    number: int
    name: str
    status: Status = "waiting"
    done: int = 0
    total: int = 0
    fraction: float = 0.0
    reason: str = ""
    began_s: float = 0.0
    ended_s: float = 0.0
    jobs: dict[tuple[str, int], float] = field(default_factory=dict)
    """How far each job of the segment is, 0..1."""

    @property
    def over(self) -> bool:
        """Whether the segment is completed or failed."""
        return self.status in ("completed", "failed")

    @property
    def label(self) -> str:
        """Such as `Image 3/6`."""
        return f"{self.name} {self.done}/{self.total}" if self.total > 1 else self.name

    def took_s(self, now_s: float) -> float:
        """How long it took, or has taken so far."""
        if self.status == "waiting":
            return 0.0
        return (self.ended_s if self.over else now_s) - self.began_s


class Board:
    """All segments of one story."""

    def __init__(self, names: Iterable[str] = NAMES) -> None:
        self.bars = {number: Bar(number, name) for number, name in enumerate(names, start=1)}

    def begin(self, segment: int, now_s: float) -> None:
        """The segment was asked for."""
        bar = self.bars[segment]
        if bar.status != "running":
            bar.status, bar.began_s, bar.reason = "running", now_s, ""

    def take(self, name: str, data: dict[str, Any], now_s: float) -> Bar | None:
        """Takes in one event of the feed; the bar that changed, if one did."""
        handler = _HANDLERS.get(name)
        bar = self.bars.get(int(data.get("segment") or data.get("segment_id") or 0))
        if handler is None or bar is None or (bar.over and name != "task.segment-requested"):
            return None
        handler(bar, data, now_s)
        return bar

    def finish(self, segment: int, now_s: float) -> None:
        """The segment is known to be complete."""
        _completed(self.bars[segment], {}, now_s)


def _requested(bar: Bar, data: dict[str, Any], now_s: float) -> None:
    if bar.status != "running":
        bar.status, bar.began_s, bar.reason = "running", now_s, ""


def _progressed(bar: Bar, data: dict[str, Any], now_s: float) -> None:
    bar.total = max(bar.total, int(data.get("items_total") or 0))
    _count(bar, data, float(data.get("fraction") or 0.0))


def _job_completed(bar: Bar, data: dict[str, Any], now_s: float) -> None:
    _count(bar, data, 1.0)


def _count(bar: Bar, data: dict[str, Any], fraction: float) -> None:
    job = (str(data.get("kind", "")), int(data.get("item") or 0))
    bar.jobs[job] = max(bar.jobs.get(job, 0.0), min(1.0, fraction))
    finished = sum(1 for one in bar.jobs.values() if one == 1.0)
    bar.done = max(bar.done, int(data.get("items_done") or 0), min(finished, bar.total))
    if bar.total:
        bar.fraction = max(bar.fraction, min(1.0, sum(bar.jobs.values()) / bar.total), bar.done / bar.total)


def _completed(bar: Bar, data: dict[str, Any], now_s: float) -> None:
    bar.status, bar.ended_s, bar.fraction = "completed", now_s, 1.0
    bar.done = bar.total = max(bar.total, bar.done)


def _failed(bar: Bar, data: dict[str, Any], now_s: float) -> None:
    bar.status, bar.ended_s, bar.reason = "failed", now_s, str(data.get("reason") or "no reason was given")


_HANDLERS = {
    "task.segment-requested": _requested,
    "progress": _progressed,
    "job.completed": _job_completed,
    "task.segment-completed": _completed,
    "task.segment-failed": _failed,
}
