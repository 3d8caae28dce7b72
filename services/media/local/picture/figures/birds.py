"""Birds and owls: wings for arms. Figure frame, as in `pose`."""

from __future__ import annotations

from dataclasses import dataclass

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.figures.face import Face, draw_face
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import Colour, Paint, mix, saturate, times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly
from services.media.model import Hero

_LEG = "#e39a34"


@dataclass(frozen=True)
class _Bird:
    """What its parts share: feathers, and where the body begins and ends; `up` is how high it has jumped."""

    owl: bool
    plume: Paint
    pale: Paint
    up: float
    bottom: float
    top: float


def _bird_of(owl: bool, j: Joints, accent: Paint) -> _Bird:
    low = 0.07 if not j.pose.seated else 0.02
    return _Bird(
        owl,
        plume="#8d6a4a" if owl else saturate(mix("#4a90d0", accent, 0.0), 1.0),
        pale="#f0dfc2" if owl else "#f9f0dc",
        up=j.pose.lift,
        bottom=low + j.pose.lift,
        top=(0.97 if not j.pose.seated else 0.92) + j.pose.lift,
    )


def draw_bird(b: Brush, hero: Hero, j: Joints, face: Face, kind: str) -> None:
    """A round bird or an owl: wings for arms, a scarf in the hero's colours."""
    bird = _bird_of(kind == "owl", j, hero.accent)
    _legs(b, bird)
    _tail(b, bird)
    _wing(b, (0.20, 0.55 + bird.up), j.far_hand, times(bird.plume, 0.8))
    body = _body(b, bird)
    if bird.owl:
        _breast_feathers(b, bird, body)
        _ear_tufts(b, bird)
    else:
        _crest(b, bird)
    _scarf(b, hero, 0.52 + bird.up)
    _head(b.at(0.05, bird.top - 0.24, 0.205, turn=j.pose.tilt * 0.4), bird, face, body)
    _wing(b, (-0.24, 0.55 + bird.up), j.near_hand, times(bird.plume, 0.92))


def _legs(b: Brush, bird: _Bird) -> None:
    """Thin legs with three toes each."""
    y = bird.bottom
    for x in (-0.07, 0.09):
        b.fill(limb([(x, y + 0.12), (x + 0.01, y - 0.04)], [0.03, 0.024]), paint=_LEG)
        for toe in (-0.045, 0.015, 0.07):
            b.fill(limb([(x, y - 0.045), (x + toe, y - 0.066)], [0.022, 0.015]), paint=_LEG, line=0.7)


def _tail(b: Brush, bird: _Bird) -> None:
    y = bird.bottom
    b.fill(
        poly((-0.16, y + 0.2), (-0.42, y + 0.1), (-0.38, y + 0.02), (-0.1, y + 0.08)),
        paint=times(bird.plume, 0.75),
    )


def _body(b: Brush, bird: _Bird) -> Patch | None:
    """Body and head in one egg, with a pale belly; returns what it covers."""
    top, bottom, up = bird.top, bird.bottom, bird.up
    egg = curve(
        (0.02, top),
        (0.2, top - 0.05),
        (0.30, top - 0.25),
        (0.31, 0.36 + up),
        (0.2, bottom + 0.04),
        (0, bottom),
        (-0.2, bottom + 0.04),
        (-0.31, 0.36 + up),
        (-0.29, top - 0.25),
        (-0.18, top - 0.05),
    )
    body = b.fill(egg, paint=bird.plume)
    b.fill(ellipse(0.05, 0.30 + up, 0.21, 0.23), paint=bird.pale, inside=body, bump=0.8)
    return body


def _breast_feathers(b: Brush, bird: _Bird, body: Patch | None) -> None:
    """Rows of small arcs, every other row shifted by half."""
    for row in range(3):
        for k in range(-2, 3):
            x, y = 0.05 + k * 0.075 + 0.037 * (row % 2), 0.42 - row * 0.08 + bird.up
            arc = ellipse(x, y, 0.032, 0.03, start=200, end=340)
            b.stroke(arc, times(bird.plume, 0.9), 0.012, inside=body)


def _ear_tufts(b: Brush, bird: _Bird) -> None:
    top = bird.top
    for side in (-1, 1):
        tuft = curve((side * 0.1 + 0.02, top - 0.03), (side * 0.27, top + 0.09), (side * 0.25 + 0.02, top - 0.12))
        b.fill(tuft, paint=times(bird.plume, 0.85))


def _crest(b: Brush, bird: _Bird) -> None:
    """Three feathers that fan out backwards."""
    top = bird.top
    for k in range(3):
        spine = [(-0.01, top - 0.02), (-0.04 - 0.05 * k, top + 0.05), (-0.09 - 0.08 * k, top + 0.08 - 0.03 * k)]
        b.fill(limb(spine, [0.035, 0.03, 0.01]), paint=bird.plume, line=0.8)


def _scarf(b: Brush, hero: Hero, y: float) -> None:
    """A scarf with one hanging end and a stripe in the accent."""
    b.fill(limb([(0.1, y), (0.14, y - 0.08), (0.10, y - 0.17)], [0.05, 0.06, 0.07]), paint=times(hero.outfit, 0.9))
    b.fill(limb([(-0.29, y + 0.03), (0.03, y - 0.015), (0.3, y + 0.03)], [0.08, 0.085, 0.08]), paint=hero.outfit)
    b.stroke(((-0.28, y + 0.03), (0.03, y - 0.015), (0.29, y + 0.03)), hero.accent, 0.018)


def _head(head: Brush, bird: _Bird, face: Face, body: Patch | None) -> None:
    """Face and beak in the head's frame; an owl has pale discs about its eyes and a short beak."""
    if bird.owl:
        for x in (-0.26, 0.56):
            head.fill(ellipse(x, -0.06, 0.46, 0.48), paint=bird.pale, line=0.6)
    draw_face(head, face, body)
    tip = (0.5, -0.5) if bird.owl else (0.78, -0.36)
    head.fill(curve((0.02, -0.22), (0.24, -0.14), (0.42, -0.22), tip, (0.2, -0.62)), paint="#f0a53a", gloss=0.4)
    if face.mood in ("happy", "funny", "wonder", "scary") and not bird.owl:
        head.fill(curve((0.12, -0.5), (0.5, -0.48), (0.3, -0.78)), paint="#c96a2a", line=0.8)


def _wing(b: Brush, root: Point, hand: Point, paint: Colour) -> None:
    """A wing from its root to where the hand would be, broad in the middle."""
    x, y = hand
    dx, dy = x - root[0], y - root[1]
    wing = curve(
        (root[0], root[1] + 0.06),
        (root[0] + dx * 0.5 - dy * 0.2, root[1] + dy * 0.5 + dx * 0.2),
        (x, y),
        (x - dx * 0.12 + dy * 0.2, y - dy * 0.12 - dx * 0.2),
        (root[0] + dx * 0.5 + dy * 0.26, root[1] + dy * 0.5 - dx * 0.26),
        (root[0], root[1] - 0.06),
    )
    b.fill(wing, paint=paint)
