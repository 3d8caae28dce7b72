from __future__ import annotations

import wave
from pathlib import Path

import msgspec
import numpy as np
import pytest

from services.media.local.sound.bed import music_bed
from services.media.local.sound.mix import blend, mix_sound_track, narration_track
from services.media.model import PageSpeech, SpokenPiece
from shared.errors import Unavailable
from tests.media.sound.conftest import Story
from tests.media.sound.measure import decoded, ffmpeg, level_db, measure
from tests.media.speech.material import script_of

HEADER = (
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x22\x56\x00\x00\x44\xac\x00\x00\x02\x00\x10\x00data"
)
BAD = HEADER.replace(b"\x01\x00\x01\x00", b"\x01\x00\x00\x00") + b"\x04\x00\x00\x00abcd"  # no channels


@pytest.fixture(scope="session")
def track(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("mix") / "sound.m4a"
    mix_sound_track(story.script, story.speeches, story.starts_ms, story.total_ms, story.folder, file)
    return file


def test_the_file_is_what_the_film_needs(track: Path, story: Story) -> None:
    report = ffmpeg("-nostdin", "-i", str(track), "-f", "null", "-").stderr.decode()
    assert "Audio: aac (LC)" in report
    assert "48000 Hz, stereo" in report
    assert abs(len(decoded(track)) - story.total_ms * 48) <= 1_024
    assert not list(track.parent.glob("*.part*"))


def test_loudness_and_true_peak(track: Path) -> None:
    measured = measure("-nostdin", "-i", str(track))
    assert measured.loudness_lufs == pytest.approx(-16.0, abs=0.7)
    assert measured.true_peak_db <= -1.5


def test_voice_stands_above_the_music_where_the_words_are(track: Path, story: Story) -> None:
    sound = decoded(track)
    for speech, start_ms in zip(story.speeches, story.starts_ms, strict=True):
        talk = sound[start_ms * 48 : (start_ms + speech.duration_ms) * 48]
        before = sound[(start_ms - 1_400) * 48 : (start_ms - 400) * 48]
        assert level_db(talk) - level_db(before) > 12
        # the first word begins where the film's time line says
        first = start_ms + speech.pieces[0].words[0].start_ms
        onset = sound[(first - 60) * 48 : (first + 250) * 48]
        assert level_db(onset[60 * 48 :]) - level_db(onset[: 40 * 48]) > 9


def test_never_silent_but_at_the_very_ends(track: Path) -> None:
    sound = decoded(track)
    levels = [level_db(sound[start : start + 24_000]) for start in range(48_000, len(sound) - 72_000, 24_000)]
    assert min(levels) > -58


def test_music_steps_back_under_the_voice(story: Story) -> None:
    """The same film with and without voice: their difference is the voice, so the music alone can be weighed."""
    voice = narration_track(story.speeches, story.starts_ms, story.total_ms, story.folder)
    music = music_bed(story.script.genre, story.script.seed, story.total_ms)
    alone = blend(np.zeros_like(voice), music)
    marked = blend(voice, music) - blend(voice, np.zeros_like(music))

    def gain_db(start_ms: int, end_ms: int) -> float:
        part = slice(start_ms * 48, end_ms * 48)
        return level_db(marked[part]) - level_db(alone[part])

    first = story.starts_ms[0]
    open_db = gain_db(first - 1_500, first - 300)
    ducked_db = gain_db(first + 100, first + story.speeches[0].duration_ms - 100)
    assert open_db == pytest.approx(0.0, abs=0.3)
    assert ducked_db == pytest.approx(-11.0, abs=0.7)  # also in the pause between its two sentences
    rest = slice((first - 1_500) * 48, (first - 300) * 48)
    talk = slice(first * 48, (first + story.speeches[0].duration_ms) * 48)
    assert 14 <= level_db(voice[talk]) - level_db(alone[rest]) <= 24
    assert level_db(voice[talk]) - level_db(marked[talk]) > 22


def test_two_mixes_are_the_same(track: Path, story: Story, tmp_path: Path) -> None:
    again = tmp_path / "again.m4a"
    mix_sound_track(story.script, story.speeches, story.starts_ms, story.total_ms, story.folder, again)
    assert again.read_bytes() == track.read_bytes()


def test_a_story_that_says_nothing_is_music(tmp_path: Path) -> None:
    _write(tmp_path / "s1_1.wav", np.zeros(8_000), 22_050)
    mix_sound_track(script_of(("...",)), [_speech(1, ("s1_1.wav", 0))], [500], 9_000, tmp_path, tmp_path / "x.m4a")
    measured = measure("-nostdin", "-i", str(tmp_path / "x.m4a"))
    assert measured.loudness_lufs == pytest.approx(-16.0, abs=0.7)
    assert measured.true_peak_db <= -1.5


def test_any_narrator_s_wavs_will_do(tmp_path: Path) -> None:
    """Two rates, stereo, and pieces that overlap: both are heard at their place and pitch."""
    for name, rate_hz, pitch_hz, channels in (("a.wav", 44_100, 500, 2), ("b.wav", 16_000, 900, 1)):
        tone = 8_000 * np.sin(2 * np.pi * pitch_hz * np.arange(rate_hz) / rate_hz)
        _write(tmp_path / name, np.repeat(tone, channels), rate_hz, channels)
    voice = narration_track([_speech(1, ("a.wav", 0), ("b.wav", 700))], [1_000], 4_000, tmp_path)

    def strongest_hz(start_ms: int, end_ms: int) -> float:
        spectrum = np.abs(np.fft.rfft(voice[start_ms * 48 : end_ms * 48]))
        return float(spectrum.argmax() * 1000 / (end_ms - start_ms))

    assert len(voice) == 4_000 * 48
    assert strongest_hz(1_100, 1_600) == pytest.approx(500, abs=3)
    assert strongest_hz(2_050, 2_650) == pytest.approx(900, abs=3)
    assert np.abs(voice[: 950 * 48]).max() < 1e-3
    assert np.abs(voice[2_760 * 48 :]).max() < 1e-3


def test_what_reaches_past_the_end_is_cut(story: Story) -> None:
    voice = narration_track(story.speeches[:1], [500], 1_500, story.folder)
    assert len(voice) == 1_500 * 48
    assert voice.any()


@pytest.mark.parametrize("content", [None, b"", b"RIFFxxxxWAVE", b"\x00" * 100, HEADER[:30], HEADER[:36], BAD])
def test_a_broken_wav_is_worth_another_try(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "s1_1.wav").write_bytes(content)
    with pytest.raises(Unavailable):
        mix_sound_track(script_of(("A",)), [_speech(1, ("s1_1.wav", 0))], [0], 3_000, tmp_path, tmp_path / "x.m4a")
    assert not (tmp_path / "x.m4a").exists()


def test_a_folder_that_is_not_there_is_worth_another_try(story: Story, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        mix_sound_track(story.script, story.speeches[:1], [0], 3_000, story.folder, tmp_path / "no" / "x.m4a")


def test_genres_sound_different_under_the_same_voice(story: Story, track: Path, tmp_path: Path) -> None:
    other = msgspec.structs.replace(story.script, genre="fun facts")
    mix_sound_track(other, story.speeches, story.starts_ms, story.total_ms, story.folder, tmp_path / "x.m4a")
    one, two = decoded(track)[48_000:144_000].mean(axis=1), decoded(tmp_path / "x.m4a")[48_000:144_000].mean(axis=1)
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.5


def _speech(page: int, *files: tuple[str, int]) -> PageSpeech:
    pieces = [SpokenPiece(file=file, text="", start_ms=start, duration_ms=1_000, words=()) for file, start in files]
    return PageSpeech(page=page, pieces=tuple(pieces), duration_ms=2_000)


def _write(file: Path, samples: np.ndarray, rate_hz: int, channels: int = 1) -> None:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.astype("<i2").tobytes())
