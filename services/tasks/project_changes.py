"""The rules of changes to an open project's screenplay: what may change, and what follows from it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from services.tasks.project_checks import (
    MOST_SCENES,
    check_scenes,
    check_sequences,
    checked_character,
    checked_scene,
    checked_shots,
)
from services.tasks.shots import checked_duration, first_shots, fitted, stretched
from shared.contracts import commands as c
from shared.contracts import events as e
from shared.contracts import screenplay as s
from shared.errors import Invalid, NotFound

T = TypeVar("T", s.PlayScene, s.Character, s.Sequence)
Change = c.AddScene | c.ModifyScene | c.RemoveScene | c.ModifyCharacter | c.ModifySequence

_SEQUENCE_ID = re.compile(r"seq_(\d{1,9})")


def change(request: Change, play: s.Screenplay) -> Sequence[e.Event]:
    """What a change makes happen to a screenplay."""
    match request:
        case c.AddScene(scene=scene):
            return _add_scene(scene, play)
        case c.ModifyScene():
            return _modify_scene(request, play)
        case c.RemoveScene(scene_id=scene_id):
            return _remove_scene(scene_id, play)
        case c.ModifyCharacter():
            return _modify_character(request, play)
        case _:
            return _modify_sequence(request, play)


def _add_scene(asked: s.PlayScene, play: s.Screenplay) -> Sequence[e.Event]:
    scene = checked_scene(asked, play.characters)
    if len(play.scenes) >= MOST_SCENES:
        raise Invalid(f"A project has {MOST_SCENES} scenes at most.")
    check_scenes((*play.scenes, scene))
    taken = [int(found[1]) for one in play.sequences if (found := _SEQUENCE_ID.fullmatch(one.id))]
    sequence = s.Sequence(
        id=f"seq_{max(taken, default=0) + 1}",
        scene_id=scene.id,
        total_duration=scene.duration,
        shots=first_shots(scene, play.style),
    )
    check_sequences((*play.sequences, sequence))
    return (e.SceneAdded(scene=scene, sequence=sequence),)


def _modify_scene(asked: c.ModifyScene, play: s.Screenplay) -> Sequence[e.Event]:
    old = _find(play.scenes, asked.scene_id, "Scene")
    scene = checked_scene(replace(old, **_given(asked, "scene_id")), play.characters)
    if scene == old:
        return ()
    if scene.duration == old.duration:
        return (e.SceneModified(scene=scene),)
    sequence = _sequence_of(play, scene.id)
    longer = replace(sequence, total_duration=scene.duration, shots=stretched(sequence.shots, scene.duration))
    return e.SceneModified(scene=scene), e.SequenceModified(sequence=longer)


def _remove_scene(scene_id: str, play: s.Screenplay) -> Sequence[e.Event]:
    _find(play.scenes, scene_id, "Scene")
    if len(play.scenes) == 1:
        raise Invalid("A project keeps at least one scene.")
    return (e.SceneRemoved(scene_id=scene_id),)


def _modify_character(asked: c.ModifyCharacter, play: s.Screenplay) -> Sequence[e.Event]:
    old = _find(play.characters, asked.character_id, "Character")
    character = checked_character(replace(old, **_given(asked, "character_id")))
    return () if character == old else (e.CharacterModified(character=character),)


def _modify_sequence(asked: c.ModifySequence, play: s.Screenplay) -> Sequence[e.Event]:
    old = _find(play.sequences, asked.sequence_id, "Sequence")
    wanted_s = old.total_duration if asked.total_duration is None else asked.total_duration
    total_s = checked_duration("A sequence", wanted_s)
    shots = stretched(old.shots, total_s) if asked.shots is None else fitted(checked_shots(asked.shots), total_s)
    sequence = replace(old, total_duration=total_s, shots=shots)
    if sequence == old:
        return ()
    check_sequences(_with(play.sequences, sequence))
    if total_s == old.total_duration:
        return (e.SequenceModified(sequence=sequence),)
    scene = replace(_find(play.scenes, old.scene_id, "Scene"), duration=total_s)
    return e.SceneModified(scene=scene), e.SequenceModified(sequence=sequence)


def _sequence_of(play: s.Screenplay, scene_id: str) -> s.Sequence:
    return next(one for one in play.sequences if one.scene_id == scene_id)


def _find(parts: tuple[T, ...], part_id: str, what: str) -> T:
    found = next((one for one in parts if one.id == part_id), None)
    if found is None:
        raise NotFound(f"{what} not found")
    return found


def _given(asked: c.ProjectCommand, key: str) -> dict[str, object]:
    """The fields that a request wants to change."""
    fields = set(asked.__struct_fields__) - {"owner", "project", key}
    return {name: value for name in sorted(fields) if (value := getattr(asked, name)) is not None}


def changed(play: s.Screenplay, event: e.Event) -> s.Screenplay:
    """A screenplay after one more event; those that are not about it change nothing."""
    match event:
        case e.SceneAdded(scene=scene, sequence=sequence):
            return _ordered(play, (*play.scenes, scene), (*play.sequences, sequence))
        case e.SceneModified(scene=scene):
            return replace(play, scenes=_with(play.scenes, scene))
        case e.SceneRemoved(scene_id=gone):
            scenes = tuple(one for one in play.scenes if one.id != gone)
            return _ordered(play, scenes, tuple(one for one in play.sequences if one.scene_id != gone))
        case e.CharacterModified(character=character):
            return replace(play, characters=_with(play.characters, character))
        case e.SequenceModified(sequence=sequence):
            return replace(play, sequences=_with(play.sequences, sequence))
        case _:
            return play


def _with(parts: tuple[T, ...], part: T) -> tuple[T, ...]:
    return tuple(part if one.id == part.id else one for one in parts)


def _ordered(play: s.Screenplay, scenes: tuple[s.PlayScene, ...], sequences: tuple[s.Sequence, ...]) -> s.Screenplay:
    """Scenes by number, sequences in the order of their scenes."""
    in_order = tuple(sorted(scenes, key=lambda one: one.number))
    place = {scene.id: index for index, scene in enumerate(in_order)}
    return replace(play, scenes=in_order, sequences=tuple(sorted(sequences, key=lambda one: place[one.scene_id])))
