from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.media.local.speech.japanese import Morpheme, japanese_utterance
from services.media.local.speech.timing import word_times
from services.media.local.speech.utterance import (
    Token,
    chinese_utterance,
    clean,
    group_marks,
    spaced_utterance,
    speech_of,
)
from services.media.local.speech.waveform import heard, silence, voice_end_ms
from shared.errors import Invalid


def test_clean_keeps_what_is_seen() -> None:
    assert clean(" A\x00b\t\r\n c\u202e\ufeff d ") == "A b c d"
    assert clean("क\u200dष") == "क\u200dष"
    with pytest.raises(Invalid):
        clean("x" * 2_001)


def test_speech_hides_markup_and_keeps_indices() -> None:
    text = "<b>*Hi*</b> [[x]] 🦊 5°"
    assert len(speech_of(text)) == len(text)
    assert speech_of(text) == " b  Hi  /b  ((x))   5°"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("« Oui ! » dit-il.", ["« Oui ! »", "dit-il."]),
        ("— Hello — there 🦊", ["— Hello —", "there 🦊"]),
        ("(a) b & c", ["(a)", "b &", "c"]),
        ("1,200 euros", ["1,200", "euros"]),
        ("...", ["..."]),
        ("", []),
    ],
)
def test_marks_go_with_their_words(text: str, words: list[str]) -> None:
    assert [token.text for token in spaced_utterance(text).tokens] == words


def test_chinese_is_read_character_by_character_and_paused() -> None:
    said = chinese_utterance('他说:"好,iPhone 15有3.5寸"!')
    assert [token.text for token in said.tokens] == ["他", '说:"', "好,", "iPhone ", "15", "有", "3.5", '寸"!']
    assert said.speech == '他说："好，iPhone 15有3.5寸"！'


def test_japanese_shows_kanji_and_says_kana() -> None:
    morphemes = [
        Morpheme("「", "記号,括弧開,*,*", "「"),
        Morpheme("狐", "名詞,一般,*,*", "キツネ"),
        Morpheme("は", "助詞,係助詞,*,*", "ワ"),
        Morpheme("１", "名詞,数,*,*", "イチ"),
        Morpheme("０", "名詞,数,*,*", "ゼロ"),
        Morpheme("歳", "名詞,接尾,助数詞,*", "サイ"),
        Morpheme("。", "記号,句点,*,*", "。"),
        Morpheme("」", "記号,括弧閉,*,*", "」"),
    ]
    said = japanese_utterance("「狐は１０歳。」", morphemes)
    assert said.speech == "「キツネワ 10サイ。」"
    assert [(token.text, said.speech[token.at]) for token in said.tokens] == [
        ("「狐", "キ"), ("は", "ワ"), ("１", "1"), ("０", "0"), ("歳。」", "サ"),
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_comes_back_from_its_words(text: str) -> None:
    for read, joint in ((spaced_utterance, " "), (chinese_utterance, "")):
        said = read(text)
        assert joint.join(token.text for token in said.tokens) == said.text
        assert len(said.speech) == len(said.text)
        places = [token.at for token in said.tokens]
        assert places == sorted(set(places))


@given(st.lists(st.sampled_from(["a", "b", "(", ")", "!", " "]), max_size=12))
def test_groups_cover_all_chunks(chunks: list[str]) -> None:
    assert [index for group in group_marks(chunks) for index in group] == list(range(len(chunks)))


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(-2, 60), st.integers(-5, 1_200)), max_size=12),
)
def test_words_stay_in_order_whatever_the_engine_reports(weights: list[int], events: list[tuple[int, int]]) -> None:
    tokens = [Token("x", 5 * index, weight) for index, weight in enumerate(weights)]
    words = word_times(
        tokens, [event for event in events if event[1] >= 0], heard(silence(1_000, 22_050), 22_050), 1_000
    )
    assert len(words) == len(tokens)
    assert all(word.start_ms <= word.end_ms <= 1_001 for word in words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))


def test_merged_words_share_their_time() -> None:
    tokens = [Token("in", 0, 2), Token("the", 3, 3), Token("end", 7, 3)]
    flags = heard(silence(1_000, 22_050), 22_050)
    assert voice_end_ms(flags, 0, 500) == 500
    words = word_times(tokens, [(0, 0), (7, 500)], flags, 1_000)
    assert [(word.start_ms, word.end_ms) for word in words] == [(0, 200), (200, 500), (500, 1_000)]
