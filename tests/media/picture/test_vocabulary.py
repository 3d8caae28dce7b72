"""Every word of the vocabulary can be drawn, and is drawn differently from the others."""

import numpy as np
import pytest

from services.media.local.picture import ACTIONS, HERO_KINDS, MOODS, PLACES, PROPS, STYLES, WEATHERS, illustrate
from services.media.local.picture.brush import Brush
from services.media.local.picture.canvas import Layer
from services.media.local.picture.figures.figure import draw_figure
from services.media.local.picture.looks import LOOKS
from services.media.local.picture.palette import tone_of
from services.media.local.picture.places import SETTINGS
from services.media.local.picture.props import THINGS
from services.media.local.picture.vocabulary import INDOORS
from services.media.model import Hero, Scene
from tests.media.picture.stories import story

SIDE = 200


def brush(style):
    layer = Layer(SIDE * 2, SIDE * 2, clear=True)
    tone = tone_of("day", "clear", "calm", 1.0)
    return layer, Brush(layer, LOOKS[style], tone, (0.56, -0.56, 0.61), 864, SIDE, SIDE * 1.8, SIDE)


def drawn_figure(kind, style="pixar-art", action="stand", mood="calm"):
    layer, b = brush(style)
    draw_figure(b, Hero(name="", kind=kind), action, mood)
    return layer


def test_the_tables_know_exactly_the_vocabulary():
    assert set(SETTINGS) == set(PLACES)
    assert set(THINGS) == set(PROPS)
    assert {name for name, setting in SETTINGS.items() if setting.indoors} == set(INDOORS)
    assert set(LOOKS) == set(STYLES)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_a_picture(place):
    k = PLACES.index(place)
    scene = Scene(
        place=place, time=("day", "night", "sunset", "dawn")[k % 4], weather=WEATHERS[k % 7],
        action=ACTIONS[k % 11], mood=MOODS[k % 8], props=(PROPS[k % 40],), companion=HERO_KINDS[k % 22],
    )  # fmt: skip
    picture = illustrate(story(scene, style=STYLES[k % 5], seed=k), 1)
    assert picture.std() > 18
    assert len(np.unique(picture[::8, ::8].reshape(-1, 3) // 16, axis=0)) > 40


def test_places_do_not_look_alike():
    small = [
        illustrate(story(Scene(place=p, time="day", hero_visible=False)), 1)[::48, ::48].astype(int)
        for p in (*INDOORS, "forest", "meadow", "sea")
    ]
    for k, a in enumerate(small):
        for b in small[k + 1 :]:
            assert np.abs(a - b).mean() > 4


@pytest.mark.parametrize("kind", HERO_KINDS)
def test_every_kind_stands_on_its_feet_with_a_face(kind):
    layer = drawn_figure(kind)
    rows = np.flatnonzero((layer.alpha > 0.5).any(1))
    assert abs(rows[-1] - SIDE * 1.8) < SIDE * 0.08
    assert 0.85 * SIDE < rows[-1] - rows[0] < 1.55 * SIDE
    head = layer.rgb[:, rows[0] : rows[0] + SIDE // 2]
    assert head.max() > 0.9, "the eyes have highlights"


def test_kinds_differ():
    drawn = {
        kind: np.concatenate([layer.rgb, layer.alpha[None]]) for kind in HERO_KINDS for layer in [drawn_figure(kind)]
    }
    for k, a in enumerate(HERO_KINDS):
        for b in HERO_KINDS[k + 1 :]:
            assert np.abs(drawn[a] - drawn[b]).mean() > 0.004, (a, b)


@pytest.mark.parametrize("kind", ["boy", "fox", "robot", "ghost", "owl", "dragon"])
def test_actions_and_moods_show(kind):
    actions = [drawn_figure(kind, action=action).alpha for action in ("stand", "wave", "jump", "point")]
    assert all(np.abs(actions[0] - other).sum() > 150 for other in actions[1:])
    calm, sad = (drawn_figure(kind, mood=mood).rgb for mood in ("calm", "sad"))
    assert np.abs(calm - sad).sum() > 5


@pytest.mark.parametrize("name", PROPS)
def test_every_thing_can_be_seen(name):
    for style in ("pixar-art", "comic-book"):
        layer, b = brush(style)
        THINGS[name].draw(b, "#f2c14e")
        solid = layer.alpha > 0.5
        assert solid.sum() > 0.03 * SIDE * SIDE
        assert layer.rgb[:, solid].std(axis=1).max() > 0.05
        if THINGS[name].where == "ground":
            assert np.flatnonzero(solid.any(1))[-1] < SIDE * 1.94, "it does not sink below its foot"
