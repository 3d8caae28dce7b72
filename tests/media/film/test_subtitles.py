from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.media.local.film import fonts
from services.media.local.film.lines import cues
from services.media.local.film.spans import Span, clean, spans
from services.media.local.film.subtitles import WIDTH_SHARE, ass, em_px, escape, page_cues, srt
from services.media.local.film.timeline import timeline
from services.media.model import PageSpeech, SpokenPiece, Word
from shared.contracts.values import FRAME_SIZE_PX, LANGUAGES
from tests.media.film.material import SENTENCES, speech

HOSTILE = [
    r"{\pos(0,0)}X", r"a\Nb", r"\h", "{", "}", "{}", "\\", "\\{", r"{\fs400}BIG", r"{\p1}m 0 0 l 900 900{\p0}", "{{\\",
    "Dialogue: 0,0:00:00.00,9:00:00.00,Story,,0,0,0,,X", "a\nDialogue: b", "a\r\n\r\n[Fonts]", "\x00\x1b[2J",
    "a\u2028b", "<b>bold</b>", "1\n00:00:00,000 --> 00:00:09,000", "\ud800", "🦊🎈", "\u202eabc", "{=1}{*\\b1}",
]  # fmt: skip


def piece(text: str, *words: Word, start_ms: int = 0, duration_ms: int = 4000) -> SpokenPiece:
    return SpokenPiece(file="s1_1.wav", text=text, start_ms=start_ms, duration_ms=duration_ms, words=words)


