"""How the camera moves in a clip, read from the words of a prompt. Pure."""

from __future__ import annotations

import math
import random
import re

import msgspec

from services.media.local.film.camera import View

FULL_REACH_S = 8.0
"""A clip of this length moves as far as its words say; a shorter one less far, so that it is not faster."""

_RAMP = 0.22
_GAP = r"(?:\W+\w+){0,3}?\W+"
_NOT = r"\b(?:no|not|without|never|avoid|don.?t)\b"


class Pose(msgspec.Struct, frozen=True):
    """Where the camera is: its view, and how far it has gone to the side (`orbit`) and forward (`push`).

    Both are shares of the picture's width, by which near things move more than far ones.
    """

    view: View
    orbit: float = 0.0
    push: float = 0.0


class Motion(msgspec.Struct, frozen=True):
    """A camera's way through a clip of `frames` frames; `sway` is how far a hand-held camera wanders."""

    begin: Pose
    end: Pose
    frames: int
    sway: float = 0.0
    phase: float = 0.0

    def pose(self, frame: int) -> Pose:
        """The pose at a frame from 0 to `frames - 1`."""
        t = frame / max(1, self.frames - 1)
        share = eased(t)
        a, b = self.begin, self.end
        x, y = self._wander(frame / 24)
        view = View(
            a.view.zoom * (b.view.zoom / a.view.zoom) ** share,
            _between(a.view.x, b.view.x, share) + x,
            _between(a.view.y, b.view.y, share) + y,
        )
        return Pose(view, _between(a.orbit, b.orbit, share), _between(a.push, b.push, share))

    def _wander(self, s: float) -> tuple[float, float]:
        if not self.sway:
            return 0.0, 0.0
        p = self.phase
        x = math.sin(1.9 * s + p) + 0.5 * math.sin(3.7 * s + 2.1 * p)
        y = math.sin(1.5 * s + 1.7 * p) + 0.5 * math.sin(4.3 * s + 0.6 * p)
        return self.sway * x, self.sway * y


def eased(t: float) -> float:
    """From 0 to 1: starts and ends at rest, even in between."""
    if t > 0.5:
        return 1.0 - eased(1.0 - t)
    u = min(1.0, t / _RAMP)
    way = _RAMP * (u**3 - u**4 / 2) if t < _RAMP else t - _RAMP / 2
    return way / (1.0 - _RAMP)


def read_motion(prompt: str, item: int, seed: int, frames: int, fps: int) -> Motion:
    """The motion that a prompt asks for. One that asks for none gets a gentle one, another for each item."""
    text = prompt.lower()
    dice = random.Random(f"{seed}/{item}")
    moves = _moves(text) or _unasked(item, seed)
    reach = _speed(text) * min(1.0, frames / fps / FULL_REACH_S) ** 0.7
    sway = 0.3 if "handheld" in moves else 0.0
    begin, end = _ways(moves, reach, dice)
    return Motion(begin, end, frames, sway, dice.uniform(0, 6))


def _moves(text: str) -> list[str]:
    """The moves that are named, in the order of the table; ["static"] where the camera is to stand still."""
    if re.search(rf"{_NOT}{_GAP}(?:camera|movement|motion|moving)\b", text) or re.search(_STATIC, text):
        return ["static"]
    said = re.sub(rf"{_NOT}{_GAP}\w+", " ", text)
    for way in ("right", "left"):
        other = "left" if way == "right" else "right"
        said = re.sub(rf"\b(?:from )?(?:the )?{other} to (?:the )?{way}\b", f" pan {way} ", said)
    found: list[str] = []
    for name, pattern in _WORDS:
        kinds = {one.split(" ")[0] for one in found}
        if name.split(" ")[0] not in kinds and re.search(pattern, said):
            found.append(name)
            said = re.sub(pattern, " ", said)
    return found


