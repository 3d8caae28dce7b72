"""What libass makes of our subtitles, on a grey frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.media.local.film import fonts
from services.media.local.film.clip import BURN, lay_out_subtitles
from services.media.local.film.subtitles import WIDTH_SHARE, ass, em_px, page_cues
from services.media.model import PageSpeech, SpokenPiece
from shared.contracts.values import FRAME_SIZE_PX, LANGUAGES, Language
from tests.media.film.material import SENTENCES, ffmpeg, speech
from tests.media.film.test_subtitles import HOSTILE


def burnt(told: PageSpeech, language: Language, frame_px: tuple[int, int], folder: Path, at_s: float) -> np.ndarray:
    """Where a frame differs from grey: (height, width) bool. Fails when libass has anything to complain about."""
    folder.mkdir(exist_ok=True)
    (folder / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    lay_out_subtitles(ass(page_cues(told, language, frame_px), 458, 60_000, language, frame_px), language, folder)
    said = ffmpeg(
        "-f", "lavfi", "-i", f"color=c=0x808080:s={frame_px[0]}x{frame_px[1]}:r=24", "-frames:v", "1",
        "-vf", f"setpts=PTS+{at_s}/TB,{BURN}", "-pix_fmt", "gray", "-f", "rawvideo", "-", folder=folder,
    )  # fmt: skip
    assert b"lyph" not in said.stderr, said.stderr
    frame = np.frombuffer(said.stdout, np.uint8).reshape(frame_px[1], frame_px[0]).astype(int)
    return abs(frame - frame[0, 0]) > 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_burnt_in_the_bottom_zone_as_wide_as_measured(language, tmp_path):
    frame_px = FRAME_SIZE_PX["9:16" if language in ("hindi", "japanese", "german") else "16:9"]
    told = speech(1, SENTENCES[language], 5000)
    (cue, *_) = page_cues(told, language, frame_px)
    inked = burnt(told, language, frame_px, tmp_path / "work", 1.0)
    rows, columns = np.flatnonzero(inked.any(1)), np.flatnonzero(inked.any(0))
    assert rows[0] >= frame_px[1] * 0.77
    assert rows[-1] < frame_px[1] * 0.96
    width = columns[-1] - columns[0]
    assert width <= frame_px[0] * WIDTH_SHARE + 8
    face = fonts.face_for(language)
    expected = max(fonts.width_em(line, face) for line in cue.text.split("\n")) * em_px(frame_px)
    assert 0.8 * expected < width < 1.04 * expected + 8, "the measure is honest"


def test_languages_look_different(tmp_path):
    frames = {
        language: burnt(speech(1, SENTENCES[language], 5000), language, (1280, 720), tmp_path / language, 1.0).tobytes()
        for language in ("hindi", "chinese", "japanese", "russian", "greek", "english")
    }
    assert len(set(frames.values())) == len(frames)


def test_another_script_within_a_sentence_finds_its_font(tmp_path):
    plain = burnt(speech(1, "Say to me", 5000), "english", (1280, 720), tmp_path / "a", 1.0)
    mixed = burnt(speech(1, "Say 你好 to me", 5000), "english", (1280, 720), tmp_path / "b", 1.0)
    assert mixed.sum() > plain.sum() * 1.15


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_cannot_leave_its_place(text, tmp_path):
    piece = SpokenPiece(file="s1_1.wav", text=text + " end", start_ms=0, duration_ms=5000, words=())
    told = PageSpeech(page=1, pieces=(piece,), duration_ms=5000)
    inked = burnt(told, "english", (1280, 720), tmp_path / "work", 1.0)
    rows = np.flatnonzero(inked.any(1))
    assert rows.size, "something is written"
    assert rows[0] >= 720 * 0.77
    assert inked.mean() < 0.04
    # Nothing is left after the words were said, whatever they were.
    assert not burnt(told, "english", (1280, 720), tmp_path / "later", 8.0).any()
