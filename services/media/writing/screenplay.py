"""Screenplays by a language model: the question, and the screenplay in its answer. Pure.

Ids and sums are ours: a model counts badly, so its durations are taken as proportions.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.media.local.screenplay.shots import shared_out
from services.media.local.screenplay.slug import MAX_CHARS, words_of
from services.media.local.screenplay.write import FEWEST_SCENES, MOST_SCENES, PLAIN_STYLE, SCENE_S
from services.media.writing.answers import Prose, Title, Unusable, Word, Words, parsed, written_in
from services.media.writing.asking import material, prompt
from shared.contracts import screenplay as play
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.values import LANGUAGE_CODES, Language
from shared.errors import Invalid
from shared.pricing.estimate import SCENES

SPARE_SCENES = 2
_ROLES = ("protagonist", "antagonist", "supporting")
_MOST_SHOTS = 5
_MOST_ACTIONS = 6


def _some(value: object) -> object:
    return value if isinstance(value, int | float) and 0 < value <= 36_000 else 5.0


Seconds = Annotated[float, BeforeValidator(_some)]
"""Only how it compares with the others matters; what is no duration is an ordinary one."""


class CharacterReply(BaseModel):
    """Somebody in the story."""

    model_config = ConfigDict(extra="ignore")

    name: Title
    role: Word = ""
    description: Prose = ""
    appearance: Prose = ""
    personality: Prose = ""


class ShotReply(BaseModel):
    """A shot."""

    model_config = ConfigDict(extra="ignore")

    type: Word = ""
    camera_movement: Word = ""
    duration: Seconds = 5.0
    description: Prose = ""


class SceneReply(BaseModel):
    """A scene with its shots."""

    model_config = ConfigDict(extra="ignore")

    title: Title
    description: Prose
    location: Prose = ""
    time_of_day: Word = ""
    duration: Seconds = SCENE_S
    characters: Words = []
    key_actions: list[Prose] = []
    visual_notes: Prose = ""
    shots: Annotated[list[ShotReply], Field(min_length=1)]


class ScreenplayReply(BaseModel):
    """The whole screenplay."""

    model_config = ConfigDict(extra="ignore")

    name: str = ""
    characters: Annotated[list[CharacterReply], Field(min_length=1, max_length=12)]
    scenes: list[SceneReply]


def question(asked: str, order: ScreenplayOrder) -> str:
    """What the model is asked. Raises `Invalid` for a language that we do not offer and for a wrong scene count."""
    if not asked.strip():
        raise Invalid("The prompt has no words.")
    if order.scene_count and not FEWEST_SCENES <= order.scene_count <= MOST_SCENES:
        raise Invalid(f"A screenplay has {FEWEST_SCENES} to {MOST_SCENES} scenes, not {order.scene_count}.")
    return prompt(
        "screenplay",
        prompt=material(asked),
        language=_language(order).capitalize(),
        scenes=str(scene_count(order)),
        duration=f"{_tenths(order) / 10:g}",
        style=material(order.style),
        shot_types=", ".join(get_args(play.ShotType)),
        movements=", ".join(get_args(play.CameraMovement)),
        times=", ".join(get_args(play.TimeOfDay)),
    )


def screenplay_of(asked: str, order: ScreenplayOrder, answer: str, lenient: bool = False) -> play.Screenplay:
    """The screenplay in an answer. Raises `Unusable`; `lenient` takes some scenes more or fewer, if none were asked."""
    reply = parsed(answer, ScreenplayReply)
    _check(order, reply, SPARE_SCENES if lenient and not order.scene_count else 0)
    ids = {one.name.lower(): f"char_{number}" for number, one in enumerate(reply.characters, 1)}
    style = order.style.strip() or PLAIN_STYLE
    lengths = shared_out(_tenths(order), [_weight(scene.duration) for scene in reply.scenes])
    told = list(enumerate(zip(reply.scenes, lengths, strict=True), 1))
    return play.Screenplay(
        name=_name(reply.name, asked),
        prompt=asked,
        language=_code(order),
        style=style,
        scenes=tuple(_scene(number, scene, length, ids) for number, (scene, length) in told),
        characters=_characters(reply.characters),
        sequences=tuple(_sequence(number, scene, length, style) for number, (scene, length) in told),
    )


def _check(order: ScreenplayOrder, reply: ScreenplayReply, spare: int) -> None:
    wanted, language = scene_count(order), _language(order)
    if abs(len(reply.scenes) - wanted) > spare:
        raise Unusable(f"- scenes: there must be exactly {wanted}, not {len(reply.scenes)}")
    faults = [
        f"- scenes.{index}: title and description must be written in {language.capitalize()}"
        for index, scene in enumerate(reply.scenes)
        if not written_in(language, f"{scene.title} {scene.description}")
    ]
    if faults:
        raise Unusable("\n".join(faults))


def _code(order: ScreenplayOrder) -> str:
    return order.language.strip().lower().partition("-")[0]


def _language(order: ScreenplayOrder) -> Language:
    if (code := _code(order)) not in LANGUAGE_CODES:
        raise Invalid(f"There is no screenwriter for the language {order.language!r}.")
    return LANGUAGE_CODES[code]


def scene_count(order: ScreenplayOrder) -> int:
    """How many scenes the screenplay is asked to have."""
    wished = order.scene_count or (round(order.duration_s / SCENE_S) if order.duration_s else SCENES)
    return max(FEWEST_SCENES, min(wished, MOST_SCENES))


def _tenths(order: ScreenplayOrder) -> int:
    """The whole length in tenths of a second, one at least for every scene that there may be."""
    scenes = scene_count(order)
    return max(round((order.duration_s or SCENE_S * scenes) * 10), scenes + SPARE_SCENES)


def _weight(duration_s: float) -> int:
    return max(1, round(duration_s * 10))


def _name(given: str, asked: str) -> str:
    name = "-".join(words_of(given))[:MAX_CHARS].strip("-")
    return name or f"screenplay-{hashlib.sha256(asked.encode('utf-8', 'backslashreplace')).hexdigest()[:6]}"


def _characters(replies: list[CharacterReply]) -> tuple[play.Character, ...]:
    """Exactly one is the protagonist: the first who says so, else the first."""
    lead = next((index for index, one in enumerate(replies) if one.role == _ROLES[0]), 0)
    return tuple(
        play.Character(
            id=f"char_{index + 1}", name=one.name, role=_role(one.role, index == lead), description=one.description,
            appearance=one.appearance, personality=one.personality,
        )
        for index, one in enumerate(replies)
    )  # fmt: skip


def _role(said: str, leads: bool) -> str:
    return _ROLES[0] if leads else (said if said in _ROLES[1:] else _ROLES[2])


def _scene(number: int, scene: SceneReply, tenths: int, ids: dict[str, str]) -> play.PlayScene:
    present = dict.fromkeys(found for name in scene.characters if (found := _found(name, ids)))
    return play.PlayScene(
        id=f"scene_{number}",
        number=number,
        title=scene.title,
        description=scene.description,
        location=scene.location,
        time_of_day=_one_of(scene.time_of_day, get_args(play.TimeOfDay), "day"),
        duration=tenths / 10,
        characters=tuple(present),
        key_actions=tuple(action for action in scene.key_actions if action)[:_MOST_ACTIONS],
        visual_notes=scene.visual_notes,
    )


def _found(name: str, ids: dict[str, str]) -> str:
    """The id of a character by the name or a part of it: "Maya" is Maya Chen."""
    if name in ids:
        return ids[name]
    return next((ids[full] for full in ids if set(name.split()) & set(full.split())), "")


def _sequence(number: int, scene: SceneReply, tenths: int, style: str) -> play.Sequence:
    shots = scene.shots[: min(_MOST_SHOTS, tenths)]
    lengths = shared_out(tenths, [_weight(shot.duration) for shot in shots])
    return play.Sequence(
        id=f"seq_{number}",
        scene_id=f"scene_{number}",
        total_duration=tenths / 10,
        shots=tuple(
            play.Shot(
                id=f"scene_{number}_shot_{index}",
                number=index,
                type=_one_of(shot.type, get_args(play.ShotType), "medium"),
                camera_movement=_one_of(shot.camera_movement, get_args(play.CameraMovement), "static"),
                duration=length / 10,
                description=shot.description,
                visual_style=style,
            )
            for index, (shot, length) in enumerate(zip(shots, lengths, strict=True), 1)
        ),
    )


def _one_of(word: str, words: tuple[str, ...], otherwise: str) -> str:
    return word if word in words else otherwise