_STATIC = (
    r"\b(?:static|locked[- ]?(?:off|down)?|still (?:camera|shot|frame)|tripod|stationary|motionless|fixed camera)\b"
)
_RIGHT, _LEFT = (
    r"(?:to (?:the )?)?right(?:wards?)?\b(?! to left)",
    r"(?:to (?:the )?)?left(?:wards?)?\b(?! to (?:the )?right)",
)
_GO = r"\b(?:pan\w*|slid\w*|drift\w*|sweep\w*|mov\w*|turn\w*|camera)"
_SIDE = r"\b(?:truck\w*|track\w*|follow\w*)"
_TILT = r"\b(?:tilt\w*|crane\w*|boom\w*|ris\w*|pedestal|ascend\w*|look\w*)"
_IN = r"(?:in\b|into\b|forwards?\b|closer\b|towards?\b|inwards?\b)"
_OUT = r"(?:out\b|back\b|backwards?\b|away\b|outwards?\b)"
_WORDS: tuple[tuple[str, str], ...] = (
    ("push in", rf"\b(?:dolly\w*|push\w*|fly\w*|flies|glid\w*|travel\w*|mov\w*|walk\w*){_GAP}{_IN}|\bfly[- ]?through"),
    ("pull out", rf"\b(?:dolly\w*|pull\w*|fly\w*|glid\w*|mov\w*|track\w*){_GAP}{_OUT}"),
    ("zoom out", rf"\bzoom\w*(?:{_GAP}|-){_OUT}|\bwiden\w*|\breveal\w*"),
    ("zoom in", rf"\bzoom\w*(?:{_GAP}|-){_IN}|\bclose[- ]?(?:up|in)\b|\bcloser\b|\bzoom\w*"),
    ("track right", rf"{_SIDE}{_GAP}(?:{_RIGHT}|left to right)"),
    ("track left", rf"{_SIDE}{_GAP}(?:{_LEFT}|right to left)"),
    ("pan right", rf"{_GO}{_GAP}(?:{_RIGHT}|left to (?:the )?right)"),
    ("pan left", rf"{_GO}{_GAP}(?:{_LEFT}|right to (?:the )?left)"),
    ("tilt up", rf"{_TILT}{_GAP}up\w*|\b(?:crane|rising|ascend\w*)\b"),
    ("tilt down", rf"{_TILT}{_GAP}down\w*|\b(?:descend|lower)\w*"),
    ("orbit", r"\b(?:orbit\w*|arc\w*|circl\w*|rotat\w*|around|360|parallax|3d|spin\w*|revolv\w*)\b"),
    ("handheld", r"\b(?:hand-?held|shak\w*|documentary)\b"),
    ("push in", r"\b(?:dolly\w*|push\w*)\b"),
    ("track", r"\b(?:truck(?:ing)?|tracking|slid(?:e|ing)|steadicam|gimbal)\b"),
    ("pan", r"\b(?:pan|panning|pans|sweep\w*)\b"),
    ("tilt up", r"\b(?:tilt\w*)\b"),
)  # fmt: skip
_UNASKED = ("push in", "orbit", "pull out", "track right", "zoom in", "track left")


def _unasked(item: int, seed: int) -> list[str]:
    return [_UNASKED[(item + seed) % len(_UNASKED)]]


def _speed(text: str) -> float:
    if re.search(r"\b(?:fast|quick\w*|rapid\w*|dramatic\w*|whip|dynamic\w*|energetic\w*|swift\w*)\b", text):
        return 1.7
    if re.search(r"\b(?:slow\w*|subtle|subtly|gentl\w*|soft\w*|calm\w*|slight\w*)\b", text):
        return 0.55
    return 1.0


def _ways(moves: list[str], reach: float, dice: random.Random) -> tuple[Pose, Pose]:
    """Begin and end of all moves together."""
    side = dice.choice((-1, 1))
    zoom, x, y, orbit, push = [1.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    for move in moves:
        kind, _, way = move.partition(" ")
        if kind in ("zoom", "push", "pull"):
            far, near = (0, 1) if way == "in" else (1, 0)
            zoom[near] += (0.28 if kind == "zoom" else 0.22) * reach
            push[near] += 0.0 if kind == "zoom" else 0.035 * min(1.2, reach)
            zoom[far] += 0.03
        elif kind in ("pan", "track"):
            way_x = {"right": 1, "left": -1}.get(way, side)
            travel = min(0.92, 0.3 + 0.62 * reach)
            x = [-travel * way_x, travel * way_x]
            zoom = [z + 0.1 + 0.1 * min(1.7, reach) for z in zoom]
            orbit = [-0.016 * way_x * reach, 0.016 * way_x * reach] if kind == "track" else orbit
        elif kind == "tilt":
            travel = min(0.92, 0.3 + 0.62 * reach) * (1 if way == "up" else -1)
            y = [travel, -travel]
            zoom = [z + 0.1 + 0.1 * min(1.7, reach) for z in zoom]
        elif kind == "orbit":
            orbit = [-0.024 * side * min(1.3, reach), 0.024 * side * min(1.3, reach)]
            zoom = [z + 0.09 for z in zoom]
        elif kind == "handheld":
            zoom = [z + 0.05 for z in zoom]
    a, b = (Pose(View(zoom[i] + 0.01, x[i], y[i]), orbit[i], push[i]) for i in (0, 1))
    return a, b


def _between(a: float, b: float, share: float) -> float:
    return a + (b - a) * share
