"""A screenplay becomes a story: one page a scene, drawn in the illustrator's words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.media.adapters.local_screenwriter import LocalScreenwriter
from services.media.local.picture import HERO_KINDS, PLACES, TIMES, illustrate
from services.media.local.picture.layout import plain_scene
from services.media.local.screenplay import LANGUAGES, adapt, write
from services.media.local.screenplay.model import language, shape
from services.media.model import Script
from services.media.ports import Screenwriter
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import Screenplay
from shared.contracts.values import Brief
from shared.errors import Invalid

BRIEF = Brief(topic="AI crimes", genre="mystery", style="anime", voice="onyx", aspect_ratio="9:16", seed=3)
PLAY = write("a sci-fi thriller about a detective investigating AI crimes", ScreenplayOrder(scene_count=8), 7)


def test_one_page_a_scene_in_the_brief_s_shape():
    script = adapt(PLAY, BRIEF)
    assert [page.number for page in script.pages] == list(range(1, 9))
    assert (script.genre, script.style, script.voice, script.aspect_ratio, script.seed) == (
        "mystery",
        "anime",
        "onyx",
        "9:16",
        3,
    )
    assert script.title == "AI crimes"
    assert script == adapt(PLAY, BRIEF)
    for page, scene in zip(script.pages, PLAY.scenes, strict=True):
        assert page.text.startswith(scene.description)
        assert scene.key_actions[0] in page.text
        assert not page.pieces


def test_pictures_use_only_words_that_can_be_drawn():
    script = adapt(PLAY, BRIEF)
    assert script.hero.kind in HERO_KINDS
    for page in script.pages:
        assert plain_scene(page.scene) == page.scene
    assert illustrate(script, 1).std() > 20


def test_time_and_place_are_the_scene_s():
    scenes = adapt(PLAY, BRIEF).pages
    shown = {page.scene.place for page in scenes}
    assert shown <= set(PLACES)
    assert {"city", "street", "laboratory"} <= shown
    by_time = {"dawn": "dawn", "night": "night", "evening": "sunset"}
    for page, scene in zip(scenes, PLAY.scenes, strict=True):
        assert page.scene.time in TIMES
        assert page.scene.time == by_time.get(scene.time_of_day, page.scene.time)


def test_the_hero_is_the_protagonist():
    fox = write("a bedtime story about a little fox who learns to share", ScreenplayOrder(), 7)
    script = adapt(fox, BRIEF)
    assert script.hero.kind == "fox"
    assert script.hero.name == fox.characters[0].name


def test_what_users_changed_is_told_and_drawn():
    scene = replace(
        PLAY.scenes[0], location="A snowy forest", time_of_day="dawn", description="She finds a lantern",
        key_actions=("action1",), characters=("char_99",),
    )  # fmt: skip
    script = adapt(replace(PLAY, scenes=(scene,)), BRIEF)
    assert script.pages[0].text == "She finds a lantern."
    assert script.pages[0].scene.place == "forest"
    assert script.pages[0].scene.time == "dawn"
    assert "lantern" in script.pages[0].scene.props


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_is_drawn_at_its_places(code):
    made = write("42", ScreenplayOrder(language=code, scene_count=12), 1)
    script = adapt(made, BRIEF)
    table = language(code)
    if table.places:
        names = {name.lower(): place for place, name in table.places.items()}
        for page, scene in zip(script.pages, made.scenes, strict=True):
            assert page.scene.place == names[scene.location.lower()]
            assert made.characters[0].name.split(" ")[0] in page.text
    assert {page.scene.place for page in script.pages} <= {
        p for g in shape().genres.values() for p in g.places.values()
    }


async def test_the_adapter_adapts_and_an_empty_play_is_refused():
    writer: Screenwriter = LocalScreenwriter()
    script: Script = await writer.adapt(PLAY, BRIEF)
    assert script == adapt(PLAY, BRIEF)
    empty: Screenplay = replace(PLAY, scenes=())
    with pytest.raises(Invalid, match="no scenes"):
        await writer.adapt(empty, BRIEF)


def test_painters_that_work_from_words_are_told_what_english_plays_say():
    lead = next(one for one in PLAY.characters if one.role == "protagonist")
    script = adapt(PLAY, BRIEF)
    assert lead.appearance.split(",")[0] in script.hero.appearance
    for page, scene in zip(script.pages, PLAY.scenes, strict=True):
        assert scene.location.split(",")[0] in page.picture
        assert lead.name not in page.picture


def test_painters_are_not_told_what_they_cannot_read():
    script = adapt(write("une histoire de pirates", ScreenplayOrder(language="fr"), 7), BRIEF)
    assert script.hero.appearance == ""
    assert {page.picture for page in script.pages} == {""}
