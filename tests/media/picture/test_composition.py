"""What every picture must keep: size, one hero, a free subtitle zone, no bands, the same bytes each time."""

import colorsys
import time
from functools import cache
from itertools import combinations

import cv2
import numpy as np
import pytest

from services.media.local.picture import STYLES, hero_box, illustrate, picture_size, subtitle_zone
from services.media.model import Hero, Scene
from shared.contracts.values import FRAME_SIZE_PX
from shared.errors import NotFound
from tests.media.picture.stories import story

MOST_CPU_S = 2.4
"""Twice what a picture may cost: test machines share their cores."""

drawn = cache(illustrate)
MEADOW = Scene(place="meadow", time="day")
JOURNEY = (
    MEADOW,
    Scene(place="forest", time="night", action="walk", mood="scary", companion="owl"),
    Scene(place="library", time="sunset", action="read", props=("book",)),
    Scene(place="sea", time="dawn", weather="rain", action="point", mood="sad"),
)


@pytest.mark.parametrize("aspect", FRAME_SIZE_PX)
def test_pictures_are_a_fifth_larger_than_the_frame(aspect):
    script = story(MEADOW, aspect=aspect)
    width, height = picture_size(script)
    frame = FRAME_SIZE_PX[aspect]
    assert (width, height) == (frame[0] * 6 // 5, frame[1] * 6 // 5)
    picture = illustrate(script, 1)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("style", STYLES)
def test_the_same_page_gives_the_same_bytes_at_little_cost(style):
    scene = Scene(place="forest", time="night", weather="snow", props=("lantern", "tent"), companion="bear")
    script = story(scene, style=style)
    first = illustrate(script, 1)
    started = time.thread_time()
    again = illustrate(script, 1)
    assert time.thread_time() - started < MOST_CPU_S
    assert first.tobytes() == again.tobytes()


def test_pages_and_seeds_differ():
    script = story(MEADOW, MEADOW)
    first, second = drawn(script, 1), drawn(script, 2)
    other = illustrate(story(MEADOW, MEADOW, seed=8), 1)
    assert np.abs(first.astype(int) - second).mean() > 5
    assert np.abs(first.astype(int) - other).mean() > 5


def test_words_of_the_user_are_never_drawn():
    assert np.array_equal(
        illustrate(story(MEADOW, text="one"), 1), illustrate(story(MEADOW, text="a castle at night <b>"), 1)
    )


def hue_share(picture, behind, colour):
    """The share of a figure's pixels (those that differ from the empty scene) whose hue is close to `colour`."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV).astype(int)
    figure = np.abs(picture.astype(int) - behind).max(2) > 24
    wanted = colorsys.rgb_to_hsv(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0] * 180
    away = np.abs((hsv[..., 0] - wanted + 90) % 180 - 90)
    return float(((away < 10) & (hsv[..., 1] > 90))[figure].mean())


@pytest.mark.parametrize(("style", "outfit"), [*((style, "#c0262d") for style in STYLES), ("pixar-art", "#2456c8")])
def test_the_hero_wears_the_same_colours_on_every_page(style, outfit):
    hero = Hero(name="Ada", kind="girl", outfit=outfit, accent="#f2c14e")
    script = story(*JOURNEY, style=style, hero=hero)
    without = story(*(replace_visible(scene) for scene in JOURNEY), style=style, hero=hero)
    for page in (2, 3):
        x0, y0, x1, y1 = hero_box(script, page)
        seen, empty = (drawn(s, page)[y0:y1, x0:x1] for s in (script, without))
        assert hue_share(seen, empty, outfit) > 0.12, (style, page)


def replace_visible(scene, visible=False):
    return Scene(
        place=scene.place, time=scene.time, weather=scene.weather, action=scene.action, mood=scene.mood,
        props=scene.props if scene.action != "read" else (), companion=scene.companion, hero_visible=visible,
    )  # fmt: skip


@pytest.mark.parametrize("aspect", FRAME_SIZE_PX)
def test_the_hero_is_the_subject_and_stands_above_the_subtitles(aspect):
    script = story(*JOURNEY, aspect=aspect)
    width, height = picture_size(script)
    zone = subtitle_zone(script)
    assert zone[1] <= height * 0.76
    assert zone[3] == height
    for page in (1, 2, 3, 4):
        x0, y0, x1, y1 = hero_box(script, page)
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= zone[1]
        assert 0.3 * height / 1.2 < y1 - y0 < 0.62 * height


def test_a_hidden_hero_has_no_box():
    assert hero_box(story(replace_visible(MEADOW)), 1) == (0, 0, 0, 0)


@pytest.mark.parametrize("style", ["photorealistic", "cinematic", "comic-book"])
def test_no_figure_or_thing_reaches_into_the_subtitle_zone(style):
    busy = Scene(place="meadow", time="day", action="jump", companion="bear", props=("chest", "umbrella", "bicycle"))
    bare = Scene(place="meadow", time="day", action="jump", hero_visible=False)
    full, empty = (illustrate(story(scene, style=style), 1).astype(int) for scene in (busy, bare))
    top = subtitle_zone(story(busy))[1] + 12
    assert np.abs(full - empty)[top:].mean() < 1.0
    assert np.abs(full - empty)[: top - 40].mean() > 3.0


CALM_PLACES = [
    (style, place) for k, style in enumerate(STYLES) for place in (("forest", "sea"), ("city", "bedroom"))[k % 2]
]


@pytest.mark.parametrize(("style", "place"), CALM_PLACES)
def test_the_ground_under_the_subtitles_is_calm_and_darker(style, place):
    script = story(Scene(place=place, time="day"), style=style)
    grey = cv2.GaussianBlur(cv2.cvtColor(drawn(script, 1), cv2.COLOR_RGB2GRAY), (0, 0), 3).astype(np.float32)
    detail = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
    low, high = int(grey.shape[0] * 0.80), int(grey.shape[0] * 0.97)
    above = int(grey.shape[0] * 0.65)
    assert detail[low:high].mean() < detail[int(above * 0.3) : above].mean()
    assert grey[low:high].mean() < grey[:above].mean() + 8
    assert grey[low:high].mean() < 135


@pytest.mark.parametrize("style", STYLES)
def test_smooth_skies_have_no_bands(style):
    script = story(Scene(place="desert", time="dawn", hero_visible=False), style=style)
    sky = illustrate(script, 1)[60:180, 60:-60].astype(int)
    for channel in range(3):
        for rows in (sky[..., channel], sky[..., channel].T):
            assert longest_run(rows) < 60


def longest_run(rows):
    """The longest stretch of one level along any row, clipped whites left out."""
    best = 0
    for row in rows[::4]:
        change = np.flatnonzero(np.diff(np.where(row >= 254, np.arange(row.size) % 2 + 300, row)))
        if change.size > 1:
            best = max(best, int(np.diff(change).max()))
    return best


def test_five_styles_differ_at_first_sight():
    scene = Scene(place="castle", time="day", companion="fox", props=("lantern",))
    pictures = {style: illustrate(story(scene, style=style), 1) for style in STYLES}
    small = {style: cv2.resize(p, (96, 54), interpolation=cv2.INTER_AREA).astype(int) for style, p in pictures.items()}
    for a, b in combinations(STYLES, 2):
        assert np.abs(small[a] - small[b]).mean() > 12, (a, b)
    colourful = {s: cv2.cvtColor(p, cv2.COLOR_RGB2HSV)[..., 1].mean() for s, p in pictures.items()}
    assert colourful["photorealistic"] < min(colourful["anime"], colourful["comic-book"], colourful["pixar-art"]) - 15
    bright = {s: p.mean() for s, p in pictures.items()}
    assert bright["cinematic"] < min(bright["anime"], bright["pixar-art"]) - 20
    ink = {s: float((p[100:600].max(2) < 40).mean()) for s, p in pictures.items()}
    assert ink["comic-book"] > 2 * ink["anime"]


@pytest.mark.parametrize("style", STYLES)
def test_nothing_frames_the_picture(style):
    """The camera moves about within the picture: a border, or a seam where a cliff leaves it, would come into view."""
    picture = illustrate(story(Scene(place="sea", time="day", hero_visible=False), style=style, seed=11), 1).astype(int)
    rows = slice(int(picture.shape[0] * 0.8), int(picture.shape[0] * 0.9))
    for x in (0, -4):
        rim = picture[rows, x : x + 4 or None].mean()
        inner = (picture[rows, 24:28] if x == 0 else picture[rows, -28:-24]).mean()
        assert abs(rim - inner) < 12


def test_two_figures_in_a_narrow_picture_leave_room_for_one_thing():
    def page(*props):
        scene = Scene(place="meadow", time="day", action="hold", companion="bear", props=props)
        return illustrate(story(scene, aspect="9:16"), 1)

    assert np.array_equal(page("boat", "lantern", "kite"), page("lantern"))
    assert not np.array_equal(page("lantern"), page())


def test_unknown_words_fall_back():
    odd = Scene(
        place="Atlantis", time="teatime", weather="frogs", action="yodel", mood="meh", props=("anvil", "Lantern"),
        companion="unicorn",
    )  # fmt: skip
    hero = Hero(name="?", kind="centaur", skin="nonsense", hair="", outfit="#12", accent="red")
    assert illustrate(story(odd, hero=hero), 1).std() > 10


def test_a_missing_page_is_refused():
    with pytest.raises(NotFound):
        illustrate(story(MEADOW), 2)
    with pytest.raises(NotFound):
        hero_box(story(MEADOW), 0)