def joined(found: list[Span]) -> str:
    return "".join(span.text for span in found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("frame_px", FRAME_SIZE_PX.values())
def test_every_language_fits_two_lines_and_loses_no_letter(language, frame_px):
    text = " ".join([SENTENCES[language]] * 3)
    found = page_cues(speech(1, text, 20_000), language, frame_px)
    widest = frame_px[0] * WIDTH_SHARE / em_px(frame_px)
    face = fonts.face_for(language)
    assert "".join("".join(cue.text.split()) for cue in found) == "".join(text.split())
    for cue in found:
        assert len(cue.lines) <= 2
        assert all(fonts.width_em(line, face) <= widest * 1.001 for line in cue.text.split("\n"))


def test_lines_are_balanced():
    (cue,) = page_cues(speech(1, SENTENCES["english"], 5000), "english", (1280, 720))
    first, second = cue.text.split("\n")
    assert abs(len(first) - len(second)) < 12


def test_words_light_up_when_they_are_spoken():
    said = piece("One, two.", Word("One", 100, 400), Word("two", 700, 1000))
    text = ass(cues(spans(said), lambda t: len(t), 40), 500, 5000, "english", (1280, 720))
    (event,) = [line for line in text.splitlines() if line.startswith("Dialogue")]
    # It shows 90 ms before the first word, which begins at 500 + 100 ms.
    assert event == r"Dialogue: 0,0:00:00.51,0:00:01.92,Story,,0,0,0,,{\k9}{\kf30}One, {\k30}{\kf30}two."


def test_karaoke_times_do_not_drift():
    told = speech(1, " ".join(["ab"] * 97), 29_999)
    text = ass(page_cues(told, "english", (1280, 720)), 458, 31_000, "english", (1280, 720))
    words = list(told.pieces[0].words)
    for line in (line for line in text.splitlines() if line.startswith("Dialogue")):
        h, m, s = re.findall(r"(\d):(\d\d):(\d\d\.\d\d)", line)[0]
        now = (int(h) * 3600 + int(m) * 60 + float(s)) * 1000
        for sweep, length, word in re.findall(r"\{\\k(f?)(\d+)\}([^{]*)", line):
            if sweep and word:
                assert now == pytest.approx(458 + words.pop(0).start_ms, abs=11)
            now += int(length) * 10
    assert not words


def test_merged_words_and_their_punctuation_are_found():
    said = piece("«In the» end – it's: over!", Word("In the", 0, 300), Word("end", 300, 600), Word("it's", 700, 900), Word("over", 900, 1200))  # fmt: skip  # noqa: E501
    found = spans(said)
    assert joined(found) == "«In the» end – it's: over!"
    assert (found[0].text, found[0].start_ms) == ("«In ", 0)
    assert found[-1] == Span("over!", 900, 1200)


def test_an_opening_bracket_goes_with_the_word_after_it():
    found = spans(piece("he (she) “no” ¿qué?", *[Word(w, i * 100, i * 100 + 90) for i, w in enumerate(["he", "she", "no", "qué"])]))  # fmt: skip  # noqa: E501
    assert [span.text for span in found] == ["he ", "(she) ", "“no” ", "¿qué?"]


def test_words_that_are_not_in_the_text_leave_an_even_pace():
    found = spans(piece("uno dos tres", Word("un", 1000, 1100), Word("zwei", 2000, 3000)))
    assert joined(found) == "uno dos tres"
    assert found[0].start_ms == 1000
    assert found[-1].end_ms == 3000


def test_a_piece_without_words_is_timed_by_its_length():
    found = spans(piece("uno dos", start_ms=500, duration_ms=1000))
    assert (found[0].start_ms, found[-1].end_ms) == (500, 1500)


def test_japanese_never_starts_a_line_with_punctuation_or_a_small_kana():
    told = speech(1, "きょうは、ちょっと「いって」みよう。" * 4, 20_000)
    for frame_px in FRAME_SIZE_PX.values():
        for cue in page_cues(told, "japanese", frame_px):
            for line in cue.text.split("\n"):
                assert line[0] not in "、。」ょっゃゅ"
                assert line[-1] != "「"


def test_a_word_wider_than_the_frame_is_cut():
    found = page_cues(speech(1, "W" * 400, 9000), "english", (720, 1280))
    assert "".join("".join(cue.text.split()) for cue in found) == "W" * 400
    assert all(fonts.width_em(line, fonts.SANS) * em_px((720, 1280)) <= 720 for cue in found for line in cue.text.split("\n"))  # fmt: skip  # noqa: E501


@given(st.text(max_size=200), st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_any_text_becomes_events_that_hold_only_our_tags(text, start_ms):
    told = PageSpeech(page=1, pieces=(piece(text, start_ms=start_ms),), duration_ms=7000)
    check_events(ass(page_cues(told, "english", (1280, 720)), 458, 9000, "english", (1280, 720)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    told = PageSpeech(page=1, pieces=(piece(text + " and on"),), duration_ms=4000)
    for language in ("english", "chinese"):
        check_events(ass(page_cues(told, language, (1280, 720)), 458, 9000, language, (1280, 720)))


def check_events(script: str) -> None:
    """Reads the events as libass does: what is in braces must be ours, and no line may be anything but an event."""
    events = script.split("Effect, Text\n", 1)[1]
    for line in events.splitlines():
        assert line.startswith("Dialogue: 0,"), line
        body = line.split(",", 9)[9]
        for block in re.findall(r"(?<!\\)\{(.*?)\}", body):
            assert re.fullmatch(r"\\kf?\d+|\\fn[A-Za-z ]+", block), block
        plain = re.sub(r"(?<!\\)\{.*?\}", "", body)
        assert not re.search(r"\\(?!N|[{}]|\u2060)", plain)
        assert plain.count("\\N") <= 1


def test_escape_disarms_braces_and_backslashes():
    assert escape(r"{\b1}") == "\\{\\\u2060b1\\}"
    assert escape("plain, text: fine") == "plain, text: fine"


def test_clean_keeps_what_scripts_need():
    assert clean("क्\u200dष a\u00adb\u200bc\td\x07🦊") == "क्\u200dष abc d"


def test_srt_counts_and_never_overlaps():
    told = [
        speech(1, SENTENCES["english"] + " " + SENTENCES["english"], 9000),
        speech(2, "", 0),
        speech(3, "Bye.", 800),
    ]
    times = timeline([s.duration_ms for s in told])
    text = srt([page_cues(s, "english", (1280, 720)) for s in told], times)
    blocks = text.strip().split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == [str(i + 1) for i in range(len(blocks))]
    stamps = [re.findall(r"(\d\d):(\d\d):(\d\d),(\d\d\d)", block) for block in blocks]
    ms = [[((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(f) for h, m, s, f in pair] for pair in stamps]
    assert all(start < end for start, end in ms)
    assert all(a[1] <= b[0] for a, b in pairwise(ms))
    assert ms[-1][1] <= times.total_ms
    assert ms[0][0] == times.pages[0].narration_start_ms - 90
    assert "{" not in text
    assert "\\" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_srt_stays_srt(text):
    told = PageSpeech(page=1, pieces=(piece(text + " and on"),), duration_ms=4000)
    out = srt([page_cues(told, "english", (1280, 720))], timeline([4000]))
    assert out.count("-->") == 1
    assert "\n\n" not in out.strip()
    assert not re.search(r"<[a-z]|\{\\", out)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_every_letter(language):
    face = fonts.face_for(language)
    for char in set(SENTENCES[language]) - {" "}:
        font = fonts._pillow_font(fonts.face_of(char, face))
        box = bytes(font.getmask("\U000e1234"))
        assert bytes(font.getmask(char)) != box, f"{char!r} is a box"
