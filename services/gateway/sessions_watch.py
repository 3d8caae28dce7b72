"""A session as a WebSocket follows it: what each event and each worker's message changes, and the frame that tells.

Pure. `progress` counts within one step (images, clips, composition) from 0 to 1, and never falls within a run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.gateway import sessions_wording as wording
from services.gateway.quotes import usd
from services.gateway.sessions_wording import CLIPS, FILM, IMAGES
from services.gateway.views import ChargeView, TaskView
from shared.contracts import events as e
from shared.contracts.orders import items_of
from shared.contracts.values import Charge

STAGES = {IMAGES: "images", CLIPS: "clips", FILM: "composition"}
NAMES = {IMAGES: "image_generation", CLIPS: "clip_generation", FILM: "composition"}
FAILURES = {
    IMAGES: "Image generation failed",
    CLIPS: "Clip generation failed",
    FILM: "Video composition failed",
}
State = Literal["running", "done", "approved", "failed"]
_STEPS = 1000
"""Progress is told in thousandths: what changes less is not worth a frame."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. `progress` is 0..1 within the stage, `current_cost` US dollars of the whole session so far."""

    event: str
    session_id: str
    progress: float
    message: str
    status: str
    stage: str
    current_cost: float


class Tick(msgspec.Struct, frozen=True):
    """What a worker told of a job in hand, as `services.gateway.meter.Told` carries it."""

    segment_id: int
    kind: str = ""
    item: int = 0
    fraction: float = 0.0


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """The step that a session is in; `fractions` are of the jobs in hand, by kind and item."""

    session: str
    segment: int = IMAGES
    run: int = 0
    state: State = "running"
    done: int = 0
    total: int = 1
    fractions: dict[tuple[str, int], float] = {}
    best: float = 0.0
    reason: str = ""
    microusd: int = 0
    deleted: bool = False


def begin(task: TaskView, charges: Sequence[ChargeView]) -> Watch:
    """The session as the views show it."""
    segment = task.running_segment or (task.current_segment + 1 if task.status == "failed" else task.current_segment)
    segment = min(max(segment, IMAGES), FILM)
    state, approved = _state(task), len(task.approvals.get(segment, ()))
    total = approved or max(items_of(task.orders.get(segment)), 1)
    watch = Watch(
        session=task.task,
        segment=segment,
        run=task.run,
        state=state,
        done=min(task.items_done, total) if state in ("running", "failed") else total,
        total=total,
        reason=task.error,
        microusd=sum(one.amount_microusd for one in charges),
        deleted=task.status == "deleted",
    )
    return replace(watch, best=_share(watch))


def _state(task: TaskView) -> State:
    if task.status == "failed":
        return "failed"
    if task.running_segment or not task.current_segment:
        return "running"
    return "approved" if task.current_segment in task.approvals else "done"


def evolve(watch: Watch, event: e.Event) -> Watch:
    """The session after one more event of it or of its jobs."""
    match event:
        case e.SegmentRequested():
            return _requested(watch, event)
        case e.JobCompleted(job=job):
            spent = watch.microusd + sum(one.amount_microusd for one in event.charges if not one.billed)
            watch = replace(watch, microusd=spent)
            if (job.segment, job.run) != (watch.segment, watch.run):
                return watch
            left = {place: f for place, f in watch.fractions.items() if place != (job.kind, job.item)}
            return _risen(replace(watch, done=min(watch.done + 1, watch.total), fractions=left))
        case e.ProviderJobSettled(charge=Charge(amount_microusd=amount)):
            return replace(watch, microusd=watch.microusd + amount)
        case e.SegmentCompleted(segment=segment):
            return replace(watch, segment=segment, state="done", done=watch.total, fractions={}, best=1.0)
        case e.SegmentFailed(segment=segment, reason=reason):
            return replace(watch, segment=segment, state="failed", reason=reason, fractions={})
        case e.ResultsApproved(segment=segment, keys=keys):
            return replace(
                watch, segment=segment, state="approved", done=len(keys), total=len(keys), fractions={}, best=1.0
            )
        case e.TaskDeleted():
            return replace(watch, deleted=True)
        case _:
            return watch


def _requested(watch: Watch, asked: e.SegmentRequested) -> Watch:
    if (asked.segment, asked.run) == (watch.segment, watch.run):  # another attempt: what is done stays done
        return replace(watch, state="running", reason="", fractions={})
    return Watch(
        session=watch.session,
        segment=asked.segment,
        run=asked.run,
        total=items_of(asked.order),
        microusd=watch.microusd,
    )


def ticked(watch: Watch, tick: Tick) -> Watch:
    """The session after a worker's message; one that comes too late changes nothing."""
    if watch.state != "running" or tick.segment_id != watch.segment or not tick.kind:
        return watch
    fraction = min(max(tick.fraction, 0.0), 1.0)
    return _risen(replace(watch, fractions={**watch.fractions, (tick.kind, tick.item): fraction}))


def _risen(watch: Watch) -> Watch:
    return replace(watch, best=max(watch.best, _share(watch)))


def _share(watch: Watch) -> float:
    if watch.state in ("done", "approved"):
        return 1.0
    return min((watch.done + sum(watch.fractions.values())) / watch.total, 1.0)


def frame(watch: Watch) -> Frame:
    """What a client is told now."""
    progress = math.floor(watch.best * _STEPS) / _STEPS
    return Frame(
        event=_event(watch),
        session_id=watch.session,
        progress=progress,
        message=_message(watch, progress),
        status=_status(watch),
        stage=STAGES[watch.segment],
        current_cost=usd(watch.microusd),
    )


def _event(watch: Watch) -> str:
    if watch.deleted:
        return "session_deleted"
    name = NAMES[watch.segment]
    match watch.state:
        case "running":
            return f"{name}_progress"
        case "done":
            return f"{name}_complete"
        case "approved":
            return f"{STAGES[watch.segment]}_approved"
        case _:
            return f"{name}_failed"


def _status(watch: Watch) -> str:
    if watch.state == "failed":
        return "failed"
    if watch.state == "running":
        return wording.running_word(watch.segment)
    return wording.done_word(watch.segment, watch.state == "approved")


def _message(watch: Watch, progress: float) -> str:
    if watch.deleted:
        return "The session was deleted"
    if watch.state == "failed":
        return f"{FAILURES[watch.segment]}: {watch.reason}" if watch.reason else FAILURES[watch.segment]
    if watch.segment == FILM:
        return "The video is ready" if watch.state == "done" else f"Composing the video: {math.floor(progress * 100)}%"
    noun = "image" if watch.segment == IMAGES else "clip"
    if watch.state == "running":
        current = min(max(math.ceil(progress * watch.total), 1), watch.total)
        return f"Generating {noun} {current} of {watch.total}"
    said = "approved" if watch.state == "approved" else "ready"
    return f"{watch.done} {noun}{'' if watch.done == 1 else 's'} {said}"
