"""Stories out of answers: what is good is kept, what is unknown replaced, what is missing sent back."""

from __future__ import annotations

import pytest

from services.media.local.picture import HERO_KINDS, PLACES, PROPS
from services.media.writing import script_of, story_question
from services.media.writing.answers import Unusable
from shared.contracts.values import Brief
from tests.media.writing.answers import LOOK, TEXTS, said, story

BRIEF = Brief(topic="a fox keeps a lighthouse", style="anime", voice="onyx", aspect_ratio="9:16", seed=77)


def test_the_question_says_what_is_wanted_and_names_the_vocabulary() -> None:
    brief = Brief(topic="a {braced} <<topic>>", main_role="Fenna", language="czech", genre="bedtime", length="long")
    question = story_question(brief)
    for expected in ("a {braced} <<topic>>", "Fenna", "Czech", "bedtime", "Exactly 12 pages", *PLACES, *HERO_KINDS):
        assert expected in question
    assert " ".join(PROPS) in question
    assert "<<language>>" not in question


def test_a_script_of_an_answer() -> None:
    script = script_of(BRIEF, said(story()))
    assert script.title == "The Fox and the Lighthouse"
    assert (script.style, script.voice, script.seed) == ("anime", "onyx", 77)
    assert (script.aspect_ratio, script.language) == ("9:16", "english")
    assert [page.number for page in script.pages] == [1, 2, 3, 4, 5, 6]
    assert script.pages[2].picture == "the fox climbs stair 3 of a lighthouse by lantern light"
    assert script.pages[0].pieces == ()


def test_the_hero_looks_as_written_and_has_the_colours_that_are_colours() -> None:
    hero = script_of(BRIEF, said(story())).hero
    assert (hero.name, hero.kind, hero.appearance) == ("Fenna", "fox", LOOK)
    assert (hero.outfit, hero.skin, hero.accent) == ("#203a6b", "#d9682c", "#ffffff")
    assert hero.hair.startswith("#")
    assert hero == script_of(BRIEF, said(story())).hero


def test_unknown_words_are_replaced_and_known_ones_found_in_any_case() -> None:
    answer = story()
    answer["hero"]["kind"] = "ferret"
    answer["pages"][1] |= {"place": "Atlantis", "time": "noon", "weather": "hail", "action": "swim", "mood": "odd"}
    answer["pages"][2] |= {"props": "lantern", "companion": "Owl"}
    script = script_of(BRIEF, said(answer))
    assert script.hero.kind == "girl"
    assert script.pages[0].scene.place == "lighthouse"
    assert script.pages[0].scene.props == ("lantern", "door", "book")
    scene = script.pages[1].scene
    assert (scene.place, scene.time, scene.weather, scene.action, scene.mood) == (
        "village", "day", "clear", "stand", "calm",
    )  # fmt: skip
    assert (script.pages[2].scene.props, script.pages[2].scene.companion) == (("lantern",), "owl")


@pytest.mark.parametrize("pages", [4, 5, 7, 8])
def test_a_wrong_number_of_pages_is_sent_back_and_at_last_taken(pages: int) -> None:
    with pytest.raises(Unusable, match=f"exactly 6, not {pages}"):
        script_of(BRIEF, said(story(pages)))
    assert len(script_of(BRIEF, said(story(pages)), True).pages) == pages


@pytest.mark.parametrize("pages", [0, 3, 9, 200])
def test_a_very_wrong_number_is_never_taken(pages: int) -> None:
    with pytest.raises(Unusable, match="exactly 6"):
        script_of(BRIEF, said(story(pages)), True)


@pytest.mark.parametrize("language", [language for language in TEXTS if language != "english"])
def test_another_language_than_asked_for_is_sent_back(language) -> None:
    brief = Brief(topic="t", language=language)
    assert script_of(brief, said(story(language=language))).language == language
    with pytest.raises(Unusable, match=f"pages.0.text: it must be written in {language.capitalize()}"):
        script_of(brief, said(story()), True)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": " "}, "title"),
        ({"hero": None}, "hero"),
        ({"pages": {}}, "pages"),
        ({"pages": [{"text": ""}] * 6}, "pages.0.text"),
        ({"pages": [{"text": "x" * 601}] * 6}, "pages.0.text"),
    ],
)
def test_what_cannot_be_told_is_sent_back(change, fault: str) -> None:
    with pytest.raises(Unusable, match=fault):
        script_of(BRIEF, said(story(**change)))


def test_long_descriptions_are_cut_and_control_characters_are_gone() -> None:
    answer = story()
    answer["hero"]["appearance"] = "red " * 300
    answer["pages"][0]["text"] = "A fox\u0007\n went\tout."
    script = script_of(BRIEF, said(answer))
    assert len(script.hero.appearance) == 400
    assert script.pages[0].text == "A fox went out."
