"""What a task's events make due, and the laws that make recovery safe."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks import process
from services.tasks.inputs import script_of
from services.tasks.process_state import ProcessState, evolve
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Artifact
from shared.contracts.workflow import STORY
from tests.tasks.world import PAGES, World, name_of, result_of


def kinds(world: World) -> list[str]:
    return [f"{command.job.kind}.{command.job.item}" for command in world.queue]


def test_a_segment_becomes_one_command_per_item() -> None:
    world = World().create().request(1)
    assert kinds(world) == ["write_story.0"]
    world.work_all().request(2)
    assert kinds(world) == ["draw_image.1", "draw_image.2", "draw_image.3"]
    assert {command.items for command in world.queue} == {3}


def test_a_segment_is_complete_when_its_last_item_is() -> None:
    world = World().create().request(1).work_all().request(2).work().work()
    assert world.state.task.current == 1
    assert world.work().state.task.current == 2


def test_a_wave_waits_for_the_one_before() -> None:
    world = World().create()
    for segment in range(1, 5):
        world.request(segment).work_all()
    world.request(5)
    assert kinds(world) == ["render_clip.1", "render_clip.2", "render_clip.3", "mix_sound.0"]
    for _ in range(3):
        world.work()
    assert kinds(world) == ["mix_sound.0"]
    world.work()
    assert kinds(world) == ["assemble_video.0"]
    assert world.work().state.task.current == 5


def inputs(world: World) -> list[str]:
    return [artifact.name for artifact in world.queue[0].inputs]


def test_jobs_get_the_files_they_work_from() -> None:
    world = World().create().request(1)
    assert inputs(world) == []
    world.work_all().request(2)
    assert inputs(world) == ["script_data.json"]
    for segment in (2, 3, 4):
        world.request(segment).work_all()
    world.request(5)
    timings = ["speech/p1.json", "speech/p2.json", "speech/p3.json"]
    assert inputs(world) == ["script_data.json", *timings, "image/p1.png"]
    world.work()
    assert inputs(world) == ["script_data.json", *timings, "image/p1.png", "image/p2.png"]
    world.work().work()
    assert inputs(world)[:3] == ["script_data.json", "speech/s1_1.wav", "speech/p1.json"]
    world.work()
    clips = ["video/c1.mp4", "video/c2.mp4", "video/c3.mp4"]
    assert inputs(world) == ["script_data.json", *timings, *clips, "video/sound.m4a"]


def test_the_newest_script_is_used_and_an_edit_replaces_it() -> None:
    world = World().create().request(1).work_all().request(2).work_all().request(3).work_all()
    assert script_of(world.state).key == "r3/script_data.json"
    edited = Artifact(name="script_data.json", key="edited", media_type="application/json", size_bytes=1)
    world.ask(c.EditScript(owner="7", task="1", segment=1, script=edited, pages=2)).request(2)
    assert script_of(world.state).key == "edited"
    assert len(world.queue) == 2


def test_a_failed_item_fails_the_segment_only_when_all_others_are_done() -> None:
    world = World().create().request(1).work_all().request(2).work(fail=True)
    assert world.state.task.failed is None
    world.work_all()
    assert world.state.task.failed
    assert world.state.task.failed.segment == 2
    assert not world.queue


def test_a_retry_does_just_what_is_missing() -> None:
    world = World().create().request(1).work_all().request(2).work(1, fail=True).work_all().request(2)
    assert kinds(world) == ["draw_image.2"]
    assert world.queue[0].attempt == 2
    assert world.work().state.task.current == 2


def test_a_late_success_of_a_given_up_job_counts() -> None:
    world = World().create().request(1)
    late = world.queue[0]
    world.work(fail=True).request(1)
    world.append(world.commits[-2].stream, (result_of(late),))
    assert world.state.task.current == 1


def test_redo_forgets_later_results_and_ignores_late_ones() -> None:
    world = World().create().request(1).work_all().request(2)
    stale = world.queue[0]
    world.work_all().request(1, redo=True)
    assert [place for place in world.state.results if place[0] == 2] == []
    before = world.state
    assert evolve(before, result_of(stale)) == before
    assert evolve(before, e.JobFailed(job=stale.job, attempt=1, reason="x")) == before


def test_a_deleted_task_is_purged_and_purged_again_after_a_late_file() -> None:
    world = World().create().request(1).work_all().request(2)
    late = world.queue[0]
    world.queue.clear()
    world.ask(c.DeleteTask(owner="7", task="1"))
    assert kinds(world) == ["purge_artifacts.1"]
    assert world.work().state.purged
    assert process.resume(world.state) == ()
    world.append(world.commits[-1].stream, (result_of(late),))
    assert kinds(world) == ["purge_artifacts.2"]
    assert world.work().state.purged


def test_a_purge_that_failed_is_owed_again() -> None:
    world = World().create().ask(c.DeleteTask(owner="7", task="1")).work(fail=True)
    assert kinds(world) == ["purge_artifacts.2"]
    assert world.work().state.purged


def test_events_that_make_nothing_due() -> None:
    world = World().create()
    assert process.react(world.state, world.commits[0].events[0]) == ()
    assert process.resume(ProcessState(owner="7", id="1")) == ()


MOVES = st.one_of(
    st.tuples(st.just("request"), st.integers(1, 5), st.booleans()),
    st.tuples(st.just("work"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("work"), st.integers(0, 9), st.just(False)),
    st.tuples(st.just("redraw"), st.integers(1, 3), st.just(False)),
    st.tuples(st.just("delete"), st.just(0), st.just(False)),
)


def play(moves: list[tuple[str, int, bool]], auto: bool) -> World:
    world = World(auto=auto).create()
    for move, number, flag in moves:
        if move == "request":
            world.request(number, redo=flag)
        elif move == "work":
            world.work(number, fail=flag)
        elif move == "redraw":
            world.redraw(number)
        elif number == 0 and len(moves) > 20:
            world.ask(c.DeleteTask(owner="7", task="1"))
    return world


@given(st.lists(MOVES, max_size=40), st.booleans())
@settings(max_examples=150, deadline=None)
def test_law_resume_never_misses_and_only_repeats(moves: list[tuple[str, int, bool]], auto: bool) -> None:
    """After a crash at any point, what is owed is exactly what was given out and not answered yet."""
    world = play(moves, auto)
    owed = {name_of(due) for due in process.resume(world.state)}
    waiting = {name_of(command) for command in world.queue}
    assert owed <= set(world.sent)
    alive = world.state.task.busy or world.state.task.deleted
    assert owed <= waiting
    if alive and waiting:
        current = [command for command in world.queue if world.state.wants(command.job)]
        assert {name_of(command) for command in current} <= owed | {n for n in waiting if world.state.task.deleted}


@given(st.lists(MOVES, max_size=40), st.booleans())
@settings(max_examples=150, deadline=None)
def test_law_an_event_seen_twice_changes_nothing(moves: list[tuple[str, int, bool]], auto: bool) -> None:
    world = play(moves, auto)
    if world.commits and world.commits[-1].stream.category == "job":
        assert evolve(world.state, world.commits[-1].events[-1]) == world.state


@given(st.lists(MOVES, max_size=30), st.booleans())
@settings(max_examples=100, deadline=None)
def test_law_a_fold_of_any_prefix_is_valid(moves: list[tuple[str, int, bool]], auto: bool) -> None:
    world = play(moves, auto)
    state = ProcessState(owner="7", id="1")
    for commit in world.commits:
        for event in commit.events:
            state = evolve(state, event)
        task = state.task
        assert 0 <= task.current <= len(STORY.segments)
        assert not (task.running and task.failed)
        assert not (task.running and task.redraw)
        assert state.drafts == {} or task.redraw
        assert task.running is None or task.running.segment == task.current + 1
        process.resume(state)


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=60, deadline=None)
def test_law_every_story_ends_whatever_the_order_of_answers(seed: int, auto: bool) -> None:
    world = World(auto=auto).create()
    for segment in range(1, 6):
        world.request(segment)
        while world.queue:
            seed = (seed * 1103515245 + 12345) % 2**31
            world.work(seed)
    assert world.state.task.current == 5
    jobs = 1 + PAGES + 1 + PAGES + PAGES + 1 + 1
    assert sum(commit.stream.category == "job" for commit in world.commits) == jobs
