"""The robot: a friendly machine with a screen for a face. Figure frame, as in `pose`."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.figures.face import Face
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.palette import times
from services.media.local.picture.shapes import Point, curve, ellipse, limb, poly, rounded
from services.media.model import Hero

_STEEL = "#b7c0cc"
_NECK = "#77818f"


def draw_robot(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    """A friendly machine with a screen for a face, painted in the hero's outfit."""
    _tube(b, j.far_root, j.far_elbow, j.far_hand, "#8c96a4", hero.accent)
    _leg(b, hero, (j.hip[0] + 0.05, j.hip[1]), j.far_knee, j.far_foot, tone=0.8)
    _leg(b, hero, (j.hip[0] + -0.05, j.hip[1]), j.near_knee, j.near_foot, tone=0.95)
    base, shoulder, top = j.hip[1] - 0.05, j.shoulder[0], j.shoulder[1] + 0.01
    body = _shell(b, hero, j.hip[0], base, shoulder, top)
    _panel(b, hero, shoulder, top, body)
    b.fill(
        limb([(shoulder - 0.2, base + 0.055), (shoulder + 0.2, base + 0.055)], [0.022] * 2),
        paint=times(hero.outfit, 0.72),
        inside=body,
    )
    _rivets(b, hero, shoulder, top)
    radius = j.build.head * 0.98
    b.fill(limb([(shoulder, top), (j.head[0], j.head[1] - radius * 0.7)], [0.06, 0.05]), paint=_NECK, gloss=0.5)
    _head(b.at(j.head[0], j.head[1], radius, turn=j.pose.tilt), hero, face)
    _tube(b, j.near_root, j.near_elbow, j.near_hand, _STEEL, hero.accent)


def _leg(b: Brush, hero: Hero, hip: Point, knee: Point, foot: Point, *, tone: float) -> None:
    """A pipe with a round joint and a boot."""
    b.fill(limb([hip, knee, foot], [0.05, 0.045, 0.045]), paint=times(_STEEL, tone), gloss=0.5)
    b.fill(ellipse(knee[0], knee[1], 0.032), paint=hero.accent, line=0.7)
    x, y = foot
    boot = curve(
        (x - 0.06, y - 0.035),
        (x - 0.055, y + 0.02),
        (x, y + 0.04),
        (x + 0.07, y + 0.015),
        (x + 0.085, y - 0.035),
    )
    b.fill(boot, paint=hero.outfit, gloss=0.5)


def _shell(b: Brush, hero: Hero, x: float, base: float, shoulder: float, top: float) -> Patch | None:
    """The barrel of the body, from the hip at `x` to the shoulders; returns what it covers."""
    barrel = curve(
        (x - 0.12, base + 0.02),
        (shoulder - 0.15, (base + top) / 2),
        (shoulder - 0.13, top),
        (shoulder, top + 0.025),
        (shoulder + 0.13, top),
        (shoulder + 0.15, (base + top) / 2),
        (x + 0.12, base + 0.02),
        (x, base - 0.02),
    )
    return b.fill(barrel, paint=hero.outfit, gloss=0.6)


def _panel(b: Brush, hero: Hero, x: float, top: float, body: Patch | None) -> None:
    """A dark panel on the chest with three lamps."""
    b.fill(rounded(x - 0.03, top - 0.17, x + 0.105, top - 0.06, 0.02), paint="#2b3340", line=0.7, inside=body)
    for k, lamp in enumerate(("#ff6b5e", hero.accent, "#63e0a0")):
        b.fill(ellipse(x + 0.04 * k, top - 0.115, 0.014), paint=lamp, glowing=True, line=0)


def _rivets(b: Brush, hero: Hero, x: float, top: float) -> None:
    for k in range(3):
        b.fill(ellipse(x - 0.09, top - 0.05 - 0.05 * k, 0.009), paint=times(hero.outfit, 0.6), shade=False, line=0)


