from __future__ import annotations

import asyncio
import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.media.adapters.local_narrator import LocalNarrator
from services.media.local.speech.utterance import joiner
from services.media.model import PageSpeech, Script
from shared.contracts.values import LANGUAGES
from shared.errors import Invalid, Unavailable
from tests.media.speech.material import SENTENCES, ignore, script_of


async def speak(folder: Path, *pieces: str, **changed: object) -> PageSpeech:
    return await LocalNarrator().speak(script_of(pieces, **changed), 1, folder, ignore)


def samples_of(file: Path) -> np.ndarray:
    with wave.open(str(file)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 22_050)
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16).astype(float)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_are_the_text_and_lie_in_order_within_the_sound(language: str, tmp_path: Path) -> None:
    sentences = SENTENCES[language]
    speech = await speak(tmp_path, *sentences, language=language)

    assert [piece.text for piece in speech.pieces] == list(sentences)
    assert speech.duration_ms == speech.pieces[-1].start_ms + speech.pieces[-1].duration_ms
    for piece in speech.pieces:
        words = piece.words
        assert joiner(language).join(word.text for word in words) == piece.text
        assert all(word.start_ms < word.end_ms for word in words)
        assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))
        assert piece.start_ms <= words[0].start_ms <= piece.start_ms + 250
        assert words[-1].end_ms <= piece.start_ms + piece.duration_ms
        samples = samples_of(tmp_path / piece.file)
        assert abs(len(samples) / 22.05 - piece.duration_ms) <= 1
        assert np.abs(samples).max() > 5_000


async def test_pieces_follow_each_other_with_a_breath(tmp_path: Path) -> None:
    speech = await speak(tmp_path, "One came home.", "Two went out,", "three stayed.")
    gaps = [later.start_ms - piece.start_ms - piece.duration_ms for piece, later in pairwise(speech.pieces)]
    assert gaps == [350, 180]
    assert [piece.file for piece in speech.pieces] == ["s1_1.wav", "s1_2.wav", "s1_3.wav"]


async def test_pieces_have_no_silence_around_them(tmp_path: Path) -> None:
    speech = await speak(tmp_path, *SENTENCES["english"])
    for piece in speech.pieces:
        samples = samples_of(tmp_path / piece.file)
        loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
        assert 15 <= loud[0] / 22.05 <= 60
        assert 15 <= (len(samples) - loud[-1]) / 22.05 <= 80
        assert abs(samples[0]) < 50
        assert abs(samples[-1]) < 50


async def test_word_times_are_where_the_word_sounds(tmp_path: Path) -> None:
    """A pause of the engine at the comma must lie between the two words, not within one."""
    piece = (await speak(tmp_path, "Stop, go.")).pieces[0]
    stop, go = piece.words
    samples = np.abs(samples_of(tmp_path / piece.file))

    def level(start_ms: int, end_ms: int) -> float:
        return float(samples[int(start_ms * 22.05) : int(end_ms * 22.05)].mean())

    assert go.start_ms - stop.end_ms >= 30
    assert level(stop.end_ms + 5, go.start_ms) < 0.05 * level(stop.start_ms, stop.end_ms)
    assert level(go.start_ms, go.end_ms) > 10 * level(stop.end_ms + 5, go.start_ms)


async def test_an_audio_book_s_pace(tmp_path: Path) -> None:
    pieces = (
        "The little harbour was quiet when the fog came in.",
        "Mia lit the old lamp and put it on the wall, as her grandmother had shown her.",
        "Somewhere far out a bell was ringing, and she counted the strokes.",
    )
    speech = await speak(tmp_path, *pieces)
    words_per_minute = sum(len(piece.split()) for piece in pieces) / speech.duration_ms * 60_000
    assert 145 <= words_per_minute <= 185


async def test_bedtime_is_read_more_slowly_than_jokes(tmp_path: Path) -> None:
    bedtime = await speak(tmp_path, *SENTENCES["english"], genre="bedtime")
    jokes = await speak(tmp_path, *SENTENCES["english"], genre="long form jokes")
    assert bedtime.duration_ms > 1.05 * jokes.duration_ms


async def test_the_same_page_sounds_the_same_tomorrow(tmp_path: Path) -> None:
    """The engine seeds itself with the clock's seconds: two runs within one second would prove nothing."""
    first = await speak(tmp_path, *SENTENCES["german"], language="german")
    before = [(tmp_path / piece.file).read_bytes() for piece in first.pieces]
    await asyncio.sleep(1.1)
    second = await speak(tmp_path, *SENTENCES["german"], language="german")
    assert second == first
    assert [(tmp_path / piece.file).read_bytes() for piece in second.pieces] == before


async def test_pages_spoken_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    script = script_of(SENTENCES["english"], SENTENCES["english"], SENTENCES["english"])
    speeches = await asyncio.gather(*(LocalNarrator().speak(script, page, tmp_path, ignore) for page in (1, 2, 3)))
    sounds = {(tmp_path / f"s{page}_1.wav").read_bytes() for page in (1, 2, 3)}
    assert [speech.page for speech in speeches] == [1, 2, 3]
    assert len(sounds) == 1


@pytest.mark.parametrize("text", ["...", "🦊✨", "—", "***", "\u200d", "\x01\x02"])
async def test_what_cannot_be_said_is_a_short_silence(text: str, tmp_path: Path) -> None:
    speech = await speak(tmp_path, text, "Well.")
    unsaid, said = speech.pieces
    assert not samples_of(tmp_path / unsaid.file).any()
    assert 200 <= unsaid.duration_ms <= 600
    assert "".join(word.text for word in unsaid.words) == unsaid.text
    assert samples_of(tmp_path / said.file).any()


async def test_markup_is_read_and_never_obeyed(tmp_path: Path) -> None:
    """As SSML the break would last ten seconds; as phoneme input the brackets would replace the word."""
    plain = (await speak(tmp_path, "Well now.")).duration_ms
    marked = await speak(tmp_path, '<speak>Well<break time="10s"/> now.</speak> [[h@l\'oU]] \x0150S \x0199P')
    assert plain < marked.duration_ms < plain + 9_000
    assert " ".join(word.text for word in marked.pieces[0].words) == marked.pieces[0].text
    assert "\x01" not in marked.pieces[0].text


async def test_a_very_long_piece_without_spaces_is_read(tmp_path: Path) -> None:
    speech = await speak(tmp_path, "ab" * 1_000)
    assert len(speech.pieces[0].words) == 1
    assert speech.duration_ms > 10_000


async def test_a_page_without_pieces_is_read_as_a_whole(tmp_path: Path) -> None:
    script = script_of(("Hello there.",))
    page = script.pages[0]
    bare = type(page)(number=1, text=page.text, scene=page.scene)
    speech = await LocalNarrator().speak(script_of(pages=(bare,)), 1, tmp_path, ignore)
    assert [piece.text for piece in speech.pieces] == ["Hello there."]


@pytest.mark.parametrize(
    ("script", "page"),
    [
        (script_of(("Hi.",), language="klingon"), 1),
        (script_of(("Hi.",), voice="darth"), 1),
        (script_of(("Hi.",)), 2),
        (script_of(("a" * 2_001,)), 1),
    ],
)
async def test_what_can_never_be_read_is_invalid(script: Script, page: int, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        await LocalNarrator().speak(script, page, tmp_path, ignore)


async def test_a_folder_that_is_not_there_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await speak(tmp_path / "nowhere", "Hi.")


async def test_progress_rises_to_one(tmp_path: Path) -> None:
    seen: list[float] = []
    await LocalNarrator().speak(script_of(("Hi.",)), 1, tmp_path, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
