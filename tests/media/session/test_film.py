"""A film of clips: all frames in order, texts at their times, sound as long as the pictures."""

from __future__ import annotations

import numpy as np
import pytest

from services.media.adapters.local_editor import LocalEditor
from services.media.local.sound.loudness import loudness_lufs
from services.media.ports import Editor
from shared.contracts.orders import Overlay
from shared.errors import Invalid
from tests.media.film import material
from tests.media.session.conftest import SIZE


async def film(clips, tmp_path, overlays=(), audio=None, size=SIZE, progress=lambda share: None):
    editor: Editor = LocalEditor()
    file = tmp_path / "final.mp4"
    await editor.compose(clips, overlays, audio, size, file, progress)
    return file


def heard(file) -> np.ndarray:
    raw = material.ffmpeg("-i", file, "-ac", "2", "-ar", "48000", "-f", "f32le", "-").stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2)


async def test_clips_follow_each_other_frame_by_frame(clips, tmp_path):
    seen: list[float] = []
    file = await film([clips[1], clips[0]], tmp_path, progress=seen.append)
    assert [time for time, _ in material.packets(file)] == [512 * n for n in range(60)]
    whole, first = material.luma(file, (64, 36)), material.luma(clips[1], (64, 36))
    assert np.abs(whole[:24] - first).mean() < 4
    assert np.abs(whole[24:] - material.luma(clips[0], (64, 36))).mean() < 4
    assert seen[-1] == 1.0
    data = file.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


async def test_without_sound_there_is_a_silent_track_of_the_same_length(clips, tmp_path):
    sound = heard(await film(clips, tmp_path))
    assert abs(len(sound) - 120_000) < 3000
    assert np.abs(sound).max() < 1e-4


async def test_strange_clips_are_brought_to_one_size_and_rate(clips, tmp_path):
    strange = tmp_path / "strange.mkv"
    material.ffmpeg("-f", "lavfi", "-i", "testsrc=s=200x300:r=15:d=1", "-c:v", "mpeg4", strange)
    file = await film([clips[1], strange], tmp_path)
    assert len(material.packets(file)) == 48
    frames = material.luma(file, (64, 36))
    assert frames[40, :, 2].max() < 24, "bars at the sides"
    assert frames[40, :, 32].std() > 5


async def test_texts_stand_at_their_times_and_not_beyond_the_end(clips, tmp_path):
    plain = material.luma(await film(clips, tmp_path), SIZE)
    texts = [
        Overlay(text="Chapter 1", start_ms=500, duration_ms=500),
        Overlay(text="End", start_ms=2000, duration_ms=9000),
    ]
    written = material.luma(await film(clips, tmp_path, texts), SIZE)
    assert len(written) == len(plain)
    differs = np.abs(written - plain).max((1, 2)) > 60
    shown = {n for n in range(60) if differs[n]}
    assert {16, 20} <= shown
    assert not shown & {0, 6, 10, 26, 32, 40}
    assert {52, 59} <= shown


async def test_short_sound_begins_again_and_long_sound_fades_out(clips, tmp_path):
    short = material.tone(tmp_path / "short.wav", 700)
    sound = heard(await film(clips, tmp_path, audio=short))
    assert abs(len(sound) - 120_000) < 3000
    for second in (0.3, 1.0, 1.5):
        assert np.abs(sound[int(second * 48_000) :][:4800]).max() > 0.05
    assert np.abs(sound[118_500:120_000]).max() < 0.03
    assert loudness_lufs(np.ascontiguousarray(sound[:90_000]), 48_000) == pytest.approx(-16, abs=1.2)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c:a", "libmp3lame", "a.mp3"],
        ["-c:a", "libvorbis", "a.ogg"],
        ["-c:a", "flac", "a.flac"],
        ["-c:a", "aac", "-b:a", "96k", "a.m4a"],
    ],
)
async def test_any_usual_sound_will_do(arguments, clips, tmp_path):
    tone = material.tone(tmp_path / "tone.wav", 4000)
    material.ffmpeg("-i", tone, *arguments[:-1], tmp_path / arguments[-1])
    sound = heard(await film(clips, tmp_path, audio=tmp_path / arguments[-1]))
    assert np.abs(sound[24_000:60_000]).max() > 0.05


async def test_what_is_no_sound_is_refused_with_a_reason(clips, tmp_path):
    (tmp_path / "noise.mp3").write_bytes(b"this is a text, not a sound. " * 50)
    with pytest.raises(Invalid, match="cannot be decoded"):
        await film(clips, tmp_path, audio=tmp_path / "noise.mp3")
    with pytest.raises(Invalid, match="no sound"):
        await film(clips, tmp_path, audio=clips[0])


async def test_a_playlist_cannot_read_other_files(clips, tmp_path):
    secret = material.tone(tmp_path / "secret.wav", 2000)
    for name, text in (
        ("a.m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{secret}\n#EXT-X-ENDLIST\n"),
        ("b.txt", f"ffconcat version 1.0\nfile {secret.name}\n"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(Invalid, match="cannot be decoded"):
            await film(clips, tmp_path, audio=tmp_path / name)