def _tube(b: Brush, root: Point, elbow: Point, hand: Point, paint: str, accent: str) -> None:
    """An arm with a two-fingered grip that points along the forearm."""
    b.fill(limb([root, elbow, hand], [0.045, 0.04, 0.04]), paint=paint, gloss=0.5)
    b.fill(ellipse(root[0], root[1], 0.042), paint=accent, gloss=0.4)
    b.fill(ellipse(elbow[0], elbow[1], 0.028), paint=times(paint, 0.85), line=0.7)
    dx, dy = hand[0] - elbow[0], hand[1] - elbow[1]
    size = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    ux, uy = dx / size, dy / size
    for side in (-1, 1):
        tip = (hand[0] + ux * 0.05 - side * uy * 0.012, hand[1] + uy * 0.05 + side * ux * 0.012)
        mid = (hand[0] + ux * 0.022 - side * uy * 0.034, hand[1] + uy * 0.022 + side * ux * 0.034)
        b.fill(limb([hand, mid, tip], [0.02, 0.02, 0.014]), paint="#6b7482", line=0.7)


def _head(b: Brush, hero: Hero, face: Face) -> None:
    """Aerial, ear caps, case and screen, in the head's frame."""
    b.fill(limb([(0.0, 0.8), (0.05, 1.35)], [0.1, 0.07]), paint=_NECK)
    b.fill(ellipse(0.05, 1.42, 0.15), paint=hero.accent, gloss=0.8)
    b.glow(0.05, 1.42, 0.5, hero.accent, 0.25)
    for x in (-1.12, 1.12):
        b.fill(rounded(x - 0.16, -0.3, x + 0.16, 0.34, 0.12), paint=hero.outfit)
    b.fill(rounded(-1.1, -0.86, 1.12, 0.92, 0.42), paint="#c5cdd8", gloss=0.5)
    glass = b.fill(rounded(-0.76, -0.62, 0.98, 0.66, 0.3), paint="#122033", gloss=0.6, line=0.7)
    _screen_face(b, face)
    glare = poly((-0.7, 0.6), (-0.2, 0.66), (-0.62, -0.4), (-0.8, -0.3))
    b.fill(glare, paint="#ffffff", glowing=True, line=0, inside=glass, strength=0.1)


def _screen_face(b: Brush, face: Face) -> None:
    """Eyes and mouth as lit shapes, colder in dark moods."""
    light = "#8ff2ff" if face.mood not in ("scary", "tense", "sad") else "#9fc4ff"
    for x in (-0.24, 0.5):
        _screen_eye(b, face, x, light)
        b.glow(x, 0.08, 0.4, light, 0.22)
    bow = {"sad": 0.1, "scary": 0.06, "tense": 0.0}.get(face.mood, -0.1)
    smile = limb([(-0.08, -0.3 - bow * 0.3), (0.13, -0.33 + bow), (0.34, -0.3 - bow * 0.3)], [0.06, 0.08, 0.06])
    b.fill(smile, paint=light, glowing=True, line=0)


def _screen_eye(b: Brush, face: Face, x: float, light: str) -> None:
    """An arc, upwards when glad and downwards asleep, or an open eye with a glint."""
    if face.asleep or face.mood in ("funny", "happy", "romantic"):
        up = -1 if face.asleep else 1
        arc = [(x - 0.2, 0.1 - 0.08 * up), (x, 0.1 + 0.12 * up), (x + 0.2, 0.1 - 0.08 * up)]
        b.fill(limb(arc, [0.09, 0.11, 0.09]), paint=light, glowing=True, line=0)
        return
    tall = 0.28 if face.mood in ("scary", "wonder") else 0.2
    b.fill(ellipse(x, 0.08, 0.155, tall), paint=light, glowing=True, line=0)
    b.fill(ellipse(x + 0.05, 0.15, 0.05), paint="#ffffff", glowing=True, line=0)
