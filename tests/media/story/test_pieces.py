"""Cutting a page into pieces that can be spoken in one breath."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.media.adapters.local_story import LocalStoryWriter
from services.media.local.story.pieces import MAX_CHARS, MAX_CJK_CHARS, split_text
from shared.contracts.values import LANGUAGES, Brief

PAGES = {
    "english": ["“Stop!” said Mr. Penny.", "“Where is it?”", "She ran 3.5 miles… and sat."],
    "german": ["Am 3. Oktober kam z.B. Dr. Meier.", "„Wo ist er?“, fragte Penny.", "»Hier!«, rief er."],
    "french": ["« Où est-il ? » demanda Penny.", "Elle courut… très loin.", "M. Dupont rit."],
    "spanish": ["¿Dónde está?", "¡Aquí!", "Dijo la Sra. López."],
    "portuguese": ["O Sr. Silva riu.", "— Onde está?", "Ninguém sabia."],
    "italian": ["Il dott. Rossi rise.", "«Dov’è?» chiese Penny.", "Silenzio."],
    "dutch": ["Dhr. de Vries lachte.", "‘Waar is hij?’ vroeg Penny.", "Stilte."],
    "danish": ["Den 3. maj kom hr. Holm.", "»Hvor er han?« spurgte Penny.", "Stilhed."],
    "norwegian": ["Den 3. mai kom hr. Dahl.", "«Hvor er han?» spurte Penny.", "Stillhet."],
    "swedish": ["Hon såg bl.a. en räv.", "”Var är den?” frågade Penny.", "Tystnad."],
    "polish": ["W dniu 3. maja przyszedł prof. Nowak.", "„Gdzie on jest?” zapytała Penny.", "Cisza."],
    "czech": ["Dne 3. května přišel prof. Novák.", "„Kde je?“ zeptala se Penny.", "Ticho."],
    "russian": ["В лесу жила лиса, т.е. Пенни.", "«Где он?» — спросила она.", "Тишина…"],
    "ukrainian": ["У лісі жила лисиця, т.д. і Пенні.", "«Де він?» — спитала вона.", "Тиша…"],
    "greek": ["Πού είναι;", "Ο κ. Νίκος γέλασε.", "Σιωπή."],
    "turkish": ["Prof. Kaya güldü.", "“Nerede?” dedi Penny.", "Sessizlik."],
    "indonesian": ["Prof. Budi tertawa.", "“Di mana?” tanya Penny.", "Sunyi."],
    "hindi": ["डॉ. मेहता हँसे।", "वह कहाँ है?", "सब चुप थे।"],
    "chinese": ["从前有一只狐狸。", "“太好了！”", "她笑着跑了。"],
    "japanese": ["「もしもし！」とペニーは言った。", "海は静かでした。", "どうして？"],
}  # fmt: skip


def joined(pieces: tuple[str, ...] | list[str], language: str) -> str:
    return ("" if language in ("chinese", "japanese") else " ").join(pieces)


def test_every_language_has_an_example() -> None:
    assert set(PAGES) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_of_every_language(language: str) -> None:
    sentences = PAGES[language]
    assert list(split_text(joined(sentences, language), language)) == sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_sentences_are_cut_and_nothing_is_lost(language: str) -> None:
    sentences = [sentence.rstrip(".!?。？！;।…") for sentence in PAGES[language]] * 6
    text = ("，" if language == "chinese" else "、" if language == "japanese" else ", ").join(sentences) + "."
    pieces = split_text(text, language)
    limit = MAX_CJK_CHARS if language in ("chinese", "japanese") else MAX_CHARS
    assert len(pieces) > 1
    assert all(len(piece) <= limit + 1 for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_a_long_sentence_is_cut_at_a_pause() -> None:
    text = "She carried a red magnet everywhere that summer, and every spoon in the village flew to it like a starling."
    assert split_text(text, "english")[0].endswith("summer,")


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from(list("ab cZ09 ,.!?;:…“”\"'«»„()-。，、！？「」你の好क्षि।Ω;é\n")), max_size=300
    ),
    language=st.sampled_from(LANGUAGES),
)
def test_pieces_are_the_text_in_order(text: str, language: str) -> None:
    plain = " ".join(text.split())
    pieces = split_text(text, language)
    assert bool(pieces) == bool(plain)
    at = 0
    for piece in pieces:
        assert piece == piece.strip()
        assert piece
        found = plain.find(piece, at)
        assert plain[at:found].strip() == "", "only white space lies between pieces"
        at = found + len(piece)
    assert plain[at:].strip() == ""
    if any(char.isalnum() for char in plain):
        assert all(any(char.isalnum() for char in piece) for piece in pieces), "every piece can be spoken"


async def test_the_adapter_writes_and_splits() -> None:
    writer = LocalStoryWriter()
    script = await writer.write(Brief(topic="Magnet Mania", main_role="Penny", seed=1))
    assert all(page.pieces == () for page in script.pages)
    cut = await writer.split(script)
    assert cut.title == script.title
    for page in cut.pages:
        assert " ".join(page.pieces) == page.text
        assert all(len(piece) <= MAX_CHARS for piece in page.pieces)
