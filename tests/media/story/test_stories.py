"""What every story must be, over all genres, many seeds and any words a user can type."""

from __future__ import annotations

import re
import typing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.media.local.story import vocabulary
from services.media.local.story.compose import write
from services.media.local.story.library import load
from services.media.model import Script
from shared.contracts.values import GENRES, Brief
from shared.errors import Invalid
from tests.media.story.told import told

TALES = [genre for genre in GENRES if genre not in ("interesting history", "fun facts", "life pro tips")]
TOPICS = ["Magnet Mania", "the sea", "a lost puppy", "dinosaur", "Why is the sky blue?", "hope", "My cat is sad. Help!"]
ROLES = [
    "Penny",
    "a brave fox",
    "Old Captain Tom",
    "the queen",
    "",
    "two cats",
    "Romeo and Juliet",
    "an old owl called Ada",
]
SCENES = ["", "a village by the sea", "dark forest at night", "Paris", "school", "on the Moon", "midnight"]
DOUBLED = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
REPEATABLE = {"nineteen", "late", "that", "had", "his", "her", "hush", "chuff", "around", "click"}
WRONG_ARTICLE = re.compile(r"\b([Aa] [aeiouAEIO]\w+|[Aa]n [bcdfgjklmnpqrstvwxzBCDFGJKLMNPQRSTVWXZ]\w*)")
A_FITS = ("a one", "a uni", "a use", "a eu", "a used")


def brief(**fields: typing.Any) -> Brief:
    return msgspec.convert({"topic": "Magnet Mania", **fields}, Brief)


def tale(genre: str, seed: int) -> Script:
    """The story that most tests read: the same wish for all of them."""
    return told(brief(main_role="Penny", genre=genre, seed=seed))


def words(script: Script) -> list[int]:
    return [len(page.text.split()) for page in script.pages]


def text(script: Script) -> str:
    return " ".join(page.text for page in script.pages)


def assert_reads_well(script: Script) -> None:
    for page in (*(page.text for page in script.pages), script.description):
        assert page == " ".join(page.split())
        assert not re.search(r"[{}\[\]<>|\ue000\ue001]", page), page
        assert not re.search(r" [,.;:!?]|,[,.;]|[,;:]$|\.\.|“”", page), page
        assert page[-1] in ".!?”’", page
        first = next(char for char in page if char.isalnum())
        assert first == first.upper(), page
        repeated = {match[1].lower() for match in DOUBLED.finditer(page)}
        assert repeated <= REPEATABLE, page
        assert page.count("“") == page.count("”"), page
        wrong = [hit[0] for hit in WRONG_ARTICLE.finditer(page) if not hit[0].lower().startswith(A_FITS)]
        assert not wrong, page


def assert_drawable(script: Script) -> None:
    assert script.hero.kind in vocabulary.HERO_KINDS
    assert all(re.fullmatch("#[0-9a-f]{6}", getattr(script.hero, key)) for key in ("skin", "hair", "outfit", "accent"))
    for page in script.pages:
        scene = page.scene
        assert scene.place in vocabulary.PLACES
        assert scene.time in vocabulary.TIMES
        assert scene.weather in vocabulary.WEATHERS
        assert scene.action in vocabulary.ACTIONS
        assert scene.mood in vocabulary.MOODS
        assert set(scene.props) <= vocabulary.PROPS
        assert len(scene.props) <= vocabulary.MAX_PROPS
        assert scene.companion in {"", *vocabulary.HERO_KINDS}
    assert sum(page.scene.hero_visible for page in script.pages) * 2 > len(script.pages)


