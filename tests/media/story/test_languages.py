"""Every translation is there, is really written in its language, and takes as long to read as it should."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.media.adapters.local_narrator import LocalNarrator
from services.media.adapters.local_story import LocalStoryWriter
from services.media.local.story.library import languages, load
from services.media.model import Script
from shared.contracts.values import GENRES, LANGUAGES, Brief
from tests.media.story.alphabets import PROSE
from tests.media.story.prose import (
    common_share,
    english_texts,
    english_words,
    foreign_letters,
    is_untranslated,
    patterns,
    plain,
    typical_share,
    unused,
)
from tests.media.story.told import text_of, told

TRANSLATIONS = [language for language in LANGUAGES if language != "english"]
SEEDS = (3, 4)
ENDS = '.!?…”’»“«」』。！？।"›‹'
UNTIDY = re.compile(r"  |[{}\[\]<>|\"\ue000\ue001]|\s[,.](?!\.)|,[,.;]|\.\.(?!\.)|^\s|\s$")
GERMAN = "Der Fuchs ging in den Wald und fand ein Buch, das nicht für ihn war. "

every_language = pytest.mark.parametrize("language", TRANSLATIONS)


def raw(language: str) -> dict[str, Any]:
    folder = resources.files("services.media.local.story").joinpath("packs")
    document: dict[str, Any] = json.loads(folder.joinpath(f"{language}.json").read_text(encoding="utf-8"))
    return document


def story(language: str, genre: str, length: str = "short", seed: int = 3) -> Script:
    prose = PROSE[language]
    wish = {"topic": prose.topic, "main_role": prose.role, "scene": prose.scene}
    return told(Brief(**wish, genre=genre, language=language, length=length, seed=seed))  # type: ignore[arg-type]


@cache
def stories(language: str) -> tuple[Script, ...]:
    kinds = [(genre, length, seed) for genre in GENRES for length in ("short", "long") for seed in SEEDS]
    return tuple(story(language, *kind) for kind in kinds)


@cache
def everything(language: str) -> str:
    return "\n".join(map(text_of, stories(language)))


def test_every_language_is_installed() -> None:
    assert set(languages()) == set(LANGUAGES)


@every_language
def test_every_genre_gives_a_short_and_a_long_story(language: str) -> None:
    assert load(language).language == language
    for script in stories(language):
        assert len(script.pages) in (6, 12)
        assert script.language == language
        assert 0 < len(script.title) <= 80
        assert script.title[0] == script.title[0].upper()


@every_language
def test_nothing_is_untranslated(language: str) -> None:
    english = frozenset(english_texts(raw("english")))
    found = list(patterns(raw(language)))
    assert [path for path, pattern in found if is_untranslated(pattern, english)] == []
    left = {path: words for path, pattern in found if (words := english_words(plain(pattern), language))}
    assert left == {}


@every_language
def test_stories_hold_no_english(language: str) -> None:
    for script in stories(language):
        assert english_words(text_of(script), language) == [], text_of(script)


@every_language
def test_only_letters_of_the_language(language: str) -> None:
    wrong = {
        path: bad for path, pattern in patterns(raw(language)) if (bad := foreign_letters(plain(pattern), language))
    }
    assert wrong == {}
    assert foreign_letters(everything(language), language) == set()


@every_language
def test_letters_and_little_words_are_as_frequent_as_in_real_prose(language: str) -> None:
    prose, text = PROSE[language], everything(language)
    assert 0.4 * prose.typical_share <= typical_share(text, language) <= 2.2 * prose.typical_share
    assert 0.5 * prose.common_share <= common_share(text, language) <= 1.8 * prose.common_share
    assert len(unused(text, language)) <= 2, unused(text, language)


@every_language
def test_the_user_is_understood(language: str) -> None:
    for script in stories(language):
        assert script.hero.kind == "fox", script.hero
        if script.genre in ("scary", "mystery", "custom topic"):
            assert script.pages[0].scene.place in ("village", "sea", "beach"), script.pages[0].scene
    named = sum(PROSE[language].topic.lower() in text_of(script).lower() for script in stories(language))
    assert named >= 0.9 * len(stories(language))


@every_language
def test_stories_are_tidy(language: str) -> None:
    for script in stories(language):
        for text in (script.title, script.description, *(page.text for page in script.pages)):
            assert not UNTIDY.search(text), text
        for page in script.pages:
            assert page.text[-1] in ENDS, page.text
            first = next(char for char in page.text if char.isalnum())
            assert first == first.upper(), page.text


@every_language
def test_seeds_and_lack_of_wishes_give_other_stories(language: str) -> None:
    for genre in GENRES:
        assert len({text_of(story(language, genre, seed=seed)) for seed in range(4)}) >= 3, genre
        bare = told(Brief(topic=PROSE[language].topic, genre=genre, language=language))  # type: ignore[arg-type]
        assert english_words(text_of(bare), language) == []
        assert not UNTIDY.search(text_of(bare)), text_of(bare)


@every_language
async def test_a_page_takes_as_long_to_read_as_it_should(language: str, tmp_path: Path) -> None:
    genre = GENRES[LANGUAGES.index(language) % len(GENRES)]
    script = await LocalStoryWriter().split(story(language, genre))
    lengths_s = await page_lengths_s(script, tmp_path)
    assert all(3 <= length <= 12 for length in lengths_s), lengths_s
    assert 30 <= sum(lengths_s) <= 58, lengths_s


async def page_lengths_s(script: Script, folder: Path) -> list[float]:
    """How long each page is spoken. All are said as one page: an engine and a dictionary begin once, not six times."""
    pieces = tuple(piece for page in script.pages for piece in page.pieces)
    whole = msgspec.structs.replace(script.pages[0], pieces=pieces)
    one_page = msgspec.structs.replace(script, pages=(whole,))
    spoken = iter((await LocalNarrator().speak(one_page, whole.number, folder, lambda done: None)).pieces)
    pages = [[next(spoken) for _ in page.pieces] for page in script.pages]
    return [(said[-1].start_ms + said[-1].duration_ms - said[0].start_ms) / 1000 for said in pages]


def test_an_english_sentence_left_in_is_found() -> None:
    assert english_words(GERMAN, "german") == []
    assert english_words(GERMAN + "It was his last match.", "german") == ["it", "his"]
    assert english_words("Hun gik hjem for at sove.", "danish") == []
    assert english_words("Hun gik hjem. Nobody knew why.", "danish") == ["nobody"]
    assert english_words("狐は走った。The end.", "japanese") == ["the"]
    assert is_untranslated("{Hero} and the Queue", frozenset({"{Hero} and the Queue"}))
    assert not is_untranslated("{Hero} & {Topic}", frozenset({"{Hero} & {Topic}"}))


def test_a_pack_with_one_english_sentence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt = raw("german")
    spoilt["genres"]["love"]["plots"]["the borrowed book"]["beats"][5] = ["[Dann|Nun] the book was gone."]
    document: dict[str, Any] = {"genres": {}}
    monkeypatch.setitem(globals(), "raw", lambda language: spoilt if language == "german" else document)
    with pytest.raises(AssertionError, match="the borrowed book"):
        test_nothing_is_untranslated("german")


def test_patterns_are_read_with_all_their_choices() -> None:
    assert plain("{Hero} [ran|swam] <with her >{she:alone|*:along}.").split() == [
        "ran", "swam", "with", "her", "alone", "along.",
    ]  # fmt: skip
    document = raw("english") | {"scenes": {"a": "in a b"}}
    assert ("scenes.a", "in a b") in set(patterns(document))
    assert any("Third Knock" in pattern for _, pattern in patterns(document))


def test_foreign_letters_are_found() -> None:
    assert foreign_letters("Füchse, 3 Straßen – „Öl“", "german") == set()
    assert foreign_letters("Füchse på øen", "german") == {"å", "ø"}
    assert foreign_letters("İstanbul’da ışık", "turkish") == set()
    assert foreign_letters("Он пришёл в Wi-Fi", "russian") == {"W", "i", "F"}
    assert foreign_letters("Він пришёл", "ukrainian") == {"ё"}
    assert foreign_letters("एक लोमड़ी fox", "hindi") == {"f", "o", "x"}
    assert foreign_letters("狐狸は", "chinese") == {"は"}


def test_prose_without_the_letters_or_words_of_its_language_is_found() -> None:
    stripped = "Die Fuechse gingen ueber die Strasse. " * 20
    assert typical_share(stripped, "german") == 0
    assert "ß" in unused(stripped, "german")
    assert common_share("Der Fuchs und die Katze sind in das Haus gegangen.", "german") == 50
    assert common_share("Regenschirm Notizbuch Fuchs Straße", "german") == 0


def test_english_itself_passes_the_measure() -> None:
    prose, text = PROSE["english"], everything("english")
    assert 0.5 * prose.common_share <= common_share(text, "english") <= 1.8 * prose.common_share
    assert foreign_letters(text, "english") == set()
    assert unused(text, "english") == []
    assert all(common_share(text, language) < 0.5 * PROSE[language].common_share for language in TRANSLATIONS)
