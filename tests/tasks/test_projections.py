"""What owners see, and the laws of the read models."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.projections import evolve_task
from services.tasks.rows import TaskRows
from services.tasks.workflow_rows import evolve_workflow
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.values import Artifact
from shared.contracts.workflow import STORY
from shared.eventstore.port import Commit, Metadata, StreamName
from tests.tasks.test_process import MOVES, play
from tests.tasks.world import World, result_of


def rows_of(world: World) -> TaskRows:
    rows = TaskRows()
    for commit in world.commits:
        rows = evolve_task(rows, commit)
    return rows


def seen(world: World, *columns: str) -> tuple[object, ...]:
    task = rows_of(world).task
    assert task
    return tuple(task[column] for column in columns)


def test_a_new_task_is_pending() -> None:
    world = World().create()
    assert seen(world, "status", "current_segment", "progress", "pages") == ("pending", 0, 0.0, 0)


def test_items_are_counted_while_a_segment_runs() -> None:
    world = World().create().request(1).work_all().request(2)
    assert seen(world, "status", "running_segment", "items_done", "items_total") == ("running", 2, 0, 3)
    world.work()
    assert seen(world, "items_done", "progress") == (1, round((1 + 1 / 3) / 5, 4))
    world.work_all()
    assert seen(world, "status", "running_segment", "current_segment", "progress") == ("pending", 0, 2, 0.4)


def test_a_finished_story_is_completed_with_all_its_files() -> None:
    world = World(auto=True).create().work_all()
    assert seen(world, "status", "progress", "pages") == ("completed", 1.0, 3)
    names = [name for _, name in rows_of(world).artifacts]
    assert names.count("script_data.json") == 2
    assert "output.mp4" in names


def test_a_failure_is_told_and_a_retry_keeps_what_was_done() -> None:
    world = World().create().request(1).work_all().request(2).work(fail=True).work_all()
    assert seen(world, "status", "error", "items_done") == ("failed", "away", 2)
    world.request(2)
    assert seen(world, "status", "error", "items_done", "attempt") == ("running", "", 2, 2)


def test_a_late_success_after_a_failure_is_not_lost() -> None:
    world = World().create().request(1)
    late = world.queue[0]
    world.work(fail=True)
    world.append(world.commits[-1].stream, (result_of(late),))
    assert (1, "script_data.json") in rows_of(world).artifacts


def test_redo_drops_files_of_that_segment_and_all_later_ones() -> None:
    world = World().create().request(1).work_all().request(2).work_all().request(2, redo=True)
    assert {segment for segment, _ in rows_of(world).artifacts} == {1}
    assert seen(world, "current_segment", "items_done") == (1, 0)


def test_an_edit_replaces_the_script_and_drops_what_followed() -> None:
    world = World().create().request(1).work_all().request(2).work_all()
    script = Artifact(name="script_data.json", key="edited", media_type="application/json", size_bytes=5)
    world.ask(c.EditScript(owner="7", task="1", segment=1, script=script, pages=2))
    rows = rows_of(world)
    assert [row["key"] for row in rows.artifacts.values()] == ["edited"]
    assert seen(world, "status", "current_segment", "pages") == ("pending", 1, 2)


def test_a_deleted_task_has_no_files_and_is_purged() -> None:
    world = World().create().request(1).work_all().ask(c.DeleteTask(owner="7", task="1"))
    assert rows_of(world).artifacts == {}
    assert seen(world, "status", "purged") == ("deleted", False)
    world.work_all()
    assert seen(world, "status", "purged") == ("deleted", True)


def test_results_of_a_dropped_run_are_not_shown() -> None:
    world = World().create().request(1).work_all().request(2)
    stale = world.queue[0]
    world.work_all().request(1, redo=True)
    world.append(world.commits[-1].stream, (result_of(stale),))
    assert rows_of(world).artifacts == {}


def test_jobs_of_an_unknown_task_and_foreign_events_change_nothing() -> None:
    world = World().create().request(1).work_all()
    assert evolve_task(TaskRows(), world.commits[-2]) == TaskRows()
    foreign = Commit(
        stream=StreamName("job", "7", "1"),
        version=1,
        position=99,
        events=(e.JobFailed(job=result_of(play([("request", 1, False)], False).queue[0]).job, attempt=1, reason="x"),),
        metadata=Metadata(event_id="x", time_ms=1),
    )
    before = rows_of(world)
    after = evolve_task(before, foreign)
    assert after.task
    assert before.task
    assert {**after.task, "position": 0, "updated_ms": 0} == {**before.task, "position": 0, "updated_ms": 0}


def commit_of(position: int, event: e.Event) -> Commit:
    stream = StreamName("workflow", "system", "story")
    metadata = Metadata(event_id=str(position), time_ms=1)
    return Commit(stream=stream, version=position, position=position, events=(event,), metadata=metadata)


def test_workflow_rows() -> None:
    defined = e.WorkflowDefined(name="story", version=2, segments=STORY.segments)
    row = evolve_workflow(None, commit_of(1, defined))
    assert row
    assert (row["version"], row["removed"], len(row["segments"]), row["position"]) == (2, False, 5, 1)
    gone = evolve_workflow(row, commit_of(2, e.WorkflowRemoved(name="story")))
    assert gone
    assert gone["removed"]
    assert evolve_workflow(None, commit_of(1, e.WorkflowRemoved(name="story"))) is None


@given(st.lists(MOVES, max_size=40), st.booleans(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_law_redelivery_adds_nothing(moves: list[tuple[str, int, bool]], auto: bool, random: object) -> None:
    """Any prefix may be delivered again at any time."""
    world = play(moves, auto)
    rows = TaskRows()
    for index, commit in enumerate(world.commits):
        rows = evolve_task(rows, commit)
        cut = random.randint(0, index)  # type: ignore[attr-defined]
        again = rows
        for old in world.commits[cut : index + 1]:
            again = evolve_task(again, old)
        assert again == rows


@given(st.lists(MOVES, max_size=40))
@settings(max_examples=100, deadline=None)
def test_law_progress_falls_only_by_redo(moves: list[tuple[str, int, bool]]) -> None:
    world = play(moves, auto=True)
    rows, before, runs = TaskRows(), 0.0, 0
    for commit in world.commits:
        rows = evolve_task(rows, commit)
        assert rows.task
        progress, status = rows.task["progress"], rows.task["status"]
        assert 0.0 <= progress <= 1.0
        redone = any(isinstance(e_, e.SegmentRequested) and e_.segment <= runs for e_ in commit.events)
        if not redone and status != "deleted":
            assert progress >= before
        before, runs = progress, rows.task["current_segment"]
