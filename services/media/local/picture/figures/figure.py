"""One whole figure of any kind: picks the skeleton, the clothes and the head, and draws them back to front."""

from __future__ import annotations

from collections.abc import Callable

from services.media.local.picture.brush import Brush
from services.media.local.picture.figures import beasts, body, hair
from services.media.local.picture.figures.beards import beard
from services.media.local.picture.figures.birds import draw_bird
from services.media.local.picture.figures.dragon import draw_dragon
from services.media.local.picture.figures.face import Face, draw_face
from services.media.local.picture.figures.ghost import draw_ghost, draw_seat
from services.media.local.picture.figures.hats import glasses, hat
from services.media.local.picture.figures.pose import Joints, build_of, joints_of, pose_for
from services.media.local.picture.figures.robot import draw_robot
from services.media.local.picture.figures.wardrobe import BELLY, FUR, clothes_of
from services.media.local.picture.palette import Paint, mix, times
from services.media.local.picture.shapes import Outline, curve, ellipse
from services.media.local.picture.vocabulary import BEASTS
from services.media.model import Hero

Holding = Callable[[Brush], None]
_GREY_HAIR = {"elder": "#d9d6d0", "wizard": "#eceae6"}
_IRISES = ("#4a7fb0", "#5a8a4a", "#8a5a2c", "#3f8f8a")


def draw_figure(
    b: Brush,
    hero: Hero,
    action: str,
    mood: str,
    *,
    variant: int = 0,
    holding: Holding | None = None,
    indoors: bool = False,
) -> Joints:
    """Draws the figure with its feet on the frame's origin and a height of about 1.

    `holding` draws a thing in a frame whose origin is the far hand and whose unit is the figure's height.
    `variant` picks one of a kind's looks and must stay the same throughout a story.
    """
    build = build_of(hero.kind, b.look)
    pose = pose_for(action, holding is not None)
    j = joints_of(build, pose)
    if pose.seated and hero.kind not in ("ghost", "bird", "owl", "dragon"):
        draw_seat(b, j.hip, not indoors)
    face = _face(b, hero, mood, variant, pose.asleep)
    grip = b.at(j.far_hand[0], j.far_hand[1])
    if hero.kind in ("robot", "ghost", "bird", "owl", "dragon"):
        _draw_other(b, hero, j, face)
        if holding:
            holding(grip)
    else:
        _draw_person(b, hero, j, face, variant, (lambda: holding(grip)) if holding else None)
    return j


def _face(b: Brush, hero: Hero, mood: str, variant: int, asleep: bool) -> Face:
    kind = hero.kind
    skin: Paint = FUR.get(kind, hero.skin)
    if kind in ("ghost", "dragon", "bird", "owl"):
        skin = {"ghost": "#dfe8f6", "dragon": hero.outfit, "bird": "#4a90d0", "owl": "#8d6a4a"}[kind]
    brow: Paint = times(_hair(hero), 0.8) if kind not in BEASTS else times(skin, 0.5)
    if kind in ("ghost", "dragon", "bird", "owl", "robot"):
        brow = times(skin, 0.5)
    lashes = kind in ("girl", "woman", "queen")
    plain = kind in BEASTS or kind in ("bird", "owl")
    return Face(
        mood,
        skin,
        brow,
        _IRISES[variant % len(_IRISES)],
        asleep,
        lashes,
        kind in ("elder", "wizard"),
        mouth=not plain,
        nose=not plain and kind != "ghost",
    )


def _hair(hero: Hero) -> Paint:
    return mix(hero.hair, _GREY_HAIR[hero.kind], 0.88) if hero.kind in _GREY_HAIR else hero.hair


def _draw_other(b: Brush, hero: Hero, j: Joints, face: Face) -> None:
    if hero.kind == "robot":
        draw_robot(b, hero, j, face)
    elif hero.kind == "ghost":
        draw_ghost(b, hero, j, face)
    elif hero.kind == "dragon":
        draw_dragon(b, hero, j, face)
    else:
        draw_bird(b, hero, j, face, hero.kind)


def _draw_person(b: Brush, hero: Hero, j: Joints, face: Face, variant: int, hold: Callable[[], None] | None) -> None:
    kind, c = hero.kind, clothes_of(hero.kind, hero)
    skin, beast = face.skin, hero.kind in BEASTS
    head = b.at(j.head[0], j.head[1], j.build.head, turn=j.pose.tilt)
    body.draw_cape(b, j, c)
    if beast:
        beasts.draw_tail(b, kind, j)
    if kind == "explorer":
        body.draw_backpack(b, j)
    if not beast:
        hair.back_hair(head, kind, _hair(hero), hero.accent, variant, j.pose.swing)
    body.draw_arm(b, j, c, skin, far=True)
    body.draw_leg(b, j, c, far=True)
    body.draw_leg(b, j, c, far=False)
    body.draw_torso(b, j, c, skin, BELLY.get(kind))
    if beast:
        beasts.draw_beast_head(head, kind, face)
    else:
        _human_head(head, hero, face, variant)
    if hold:
        hold()
        body.draw_hand(b, j.far_elbow, j.far_hand, j.build.thick, times(skin, 0.95))
    body.draw_arm(b, j, c, skin, far=False)
    if j.pose.chin:
        body.draw_hand(b, j.far_elbow, j.far_hand, j.build.thick, skin)


def _skull(b: Brush) -> Outline:
    if b.look.shading == "clay":
        return curve(
            (0, 1.0),
            (0.72, 0.74),
            (0.99, 0.1),
            (0.92, -0.42),
            (0.52, -0.88),
            (0.06, -0.99),
            (-0.46, -0.9),
            (-0.92, -0.42),
            (-0.99, 0.1),
            (-0.72, 0.74),
        )
    if b.look.shading == "cel":
        return curve(
            (0, 1.0),
            (0.7, 0.74),
            (0.96, 0.12),
            (0.88, -0.34),
            (0.54, -0.82),
            (0.2, -1.06),
            (-0.3, -0.86),
            (-0.84, -0.38),
            (-0.96, 0.12),
            (-0.7, 0.74),
        )
    return curve(
        (0, 1.0),
        (0.68, 0.76),
        (0.92, 0.14),
        (0.86, -0.40),
        (0.56, -0.86),
        (0.16, -1.06),
        (-0.34, -0.94),
        (-0.80, -0.48),
        (-0.93, 0.12),
        (-0.7, 0.76),
    )


def _human_head(b: Brush, hero: Hero, face: Face, variant: int) -> None:
    kind = hero.kind
    b.fill(ellipse(-0.90, -0.12, 0.17, 0.24), paint=times(face.skin, 0.9))
    head = b.fill(_skull(b), paint=face.skin, bump=0.5 if b.look.flat else 0.9)
    b.fill(ellipse(-0.86, -0.12, 0.15, 0.22), paint=times(face.skin, 0.97), line=0.6)
    b.soft(ellipse(-0.86, -0.13, 0.06, 0.11), paint=times(face.skin, 0.72), sigma=0.03, strength=0.7)
    b.shadow(ellipse(0.1, 0.62, 0.95, 0.32), sigma=0.12, strength=0.22 if not b.look.flat else 0.0, inside=head)
    draw_face(b, face, head)
    grey = _hair(hero)
    beard(b, kind, grey)
    if kind == "elder":
        glasses(b)
    hair.front_hair(b, kind, grey, hero.accent, variant)
    hat(b, kind, hero.outfit, hero.accent)
