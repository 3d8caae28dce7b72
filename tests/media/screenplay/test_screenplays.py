"""Screenplays: one arc with people, scenes and shots that add up, of what the prompt asks for."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from services.media.adapters.local_screenwriter import LocalScreenwriter
from services.media.local.screenplay import LANGUAGES, write
from services.media.local.screenplay.model import BEATS, language, shape
from services.media.local.screenplay.read import read
from services.media.local.screenplay.shots import shared_out
from services.media.ports import Screenwriter
from shared.contracts.orders import ScreenplayOrder
from shared.contracts.screenplay import CameraMovement, Screenplay, ShotType, TimeOfDay
from shared.errors import Invalid
from tests.media.story.alphabets import PROSE

CYBER = "Create a sci-fi thriller about a detective investigating AI crimes in a cyberpunk city"
PROMPTS = {
    CYBER: "ai-crimes-detective",
    "Create a mystery thriller set in a haunted mansion": "haunted-mansion-mystery",
    "Create an action adventure about treasure hunters": "treasure-hunters",
    "Create a space opera about rebels fighting an empire": "empire-rebels",
    "a girl who finds a dragon egg": "dragon-egg-girl",
    "documentary about the history of coffee": "history-of-coffee",
    "A horror film set in an abandoned asylum in 1920s Vienna": "abandoned-asylum-horror",
    "детектив ищет пропавший поезд": "detektiv-ischet-propavshii-poezd",
}


def play(prompt: str = CYBER, seed: int = 7, **order) -> Screenplay:
    return write(prompt, ScreenplayOrder(**order), seed)


def prose(made: Screenplay) -> set[str]:
    return {scene.description for scene in made.scenes}


@pytest.mark.parametrize(("prompt", "name"), PROMPTS.items())
def test_projects_are_named_after_what_they_are_about(prompt, name):
    assert play(prompt).name == name


@pytest.mark.parametrize(
    "prompt", ["../../etc/passwd", "一个侦探", "💥 a", "x" * 3000, "C:\\windows\\a.b", "....a....", "- - a"]
)
def test_a_name_is_never_a_path(prompt):
    name = play(prompt).name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) <= 60


@pytest.mark.parametrize("count", range(3, BEATS + 1))
def test_everything_adds_up(count):
    made = play(scene_count=count, duration_s=count * 13.7, style="dark and moody")
    assert [scene.id for scene in made.scenes] == [f"scene_{n}" for n in range(1, count + 1)]
    assert [scene.number for scene in made.scenes] == list(range(1, count + 1))
    assert round(sum(round(scene.duration * 10) for scene in made.scenes)) == round(count * 137)
    people = [one.id for one in made.characters]
    assert people == [f"char_{n}" for n in range(1, len(people) + 1)]
    assert 2 <= len(people) <= 6
    assert [one.role for one in made.characters].count("protagonist") == 1
    for scene, shots in zip(made.scenes, made.sequences, strict=True):
        assert set(scene.characters) <= set(people)
        assert scene.characters
        assert scene.key_actions
        assert scene.time_of_day in TimeOfDay.__args__
        assert (shots.id, shots.scene_id) == (f"seq_{scene.number}", scene.id)
        assert shots.total_duration == scene.duration
        assert sum(round(shot.duration * 10) for shot in shots.shots) == round(scene.duration * 10)
        assert 1 <= len(shots.shots) <= 5
        for n, shot in enumerate(shots.shots, 1):
            assert (shot.id, shot.number) == (f"{scene.id}_shot_{n}", n)
            assert shot.type in ShotType.__args__
            assert shot.camera_movement in CameraMovement.__args__
            assert shot.duration > 0
            assert shot.visual_style == "dark and moody"


def test_left_to_the_writer_a_scene_lasts_a_quarter_of_a_minute():
    made = play()
    assert 5 <= len(made.scenes) <= 8
    assert round(sum(scene.duration for scene in made.scenes), 1) == 15.0 * len(made.scenes)
    assert 5 <= len(play(duration_s=60.0).scenes) <= 8


@pytest.mark.parametrize(("total", "weights"), [(10, [1, 1, 1]), (3, [9, 1, 1]), (2, [1, 1, 1]), (1000, [3, 5, 7, 11])])
def test_shares_add_up_and_none_is_lost(total, weights):
    parts = shared_out(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert total < len(weights) or min(parts) >= 1


def test_the_same_wish_gives_the_same_play_and_another_seed_another_one():
    assert play() == play()
    assert play(seed=8) != play()


@pytest.mark.parametrize(
    ("prompt", "genre", "plot"),
    [
        (CYBER, "sci-fi", "investigation"),
        ("a psychological thriller about a spy", "thriller", "investigation"),
        ("a murder mystery on a train", "mystery", "investigation"),
        ("a horror story in a haunted house", "horror", "haunting"),
        ("an epic fantasy quest for a magic sword", "fantasy", "quest"),
        ("a romance in Paris", "romance", "love"),
        ("a romantic comedy about two bakers", "comedy", "love"),
        ("a silly comedy about a fake doctor", "comedy", "mixup"),
        ("a western with a sheriff and a gang of outlaws", "western", "showdown"),
        ("a historical film about a revolution in medieval France", "historical", "rebellion"),
        ("an adventure about pirates and treasure", "adventure", "quest"),
        ("a documentary about climate", "documentary", "documentary"),
        ("a bedtime story for children about a lost puppy", "children", "friendship"),
        ("a boxer training for the championship", "drama", "dream"),
    ],
)
def test_genres_and_plots_are_understood(prompt, genre, plot):
    wish = read(prompt, language("en"))
    assert genre in wish.genres
    assert wish.plot == plot


def test_named_people_setting_and_matter_come_from_the_prompt():
    made = play("Detective Maya Chen must stop a serial hacker in neon Tokyo before midnight")
    assert made.characters[0].name == "Detective Maya Chen"
    assert "Maya" in made.scenes[0].description
    assert any("serial hacker" in text for text in prose(made))
    made = play("A western where sheriff Ruth Mercer hunts a gang of train robbers")
    assert made.characters[0].name == "Sheriff Ruth Mercer"
    assert any("cyberpunk city" in scene.location for scene in play().scenes)


def test_different_prompts_give_different_stories():
    made = [prose(play(prompt)) for prompt in PROMPTS]
    for one, other in combinations(made, 2):
        assert len(one & other) < 3


def test_a_prompt_can_be_told_in_more_than_one_way():
    openings = {play(seed=seed).scenes[0].title for seed in range(12)}
    assert len(openings) == 2


def test_widows_are_women():
    for seed in range(12):
        made = play("a western about a gunslinger", seed=seed, scene_count=12)
        widow = next(one for one in made.characters if "widow" in one.description)
        assert widow.name.split(" ")[0] in language("en").names.she.split()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_a_whole_table(code):
    table = language(code)
    for name, texts in table.plots.items():
        assert name.removesuffix(" 2") in shape().plots
        assert len(texts) == BEATS
        assert all(len(text) >= 4 and all(text) for text in texts)
    assert set(table.notes) >= {mood for plot in shape().plots.values() for mood in plot.moods}
    if not table.genres:
        assert {place for genre in shape().genres.values() for place in genre.places.values()} <= set(table.places)
    else:
        assert set(table.genres) == set(shape().genres)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_is_written_in_its_own_letters(code):
    name = {
        "en": "english", "fr": "french", "es": "spanish", "de": "german", "it": "italian", "pt": "portuguese",
        "nl": "dutch", "cs": "czech", "da": "danish", "el": "greek", "hi": "hindi", "id": "indonesian",
        "zh": "chinese", "ja": "japanese", "no": "norwegian", "pl": "polish", "ru": "russian", "sv": "swedish",
        "tr": "turkish", "uk": "ukrainian",
    }[code]  # fmt: skip
    for seed in range(4):
        made = play("42", seed=seed, language=code, scene_count=12)
        texts = [
            text for s in made.scenes for text in (s.title, s.description, s.location, s.visual_notes, *s.key_actions)
        ]
        texts += [
            text for one in made.characters for text in (one.name, one.description, one.appearance, one.personality)
        ]
        for text in texts:
            assert text
            assert not re.search(r"[{}\[\]<>|\ue000\ue001]|  | ,|\.\.", text), text
            letters = {char for char in text.lower() if char.isalpha()}
            if code != "en":
                assert letters <= set(PROSE[name].letters), (text, letters - set(PROSE[name].letters))
        assert made.language == code


def test_what_cannot_be_written_is_refused():
    for order in ({"language": "xx"}, {"language": ""}, {"scene_count": 2}, {"scene_count": 13}):
        with pytest.raises(Invalid):
            play(**order)
    with pytest.raises(Invalid, match="no words"):
        play("...")


async def test_the_adapter_is_a_screenwriter():
    writer: Screenwriter = LocalScreenwriter()
    assert await writer.write(CYBER, ScreenplayOrder(), 7) == play()
