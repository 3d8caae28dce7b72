"""The user's words in languages that begin, end and write their phrases otherwise than English."""

from __future__ import annotations

import msgspec
import pytest

from services.media.local.story.cast import read_role
from services.media.local.story.clean import clean
from services.media.local.story.compose import write
from services.media.local.story.dice import Dice
from services.media.local.story.lexicon import lower, tokens
from services.media.local.story.library import load
from services.media.local.story.names import given_name_pronoun
from services.media.local.story.naming import role_word
from services.media.local.story.setting import read_scene
from services.media.local.story.template import CLAUSE_CLOSE as CLOSE
from services.media.local.story.template import capitalise, fill
from services.media.local.story.topic import read_topic
from shared.contracts.values import GENRES, Brief
from tests.media.story.told import text_of


def spoken(language: str, text: str) -> str:
    topic = read_topic(load(language), text)
    assert topic is not None
    return topic.spoken.replace("\ue000", "<").replace("\ue001", ">")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("turkish", "İstanbul hakkında bir hikâye", "İstanbul"),
        ("hindi", "शेर के बारे में एक कहानी", "शेर"),
        ("chinese", "一个关于鲸鱼的故事", "鲸鱼"),
        ("chinese", "小猫的故事", "小猫"),
        ("japanese", "クジラの話", "クジラ"),
        ("japanese", "昔の話", "昔の話"),
        ("polish", "Zgubiony parasol", "zgubiony parasol"),
        ("polish", "Paryż nocą", "Paryż nocą"),
        ("polish", "Bolek i Lolek", "Bolek i Lolek"),
        ("polish", "Ania marzy", "Ania marzy"),
        ("dutch", "De verloren paraplu", "de verloren paraplu"),
        ("turkish", "Kayıp şemsiye", "kayıp şemsiye"),
        ("german", "Verlorene Schätze", "Verlorene Schätze"),
        ("english", "Lost umbrella", "Lost umbrella"),
        ("chinese", "为什么天是蓝的？", "<为什么天是蓝的？>"),
        ("chinese", "我想要一只猫", "<我想要一只猫>"),
        ("japanese", "なぜ空は青いですか", "<なぜ空は青いですか>"),
        ("greek", "Γιατί είναι μπλε ο ουρανός;", "<Γιατί είναι μπλε ο ουρανός;>"),
    ],
)
def test_topics_are_read_from_both_ends(language: str, text: str, expected: str) -> None:
    assert spoken(language, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("为什么？", "为什么？"), ("走！。", "走！"), ("Γιατί;", "Γιατί;"), ("why;", "why")]
)
def test_a_question_keeps_its_mark(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("language", "scene", "expected"),
    [
        ("hindi", "जंगल में", "जंगल में"),
        ("hindi", "समुद्र के किनारे", "समुद्र के किनारे"),
        ("chinese", "森林里", "森林里"),
        ("chinese", "在月球上", "在月球上"),
        ("chinese", "海边的村庄", "在海边的村庄"),
        ("japanese", "森の中で", "森の中で"),
        ("japanese", "海辺の村", "海辺の村で"),
    ],
)
def test_a_scene_with_a_postposition_is_ready(language: str, scene: str, expected: str) -> None:
    pack = load(language)
    assert read_scene(pack, scene, list(pack.scenes)[:1], Dice(1)).text == expected


@pytest.mark.parametrize(
    ("language", "role", "intro", "name", "pronoun"),
    [
        ("polish", "Dzielny lis", "dzielny lis", "dzielny lis", "he"),
        ("polish", "Xawera", "Xawera", "Xawera", "she"),
        ("polish", "Kuba", "Kuba", "Kuba", "he"),
        ("ukrainian", "Зоряна", "Зоряна", "Зоряна", "she"),
        ("russian", "девочка по имени Рыжая Лиса", "девочка по имени Рыжая Лиса", "Рыжая Лиса", "she"),
        ("russian", "лис, который читает", f"лис, который читает{CLOSE}", f"лис, который читает{CLOSE}", "he"),
        ("turkish", "Cesur bir tilki", "cesur bir tilki", "cesur tilki", ""),
        ("spanish", "Zorro valiente", "un zorro valiente", "el zorro valiente", "he"),
        ("spanish", "Penny la raposa", "Penny la raposa", "Penny", "she"),
    ],
)
def test_heroes(language: str, role: str, intro: str, name: str, pronoun: str) -> None:
    read = read_role(load(language), "custom topic", role, Dice(role))
    assert (read.intro, read.name) == (intro, name)
    assert pronoun in ("", read.pronoun)


