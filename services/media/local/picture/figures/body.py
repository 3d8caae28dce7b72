"""Bodies of people and of animals that walk like people: limbs, clothes, hands and shoes."""

from __future__ import annotations

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures.garments import finish_garment
from services.media.local.picture.figures.pose import Joints
from services.media.local.picture.figures.tailor import Tailor
from services.media.local.picture.figures.wardrobe import Clothes
from services.media.local.picture.palette import Paint, times
from services.media.local.picture.shapes import Outline, Point, curve, ellipse, limb, rounded


def draw_leg(b: Brush, j: Joints, c: Clothes, far: bool) -> None:
    """One leg with its shoe."""
    root = (j.hip[0] + (0.034 if far else -0.034), j.hip[1] + 0.02)
    knee, foot = (j.far_knee, j.far_foot) if far else (j.near_knee, j.near_foot)
    t = j.build.thick
    paint = times(c.legs, 0.88) if far else c.legs
    b.fill(
        limb([root, knee, foot], [t * 1.5 * c.wide, t * 1.16 * c.wide, t * (1.5 if c.wide > 1.2 else 0.92)]),
        paint=paint,
    )
    _shoe(b, j, c, foot, far)


def _shoe(b: Brush, j: Joints, c: Clothes, foot: Point, far: bool) -> None:
    x, y = foot
    t = j.build.thick
    paint = times(c.shoes, 0.86) if far else c.shoes
    if c.boots:
        b.fill(limb([(x, y + t * 1.7), (x, y)], [t * 1.3, t * 1.15]), paint=paint)
    heel, toe, sole = x - t * 0.72, x + t * 1.5, y - 0.035
    b.fill(
        curve(
            (heel, sole),
            (heel - t * 0.1, y),
            (x, y + t * 0.42),
            (x + t * 0.5, y + t * 0.25),
            (toe - t * 0.1, y - t * 0.1),
            (toe, sole),
            (x, sole - 0.004),
        ),
        paint=paint,
        gloss=0.3,
    )
    if c.collar == "stripe":
        b.fill(rounded(heel, sole - 0.006, toe, sole + 0.008, 0.008), paint="#f6f2ea", shade=False, line=0.5)


def draw_arm(b: Brush, j: Joints, c: Clothes, skin: Paint, far: bool) -> None:
    """One arm with its sleeve and hand."""
    root, elbow, hand = (j.far_root, j.far_elbow, j.far_hand) if far else (j.near_root, j.near_elbow, j.near_hand)
    t = j.build.thick
    tone = 0.9 if far else 1.0
    wrist = _toward(elbow, hand, 0.86)
    if c.sleeve < 1:
        b.fill(limb([root, elbow, wrist], [t * 0.9, t * 0.8, t * 0.7]), paint=times(skin, tone))
        b.fill(limb([root, _toward(root, elbow, 0.55)], [t * 1.35, t * 1.5]), paint=times(c.sleeves, tone))
    else:
        loose = 1.6 if c.hem > 0.85 else 1.1
        b.fill(limb([root, elbow, wrist], [t * 1.25, t * 1.12, t * loose]), paint=times(c.sleeves, tone))
        cuff = _toward(elbow, hand, 0.76)
        if c.collar in ("royal", "ermine", "stars", "knit", "sailor", "stripe"):
            b.fill(limb([cuff, wrist], [t * loose * 1.02, t * loose * 1.08]), paint=times(_cuff(c), tone), line=0.6)
    draw_hand(b, elbow, hand, t, times(skin, tone))


def _cuff(c: Clothes) -> Paint:
    return "#f6f1e6" if c.collar == "ermine" else c.trim


def draw_hand(b: Brush, elbow: Point, hand: Point, thick: float, skin: Paint) -> None:
    """A mitten with a thumb."""
    dx, dy = hand[0] - elbow[0], hand[1] - elbow[1]
    size = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    ux, uy = dx / size, dy / size
    r = thick * 0.56
    thumb = (hand[0] + ux * r * 0.5 - uy * r * 0.9, hand[1] + uy * r * 0.5 + ux * r * 0.9)
    b.fill(limb([hand, thumb], [r * 0.9, r * 0.6]), paint=skin, line=0.8)
    b.fill(ellipse(hand[0] + ux * r * 0.3, hand[1] + uy * r * 0.3, r * 1.15, r * 0.98), paint=skin, line=0.8)


