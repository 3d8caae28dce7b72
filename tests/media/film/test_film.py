"""The whole way: pictures and speech in, a film that plays out."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from moviepy import VideoFileClip
from PIL import Image

from services.media.adapters.local_animator import LocalAnimator
from services.media.local.film import ffmpeg, join
from services.media.local.film.ffmpeg import Stop
from services.media.local.film.timeline import FADE_FRAMES, FPS
from shared.errors import Invalid, Unavailable
from tests.media.film import material
from tests.media.film.conftest import Film


def test_every_frame_comes_at_its_time(film: Film) -> None:
    found = material.packets(film.file)
    assert [duration for _, duration in found] == [512] * film.times.frames
    assert np.diff([pts for pts, _ in found]).tolist() == [512] * (film.times.frames - 1)


def test_each_clip_has_exactly_the_frames_of_its_page(film: Film) -> None:
    assert [len(material.packets(clip)) for clip in film.clips] == [page.frames for page in film.times.pages]


def test_joining_and_playing_say_nothing(film: Film, tmp_path: Path) -> None:
    (tmp_path / "clips.txt").write_text(join._list(film.clips, film.times))
    said = material.ffmpeg(*join._arguments(film.script, film.sound, tmp_path / "o.mp4"), folder=tmp_path)
    assert (said.returncode, said.stderr) == (0, b"")
    said = material.ffmpeg("-i", film.file, "-f", "null", "-")
    assert (said.returncode, said.stderr) == (0, b"")


def test_sound_and_pictures_are_equally_long(film: Film) -> None:
    with VideoFileClip(str(film.file)) as clip:
        assert clip.size == [1280, 720]
        assert clip.fps == FPS
        assert clip.audio.duration == pytest.approx(film.times.total_ms / 1000, abs=0.03)


def test_the_file_is_what_players_and_browsers_want(film: Film) -> None:
    said = material.ffmpeg("-loglevel", "info", "-i", film.file).stderr.decode()
    assert "h264 (High)" in said
    assert "yuv420p(tv, bt709, progressive)" in said
    assert "aac (LC)" in said
    assert re.search(r"title\s+: Café '; \"night\"", said)
    assert "(eng)" in said
    data = film.file.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "faststart"


def test_a_crossfade_is_as_smooth_over_the_join_as_on_either_side(film: Film) -> None:
    frames = material.luma(film.file, (320, 180))[:, :130]  # above the subtitles
    change = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2))
    for page in film.times.pages[1:]:
        at = page.start_frame - 1
        fade = change[at : at + FADE_FRAMES]
        assert change[at] <= fade.max(), "the first step of the fade is one of its steps"
        assert change[at] <= 4 * change[at - 12 : at].mean() + 1.0
        assert np.abs(np.diff(fade)).max() < 0.5 * fade.max(), "no flash"


def test_the_film_opens_and_closes_in_black(film: Film) -> None:
    frames = material.luma(film.file, (64, 36))
    assert len(frames) == film.times.frames
    assert frames[0].max() < 22
    assert frames[-1].max() < 22
    assert frames[len(frames) // 2].mean() > 40


def test_the_cover_is_the_first_picture_in_full_light(film: Film) -> None:
    with Image.open(film.folder / "cover.jpg") as cover:
        assert cover.size == (1280, 720)
        assert np.asarray(cover.convert("L")).mean() > 50


def test_subtitles_come_with_the_film(film: Film) -> None:
    text = (film.folder / "output.srt").read_text("utf-8")
    assert text.startswith("1\n00:00:00,743 --> ")
    assert "The old lighthouse keeper" in text


def test_spoken_words_are_coloured_and_the_others_white(film: Film) -> None:
    def yellow(at_s: float) -> int:
        raw = material.ffmpeg(
            "-ss", f"{at_s}", "-i", film.file, "-frames:v", "1", "-vf", "crop=1280:180:0:530",
            "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
        ).stdout  # fmt: skip
        r, g, b = np.frombuffer(raw, np.uint8).reshape(-1, 3).astype(int).T
        return int(((abs(r - 255) < 16) & (abs(g - 205) < 16) & (abs(b - 87) < 30)).sum())

    begin_s = film.times.pages[0].narration_start_ms / 1000
    counts = [yellow(begin_s + part) for part in (0.05, 1.0, 2.0, 2.7)]
    assert counts == sorted(counts)
    assert counts[0] < 600 < 2000 < counts[-1]


async def test_rendering_again_gives_the_same_bytes(film: Film, tmp_path: Path) -> None:
    shares: list[float] = []
    await LocalAnimator().render(film.script, 2, film.speeches, film.pictures, tmp_path / "again.mp4", shares.append)
    assert (tmp_path / "again.mp4").read_bytes() == film.clips[1].read_bytes()
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("aspect_ratio", ["9:16", "4:3"])
async def test_one_short_page_in_another_shape(aspect_ratio, tmp_path: Path) -> None:
    script = material.script(1, "japanese", aspect_ratio)
    said = [material.speech(1, material.SENTENCES["japanese"], 900)]
    picture = material.picture(tmp_path / "p.png", (500, 400), 3)
    clip, sound = tmp_path / "c.mp4", tmp_path / "s.m4a"
    await LocalAnimator().render(script, 1, said, {1: picture}, clip, lambda share: None)
    material.tone(tmp_path / "t.wav", 4500)
    material.ffmpeg("-i", tmp_path / "t.wav", "-t", "4.333", "-c:a", "aac", sound)
    join.join_film(script, said, [clip], sound, tmp_path, Stop())
    assert (tmp_path / "cover.jpg").stat().st_size > 10_000


async def test_a_missing_picture_or_page_is_refused(film: Film, tmp_path: Path) -> None:
    for page, pictures in ((2, {2: film.pictures[2]}), (4, film.pictures), (0, film.pictures), (1, {1: tmp_path})):
        with pytest.raises(Invalid):
            await LocalAnimator().render(
                film.script, page, film.speeches, pictures, tmp_path / "x.mp4", lambda share: None
            )


def test_a_film_that_is_not_what_was_planned_is_not_delivered(film: Film, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        join.join_film(film.script, film.speeches, film.clips[:2], film.sound, tmp_path, Stop())
    longer = [*film.speeches[:2], material.speech(3, "Longer", 9000)]
    with pytest.raises(Unavailable, match="frames"):
        join.join_film(film.script, longer, film.clips, film.sound, tmp_path, Stop())
    swapped = [film.clips[1], film.clips[1], film.clips[2]]
    with pytest.raises(Unavailable, match="frames"):
        join.join_film(film.script, film.speeches, swapped, film.sound, tmp_path, Stop())


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_clip_breaks_the_film(film: Film, tmp_path: Path, place: int) -> None:
    clips = list(film.clips)
    clips[place] = tmp_path / "broken.mp4"
    for content in (b"no film", film.clips[place].read_bytes()[:60_000]):
        clips[place].write_bytes(content)
        with pytest.raises(Unavailable):
            join.join_film(film.script, film.speeches, clips, film.sound, tmp_path, Stop())


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(*args, **kwargs):
        started.append(real(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(ffmpeg.subprocess, "Popen", popen)
    return started


async def test_cancelling_leaves_no_encoder_behind(film: Film, tmp_path: Path, children) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def progress(share: float) -> None:
        if share > 0:
            loop.call_soon_threadsafe(begun.set)

    job = asyncio.create_task(
        LocalAnimator().render(film.script, 1, film.speeches, film.pictures, tmp_path / "x.mp4", progress)
    )
    await begun.wait()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(job, 3)
    assert [child.poll() is not None for child in children] == [True]
    assert [child.returncode for child in children] != [0]


def test_a_job_that_was_called_off_starts_no_encoder(tmp_path: Path, children) -> None:
    stop = Stop()
    stop.ask()
    with pytest.raises(ffmpeg.Stopped):
        ffmpeg.run(["-f", "lavfi", "-i", "color=d=60", "-f", "null", "-"], tmp_path, stop)
    assert all(child.poll() is not None for child in children)


def test_ffmpegs_last_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no-such-file"):
        ffmpeg.run(["-i", "no-such-file.mp4", "-f", "null", "-"], tmp_path, Stop())


def test_a_failing_picture_source_is_not_taken_for_the_end(tmp_path: Path, children) -> None:
    def frames():
        yield np.zeros(16 * 16 * 3 // 2, np.uint8)
        raise Invalid("no more")

    with pytest.raises(Invalid):
        ffmpeg.run(
            ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "16x16", "-i", "pipe:0", "-f", "null", "-"],
            tmp_path, Stop(), frames(),
        )  # fmt: skip
    assert children[0].poll() is not None
