"""Drawing one page of a finished film anew: what is made again, what is reused, and that nothing is lost."""

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from services.tasks.projections import evolve_task
from services.tasks.rows import Row, TaskRows
from services.tasks.task import TASK
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Brief
from shared.contracts.workflow import SESSION, STORY
from shared.errors import Busy, NotFound, OutOfOrder
from shared.eventstore.port import StreamName
from tests.spec import Spec
from tests.tasks.test_process import MOVES, play
from tests.tasks.world import World, result_of

ME: dict[str, Any] = {"owner": "7", "task": "1"}
FILM = (
    e.TaskCreated(surface="videos", workflow=STORY, brief=Brief(topic="x"), auto=True),
    *(event for n in range(1, 6) for event in (
        e.SegmentRequested(segment=n, run=n), e.SegmentCompleted(segment=n, run=n, pages=3 if n == 1 else 0)
    )),
)  # fmt: skip
WANTED = e.RedrawRequested(page=2, run=6)


def redraw(page: int) -> c.RedrawPage:
    return c.RedrawPage(**ME, page=page)


def test_a_page_of_a_finished_film_can_be_drawn_anew() -> None:
    Spec(TASK, *FILM).when(redraw(2)).then(WANTED)
    Spec(TASK, *FILM, WANTED).when(c.CompleteRedraw(**ME, page=2, run=6)).then(e.RedrawCompleted(page=2, run=6))
    failed = e.RedrawFailed(page=2, run=6, reason="x")
    Spec(TASK, *FILM, WANTED).when(c.FailRedraw(**ME, page=2, run=6, reason="x")).then(failed)
    Spec(TASK, *FILM, WANTED, failed).when(redraw(2)).then(e.RedrawRequested(page=2, run=7))


def test_a_command_delivered_twice_is_one_redraw() -> None:
    named = c.RedrawPage(**ME, page=2, request_id="r1")
    asked = e.RedrawRequested(page=2, run=6, request_id="r1")
    Spec(TASK, *FILM).when(named).then(asked)
    Spec(TASK, *FILM, asked).when(named).nothing()
    Spec(TASK, *FILM, asked, e.RedrawCompleted(page=2, run=6)).when(named).nothing()


def test_what_cannot_be_drawn_anew() -> None:
    Spec(TASK, *FILM[:-1]).when(redraw(2)).refused(Busy)
    Spec(TASK, *FILM[:-2]).when(redraw(2)).refused(OutOfOrder, "not finished")
    Spec(TASK, *FILM, WANTED).when(redraw(3)).refused(Busy)
    Spec(TASK, *FILM).when(redraw(4)).refused(NotFound, "Image not found")
    Spec(TASK, *FILM).when(redraw(0)).refused(NotFound)
    Spec(TASK).when(redraw(1)).refused(NotFound)
    session = e.TaskCreated(surface="sessions", workflow=SESSION, brief=Brief(topic="x"))
    done = (e.SegmentCompleted(segment=n, run=n) for n in (1, 2, 3))
    Spec(TASK, session, *done).when(redraw(1)).refused(OutOfOrder)


def test_nothing_else_is_done_meanwhile() -> None:
    spec = Spec(TASK, *FILM, WANTED)
    spec.when(c.RequestSegment(**ME, segment=2, redo=True)).refused(Busy)
    spec.when(c.RequestSegment(**ME, segment=5)).refused(Busy)
    spec.when(c.CompleteRedraw(**ME, page=2, run=5)).nothing()
    spec.when(c.FailRedraw(**ME, page=1, run=6, reason="x")).nothing()
    Spec(TASK, *FILM, WANTED, e.TaskDeleted()).when(redraw(2)).refused(NotFound)


def film() -> World:
    return World(auto=True).create().work_all()


@pytest.mark.parametrize(("page", "clips"), [(1, [1, 2]), (2, [2, 3]), (3, [3])])
def test_only_what_shows_the_picture_is_made_again(page: int, clips: list[int]) -> None:
    world = film().redraw(page)
    made: list[tuple[str, int]] = []
    while world.queue:
        made.append((world.queue[0].job.kind, world.queue[0].job.item))
        world.work()
    assert made == [("draw_image", page), *(("render_clip", n) for n in clips), ("assemble_video", 0)]
    assert isinstance(world.commits[-1].events[0], e.RedrawCompleted)


