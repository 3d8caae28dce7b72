"""What owners see of their projects."""

from __future__ import annotations

from msgspec.structs import replace

from services.tasks import project_files
from services.tasks.project_rows import evolve_project
from services.tasks.rows import Row
from shared.contracts import commands as c
from shared.contracts import events as e
from tests.tasks.project_world import FILES, ME, PLAY, ProjectWorld, close, json_of, new, play_moves, scene


def row_of(world: ProjectWorld) -> Row:
    row: Row | None = None
    for commit in world.commits:
        row = evolve_project(row, commit)
    assert row is not None
    return row


def test_a_new_project() -> None:
    world = ProjectWorld()
    world.ask(new())
    play = json_of(PLAY)
    row = row_of(world)
    assert json_of(row) == {
        "owner": "7",
        "name": "haunted-mansion",
        "preview": "preview_1",
        "screenplay": play,
        "saved": play,
        "open": False,
        "opened_position": 0,
        "unsaved": False,
        "files": json_of(FILES),
        "file_count": 4,
        "size_bytes": sum(len(data) for data in project_files.documents(PLAY).values()),
        "created_ms": 3000,
        "modified_ms": 3000,
        "created_position": 3,
        "position": 3,
        "deleted": False,
    }


def test_opening_and_closing_are_no_modification() -> None:
    world = play_moves([])
    row = row_of(world)
    assert (row["open"], row["opened_position"], row["modified_ms"], row["position"]) == (True, 6, 3000, 6)
    world.ask(close(save=True))
    row = row_of(world)
    assert (row["open"], row["opened_position"], row["modified_ms"], row["position"]) == (False, 6, 3000, 9)


def test_changes_show_at_once_and_stay_when_saved() -> None:
    world = play_moves([c.AddScene(**ME, scene=scene(3))])
    row = row_of(world)
    assert (len(row["screenplay"]["scenes"]), len(row["saved"]["scenes"]), row["unsaved"]) == (3, 2, True)
    assert (row["modified_ms"], row["created_ms"]) == (9000, 3000)
    world.ask(close(True, FILES[:1]))
    row = row_of(world)
    assert (len(row["saved"]["scenes"]), row["unsaved"], row["open"], row["file_count"]) == (3, False, False, 1)
    assert row["size_bytes"] == FILES[0].size_bytes


def test_a_revert_takes_them_back() -> None:
    row = row_of(play_moves([c.RemoveScene(**ME, scene_id="scene_1"), close(save=False)]))
    assert (json_of(row["screenplay"]), row["unsaved"], row["file_count"]) == (json_of(PLAY), False, 4)


def test_a_deleted_project_holds_nothing_and_its_name_begins_anew() -> None:
    world = play_moves([c.RemoveScene(**ME, scene_id="scene_1"), c.DeleteProject(**ME)])
    row = row_of(world)
    assert (row["deleted"], row["open"], row["unsaved"], row["position"]) == (True, False, False, 12)
    assert (row["screenplay"], row["saved"], row["files"], row["file_count"], row["size_bytes"]) == ({}, {}, [], 0, 0)
    world.ask(new(preview="preview_2"))
    row = row_of(world)
    assert (row["deleted"], row["preview"], row["file_count"], row["opened_position"]) == (False, "preview_2", 4, 0)
    assert (row["created_ms"], row["created_position"]) == (15_000, 15)


def test_a_row_as_it_comes_back_from_the_database_goes_on() -> None:
    world = play_moves([c.AddScene(**ME, scene=scene(3)), c.ModifyScene(**ME, scene_id="scene_1", duration=7.3)])
    row: Row | None = None
    for commit in world.commits:
        row = json_of(evolve_project(row, commit))
    assert row == json_of(row_of(world))


def test_what_is_no_project_gets_no_row() -> None:
    stray = replace(play_moves([]).commits[0], events=(e.ProjectOpened(),))
    assert evolve_project(None, stray) is None
