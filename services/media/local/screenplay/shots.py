"""A scene's shots, whose durations add up to the scene's to the tenth of a second. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Row
from itertools import pairwise

from services.media.local.screenplay.model import Language, shape
from services.media.local.story.dice import Dice
from services.media.local.story.template import capitalise
from shared.contracts.screenplay import PlayScene, Sequence, Shot

SHOT_S = 3.8
"""About how long a shot lasts."""

_TYPES = ("wide", "medium", "close-up", "over-the-shoulder", "extreme close-up")
_TENSE = ("wide", "point-of-view", "medium", "extreme close-up", "close-up")
_WEIGHTS = {"wide": 13, "medium": 11, "close-up": 9, "over-the-shoulder": 10, "extreme close-up": 7, "point-of-view": 9}


def shared_out(total: int, weights: Row[int]) -> list[int]:
    """A whole number in parts by weight that add up to it exactly; every part is 1 at least where that is possible."""
    whole = sum(weights)
    edges = [round(total * sum(weights[:n]) / whole) for n in range(len(weights) + 1)]
    parts = [b - a for a, b in pairwise(edges)]
    while 0 in parts and max(parts) > 1:
        parts[parts.index(max(parts))] -= 1
        parts[parts.index(0)] += 1
    return parts


def sequence(
    scene: PlayScene, tenths: int, mood: str, names: Row[str], pronoun: str, style: str, table: Language, dice: Dice
) -> Sequence:
    """The sequence of a scene of so many tenths of a second; `names` are those who are in it, the hero first."""
    count = max(1, min(5, tenths, round(tenths / 10 / SHOT_S)))
    likely = _TENSE if mood in ("tense", "scary") else _TYPES
    kinds = [kind for kind in likely if kind != "over-the-shoulder" or len(names) > 1]
    kinds = [*kinds, "medium"][:count]
    cameras = shape().cameras.get(mood) or shape().cameras["calm"]
    turn = dice.below(len(cameras))
    lengths = shared_out(tenths, [_WEIGHTS[kind] for kind in kinds])
    shots = tuple(
        Shot(
            id=f"{scene.id}_shot_{n}",
            number=n,
            type=kind,
            camera_movement=cameras[(turn + n) % len(cameras)],
            duration=length / 10,
            description=_description(kind, scene, n, names, pronoun, table),
            visual_style=style,
        )
        for n, (kind, length) in enumerate(zip(kinds, lengths, strict=True), 1)
    )
    return Sequence(id=f"seq_{scene.number}", scene_id=scene.id, total_duration=tenths / 10, shots=shots)


def _description(kind: str, scene: PlayScene, number: int, names: Row[str], pronoun: str, table: Language) -> str:
    action = scene.key_actions[max(0, number - 2) % len(scene.key_actions)]
    words = {
        "location": scene.location, "name": names[0], "other": names[1] if len(names) > 1 else names[0],
        "action": action, "he": pronoun,
    }  # fmt: skip
    pattern = table.shots.get(kind) or ("{location}" if kind in ("wide", "point-of-view") else "{name} {action}")
    return capitalise(pattern.replace("{Name}", "{name}").format(**words))
