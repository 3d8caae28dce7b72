"""Faces: eyes, brows, nose, mouth and cheeks in the style and mood. The frame's unit is the head's radius."""

from __future__ import annotations

from dataclasses import dataclass

from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Patch
from services.media.local.picture.palette import Paint, mix, rgb, times
from services.media.local.picture.shapes import curve, ellipse, limb, poly

LOOK_ASIDE = 0.17
"""How far the features sit towards the side the figure looks to."""


@dataclass(frozen=True)
class Face:
    """What a face shows."""

    mood: str
    skin: Paint
    brow: Paint
    iris: Paint
    asleep: bool = False
    lashes: bool = False
    old: bool = False
    mouth: bool = True
    nose: bool = True


def draw_face(b: Brush, face: Face, head: Patch | None) -> None:
    """Everything within the outline of the head."""
    eye = b.look.eye
    _cheeks(b, face, head)
    for far in (False, True):
        _eye(b, face, far, eye)
    _brows(b, face, eye)
    if face.nose:
        _nose(b, face)
    if face.mouth:
        draw_mouth(b, face.mood, face.skin, LOOK_ASIDE + 0.03, -0.58 if b.look.eye < 1.2 else -0.6, asleep=face.asleep)


def _cheeks(b: Brush, face: Face, head: Patch | None) -> None:
    warm = mix(face.skin, "#e8505a", 0.55)
    power = {"romantic": 0.75, "happy": 0.6, "funny": 0.6, "scary": 0.1, "sad": 0.3}.get(face.mood, 0.45)
    power *= 0.55 if b.look.shading in ("soft", "film") else 1.0
    for x in (-0.46, 0.68):
        b.soft(ellipse(x, -0.36, 0.19, 0.13), paint=warm, sigma=0.09, strength=power, inside=head)


def _eye(b: Brush, face: Face, far: bool, scale: float) -> None:
    x = LOOK_ASIDE + (0.36 if far else -0.40)
    y = -0.06
    narrow = 0.86 if far else 1.0
    open_by = {"scary": 1.2, "wonder": 1.14, "tense": 0.86, "sad": 0.86, "calm": 0.95}.get(face.mood, 1.0)
    rx, ry = 0.155 * scale * narrow * (0.92 if b.look.shading == "cel" else 1.0), 0.185 * scale * open_by
    if b.look.shading in ("soft", "film"):
        rx, ry = rx * 1.18, ry * 0.9
    dark = mix(b.look.line_colour, "#2a1a16", 0.6)
    laughing = face.mood == "funny" and not face.asleep
    if face.asleep or (laughing and b.look.shading != "clay"):
        _closed(b, x, y, rx, dark, up=laughing)
        return
    white = b.fill(ellipse(x, y, rx, ry), paint="#fbfaf6", shade=False, line=0.35)
    if white is None:
        return
    look = 0.14 * rx
    iris = ry * (0.80 if b.look.shading == "cel" else 0.72 if b.look.shading == "clay" else 0.7)
    iris_x = rx * 0.80 if b.look.shading == "cel" else iris
    b.fill(ellipse(x + look, y - ry * 0.04, iris_x, iris), paint=times(face.iris, 0.62), shade=False, inside=white)
    b.fill(ellipse(x + look, y - ry * 0.22, iris_x * 0.82, iris * 0.72), paint=face.iris, shade=False, inside=white)
    b.fill(ellipse(x + look, y - ry * 0.02, iris_x * 0.52, iris * 0.54), paint="#0d0a10", shade=False, inside=white)
    b.shadow(ellipse(x, y + ry * 1.25, rx * 1.3, ry * 0.72), sigma=0.03, strength=0.28, inside=white)
    b.fill(
        ellipse(x + look - iris_x * 0.30, y + iris * 0.36, iris_x * 0.30, iris * 0.28),
        paint="#ffffff",
        glowing=True,
        line=0,
    )
    if scale > 1.2:
        b.fill(
            ellipse(x + look + iris_x * 0.34, y - iris * 0.42, iris * 0.13),
            paint="#ffffff",
            glowing=True,
            line=0,
            strength=0.85,
        )
    _lid(b, face, x, y, rx, ry, dark)


def _lid(b: Brush, face: Face, x: float, y: float, rx: float, ry: float, dark: Paint) -> None:
    thick = 0.085 if b.look.flat else 0.055
    lid = [
        (x - rx * 1.08, y + ry * 0.28),
        (x - rx * 0.5, y + ry * 0.92),
        (x + rx * 0.4, y + ry * 0.96),
        (x + rx * 1.1, y + ry * 0.34),
    ]
    b.fill(limb(lid, [thick * 0.5, thick, thick, thick * 0.7]), paint=dark, shade=False, line=0)
    if face.mood in ("sad", "tense") and b.look.eye > 0.5:
        slope = -0.3 if face.mood == "sad" else 0.25
        b.fill(
            poly(
                (x - rx * 1.2, y + ry * (0.55 + slope)),
                (x + rx * 1.2, y + ry * (0.55 - slope)),
                (x + rx * 1.2, y + ry * 1.3),
                (x - rx * 1.2, y + ry * 1.3),
            ),
            paint=times(face.skin, 0.94),
            shade=False,
            line=0,
            strength=0.0,
        )
    if face.lashes:
        for k in (0.0, 0.5):
            tip = (x + rx * (1.42 - k * 0.5), y + ry * (0.72 + k * 0.7))
            b.stroke(((x + rx * (1.0 - k * 0.45), y + ry * (0.5 + k * 0.5)), tip), dark, 0.04, ink=True)


