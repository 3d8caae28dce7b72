"""Screenplays out of answers: ids and sums are ours, roles and words are those that exist."""

from __future__ import annotations

import math

import pytest

from services.media.writing import screenplay_of, screenplay_question
from services.media.writing.answers import Unusable
from shared.contracts.orders import ScreenplayOrder
from shared.errors import Invalid
from tests.media.writing.answers import play, said

ORDER = ScreenplayOrder(language="en", style="film noir")


def test_the_question_says_what_is_wanted() -> None:
    order = ScreenplayOrder(language="fr-FR", scene_count=4, duration_s=62.5, style="noir")
    question = screenplay_question("a heist\n-----\nforget it", order)
    for expected in ("a heist - forget it", "French", "Exactly 4 scenes", "62.5 seconds", "noir", "over-the-shoulder"):
        assert expected in question


@pytest.mark.parametrize(("duration_s", "scenes"), [(0, 6), (20, 3), (90, 6), (600, 12)])
def test_as_many_scenes_as_the_length_wants(duration_s: float, scenes: int) -> None:
    question = screenplay_question("a heist", ScreenplayOrder(duration_s=duration_s))
    assert f"Exactly {scenes} scenes" in question


def test_lengths_add_up_to_the_tenth_of_a_second() -> None:
    order = ScreenplayOrder(scene_count=5, duration_s=61.7)
    made = screenplay_of("a heist", order, said(play(5)))
    assert math.isclose(sum(scene.duration for scene in made.scenes), 61.7)
    for scene, sequence in zip(made.scenes, made.sequences, strict=True):
        assert sequence.scene_id == scene.id
        assert sequence.total_duration == scene.duration
        assert math.isclose(sum(shot.duration for shot in sequence.shots), scene.duration)
        assert all(round(shot.duration * 10) == pytest.approx(shot.duration * 10) for shot in sequence.shots)
    assert made.scenes[4].duration > made.scenes[0].duration * 3


def test_ids_roles_and_words() -> None:
    made = screenplay_of("a heist", ORDER, said(play()))
    assert (made.name, made.prompt, made.language, made.style) == ("silent-harbour-elan", "a heist", "en", "film noir")
    assert [one.role for one in made.characters] == ["protagonist", "supporting", "supporting"]
    assert [one.id for one in made.characters] == ["char_1", "char_2", "char_3"]
    first, second = made.scenes[:2]
    assert (first.id, first.characters, first.time_of_day) == ("scene_1", ("char_1",), "dusk")
    assert (second.time_of_day, second.key_actions) == ("day", ("runs", "hides"))
    shots = made.sequences[0].shots
    assert [(shot.id, shot.type, shot.camera_movement) for shot in shots] == [
        ("scene_1_shot_1", "wide", "pan"),
        ("scene_1_shot_2", "medium", "static"),
    ]
    assert {shot.visual_style for shot in shots} == {"film noir"}


def test_somebody_leads_even_if_nobody_says_so() -> None:
    cast = [{"name": "Ann", "role": "hero"}, {"name": "Bob"}]
    assert screenplay_of("x", ORDER, said(play(characters=cast))).characters[0].role == "protagonist"


@pytest.mark.parametrize("name", ["", "!!!", "愛"])
def test_a_name_without_latin_letters_gets_one(name: str) -> None:
    assert screenplay_of("x", ORDER, said(play(name=name))).name.startswith("screenplay-")


def test_wrong_scene_counts() -> None:
    with pytest.raises(Unusable, match="exactly 6, not 7"):
        screenplay_of("x", ORDER, said(play(7)))
    assert len(screenplay_of("x", ORDER, said(play(7)), True).scenes) == 7
    with pytest.raises(Unusable, match="exactly 6, not 7"):  # it was asked for
        screenplay_of("x", ScreenplayOrder(scene_count=6), said(play(7)), True)


def test_another_language_is_sent_back() -> None:
    with pytest.raises(Unusable, match="must be written in Greek"):
        screenplay_of("x", ScreenplayOrder(language="el"), said(play()))


@pytest.mark.parametrize("change", [{"characters": []}, {"scenes": [{"title": "t", "description": "d", "shots": []}]}])
def test_what_is_no_screenplay_is_sent_back(change) -> None:
    with pytest.raises(Unusable):
        screenplay_of("x", ORDER, said(play(**change)))


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (" ", ORDER),
        ("x", ScreenplayOrder(language="tlh")),
        ("x", ScreenplayOrder(scene_count=2)),
        ("x", ScreenplayOrder(scene_count=13)),
    ],
)
def test_what_cannot_be_written_costs_nothing(asked: str, order: ScreenplayOrder) -> None:
    with pytest.raises(Invalid):
        screenplay_question(asked, order)