@pytest.mark.parametrize("genre", GENRES)
def test_every_story_of_150_seeds_reads_well_and_can_be_drawn(genre: str) -> None:
    for seed in range(150):
        script = write(
            brief(
                topic=TOPICS[seed % len(TOPICS)],
                main_role=ROLES[seed % len(ROLES)],
                scene=SCENES[seed // 2 % len(SCENES)],
                genre=genre,
                seed=seed,
                length="long" if seed % 10 == 0 else "short",
            )
        )
        assert_reads_well(script)
        assert_drawable(script)
        assert [page.number for page in script.pages] == list(range(1, len(script.pages) + 1))
        assert 0 < len(script.title) <= 80


@pytest.mark.parametrize("genre", GENRES)
def test_a_short_story_has_six_pages_and_about_a_hundred_words(genre: str) -> None:
    counts = [words(tale(genre, seed)) for seed in range(60)]
    totals = [sum(pages) for pages in counts]
    assert {len(pages) for pages in counts} == {6}
    assert 95 <= sum(totals) / len(totals) <= 105
    assert min(totals) >= 93
    assert max(totals) <= 110
    assert sum(14 <= page <= 20 for pages in counts for page in pages) >= 0.9 * 6 * 60
    assert all(11 <= page <= 25 for pages in counts for page in pages)


@pytest.mark.parametrize("genre", GENRES)
def test_a_long_story_has_twelve_pages_and_about_two_hundred_words(genre: str) -> None:
    counts = [words(write(brief(main_role="Penny", genre=genre, seed=seed, length="long"))) for seed in range(20)]
    assert {len(pages) for pages in counts} == {12}
    assert all(188 <= sum(pages) <= 228 for pages in counts)
    assert all(11 <= page <= 25 for pages in counts for page in pages)


@pytest.mark.parametrize("genre", TALES)
def test_seeds_give_many_different_tales(genre: str) -> None:
    assert len({text(tale(genre, seed)) for seed in range(100)}) >= 50


@pytest.mark.parametrize("genre", GENRES)
def test_the_same_brief_gives_the_same_bytes(genre: str) -> None:
    wish = brief(main_role="a brave fox", genre=genre, seed=42)
    assert msgspec.json.encode(write(wish)) == msgspec.json.encode(write(wish))


def test_style_and_voice_change_no_word() -> None:
    plain = write(brief(seed=3))
    styled = write(brief(seed=3, style="anime", voice="onyx", aspect_ratio="9:16"))
    assert (plain.pages, plain.title) == (styled.pages, styled.title)
    assert (styled.style, styled.voice, styled.aspect_ratio) == ("anime", "onyx", "9:16")


def test_a_custom_topic_is_named_more_than_once_and_steers_the_story() -> None:
    once = 0
    for seed in range(100):
        script = write(brief(main_role="Penny", seed=seed))
        once += text(script).count("Magnet Mania") < 2
        assert "Penny" in text(script)
        assert "magnet" in text(script).replace("Magnet Mania", "").lower()
        assert any("magnet" in page.scene.props for page in script.pages)
    assert once == 0


@pytest.mark.parametrize("genre", GENRES)
def test_the_topic_is_in_nearly_every_story(genre: str) -> None:
    named = sum("Magnet Mania" in text(tale(genre, seed)) for seed in range(40))
    assert named >= 36


def test_the_topic_chooses_the_plot() -> None:
    def places(topic: str) -> set[str]:
        return {page.scene.place for seed in range(10) for page in write(brief(topic=topic, seed=seed)).pages}

    assert "sea" in places("whales and pirates")
    assert "space" in places("rockets to Mars")
    assert "theatre" in places("the violin concert")
    assert "kitchen" in places("chocolate cake")


@pytest.mark.parametrize("genre", ["custom topic", "scary", "mystery", "urban legends", "motivational"])
def test_the_scene_rules_the_first_and_the_last_picture(genre: str) -> None:
    for seed in range(20):
        pages = write(brief(scene="a snowy castle at night", genre=genre, seed=seed)).pages
        assert "in a snowy castle at night" in pages[0].text.lower()
        for page in (pages[0], pages[-1]):
            assert (page.scene.place, page.scene.time, page.scene.weather) == ("castle", "night", "snow")


@settings(max_examples=80, deadline=None)
@given(
    topic=st.text(min_size=1, max_size=512),
    role=st.text(max_size=512),
    scene=st.text(max_size=512),
    genre=st.sampled_from(GENRES),
    seed=st.integers(),
)
def test_any_words_of_the_user_give_a_clean_story(topic: str, role: str, scene: str, genre: str, seed: int) -> None:
    script = write(brief(topic=topic, main_role=role, scene=scene, genre=genre, seed=seed))
    everything = " ".join((script.title, script.description, text(script), script.hero.name))
    assert all(char == "\u200c" or char == "\u200d" or char.isprintable() for char in everything)
    assert not re.search(r"[{}\[\]<>|\ue000\ue001]", everything)
    assert len(script.pages) == 6
    assert all(page.text and len(page.text) < 420 for page in script.pages)
    assert 0 < len(script.title) <= 80
    assert_drawable(script)


def test_a_missing_language_is_refused_with_what_there_is() -> None:
    with pytest.raises(Invalid, match=r"no story pack for 'klingon'; available: .*english"):
        load("klingon")
