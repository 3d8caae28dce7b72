"""Stories for users who name no topic."""

from __future__ import annotations

import pytest

from services.media.local.story.dice import Dice
from services.media.local.story.library import languages, load
from services.media.local.story.subject import Subject, read_subject, suited
from services.media.local.story.template import slots
from services.media.model import Script
from shared.contracts.values import GENRES, Brief
from tests.media.story.alphabets import PROSE
from tests.media.story.prose import english_words, foreign_letters
from tests.media.story.told import text_of, told

FACTUAL = ("interesting history", "fun facts", "life pro tips")


def script(genre: str, language: str = "english", seed: int = 0) -> Script:
    return told(Brief(topic="", genre=genre, language=language, seed=seed))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", languages())
def test_every_language_has_topics_of_its_own(language: str) -> None:
    topics = load(language).default_topics
    assert len(set(topics)) == len(topics) >= 6
    for topic in topics:
        assert topic == topic.strip()
        assert topic[0] == topic[0].lower()
        assert not foreign_letters(topic, language)
        assert language == "english" or not english_words(topic, language)


@pytest.mark.parametrize("genre", [genre for genre in GENRES if genre not in FACTUAL])
def test_without_a_topic_the_seed_names_one(genre: str) -> None:
    topics = load("english").default_topics
    texts = [text_of(script(genre, seed=seed)).lower() for seed in range(40)]
    named = [{topic for topic in topics if topic in text} for text in texts]
    assert sum(bool(found) for found in named) >= 34
    assert len(set().union(*named)) >= 6


@pytest.mark.parametrize("genre", FACTUAL)
@pytest.mark.parametrize("language", languages())
def test_without_a_topic_facts_are_their_own(genre: str, language: str) -> None:
    topics = load(language).default_topics
    labels = [theme.label for theme in load(language).genres[genre].fact_themes]
    for seed in range(8):
        text = text_of(script(genre, language, seed))
        assert not any(topic in text for topic in topics), text
        assert any(label.lower() in text.lower() for label in labels), text


@pytest.mark.parametrize("genre", FACTUAL)
@pytest.mark.parametrize("language", languages())
def test_a_topic_that_is_the_facts_is_not_set_against_them(genre: str, language: str) -> None:
    pack = load(language)
    subject = read_subject(pack, pack.genres[genre], "", Dice(1))
    for frame in pack.genres[genre].frames:
        fit = suited(frame, subject)
        for pattern in (*fit.opening.wordings, *fit.descriptions):
            assert not ({"facts"} < slots(pattern) & {"facts", "topic", "quoted"}), pattern


def test_a_topic_of_the_user_is_named_by_every_opening() -> None:
    pack = load("english")
    for genre in FACTUAL:
        subject = read_subject(pack, pack.genres[genre], "whales", Dice(1))
        assert subject == Subject(topic=subject.topic)
        for frame in pack.genres[genre].frames:
            assert all(slots(pattern) & {"topic", "quoted"} for pattern in suited(frame, subject).opening.wordings)


def test_no_title_joins_what_is_joined() -> None:
    titles = {script(genre, seed=seed).title for genre in FACTUAL for seed in range(40)}
    assert "Home and Kitchen: Notes on a Door" in titles
    assert not any("Kitchen and" in title or "Plants and" in title for title in titles)


def test_the_facts_set_the_scene() -> None:
    labels = {"animals", "space", "food and plants", "the human body", "our planet"}
    texts = [text_of(script("fun facts", seed=seed)).lower() for seed in range(40)]
    seen = {label for label in labels if any(label in text for text in texts)}
    assert seen == labels
    assert set(PROSE) >= set(languages())
