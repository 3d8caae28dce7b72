"""What the painters are told: always the same hero, the author's words or the scene's, and never any text."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from services.media import prompting
from services.media.adapters.local_story import LocalStoryWriter
from services.media.local.picture import ACTIONS, HERO_KINDS, MOODS, PLACES, TIMES, WEATHERS
from services.media.model import Hero, Scene, Script
from services.media.prompting import words
from services.media.prompting.colours import colour_name, skin_name
from services.media.prompting.pictures import scene_description
from services.media.writing import script_of
from shared.contracts.values import STYLES, Brief
from shared.errors import NotFound
from tests.media.writing.answers import LOOK, said, story

WRITTEN = script_of(Brief(topic="t", style="cinematic", seed=5), said(story()))


async def local(**brief: object) -> Script:
    return await LocalStoryWriter().write(Brief(topic="the lost kite", **brief))  # type: ignore[arg-type]


def test_the_vocabulary_has_words_for_everything_that_a_scene_can_say() -> None:
    assert set(words.PLACES) == set(PLACES)
    assert set(words.TIMES) == set(words.INDOOR_TIMES) == set(TIMES)
    assert set(words.WEATHERS) | {"clear"} == set(WEATHERS)
    assert set(words.ACTIONS) == set(ACTIONS)
    assert set(words.MOODS) == set(MOODS)
    assert set(words.KINDS) == set(HERO_KINDS)
    assert set(words.STYLES) == set(STYLES)


def test_the_authors_words_and_the_same_hero_on_every_page() -> None:
    prompts = [prompting.picture_prompt(WRITTEN, page.number) for page in WRITTEN.pages]
    assert all(LOOK.rstrip(".") in prompt for prompt in prompts)
    assert "The fox climbs stair 2 of a lighthouse by lantern light." in prompts[1]
    assert all("No text, no letters" in prompt for prompt in prompts)
    assert len(set(prompts)) == len(prompts)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", ["english", "japanese"])
async def test_a_local_story_is_described_in_plain_english_whatever_its_language(style: str, language: str) -> None:
    script = await local(style=style, language=language)
    look = prompting.hero_description(script.hero)
    for page in script.pages:
        prompt = prompting.picture_prompt(script, page.number)
        assert prompt.isascii()
        assert page.scene.place in (*PLACES,)
        assert words.PLACES[page.scene.place] in prompt
        assert look.lower() in prompt.lower() or not page.scene.hero_visible
        assert words.STYLES[script.style] in prompt  # type: ignore[index]
        assert len(prompt.split()) < 180
        assert not re.search(r"\s\s|,,|\.\.| ,", prompt)


def test_variants_differ_in_view_and_seed_and_pages_in_seed() -> None:
    assert len({prompting.picture_prompt(WRITTEN, 1, variant) for variant in range(6)}) == 6
    seeds = {prompting.picture_seed(WRITTEN, page, variant) for page in range(1, 13) for variant in range(6)}
    assert len(seeds) == 72
    assert all(0 <= seed < 2**31 for seed in seeds)
    huge = replace(WRITTEN, seed=2**63 - 1)
    assert 0 <= prompting.picture_seed(huge, 12, 9) < 2**31


def test_a_page_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        prompting.picture_prompt(WRITTEN, 7)


def test_a_picture_without_the_hero_does_not_describe_it() -> None:
    page = replace(WRITTEN.pages[0], picture="", scene=Scene(place="sea", time="night", hero_visible=False))
    prompt = prompting.picture_prompt(replace(WRITTEN, pages=(page,)), 1)
    assert "A view without people, out at sea" in prompt
    assert "fox" not in prompt


def test_a_scene_as_a_sentence() -> None:
    scene = Scene(
        place="library", time="night", weather="rain", action="read", mood="wonder", props=("book", "candle", "apple"),
        companion="owl",
    )  # fmt: skip
    assert scene_description(scene, "a bear") == (
        "a bear, reading together with an owl, a book, a candle and an apple nearby, in an old library with shelves up "
        "to the ceiling, at night, warm lamplight, mood of wonder and awe"
    )


def test_words_that_nobody_knows_do_no_harm() -> None:
    scene = Scene(place="Atlantis", time="noon", props=("submarine",), action="swim", companion="yeti")
    assert "meadow" in scene_description(scene, "a bear")
    assert prompting.hero_description(Hero(name="x", kind="yeti", outfit="red", skin="")).startswith("a young girl")


@pytest.mark.parametrize("kind", HERO_KINDS)
def test_every_kind_of_hero_can_be_described(kind: str) -> None:
    look = prompting.hero_description(Hero(name="N", kind=kind))
    assert look.startswith(words.KINDS[kind])
    assert "red" in look  # what it wears


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"), ("#ffffff", "white"), ("#808080", "grey"), ("#a83a4c", "red"), ("#5d3b22", "dark brown"),
        ("#26547c", "blue"), ("#f2c14e", "golden yellow"), ("#3f7d5a", "green"), ("#0b2a12", "dark green"),
        ("#fff2e0", "cream"), ("#7a3e65", "plum"), ("nonsense", "grey"),
    ],
)  # fmt: skip
def test_colours_have_the_names_that_people_give_them(colour: str, name: str) -> None:
    assert colour_name(colour) == name


def test_skin_has_its_own_names() -> None:
    assert [skin_name(one) for one in ("#f2cfb0", "#b97a4e", "#3a2a20")] == ["fair", "brown", "dark brown"]


def test_sessions_keep_the_users_words_first_and_differ_by_seed() -> None:
    assert prompting.session_prompt('a sign that says "OPEN"', 1).startswith('a sign that says "OPEN". ')
    assert prompting.session_prompt("a fox!", 2).startswith("a fox! Highly")
    assert len({prompting.session_seed(9, item) for item in range(1, 9)}) == 8
    assert len(prompting.session_prompt("word " * 2_000, 1)) < 1_600


def test_a_clip_without_a_wish_gets_gentle_life() -> None:
    assert prompting.motion_prompt(" … ").startswith("The camera moves slowly")
    assert prompting.motion_prompt("zoom in\n fast") == "zoom in fast"
