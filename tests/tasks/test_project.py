"""The rules of a project, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from services.tasks.project import PROJECT, NameTaken
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.screenplay import Screenplay
from shared.errors import Invalid, NotFound, OutOfOrder
from tests.spec import Spec
from tests.tasks.project_world import (
    CREATED,
    FILES,
    ME,
    OPENED,
    PLAY,
    close,
    new,
    scene,
)

OPEN, DELETE = c.OpenProject(**ME), c.DeleteProject(**ME)
RETITLED = e.SceneModified(scene=scene(1, title="Dusk"))


def given(*past: e.Event) -> Spec:
    return Spec(PROJECT, *past)


CHANGES = (
    c.AddScene(**ME, scene=scene(3)),
    c.ModifyScene(**ME, scene_id="scene_1", title="x"),
    c.RemoveScene(**ME, scene_id="scene_1"),
    c.ModifyCharacter(**ME, character_id="char_1", name="x"),
    c.ModifySequence(**ME, sequence_id="seq_1"),
)


def test_a_preview_becomes_a_project_once() -> None:
    given().when(new()).then(CREATED)
    given(CREATED).when(new()).nothing()
    given(*OPENED, RETITLED).when(new()).nothing()


def test_a_living_projects_name_is_taken_for_other_previews() -> None:
    given(CREATED).when(new(preview="preview_2")).refused(NameTaken, "Another project has this name")


def test_a_deleted_projects_name_is_free_again() -> None:
    gone = given(*OPENED, RETITLED, e.ProjectDeleted())
    gone.when(new(preview="preview_2")).then(replace(CREATED, preview="preview_2"))
    gone.when(new()).then(CREATED)
    again = given(*OPENED, RETITLED, e.ProjectDeleted(), CREATED)
    assert (again.state.open, again.state.unsaved, again.state.screenplay) == (False, False, PLAY)


def test_opening_and_closing() -> None:
    given(CREATED).when(OPEN).then(e.ProjectOpened())
    given(*OPENED).when(OPEN).nothing()
    given(*OPENED).when(close(save=True)).then(e.ProjectClosed())
    given(*OPENED).when(close(save=False)).then(e.ProjectClosed())
    given(CREATED).when(close(save=True)).nothing()
    given(*OPENED, e.ProjectClosed()).when(OPEN).then(e.ProjectOpened())


def test_closing_with_changes_saves_or_reverts_them() -> None:
    changed = given(*OPENED, RETITLED)
    assert changed.state.unsaved
    changed.when(close(True, FILES[:1])).then(e.ProjectSaved(files=FILES[:1]), e.ProjectClosed())
    changed.when(close(False)).then(e.ProjectReverted(), e.ProjectClosed())
    saved = given(*OPENED, RETITLED, e.ProjectSaved(files=FILES[:1]), e.ProjectClosed()).state
    assert (saved.files, saved.unsaved, saved.open) == (FILES[:1], False, False)
    assert saved.screenplay is not None
    assert saved.screenplay.scenes[0].title == "Dusk"
    reverted = given(*OPENED, RETITLED, e.ProjectReverted(), e.ProjectClosed()).state
    assert (reverted.screenplay, reverted.files, reverted.unsaved) == (PLAY, FILES, False)


def test_a_change_and_its_opposite_leave_nothing_to_save() -> None:
    back = e.SceneModified(scene=PLAY.scenes[0])
    given(*OPENED, RETITLED, back).when(close(True, FILES)).then(e.ProjectClosed())


def test_a_closed_project_is_not_changed() -> None:
    for change in CHANGES:
        given(CREATED).when(change).refused(OutOfOrder, r"^Project 'haunted-mansion' is not open; open it first$")


def test_deleting() -> None:
    given(CREATED).when(DELETE).then(e.ProjectDeleted())
    given(*OPENED).when(DELETE).then(e.ProjectDeleted())
    given(CREATED, e.ProjectDeleted()).when(DELETE).nothing()


def test_an_unknown_or_deleted_project_is_not_found() -> None:
    for command in (OPEN, close(save=True), *CHANGES):
        given().when(command).refused(NotFound, r"^Project not found$")
        given(*OPENED, e.ProjectDeleted()).when(command).refused(NotFound, r"^Project not found$")
    given().when(DELETE).refused(NotFound, r"^Project not found$")


def broken(**changes: Any) -> Screenplay:
    return replace(PLAY, **changes)


def with_sequence(**changes: Any) -> Screenplay:
    return broken(sequences=(replace(PLAY.sequences[0], **changes), PLAY.sequences[1]))


@pytest.mark.parametrize(
    ("play", "message"),
    [
        (broken(name="No Slug"), "name is lower-case"),
        (broken(name="x" * 64), "name is lower-case"),
        (broken(scenes=(), sequences=()), "1 to 100 scenes"),
        (broken(scenes=(scene(1), scene(1))), "scene id 'scene_1' is there twice"),
        (broken(characters=(PLAY.characters[0],) * 2), "character id 'char_1' is there twice"),
        (broken(sequences=PLAY.sequences[:1]), "one sequence of its own"),
        (broken(sequences=(PLAY.sequences[0],) * 2), "one sequence of its own"),
        (with_sequence(id="seq_2"), "sequence id 'seq_2' is there twice"),
        (with_sequence(total_duration=11.0), "lasts 11.0 seconds, but its scene 10.0"),
        (with_sequence(shots=PLAY.sequences[0].shots[:2]), "8.0 seconds together, but total_duration is 10.0"),
        (broken(prompt="x" * 800_001), "800 kB"),
    ],
)
def test_a_broken_screenplay_becomes_no_project(play: Screenplay, message: str) -> None:
    given().when(new(play)).refused(Invalid, message)


def test_a_new_project_is_put_in_order() -> None:
    rough = broken(
        scenes=(PLAY.scenes[1], replace(PLAY.scenes[0], duration=10.01)),
        sequences=(replace(PLAY.sequences[0], total_duration=9.99), PLAY.sequences[1]),
    )
    given().when(new(rough)).then(CREATED)


def test_events_of_others_change_nothing() -> None:
    foreign: tuple[e.Event, ...] = (e.AccountRegistered(username="u"), RETITLED)
    assert PROJECT.evolve(PROJECT.initial, foreign[0]) == PROJECT.initial
    assert PROJECT.evolve(PROJECT.initial, foreign[1]) == PROJECT.initial
    assert PROJECT.evolve(given(*OPENED).state, foreign[0]) == given(*OPENED).state
