"""How a scene's time is shared out among its shots. Pure; counted in tenths of a second, so that sums are exact."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import get_args

from msgspec.structs import replace

from shared.contracts.screenplay import PlayScene, Shot, ShotType
from shared.errors import Invalid

LONGEST_S = 3600.0
SHOT_S = 5.0
BEAT_S = 1.5
MOST_SHOTS = 24

_FRAMINGS: tuple[str, ...] = get_args(ShotType)[:3]
_MOVEMENTS = ("static", "pan", "dolly", "tracking")
_TOLERANCE_S = 0.05


def tenths(duration_s: float) -> int:
    """Seconds as the nearest whole number of tenths."""
    return round(duration_s * 10)


def seconds(count: int) -> float:
    """Tenths as seconds, the way people write them: 3 gives 0.3."""
    return count / 10


def checked_duration(what: str, duration_s: float) -> float:
    """A duration to the tenth. Raises `Invalid` for one outside 0.1 to 3600 seconds."""
    if not math.isfinite(duration_s) or not 1 <= tenths(duration_s) <= tenths(LONGEST_S):
        raise Invalid(f"{what} must last 0.1 to {LONGEST_S:g} seconds.")
    return seconds(tenths(duration_s))


def length_of(shots: Sequence[Shot]) -> float:
    """How many seconds shots last together."""
    return seconds(sum(tenths(shot.duration) for shot in shots))


def fitted(shots: Sequence[Shot], total_s: float) -> tuple[Shot, ...]:
    """Shots that add up to a total, rounded to tenths without losing that: 3.33 + 3.33 + 3.34 are 10.0.

    Raises `Invalid` if they do not add up.
    """
    together_s = math.fsum(shot.duration for shot in shots)
    if abs(together_s - total_s) > _TOLERANCE_S:
        raise Invalid(f"The shots last {together_s:.1f} seconds together, but total_duration is {total_s:.1f}.")
    return stretched(shots, total_s)


def stretched(shots: Sequence[Shot], total_s: float) -> tuple[Shot, ...]:
    """The same shots in a new time, in proportion; no shot gets shorter than a tenth.

    Raises `Invalid` if the time is too short for that.
    """
    total = tenths(total_s)
    if total < len(shots):
        raise Invalid(f"{len(shots)} shots need at least {seconds(len(shots))} seconds.")
    shares = _shares([max(tenths(shot.duration), 1) for shot in shots], total)
    return tuple(replace(shot, duration=seconds(share)) for shot, share in zip(shots, shares, strict=True))


def _shares(weights: list[int], total: int) -> list[int]:
    """Whole shares in proportion, by largest remainder; what a rounding to nothing lacks, the largest gives."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    while 0 in shares:
        shares[shares.index(max(shares))] -= 1
        shares[shares.index(0)] = 1
    return shares


def first_shots(scene: PlayScene, visual_style: str) -> tuple[Shot, ...]:
    """Shots for a new scene: the place first, then its actions in order, about one for every five seconds."""
    opening = f"{scene.location}: {scene.description}" if scene.location else scene.description
    beats = [opening, *scene.key_actions]
    by_beats = min(len(beats), int(scene.duration / BEAT_S))
    count = min(max(round(scene.duration / SHOT_S), by_beats, 1), MOST_SHOTS)
    even = [_first_shot(scene, number, _beat(beats, number - 1, count), visual_style) for number in range(1, count + 1)]
    return stretched(even, scene.duration)


def _first_shot(scene: PlayScene, number: int, description: str, visual_style: str) -> Shot:
    return Shot(
        id=f"{scene.id}_shot_{number}",
        number=number,
        type=_FRAMINGS[(number - 1) % len(_FRAMINGS)],
        camera_movement=_MOVEMENTS[(number - 1) % len(_MOVEMENTS)],
        duration=SHOT_S,
        description=description,
        visual_style=visual_style,
    )


def _beat(beats: list[str], index: int, count: int) -> str:
    """What happens in one of `count` shots: several beats if there are more of them, one of several shots if fewer."""
    start = index * len(beats) // count
    end = max((index + 1) * len(beats) // count, start + 1)
    return "; ".join(beats[start:end])
