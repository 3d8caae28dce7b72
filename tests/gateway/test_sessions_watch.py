"""The fold behind the WebSocket: what each event changes, and that progress never falls within a step."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.sessions_watch import Tick, Watch, begin, evolve, frame, ticked
from services.gateway.views import ChargeView
from shared.contracts import events as e
from shared.contracts.jobs import JobRef
from shared.contracts.orders import ClipsOrder, PicturesOrder
from shared.contracts.values import Charge
from tests.gateway.test_sessions_pure import task

PICTURES = PicturesOrder(count=4)
CLIPS = ClipsOrder(count=2, prompt="x", duration_ms=8_000)
CHARGE = Charge(service="s", model="m", quantity=1, unit="image", amount_microusd=3_000)


def requested(segment: int, run: int, order=PICTURES, attempt: int = 1) -> e.SegmentRequested:
    return e.SegmentRequested(segment=segment, run=run, attempt=attempt, order=order)


def finished(segment: int, run: int, item: int) -> e.JobCompleted:
    kind = {1: "draw_picture", 2: "animate_picture", 3: "compose_video"}[segment]
    job = JobRef(owner="1", task="s", segment=segment, run=run, kind=kind, item=item)  # type: ignore[arg-type]
    return e.JobCompleted(job=job, attempt=1, charges=(CHARGE,))


def played(*events: e.Event, start: Watch | None = None) -> list:
    watch, frames = start or Watch(session="s"), []
    for event in events:
        watch = evolve(watch, event)
        frames.append(frame(watch))
    return frames


def test_the_whole_way() -> None:
    frames = played(
        requested(1, 1),
        *(finished(1, 1, n) for n in (2, 1, 3, 4)),
        e.SegmentCompleted(segment=1, run=1),
        e.ResultsApproved(segment=1, keys=("a",)),
        requested(2, 2, CLIPS),
        finished(2, 2, 1),
        e.SegmentFailed(segment=2, run=2, attempt=1, reason="no film left"),
        requested(2, 2, CLIPS, attempt=2),
        finished(2, 2, 2),
        e.SegmentCompleted(segment=2, run=2),
        e.ResultsApproved(segment=2, keys=("b", "c")),
        requested(3, 3, None),
        finished(3, 3, 0),
        e.SegmentCompleted(segment=3, run=3),
        e.TaskDeleted(),
    )
    told = [(one.event, one.progress, one.status, one.message) for one in frames]
    assert told == [
        ("image_generation_progress", 0.0, "generating_images", "Generating image 1 of 4"),
        ("image_generation_progress", 0.25, "generating_images", "Generating image 1 of 4"),
        ("image_generation_progress", 0.5, "generating_images", "Generating image 2 of 4"),
        ("image_generation_progress", 0.75, "generating_images", "Generating image 3 of 4"),
        ("image_generation_progress", 1.0, "generating_images", "Generating image 4 of 4"),
        ("image_generation_complete", 1.0, "reviewing_images", "4 images ready"),
        ("images_approved", 1.0, "images_approved", "1 image approved"),
        ("clip_generation_progress", 0.0, "generating_clips", "Generating clip 1 of 2"),
        ("clip_generation_progress", 0.5, "generating_clips", "Generating clip 1 of 2"),
        ("clip_generation_failed", 0.5, "failed", "Clip generation failed: no film left"),
        ("clip_generation_progress", 0.5, "generating_clips", "Generating clip 1 of 2"),
        ("clip_generation_progress", 1.0, "generating_clips", "Generating clip 2 of 2"),
        ("clip_generation_complete", 1.0, "reviewing_clips", "2 clips ready"),
        ("clips_approved", 1.0, "clips_approved", "2 clips approved"),
        ("composition_progress", 0.0, "composing", "Composing the video: 0%"),
        ("composition_progress", 1.0, "composing", "Composing the video: 100%"),
        ("composition_complete", 1.0, "completed", "The video is ready"),
        ("session_deleted", 1.0, "completed", "The session was deleted"),
    ]
    assert [one.stage for one in frames[5:8]] == ["images", "images", "clips"]
    assert frames[-1].current_cost == 0.021


def test_workers_messages_move_it_between_items_and_late_ones_do_not() -> None:
    watch = evolve(Watch(session="s"), requested(2, 2, CLIPS))
    watch = ticked(watch, Tick(2, "animate_picture", 1, 0.5))
    assert frame(watch).progress == 0.25
    watch = ticked(watch, Tick(2, "animate_picture", 2, 0.25))
    assert frame(watch).progress == 0.375
    assert ticked(watch, Tick(1, "draw_picture", 1, 1.0)) == watch
    assert ticked(watch, Tick(2)) == watch
    watch = evolve(watch, finished(2, 2, 1))
    assert frame(watch).progress == 0.625
    assert evolve(watch, finished(2, 1, 2)).done == 1
    done = evolve(watch, e.SegmentCompleted(segment=2, run=2))
    assert ticked(done, Tick(2, "animate_picture", 2, 0.9)) == done


_event = st.one_of(
    st.integers(1, 4).map(lambda item: finished(1, 1, item)),
    st.builds(Tick, st.just(1), st.just("draw_picture"), st.integers(1, 4), st.floats(-1, 2)),
    st.just(e.SegmentFailed(segment=1, run=1, attempt=1, reason="r")),
    st.integers(2, 5).map(lambda attempt: requested(1, 1, attempt=attempt)),
)


@given(st.lists(_event, max_size=60))
def test_progress_never_falls_within_a_run(told: list) -> None:
    watch = evolve(Watch(session="s"), requested(1, 1))
    last = 0.0
    for one in told:
        watch = ticked(watch, one) if isinstance(one, Tick) else evolve(watch, one)
        now = frame(watch).progress
        assert last <= now <= 1.0
        last = now


def test_it_begins_as_the_views_show_it() -> None:
    charge = ChargeView(
        segment=1, kind="k", item=1, service="s", model="m", quantity=1, unit="image", amount_microusd=6_000,
        billed=False,
    )  # fmt: skip
    running = begin(task(status="running", running_segment=1, run=1, items_done=2, orders={1: PICTURES}), [charge])
    told = frame(running)
    assert (told.event, told.progress, told.current_cost) == ("image_generation_progress", 0.5, 0.006)
    assert frame(evolve(running, finished(1, 1, 3))).progress == 0.75
    assert frame(begin(task(), [])).status == "generating_images"
    review = frame(begin(task(current_segment=1, items_done=4, orders={1: PICTURES}), []))
    assert (review.event, review.progress, review.message) == ("image_generation_complete", 1.0, "4 images ready")
    picked = frame(begin(task(current_segment=1, orders={1: PICTURES}, approvals={1: ("a", "b")}), []))
    assert (picked.status, picked.message) == ("images_approved", "2 images approved")
    failed = task(status="failed", current_segment=1, run=2, items_done=1, error="no film", orders={2: CLIPS})
    told = frame(begin(failed, []))
    assert (told.event, told.progress) == ("clip_generation_failed", 0.5)
    over = frame(begin(task(status="completed", current_segment=3), []))
    assert (over.event, over.status) == ("composition_complete", "completed")