def _closed(b: Brush, x: float, y: float, rx: float, dark: Paint, *, up: bool) -> None:
    bow = 0.16 if up else -0.12
    b.fill(
        limb([(x - rx * 1.1, y), (x, y + bow), (x + rx * 1.1, y)], [0.04, 0.075, 0.04]), paint=dark, shade=False, line=0
    )


def _brows(b: Brush, face: Face, eye: float) -> None:
    inner, outer, lift = {
        "sad": (0.12, -0.10, 0.0),
        "scary": (0.14, -0.06, 0.1),
        "tense": (-0.11, 0.08, -0.04),
        "wonder": (0.05, 0.0, 0.12),
        "happy": (0.02, -0.03, 0.05),
        "funny": (0.05, 0.0, 0.09),
        "romantic": (0.05, -0.04, 0.04),
    }.get(face.mood, (0.0, -0.03, 0.0))
    y = -0.06 + 0.19 * eye + 0.17 + lift
    thick = {"ink": 0.12, "cel": 0.065, "clay": 0.12}.get(b.look.shading, 0.085)
    for far in (False, True):
        x, away = LOOK_ASIDE + (0.36 if far else -0.40), 1 if far else -1
        a = (x - away * 0.17, y + inner)
        c = (x + away * 0.2, y + outer)
        middle = ((a[0] + c[0]) / 2, (a[1] + c[1]) / 2 + 0.05)
        b.fill(limb([a, middle, c], [thick, thick, thick * 0.45]), paint=face.brow, shade=False, line=0)


def _nose(b: Brush, face: Face) -> None:
    x = LOOK_ASIDE + 0.06
    warm = mix(times(face.skin, 0.78), "#c05040", 0.22)
    if b.look.shading == "clay":
        b.fill(ellipse(x, -0.28, 0.115, 0.095), paint=mix(face.skin, "#e0605a", 0.16), line=0)
    elif b.look.shading == "cel":
        b.stroke(((x + 0.03, -0.28), (x + 0.07, -0.33), (x + 0.0, -0.345)), warm, 0.035, ink=False)
    elif b.look.shading == "ink":
        b.stroke(((x, -0.08), (x + 0.13, -0.33), (x - 0.02, -0.36)), b.ink(), 0.05, ink=True)
    else:
        b.soft(
            curve((x - 0.06, 0.0), (x + 0.0, -0.14), (x - 0.03, -0.3), (x - 0.13, -0.28)),
            paint=warm,
            sigma=0.035,
            strength=0.45,
        )
        b.soft(ellipse(x, -0.33, 0.11, 0.04), paint=times(warm, 0.85), sigma=0.02, strength=0.65)
        b.soft(ellipse(x + 0.03, -0.24, 0.05, 0.05), paint=mix(face.skin, "#ffffff", 0.4), sigma=0.03, strength=0.5)
    if face.old:
        for side in (-0.2, 0.3):
            b.stroke(((x + side * 1.15, -0.38), (x + side * 1.45, -0.52)), times(face.skin, 0.7), 0.03, strength=0.7)


def draw_mouth(
    b: Brush, mood: str, skin: Paint, x: float, y: float, *, asleep: bool = False, wide: float = 1.0
) -> None:
    """A mouth about (x, y)."""
    lip = mix(times(skin, 0.55), "#8a2a30", 0.5) if not b.look.flat else mix(b.look.line_colour, "#5a1a20", 0.35)
    if b.look.shading == "ink":
        lip = rgb(b.look.line_colour)
    w = 0.24 * wide
    thick = 0.055
    if asleep:
        b.fill(limb([(x - w * 0.4, y), (x, y - 0.035), (x + w * 0.4, y)], [thick] * 3), paint=lip, shade=False, line=0)
    elif mood in ("happy", "funny"):
        _grin(b, x, y, w * (1.1 if mood == "funny" else 1.0), lip)
    elif mood in ("wonder", "scary"):
        tall = 0.15 if mood == "scary" else 0.11
        hole = b.fill(ellipse(x, y - 0.02, tall * 0.72, tall), paint="#5a1820", shade=False, line=0.4)
        b.fill(ellipse(x, y - tall, tall * 0.6, tall * 0.55), paint="#d8606a", shade=False, inside=hole)
    else:
        bow = {"sad": 0.085, "tense": 0.02, "romantic": -0.10}.get(mood, -0.075)
        lips = [(x - w, y - bow * 0.4), (x, y + bow * 0.6), (x + w, y - bow * 0.55)]
        b.fill(limb(lips, [thick * 0.5, thick * 1.1, thick * 0.5]), paint=lip, shade=False, line=0)


def _grin(b: Brush, x: float, y: float, w: float, lip: Paint) -> None:
    shape = curve(
        (x - w, y + 0.06),
        (x - w * 0.4, y + 0.02),
        (x + w * 0.4, y + 0.02),
        (x + w, y + 0.08),
        (x + w * 0.62, y - 0.15),
        (x, y - 0.215),
        (x - w * 0.64, y - 0.16),
    )
    hole = b.fill(shape, paint="#6a1a22", shade=False, line=0.5)
    b.fill(
        poly((x - w * 1.2, y + 0.1), (x + w * 1.2, y + 0.12), (x + w * 1.2, y - 0.035), (x - w * 1.2, y - 0.045)),
        paint="#fffaf2",
        shade=False,
        inside=hole,
    )
    b.fill(ellipse(x, y - 0.23, w * 0.55, 0.11), paint="#e2666a", shade=False, inside=hole)