def test_new_clips_show_the_new_picture_and_the_old_sound() -> None:
    world = film().redraw(2)
    assert world.queue[0].variant == 6
    world.work()
    first, second = ([a.key for a in job.inputs if a.name.startswith("image/")] for job in world.queue)
    assert (first, second) == (["r2/image/p1.png", "r6/image/p2.png"], ["r6/image/p2.png", "r2/image/p3.png"])
    world.work().work()
    keys = [a.key for a in world.queue[0].inputs if a.media_type == "x/y"]
    assert keys == ["r5/video/c1.mp4", "r6/video/c2.mp4", "r6/video/c3.mp4", "r5/video/sound.m4a"]


def test_a_failed_redraw_leaves_the_film_as_it_was() -> None:
    world = film()
    before = world.state.results
    world.redraw(2).work().work(fail=True).work_all()
    assert isinstance(world.commits[-1].events[0], e.RedrawFailed)
    assert (world.state.results, world.state.drafts) == (before, {})
    assert world.redraw(2).work_all().state.task.redraw is None


def test_a_redraw_after_a_redraw_builds_on_it() -> None:
    world = film().redraw(1).work_all().redraw(2).work()
    keys = [a.key for a in world.queue[0].inputs if a.name.startswith("image/")]
    assert keys == ["r6/image/p1.png", "r7/image/p2.png"]


def test_a_redo_after_a_redraw_makes_everything_anew() -> None:
    world = film().redraw(1).work_all().request(2, redo=True).work_all()
    assert world.state.task.current == 5
    assert {world.state.results[2, "draw_image", n].job.run for n in (1, 2, 3)} == {7}


def rows(world: World) -> TaskRows:
    result = TaskRows()
    for commit in world.commits:
        result = evolve_task(result, commit)
    return result


def picture(world: World) -> Row:
    return rows(world).artifacts[2, "image/p2.png"]


def test_owners_see_the_new_version_and_the_older_ones() -> None:
    world = film().redraw(2)
    task = rows(world).task or {}
    assert (task["status"], task["progress"], task["items_total"]) == ("running", 1.0, 4)
    world.work()
    assert (picture(world)["key"], picture(world)["older"]) == ("r6/image/p2.png", ["r2/image/p2.png"])
    world.work_all()
    task = rows(world).task or {}
    assert (task["status"], task["items_done"]) == ("completed", 4)
    assert rows(world).artifacts[5, "output.mp4"]["key"] == "r6/output.mp4"
    world.redraw(2).work_all()
    assert picture(world)["older"] == ["r2/image/p2.png", "r6/image/p2.png"]


def test_a_result_told_twice_is_one_version() -> None:
    world = film().redraw(2)
    told = world.queue[0]
    world.work()
    world.append(StreamName("job", "7", told.job.stream_id), (result_of(told),))
    assert picture(world)["older"] == ["r2/image/p2.png"]


def test_owners_see_the_old_version_after_a_failure_and_why() -> None:
    world = film().redraw(2).work_all().redraw(2).work().work(fail=True).work_all()
    task = rows(world).task or {}
    assert (task["status"], task["error"]) == ("completed", "away")
    assert (picture(world)["key"], picture(world)["older"]) == ("r6/image/p2.png", ["r2/image/p2.png"])
    assert rows(world).artifacts[5, "output.mp4"]["key"] == "r6/output.mp4"


@drawn(st.lists(MOVES, max_size=60))
@settings(max_examples=150, deadline=None)
def test_law_what_owners_see_is_what_the_next_job_works_from(moves: list[tuple[str, int, bool]]) -> None:
    world = play(moves, auto=True)
    shown = {a["key"] for k, a in rows(world).artifacts.items()}
    if not world.state.task.busy and not world.state.task.deleted and not world.state.task.failed:
        assert shown == {a.key for result in world.state.results.values() for a in result.artifacts}
