"""The user's own words: topic, role and scene."""

from __future__ import annotations

import pytest

from services.media.local.story.cast import Cast, read_role
from services.media.local.story.clean import clean
from services.media.local.story.dice import Dice
from services.media.local.story.library import load
from services.media.local.story.setting import read_scene
from services.media.local.story.topic import read_topic

PACK = load("english")


def cast(role: str, genre: str = "custom topic", seed: int = 0) -> Cast:
    return read_role(PACK, genre, role, Dice(role, seed))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Magnet\n\tMania \x00\x1b[31m", "Magnet Mania 31m"),
        ("<script>alert(1)</script> cats", "alert 1 cats"),
        ('"Magnet Mania"', "Magnet Mania"),
        ("Penny's {magnet} [x] **bold**", "Penny’s magnet x bold"),
        ("C# for cats #fun", "C# for cats fun"),
        ("🦊🦊", ""),
        ("...", ""),
        ("क्या है?", "क्या है?"),
        ("why\u202e not", "why not"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("role", "kind", "pronoun", "intro", "name"),
    [
        ("Penny", "girl", "she", "Penny", "Penny"),
        ("penny", "girl", "she", "Penny", "Penny"),
        ("Mateo", "boy", "he", "Mateo", "Mateo"),
        ("A brave fox", "fox", "", "a brave fox", "the brave fox"),
        ("brave fox", "fox", "", "a brave fox", "the brave fox"),
        ("old owl", "owl", "", "an old owl", "the old owl"),
        ("Old Captain Tom", "sailor", "he", "Old Captain Tom", "Old Captain Tom"),
        ("the queen", "queen", "she", "the queen", "the queen"),
        ("the queen's cat", "cat", "", "the queen’s cat", "the queen’s cat"),
        ("a robot named Zip", "robot", "it", "a robot named Zip", "Zip"),
        ("Rusty the fox", "fox", "", "Rusty the fox", "Rusty"),
        ("a grandmother", "elder", "she", "a grandmother", "the grandmother"),
        ("a teacher", "", "", "a teacher", "the teacher"),
        ("two cats", "cat", "they", "two cats", "two cats"),
        ("three mice", "mouse", "they", "three mice", "three mice"),
        ("the knights", "knight", "they", "the knights", "the knights"),
        ("Emma and Max", "girl", "they", "Emma and Max", "Emma and Max"),
        ("a very brave little dragon who loves cheese", "dragon", "", "a dragon", "the dragon"),
        ("a witch", "wizard", "she", "a witch", "the witch"),
        ("prince", "boy", "he", "a prince", "the prince"),
        ("Zoé", "girl", "she", "Zoé", "Zoé"),
        ("Alice in Wonderland", "girl", "she", "Alice in Wonderland", "Alice"),
        ("Man on the Moon", "man", "he", "Man on the Moon", "the man"),
        ("a girl and a dog", "girl", "they", "a girl and a dog", "the girl and the dog"),
        ("the old king and his dog", "king", "they", "the old king and his dog", "the old king and his dog"),
        ("a cat and dog", "cat", "they", "a cat and dog", "the cat and dog"),
        ("a kind and clever owl", "owl", "", "a kind and clever owl", "the owl"),
    ],
)
def test_roles(role: str, kind: str, pronoun: str, intro: str, name: str) -> None:
    read = cast(role)
    assert (read.intro, read.name) == (intro, name)
    assert kind in ("", read.hero.kind)
    assert pronoun in ("", read.pronoun)


def test_a_role_without_words_gets_a_hero_that_suits_the_genre() -> None:
    assert cast("").intro
    assert cast("!!! 🦊").intro
    kinds = {cast("", "love", seed).hero.kind for seed in range(30)}
    assert kinds <= {"woman", "man", "elder"}


def test_a_name_in_a_love_story_is_a_grown_up() -> None:
    assert cast("Penny", "love").hero.kind == "woman"


def test_the_hero_depends_on_the_seed_but_only_on_it() -> None:
    assert cast("Penny", seed=1) == cast("Penny", seed=1)
    assert len({cast("Penny", seed=seed).hero for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("topic", "spoken", "theme"),
    [
        ("Magnet Mania", "Magnet Mania", "magnets"),
        ("dinosaur", "dinosaurs", "animals"),
        ("lost puppy", "a lost puppy", "animals"),
        ("The sea", "the sea", "sea"),
        ("A story about whales", "whales", "sea"),
        ("Why is the sky blue?", "“Why is the sky blue?”", None),
        ("Penny finds a magnet", "“Penny finds a magnet”", "magnets"),
        ("Путешествие", "“Путешествие”", None),
        ("A lost puppy", "a lost puppy", "animals"),
        ("chocolate", "chocolate", "cooking"),
        ("hidden treasures of the silent ocean floor and more", "“Hidden treasures of the silent ocean floor…”", "sea"),
    ],
)
def test_topics(topic: str, spoken: str, theme: str | None) -> None:
    read = read_topic(PACK, topic)
    assert read is not None
    assert read.spoken.replace("\ue000", "“").replace("\ue001", "”") == spoken
    assert theme in (None, read.theme.name)


def test_no_words_are_no_topic() -> None:
    assert read_topic(PACK, "\x00 🦊 …") is None


@pytest.mark.parametrize(
    ("scene", "phrase", "place", "time", "weather"),
    [
        ("a village by the sea", "in a village by the sea", "village", "", ""),
        ("A Dark forest at night", "in a Dark forest at night", "forest", "night", ""),
        ("dark forest at night", "in a dark forest at night", "forest", "night", ""),
        ("in the mountains", "in the mountains", "mountain", "", ""),
        ("beach at sunset", "on a beach at sunset", "beach", "sunset", ""),
        ("Paris", "in Paris", "city", "", ""),
        ("school", "at school", "classroom", "", ""),
        ("rainy city street", "on a rainy city street", "street", "", "rain"),
        ("on the Moon", "on the Moon", "space", "", ""),
        ("midnight", "at midnight", None, "night", ""),
        ("a night of storms", "on a night of storms", None, "night", "storm"),
        ("an old lighthouse in a storm", "at an old lighthouse in a storm", "lighthouse", "", "storm"),
    ],
)
def test_scenes(scene: str, phrase: str, place: str | None, time: str, weather: str) -> None:
    read = read_scene(PACK, scene, ["hills"], Dice(1))
    assert read.text == phrase
    assert place in (None, read.place)
    assert (read.time, read.weather) == (time, weather)


def test_a_long_or_foreign_scene_is_quoted_or_cut() -> None:
    foreign = read_scene(PACK, "海辺の村", ["hills"], Dice(1))
    assert foreign.text == "in a place called \ue000海辺の村\ue001"
    long = read_scene(
        PACK, "the old harbour where every single boat has a name that nobody remembers", ["hills"], Dice(1)
    )
    assert len(long.text) < 70
