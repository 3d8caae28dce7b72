"""The language pack: what it holds, and that its faults are found and named."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import msgspec
import pytest

from services.media.local.story.compose import write
from services.media.local.story.dice import Dice
from services.media.local.story.library import decode, languages, load
from services.media.local.story.pack import Pack
from services.media.local.story.template import fill, renderings
from shared.contracts.values import GENRES, Brief
from shared.errors import Invalid

FACTUAL = ("interesting history", "fun facts", "life pro tips")


@pytest.fixture
def raw() -> dict[str, Any]:
    folder = resources.files("services.media.local.story").joinpath("packs")
    document: dict[str, Any] = json.loads(folder.joinpath("english.json").read_text(encoding="utf-8"))
    return document


def refused(raw: dict[str, Any]) -> str:
    with pytest.raises(Invalid) as error:
        decode(json.dumps(raw).encode(), "english")
    return error.value.message


def test_english_is_installed() -> None:
    assert "english" in languages()


def test_every_genre_has_enough() -> None:
    genres = load("english").genres
    assert set(genres) == set(GENRES)
    for name, genre in genres.items():
        facts = [fact.text for theme in genre.fact_themes for fact in theme.facts]
        assert len(set(facts)) >= 24 if name in FACTUAL else len(genre.plots) >= 4
        assert len(genre.plots) == len({plot.name for plot in genre.plots})


def test_an_unknown_slot_is_named_with_its_place(raw: dict[str, Any]) -> None:
    raw["genres"]["scary"]["plots"][0]["beats"][3]["wordings"][0] = "{Hros} [ran|walked]."
    assert "genres.scary.plots.the third knock.beats[3].wordings[0]: unknown slot {hros}" in refused(raw)


def test_a_word_the_illustrator_does_not_know_is_named(raw: dict[str, Any]) -> None:
    raw["genres"]["scary"]["plots"][0]["beats"][0]["scene"]["props"] = ["two words"]
    assert "beats[0].scene.props: 'two words'" in refused(raw)


def test_an_unknown_field_is_refused(raw: dict[str, Any]) -> None:
    raw["genres"]["scary"]["plots"][0]["beat"] = []
    assert "beat" in refused(raw)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("language",), "german", "language"),
        (("grammar", "pronouns", "he"), {"he": "he"}, "grammar.pronouns.he"),
        (("grammar", "scene_phrases", "default"), "in there", "grammar.scene_phrases.default"),
        (("genres", "scary", "plots", 0, "scenes"), [], "scenes: is empty"),
        (("genres", "scary", "plots", 0, "titles"), ["{Hero} ["], "a bracket is not closed"),
        (("genres", "scary", "plots", 0, "vary"), {"hero": ["x"]}, "vary.hero"),
        (("genres", "fun facts", "frames", 0, "leads"), [["a"]], "leads: must be 5"),
        (("themes", 1, "vary"), {}, "themes.magnets.vary"),
        (("default_topics",), [], "default_topics: is empty"),
        (("grammar", "articles"), [{"indefinite": ["un "], "definite": []}], "grammar.articles[0]: has 0 forms"),
        (("grammar", "articles"), [{"indefinite": [""], "definite": ["il "]}], "grammar.articles[0].indefinite"),
        (("grammar", "contractions"), {"nel": "in il"}, "grammar.contractions.nel"),
        (("grammar", "wordiness_percent"), 10, "grammar.wordiness_percent: is 10"),
        (("grammar", "capitals"), "i", "grammar.capitals"),
    ],
)  # fmt: skip
def test_faults_are_named(raw: dict[str, Any], path: tuple[Any, ...], value: object, message: str) -> None:
    target = raw
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    assert message in refused(raw)


def test_a_pack_without_articles_spaces_or_latin_letters_works(raw: dict[str, Any], monkeypatch: Any) -> None:
    raw["grammar"] |= {"spaced": False, "latin": False, "indefinite": ["", ""], "definite": "", "determiners": "",
                       "stops": "", "naming": "", "joiners": "", "many": "", "title_small_words": "",
                       "quotes": ["「", "」", "『", "』"]}  # fmt: skip
    raw["roles"] = [{"kind": "fox", "words": "キツネ"}, {"kind": "girl", "words": "女の子", "pronoun": "she"}]
    raw["themes"][1]["words"] = "磁石"
    raw["places"]["village"] = "村"
    pack = msgspec.json.decode(json.dumps(raw), type=Pack)
    monkeypatch.setattr("services.media.local.story.compose.load", lambda language: pack)
    script = write(Brief(topic="磁石の旅", main_role="勇敢なキツネ", scene="海辺の村", seed=5))
    assert script.hero.kind == "fox"
    assert script.pages[0].scene.place == "village"
    assert any("magnet" in page.scene.props for page in script.pages)
    assert "磁石の旅" in " ".join(page.text for page in script.pages)


def test_patterns() -> None:
    words = {"hero": "the fox", "pronoun": "she", "topic": "\ue000Why?\ue001", "quotes": "“”‘’"}
    assert fill("{Hero} ran<, fast>.", words, Dice(1), 0) == "The fox ran."
    assert fill("{Hero} ran<, fast>.", words, Dice(1)) == "The fox ran, fast."
    assert fill("It rained. <Then> it [stopped|stopped].", words, Dice(1), 0) == "It rained. It stopped."
    assert fill("{she:poszła|*:poszedł}", words, Dice(1)) == "poszła"
    assert fill("“Tell me {topic},” he said.", words, Dice(1)) == "“Tell me ‘Why?’,” he said."
    assert fill("They asked {topic}.", words, Dice(1)) == "They asked “Why?”"
    assert renderings("[a|b] and [c|d|e]") == 6
