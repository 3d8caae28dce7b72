"""Any text stays in the frame and is nothing but text."""

from __future__ import annotations

import numpy as np
import pytest

from services.media.local.film import fonts
from services.media.local.session.overlays import HEIGHT_SHARE, LINE_EM, WIDTH_SHARE, face_of_text, fitted, overlays_ass
from shared.contracts.orders import Overlay
from shared.contracts.values import FRAME_SIZE_PX
from tests.media.film.material import ffmpeg

TEXTS = [
    "Chapter 1",
    'It\'s "quoted" and %{pts}, 100% \\N {\\b1\\pos(0,0)} done',
    "one\ntwo\r\nthree\u2028four",
    "你好，世界。这是一段很长的中文字幕，需要自动换行才能放得下整个画面。" * 3,
    "灯台守のはなし",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2,
    "word " * 400,
    "😀 smile 🎉",
    "नमस्ते दुनिया",
]


def inked(text: str, frame_px: tuple[int, int], folder, at_s: float = 1.0) -> np.ndarray:
    script = overlays_ass([Overlay(text=text, start_ms=0, duration_ms=3000)], frame_px)
    (folder / "subtitles.ass").write_text(script)
    (folder / "fonts").mkdir(exist_ok=True)
    for source in {face.file() for face in fonts.FACES}:
        if not (folder / "fonts" / f"font{source.suffix}").exists():
            fonts.place(source, folder / "fonts")
    (folder / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    said = ffmpeg(
        "-f", "lavfi", "-i", f"color=c=0x808080:s={frame_px[0]}x{frame_px[1]}:r=24", "-frames:v", "1",
        "-vf", f"setpts=PTS+{at_s}/TB,ass=subtitles.ass:fontsdir=fonts", "-pix_fmt", "gray", "-f", "rawvideo", "-",
        folder=folder,
    )  # fmt: skip
    assert b"lyph" not in said.stderr, said.stderr
    frame = np.frombuffer(said.stdout, np.uint8).reshape(frame_px[1], frame_px[0]).astype(int)
    return abs(frame - frame[0, 0]) > 12


@pytest.mark.parametrize("aspect", ["16:9", "9:16"])
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_stays_in_the_frame(text, aspect, tmp_path):
    frame_px = FRAME_SIZE_PX[aspect]
    shown = inked(text, frame_px, tmp_path)
    rows, columns = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
    assert rows.size, "something is written"
    assert rows[0] > frame_px[1] * 0.2
    assert rows[-1] < frame_px[1] * 0.96
    assert columns[0] > frame_px[0] * 0.04
    assert columns[-1] < frame_px[0] * 0.96


def test_braces_and_backslashes_are_written_not_obeyed(tmp_path):
    plain = inked("Hello there", (1280, 720), tmp_path)
    moved = inked("{\\pos(10,10)}Hello there", (1280, 720), tmp_path)
    assert np.flatnonzero(moved.any(1))[0] > 400
    assert moved.sum() > plain.sum() * 1.3


def test_lines_of_the_user_stay_lines():
    lines, _ = fitted("one\ntwo\n\nthree", fonts.SANS, (1280, 720))
    assert lines == ["one", "two", "three"]


def test_long_text_is_set_smaller_and_at_last_cut():
    short, large = fitted("Chapter 1", fonts.SANS, (1280, 720))
    long, small = fitted("word " * 60, fonts.SANS, (1280, 720))
    endless, least = fitted("word " * 2000, fonts.SANS, (1280, 720))
    assert large > small > least
    assert len(short) == 1
    for lines, em in ((long, small), (endless, least)):
        assert len(lines) * em * LINE_EM <= 720 * HEIGHT_SHARE
        assert all(fonts.width_em(line, fonts.SANS) * em <= 1280 * WIDTH_SHARE for line in lines)
    assert endless[-1].endswith("…")
    assert not long[-1].endswith("…")


def test_scripts_find_their_face():
    assert face_of_text("Hello 你好 world") is fonts.SANS
    assert face_of_text("你好") is fonts.CHINESE
    assert face_of_text("灯台の話") is fonts.JAPANESE


def test_nothing_to_show_is_no_script():
    assert overlays_ass([], (1280, 720)) == ""
    assert overlays_ass([Overlay(text="😀\n", start_ms=0, duration_ms=900)], (1280, 720)) == ""
    assert overlays_ass([Overlay(text="late", start_ms=500, duration_ms=0)], (1280, 720)) == ""