def test_a_german_noun_keeps_its_capital() -> None:
    assert role_word(load("german"), "ein müder Fuchs aus dem Wald") == "Fuchs"
    assert role_word(load("dutch"), "een Vos uit het bos") == "vos"


@pytest.mark.parametrize("name", ["小红", "花子", "मीरा", "Ελένη", "Ayşe", "Siti", "Alva"])
def test_names_of_many_scripts_are_known(name: str) -> None:
    assert given_name_pronoun(name) == "she"


@pytest.mark.parametrize(
    ("language", "role", "topic"),
    [
        ("polish", "lis, który lubi ser", "Zgubiony parasol"),
        ("ukrainian", "лис, який любить сир", "Загублена парасолька"),
        ("german", "ein Fuchs, der Käse liebt", "der Schirm"),
    ],
)
def test_a_clause_ends_with_a_comma_unless_the_sentence_does(language: str, role: str, topic: str) -> None:
    after = set()
    for genre in GENRES:
        text = text_of(write(Brief(topic=topic, main_role=role, genre=genre, language=language)))  # type: ignore[arg-type]
        assert CLOSE not in text
        after |= {text[at + len(role)] for at in range(len(text)) if text[at:].lower().startswith(role.lower())}
    assert "," in after
    assert after <= set(",.!?:;"), after


def words(language: str) -> dict[str, str]:
    grammar = load(language).grammar
    return {"quotes": "".join(grammar.quotes), "capitals": grammar.capitals, "pronoun": "she", "t": "\ue000Ny?\ue001"}


@pytest.mark.parametrize(
    ("language", "pattern", "text"),
    [
        ("german", "Da stand: {t}.", "Da stand: „Ny?“"),
        ("danish", "Der stod: {t}.", "Der stod: »Ny?«"),
        ("swedish", "Där stod {t}. Hon log.", "Där stod ”Ny?” Hon log."),
        ("swedish", "”Läs {t} nu”, sa hon. {t}", "”Läs ’Ny?’ nu”, sa hon. ”Ny?”"),
        ("chinese", "上面写着：{t}。她笑了。", "上面写着：“Ny?”她笑了。"),
        ("greek", "«Ναι;» <Τότε> έφυγε.", "«Ναι;» Έφυγε."),
        ("german", "„<Also >ja.“ »", "„Ja.“ »"),
        ("turkish", "<Sonra> indi.", "İndi."),
        ("hindi", "वह हँसी। <फिर> चली।", "वह हँसी। चली।"),
    ],
)
def test_quotes_and_ends_of_the_language(language: str, pattern: str, text: str) -> None:
    assert fill(pattern, words(language), Dice(1), 0) == text


def test_the_turkish_i() -> None:
    assert capitalise("“ilk", "iİ") == "“İlk"
    assert capitalise("ılık", "iİ") == "Ilık"
    assert capitalise("ilk") == "Ilk"
    assert (lower("İstanbul"), tokens("İnek")) == ("istanbul", ["inek"])
    titles = [write(Brief(topic="istasyon", language="turkish", genre=genre)).title for genre in GENRES]  # type: ignore[arg-type]
    assert not any(title.startswith("Istasyon") for title in titles), titles


def test_a_terse_language_has_shorter_pages() -> None:
    pack = load("polish")
    usual = msgspec.structs.replace(pack.grammar, wordiness_percent=100)
    assert pack.grammar.wordiness_percent < usual.wordiness_percent

    def count(grammar: object) -> int:
        changed = msgspec.structs.replace(pack, grammar=grammar)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("services.media.local.story.compose.load", lambda language: changed)
            scripts = [write(Brief(topic="parasol", language="polish", genre=genre)) for genre in GENRES]  # type: ignore[arg-type]
        return sum(len(page.text.split()) for script in scripts for page in script.pages)

    assert count(pack.grammar) < 0.95 * count(usual)
