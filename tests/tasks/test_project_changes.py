"""The rules of changes to an open project, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from services.tasks.project import PROJECT
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts.screenplay import PlayScene
from shared.errors import Invalid, NotFound
from tests.spec import Spec
from tests.tasks.project_world import (
    CREATED,
    ME,
    OPENED,
    PLAY,
    assert_valid,
    scene,
    sequence,
    shot,
)


def given(*past: e.Event) -> Spec:
    return Spec(PROJECT, *past)


def add(made: PlayScene) -> c.AddScene:
    return c.AddScene(**ME, scene=made)


def modify(scene_id: str = "scene_1", **changes: Any) -> c.ModifyScene:
    return c.ModifyScene(**ME, scene_id=scene_id, **changes)


def resequence(sequence_id: str = "seq_1", **changes: Any) -> c.ModifySequence:
    return c.ModifySequence(**ME, sequence_id=sequence_id, **changes)


def recast(character_id: str = "char_1", **changes: Any) -> c.ModifyCharacter:
    return c.ModifyCharacter(**ME, character_id=character_id, **changes)


def test_a_scene_is_added_with_a_sequence_of_its_own() -> None:
    made = scene(9, 15.0, characters=("char_1", "char_2"))
    (added,) = PROJECT.decide(add(made), given(*OPENED).state)
    assert isinstance(added, e.SceneAdded)
    assert (added.scene, added.sequence.id, added.sequence.scene_id) == (made, "seq_3", "scene_9")
    shots = added.sequence.shots
    assert [one.id for one in shots] == ["scene_9_shot_1", "scene_9_shot_2", "scene_9_shot_3"]
    assert [one.duration for one in shots] == [5.0, 5.0, 5.0]
    assert [one.description for one in shots] == ["Mansion: Rain at the gate", "knocks", "waits"]
    assert {one.visual_style for one in shots} == {"gothic horror"}
    assert len({one.type for one in shots}) == 3
    given(*OPENED).when(add(made)).then(added)
    given(*OPENED, added).when(add(made)).refused(Invalid, "scene id 'scene_9' is there twice")


def test_scenes_stay_in_order_of_their_numbers() -> None:
    spec = given(*OPENED, e.SceneRemoved(scene_id="scene_1"))
    (added,) = PROJECT.decide(add(scene(7, number=1)), spec.state)
    state = PROJECT.evolve(spec.state, added)
    assert state.screenplay is not None
    assert [one.id for one in state.screenplay.scenes] == ["scene_7", "scene_2"]
    assert [one.id for one in state.screenplay.sequences] == ["seq_3", "seq_2"]
    assert_valid(state)


def test_sequence_ids_go_on_after_the_highest_and_pass_over_other_names() -> None:
    odd = replace(PLAY, sequences=(replace(PLAY.sequences[0], id="intro"), replace(PLAY.sequences[1], id="seq_41")))
    (added,) = PROJECT.decide(add(scene(3)), given(replace(CREATED, screenplay=odd), e.ProjectOpened()).state)
    assert isinstance(added, e.SceneAdded)
    assert added.sequence.id == "seq_42"


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (scene(1, number=3), "scene id 'scene_1' is there twice"),
        (scene(3, number=2), "scene number '2' is there twice"),
        (scene(3, number=0), "number is 1 to"),
        (scene(3, number=10_001), "number is 1 to"),
        (scene(3, id=""), "scene id is 1 to 48"),
        (scene(3, id="a/b"), "scene id is"),
        (scene(3, id="x" * 49), "scene id is"),
        (scene(3, title=" "), "title must not be empty"),
        (scene(3, title="x" * 201), "title has 200 characters at most"),
        (scene(3, description="x" * 5001), "description has 5000"),
        (scene(3, key_actions=("",)), "key action must not be empty"),
        (scene(3, key_actions=("x",) * 101), "100 key_actions at most"),
        (scene(3, characters=("char_1", "char_7")), "Unknown character id 'char_7'"),
        (scene(3, characters=("char_1", "char_1")), "character id 'char_1' is there twice"),
        (scene(3, 0.0), "must last 0.1 to 3600 seconds"),
        (scene(3, -1.0), "must last"),
        (scene(3, 3600.1), "must last"),
        (scene(3, float("nan")), "must last"),
        (scene(3, float("inf")), "must last"),
        (scene(3, 0.04), "must last"),
    ],
)
def test_bad_scenes_are_refused(made: PlayScene, message: str) -> None:
    given(*OPENED).when(add(made)).refused(Invalid, message)


def test_shots_of_other_scenes_may_not_have_the_new_ones_ids() -> None:
    sneaky = replace(PLAY.sequences[0], shots=(shot("scene_3", 1, 10.0),))
    given(*OPENED, e.SequenceModified(sequence=sneaky)).when(add(scene(3))).refused(Invalid, "shot id 'scene_3_shot_1'")


def test_a_project_has_100_scenes_at_most() -> None:
    many = replace(
        PLAY,
        scenes=tuple(scene(n, 1.0) for n in range(1, 101)),
        sequences=tuple(sequence(n, 1.0) for n in range(1, 101)),
    )
    full = given(replace(CREATED, screenplay=many), e.ProjectOpened())
    full.when(add(scene(101))).refused(Invalid, "100 scenes at most")


def test_a_project_keeps_within_what_the_bus_takes() -> None:
    spec = given(*OPENED)
    long = {"key_actions": ("x" * 5000,) * 80}
    spec.when(modify("scene_1", **long)).then(e.SceneModified(scene=replace(PLAY.scenes[0], **long)))
    given(*OPENED, e.SceneModified(scene=replace(PLAY.scenes[0], **long))).when(modify("scene_2", **long)).refused(
        Invalid, "800 kB"
    )


def test_a_scene_is_changed_in_what_is_given_only() -> None:
    changed = replace(PLAY.scenes[0], title="Dusk", key_actions=())
    given(*OPENED).when(modify(title="Dusk", key_actions=())).then(e.SceneModified(scene=changed))
    given(*OPENED).when(modify(title="Scene 1")).nothing()
    given(*OPENED).when(modify()).nothing()
    given(*OPENED).when(modify("scene_9", title="x")).refused(NotFound, r"^Scene not found$")
    given(*OPENED).when(modify(title="")).refused(Invalid, "title must not be empty")
    given(*OPENED).when(modify(characters=("nobody",))).refused(Invalid, "Unknown character id 'nobody'")


def test_a_scenes_new_duration_stretches_its_shots() -> None:
    given(*OPENED).when(modify(duration=20.0)).then(
        e.SceneModified(scene=scene(1, 20.0)), e.SequenceModified(sequence=sequence(1, 10.0, 6.0, 4.0))
    )
    given(*OPENED).when(modify(duration=0.3)).then(
        e.SceneModified(scene=scene(1, 0.3)), e.SequenceModified(sequence=sequence(1, 0.1, 0.1, 0.1))
    )
    given(*OPENED).when(modify(duration=0.2)).refused(Invalid, "3 shots need at least 0.3 seconds")
    given(*OPENED).when(modify(duration=10.04)).nothing()


def test_a_scene_is_removed_with_its_sequence_but_not_the_last_one() -> None:
    gone = e.SceneRemoved(scene_id="scene_1")
    given(*OPENED).when(c.RemoveScene(**ME, scene_id="scene_1")).then(gone)
    left = given(*OPENED, gone)
    assert left.state.screenplay is not None
    assert [one.scene_id for one in left.state.screenplay.sequences] == ["scene_2"]
    left.when(c.RemoveScene(**ME, scene_id="scene_1")).refused(NotFound, r"^Scene not found$")
    left.when(c.RemoveScene(**ME, scene_id="scene_2")).refused(Invalid, "keeps at least one scene")


def test_a_character_is_changed_in_what_is_given_only() -> None:
    changed = replace(PLAY.characters[0], appearance="Red coat")
    given(*OPENED).when(recast(appearance="Red coat")).then(e.CharacterModified(character=changed))
    given(*OPENED).when(recast(name="Ada")).nothing()
    given(*OPENED).when(recast("char_9", name="x")).refused(NotFound, r"^Character not found$")
    given(*OPENED).when(recast(name="  ")).refused(Invalid, "name must not be empty")
    given(*OPENED).when(recast(role="")).refused(Invalid, "role must not be empty")


def test_a_sequences_duration_stretches_its_shots_and_the_scene() -> None:
    given(*OPENED).when(resequence(total_duration=20.0)).then(
        e.SceneModified(scene=scene(1, 20.0)), e.SequenceModified(sequence=sequence(1, 10.0, 6.0, 4.0))
    )
    given(*OPENED).when(resequence(total_duration=10.0)).nothing()
    given(*OPENED).when(resequence()).nothing()
    given(*OPENED).when(resequence("seq_9", total_duration=1.0)).refused(NotFound, r"^Sequence not found$")
    given(*OPENED).when(resequence(total_duration=0.0)).refused(Invalid, "must last")


def test_shots_must_add_up_to_the_total() -> None:
    shots = sequence(1, 6.0, 4.0).shots
    given(*OPENED).when(resequence(shots=shots)).then(e.SequenceModified(sequence=sequence(1, 6.0, 4.0)))
    given(*OPENED).when(resequence(shots=sequence(1, 6.0, 6.0).shots, total_duration=12.0)).then(
        e.SceneModified(scene=scene(1, 12.0)), e.SequenceModified(sequence=sequence(1, 6.0, 6.0))
    )
    given(*OPENED).when(resequence(shots=shots, total_duration=11.0)).refused(
        Invalid, r"last 10\.0 seconds together, but total_duration is 11\.0"
    )
    given(*OPENED).when(resequence(shots=PLAY.sequences[0].shots)).nothing()


def test_shots_that_add_up_before_rounding_do_so_after_it() -> None:
    given(*OPENED).when(resequence(shots=sequence(1, 3.33, 3.33, 3.34).shots)).then(
        e.SequenceModified(sequence=sequence(1, 3.4, 3.3, 3.3))
    )


def test_shots_are_put_in_order() -> None:
    two = sequence(1, 6.0, 4.0).shots
    given(*OPENED).when(resequence(shots=two[::-1])).then(e.SequenceModified(sequence=sequence(1, 6.0, 4.0)))


ONE = shot("scene_1", 1, 5.0)


@pytest.mark.parametrize(
    ("shots", "message"),
    [
        ((), "1 to 200 shots"),
        ((ONE,) * 201, "1 to 200 shots"),
        ((ONE, ONE), "shot id 'scene_1_shot_1' is there twice"),
        ((ONE, replace(ONE, id="other")), "shot number '1' is there twice"),
        ((replace(ONE, id="scene_2_shot_1", duration=10.0),), "shot id 'scene_2_shot_1' is there twice"),
        ((replace(ONE, id=" "),), "shot id is"),
        ((replace(ONE, number=0),), "number is 1 to"),
        ((replace(ONE, type=""),), "type must not be empty"),
        ((replace(ONE, camera_movement=""),), "camera_movement must not be empty"),
        ((replace(ONE, duration=0.0),), "must last"),
    ],
)
def test_bad_shots_are_refused(shots: tuple[Any, ...], message: str) -> None:
    given(*OPENED).when(resequence(shots=shots)).refused(Invalid, message)