def _toward(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def torso_outline(j: Joints, c: Clothes) -> Outline:
    """The top garment from the neck to its hem, which follows the legs."""
    chest, waist = j.build.chest * (1.06 if c.hem > 0.85 else 1.0), j.build.waist
    (sx, sy), (hx, hy) = j.shoulder, j.hip
    near, far = j.along_leg(False, c.hem), j.along_leg(True, c.hem)
    side = j.build.thick * (0.7 if c.hem > 0.03 else 0.5) + c.flare
    left, right = min(near[0], far[0], hx - waist * 0.4) - side, max(near[0], far[0], hx + waist * 0.4) + side
    low = min(near[1], far[1]) if c.hem > 0.2 else hy - 0.035
    low = max(low, 0.018 + j.pose.lift) if c.hem > 0.85 else low
    mid_y = hy + (sy - hy) * 0.32
    fly = j.pose.swing * c.flare
    return curve(
        (sx - chest * 0.42, sy + 0.022),
        (sx - chest, sy - 0.012),
        (sx - chest * 1.02, sy - 0.07),
        (sx * 0.5 + hx * 0.5 - waist, mid_y),
        (left - fly, low + 0.012),
        ((left + right) / 2, low - 0.012),
        (right, low + 0.012),
        (sx * 0.5 + hx * 0.5 + waist, mid_y),
        (sx + chest * 1.02, sy - 0.07),
        (sx + chest, sy - 0.012),
        (sx + chest * 0.42, sy + 0.022),
        (sx, sy + 0.012),
    )


def draw_torso(b: Brush, j: Joints, c: Clothes, skin: Paint, belly: Paint | None = None) -> None:
    """Neck, garment and what makes it that kind's garment."""
    (sx, sy), t = j.shoulder, j.build.thick
    b.fill(
        limb([(sx, sy - 0.01), (j.head[0] - 0.004, j.head[1] - j.build.head * 0.7)], [t * 1.1, t * 0.98]),
        paint=times(skin, 0.9),
    )
    body = b.fill(torso_outline(j, c), paint=c.top, bump=0.9)
    if body is None:
        return
    finish_garment(Tailor(b, j, c, body, belly))
    if c.belt is not None:
        y = j.hip[1] + (sy - j.hip[1]) * (0.32 if c.hem > 0.3 else 0.06)
        x = sx * 0.4 + j.hip[0] * 0.6
        w = j.build.waist * 1.2
        b.fill(limb([(x - w, y), (x, y - 0.008), (x + w, y)], [0.026, 0.03, 0.026]), paint=c.belt, inside=body)
        b.fill(rounded(x + 0.012, y - 0.022, x + 0.042, y + 0.008, 0.005), paint="#e6c15a", gloss=0.5, line=0.4)


def draw_cape(b: Brush, j: Joints, c: Clothes) -> None:
    """What hangs from the shoulders behind the body."""
    if c.cape is None:
        return
    (sx, sy), fly = j.shoulder, 0.3 * j.pose.swing
    low = 0.025 + j.pose.lift
    b.fill(
        curve(
            (sx - 0.06, sy + 0.03),
            (sx - 0.13, sy - 0.1),
            (sx - 0.19 - fly * 0.5, sy * 0.5),
            (sx - 0.24 - fly, low + 0.01 + fly * 0.3),
            (sx - 0.02 - fly * 0.5, low),
            (sx + 0.17, low + 0.02),
            (sx + 0.13, sy - 0.1),
            (sx + 0.07, sy + 0.03),
        ),
        paint=c.cape,
    )


def draw_backpack(b: Brush, j: Joints) -> None:
    """An explorer's pack with a rolled blanket."""
    x, y = j.shoulder[0] - j.build.chest * 1.0, (j.shoulder[1] + j.hip[1]) / 2
    b.fill(rounded(x - 0.085, y - 0.11, x + 0.06, y + 0.12, 0.04), paint="#8a5a34")
    b.fill(rounded(x - 0.095, y - 0.07, x - 0.01, y + 0.0, 0.02), paint="#7a4c2a", line=0.7)
    b.fill(ellipse(x - 0.02, y + 0.14, 0.085, 0.038), paint="#6a8a5a")
