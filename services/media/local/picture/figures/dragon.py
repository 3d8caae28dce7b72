"""The dragon. Figure frame, as in `pose`."""

from __future__ import annotations

from dataclasses import dataclass

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.face import Face, draw_face, draw_mouth
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly
from services.media.model import Hero


@dataclass(frozen=True)
class _Dragon:
    """What its parts share. `up` is how high it has jumped, `low` how far it has sat down, `fly` how far tail and
    wings trail behind."""

    scale: Paint
    belly: Paint
    accent: Paint
    up: float
    low: float
    fly: float

    def body(self, x: float, y: float) -> Point:
        """A point of the trunk, which sinks when the dragon sits; tail tip and wing tips do not."""
        return x, y + self.up - self.low


def draw_dragon(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    """A small plump dragon in a scarf: scales in the hero's outfit colour, belly and horns in the accent's."""
    d = _Dragon(
        scale=hero.outfit,
        belly=mix(hero.accent, "#fff2cf", 0.5),
        accent=hero.accent,
        up=j.pose.lift,
        low=0.08 if j.pose.seated else 0.0,
        fly=0.1 * j.pose.swing,
    )
    _tail(b, d)
    _wing(b, d)
    b.fill(limb([d.body(0.12, 0.52), j.far_elbow, j.far_hand], [0.09, 0.075, 0.06]), paint=times(d.scale, 0.85))
    _leg(b, d, j.far_foot, 0.08, leg_tone=0.85, foot_tone=0.9)
    _leg(b, d, j.near_foot, -0.08, leg_tone=0.95, foot_tone=1.0)
    _trunk(b, d)
    x, y = d.body(0.05, 0.76)
    _dragon_head(b.at(x, y, 0.2, turn=j.pose.tilt * 0.6), hero, face)
    b.fill(limb([d.body(-0.13, 0.52), j.near_elbow, j.near_hand], [0.1, 0.08, 0.065]), paint=d.scale)


def _tail(b: Brush, d: _Dragon) -> None:
    """A tail that lifts towards its pointed end."""
    up, fly = d.up, d.fly
    spine = [d.body(-0.12, 0.26), (-0.3, 0.13 + up), (-0.42 - fly, 0.17 + up), (-0.5 - fly, 0.3 + up)]
    b.fill(limb(spine, [0.2, 0.13, 0.08, 0.02]), paint=d.scale)
    b.fill(poly((-0.56 - fly, 0.27 + up), (-0.49 - fly, 0.4 + up), (-0.42 - fly, 0.29 + up)), paint=d.accent)


def _wing(b: Brush, d: _Dragon) -> None:
    """One spread wing with three bones; the other is hidden behind the body."""
    up, fly = d.up, d.fly
    shoulder, wrist = d.body(-0.1, 0.6), (-0.3, 0.86 + up + fly)
    upper, middle, lower = (-0.5, 0.92 + up + fly), (-0.53, 0.64 + up), (-0.38, 0.47 + up)
    skin = poly(shoulder, wrist, upper, (-0.46, 0.74 + up), middle, (-0.4, 0.58 + up), lower, d.body(-0.22, 0.5))
    b.fill(skin, paint=mix(d.accent, d.scale, 0.25))
    for bone in ((wrist, upper), (wrist, middle), (shoulder, lower)):
        b.stroke(bone, times(d.scale, 0.8), 0.014)


def _leg(b: Brush, d: _Dragon, foot: Point, hip_x: float, *, leg_tone: float, foot_tone: float) -> None:
    """A stout leg, a foot and three claws."""
    b.fill(limb([d.body(hip_x, 0.26), foot], [0.17, 0.12]), paint=times(d.scale, leg_tone))
    x, y = foot
    paw = curve((x - 0.08, y - 0.035), (x - 0.05, y + 0.03), (x + 0.06, y + 0.03), (x + 0.14, y - 0.035))
    b.fill(paw, paint=times(d.scale, foot_tone))
    for k in range(3):
        b.fill(ellipse(x + 0.05 + 0.035 * k, y - 0.025, 0.014), paint="#fff6e0", shade=False, line=0.5)


def _trunk(b: Brush, d: _Dragon) -> None:
    """The pear of the body, its belly and the folds across it."""
    pear = (
        (0.02, 0.66),
        (0.15, 0.55),
        (0.23, 0.32),
        (0.14, 0.14),
        (-0.04, 0.11),
        (-0.2, 0.16),
        (-0.23, 0.34),
        (-0.13, 0.56),
    )
    trunk = b.fill(curve(*(d.body(x, y) for x, y in pear)), paint=d.scale)
    b.fill(ellipse(*d.body(0.1, 0.33), 0.14, 0.2), paint=d.belly, inside=trunk, bump=0.8)
    for k in range(4):
        drop = 0.075 * k
        fold = (d.body(-0.1, 0.44 - drop), d.body(0.1, 0.425 - drop), d.body(0.3, 0.44 - drop))
        b.stroke(fold, times(d.belly, 0.78), 0.012, inside=trunk, strength=0.8)


def _dragon_head(b: Brush, hero: Hero, face: Face) -> None:
    """The head in its own frame: crest and horns behind, then skull, face and snout."""
    scale = hero.outfit
    for x, y in ((-0.62, 0.62), (-0.98, 0.2), (-1.0, -0.3)):
        b.fill(poly((x - 0.05, y + 0.26), (x - 0.42, y + 0.2), (x - 0.05, y - 0.2)), paint=hero.accent)
    for x in (-0.3, 0.42):
        b.fill(limb([(x, 0.78), (x - 0.06, 1.12), (x - 0.24, 1.42)], [0.24, 0.16, 0.03]), paint="#fff0cf")
    skull = curve(
        (-0.1, 1.0),
        (0.6, 0.84),
        (0.94, 0.3),
        (1.3, -0.12),
        (1.34, -0.5),
        (0.9, -0.82),
        (0.1, -0.92),
        (-0.6, -0.78),
        (-1.0, -0.2),
        (-0.84, 0.62),
    )
    b.fill(skull, paint=scale)
    b.fill(ellipse(0.72, -0.46, 0.62, 0.38), paint=mix(scale, "#fff6d8", 0.28), line=0)
    # The dragon's own nose and mouth sit on the snout, further out than a face's.
    quiet = Face(face.mood, face.skin, face.brow, face.iris, asleep=face.asleep, mouth=False, nose=False)
    draw_face(b.at(-0.02, 0.14, 1.0), quiet, None)
    _snout(b, scale, face)


def _snout(b: Brush, scale: Paint, face: Face) -> None:
    """Nostrils, mouth and one tooth."""
    for x in (0.98, 1.2):
        b.fill(ellipse(x, -0.26, 0.05, 0.035), paint=times(scale, 0.4), shade=False, line=0)
    draw_mouth(b, face.mood, times(scale, 0.8), 0.72, -0.56, asleep=face.asleep, wide=1.7)
    b.fill(poly((0.36, -0.6), (0.5, -0.6), (0.43, -0.78)), paint="#ffffff", shade=False, line=0.4)
