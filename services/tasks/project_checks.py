"""What a project's content must be like: every part is checked and brought to tenths of a second. Pure.

Everything here raises `Invalid` with a sentence for the user.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from services.tasks.shots import checked_duration, fitted
from shared.contracts import screenplay as s
from shared.errors import Invalid

NAME_CHARS = 63
ID_CHARS = 64
MOST_SCENES = 100
MOST_SHOTS = 200
MOST_ITEMS = 100
LINE_CHARS = 200
TEXT_CHARS = 5_000
MOST_BYTES = 800_000  # an event has to fit into a message of the bus
HIGHEST_NUMBER = 10_000

_NAME = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{NAME_CHARS - 1}}}")
_ID = re.compile(r"[A-Za-z0-9_-]+")
_ROOM_CHARS = 16  # a scene's id begins the ids of its shots


def is_name(name: str) -> bool:
    """Whether a project may be called that."""
    return _NAME.fullmatch(name) is not None


def settled(play: s.Screenplay) -> s.Screenplay:
    """A whole screenplay with its scenes in order of their numbers, one sequence each, and times that add up."""
    if not is_name(play.name):
        raise Invalid("A project's name is lower-case letters, digits and dashes, 63 at most.")
    cast = tuple(checked_character(one) for one in play.characters)
    _unique("character id", (one.id for one in cast))
    scenes = tuple(sorted((checked_scene(one, cast) for one in play.scenes), key=lambda one: one.number))
    check_scenes(scenes)
    by_scene = {one.scene_id: one for one in play.sequences}
    if len(play.sequences) != len(scenes) or by_scene.keys() != {one.id for one in scenes}:
        raise Invalid("Every scene needs one sequence of its own.")
    sequences = tuple(_settled_sequence(by_scene[scene.id], scene) for scene in scenes)
    check_sequences(sequences)
    return checked_size(replace(play, scenes=scenes, characters=cast, sequences=sequences))


def _settled_sequence(sequence: s.Sequence, scene: s.PlayScene) -> s.Sequence:
    total_s = checked_duration(f"Sequence {sequence.id}", sequence.total_duration)
    if total_s != scene.duration:
        raise Invalid(f"Sequence {sequence.id} lasts {total_s} seconds, but its scene {scene.duration}.")
    return replace(sequence, total_duration=total_s, shots=fitted(checked_shots(sequence.shots), total_s))


def checked_size(play: s.Screenplay) -> s.Screenplay:
    """A screenplay whose texts are not too long together."""
    if len(msgspec.json.encode(play)) > MOST_BYTES:
        raise Invalid(f"The texts of a project have {MOST_BYTES // 1000} kB together at most.")
    return play


def check_scenes(scenes: Sequence[s.PlayScene]) -> None:
    """Checks them beside each other."""
    if not 1 <= len(scenes) <= MOST_SCENES:
        raise Invalid(f"A project has 1 to {MOST_SCENES} scenes.")
    _unique("scene id", (one.id for one in scenes))
    _unique("scene number", (one.number for one in scenes))


def check_sequences(sequences: Sequence[s.Sequence]) -> None:
    """Checks them beside each other."""
    _unique("sequence id", (one.id for one in sequences))
    _unique("shot id", (shot.id for one in sequences for shot in one.shots))


def checked_scene(scene: s.PlayScene, cast: Sequence[s.Character]) -> s.PlayScene:
    """A scene by itself, and that everybody in it is in the cast."""
    _check_id("scene id", scene.id, ID_CHARS - _ROOM_CHARS)
    if not 1 <= scene.number <= HIGHEST_NUMBER:
        raise Invalid(f"A scene's number is 1 to {HIGHEST_NUMBER}.")
    _check_words("The scene's title", scene.title, LINE_CHARS, needed=True)
    _check_words("The scene's description", scene.description, TEXT_CHARS)
    _check_words("The scene's location", scene.location, LINE_CHARS)
    _check_words("The scene's time_of_day", scene.time_of_day, LINE_CHARS)
    _check_words("The scene's visual_notes", scene.visual_notes, TEXT_CHARS)
    _check_list("characters", scene.characters)
    _check_list("key_actions", scene.key_actions)
    for action in scene.key_actions:
        _check_words("A key action", action, TEXT_CHARS, needed=True)
    _check_cast(scene.characters, cast)
    return replace(scene, duration=checked_duration("A scene", scene.duration))


def _check_cast(ids: tuple[str, ...], cast: Sequence[s.Character]) -> None:
    known = {one.id for one in cast}
    unknown = next((one for one in ids if one not in known), None)
    if unknown is not None:
        raise Invalid(f"Unknown character id '{unknown[:LINE_CHARS]}'.")
    _unique("character id", ids)


def checked_character(character: s.Character) -> s.Character:
    """A character by itself."""
    _check_id("character id", character.id)
    _check_words("The character's name", character.name, LINE_CHARS, needed=True)
    _check_words("The character's role", character.role, LINE_CHARS, needed=True)
    _check_words("The character's description", character.description, TEXT_CHARS)
    _check_words("The character's appearance", character.appearance, TEXT_CHARS)
    _check_words("The character's personality", character.personality, TEXT_CHARS)
    return character


def checked_shots(shots: Sequence[s.Shot]) -> tuple[s.Shot, ...]:
    """The shots of one sequence in order of their numbers. Whether they add up is not looked at."""
    if not 1 <= len(shots) <= MOST_SHOTS:
        raise Invalid(f"A sequence has 1 to {MOST_SHOTS} shots.")
    for shot in shots:
        _check_shot(shot)
    _unique("shot id", (shot.id for shot in shots))
    _unique("shot number", (shot.number for shot in shots))
    return tuple(sorted(shots, key=lambda shot: shot.number))


def _check_shot(shot: s.Shot) -> None:
    _check_id("shot id", shot.id)
    if not 1 <= shot.number <= HIGHEST_NUMBER:
        raise Invalid(f"A shot's number is 1 to {HIGHEST_NUMBER}.")
    _check_words("A shot's type", shot.type, LINE_CHARS, needed=True)
    _check_words("A shot's camera_movement", shot.camera_movement, LINE_CHARS, needed=True)
    _check_words("A shot's description", shot.description, TEXT_CHARS)
    _check_words("A shot's visual_style", shot.visual_style, TEXT_CHARS)
    checked_duration("A shot", shot.duration)


def _check_id(what: str, value: str, most_chars: int = ID_CHARS) -> None:
    if not _ID.fullmatch(value) or len(value) > most_chars:
        raise Invalid(f"A {what} is 1 to {most_chars} letters, digits, dashes and underscores.")


def _check_words(what: str, value: str, most_chars: int, *, needed: bool = False) -> None:
    if needed and not value.strip():
        raise Invalid(f"{what} must not be empty.")
    if len(value) > most_chars:
        raise Invalid(f"{what} has {most_chars} characters at most.")


def _check_list(what: str, values: tuple[str, ...]) -> None:
    if len(values) > MOST_ITEMS:
        raise Invalid(f"A scene has {MOST_ITEMS} {what} at most.")


def _unique(what: str, values: Iterable[str | int]) -> None:
    seen: set[str | int] = set()
    for value in values:
        if value in seen:
            raise Invalid(f"The {what} '{value}' is there twice; each may be used once.")
        seen.add(value)
