"""Renders one page's clip: its frames, its subtitles, one encoder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from services.media.local.film import ffmpeg, fonts, subtitles
from services.media.local.film.camera import Move, camera_move
from services.media.local.film.planes import Frame, Planes, black, read_planes
from services.media.local.film.timeline import FADE_FRAMES, FPS, Timeline, arrival, frames_to_ms, timeline
from services.media.model import PageSpeech, Script
from services.media.ports import Progress
from shared.contracts.values import FRAME_SIZE_PX, Language
from shared.errors import Invalid

REPORT_FRAMES = 12
"""How often progress is told: twice a second of film."""

ENCODE = (
    "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p",
    "-g", str(2 * FPS), "-keyint_min", str(2 * FPS), "-sc_threshold", "0",
    "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
    "-chroma_sample_location", "left", "-video_track_timescale", str(FPS * 512),
)  # fmt: skip
"""The same for every clip, whoever renders it: only then can clips be joined without another encode."""


BURN = "ass=subtitles.ass:fontsdir=fonts"
"""The filter that burns what `lay_out_subtitles` put into the folder."""


class Shot(msgspec.Struct, frozen=True):
    """A picture and the camera's way over it, for as long as it is seen."""

    planes: Planes
    move: Move


def film_timeline(speeches: Sequence[PageSpeech]) -> Timeline:
    """The film's time line, from the narrations of all its pages in order."""
    return timeline([speech.duration_ms for speech in speeches])


def render_clip(
    script: Script, page: int, speeches: Sequence[PageSpeech], pictures: Mapping[int, Path],
    file: Path, progress: Progress, stop: ffmpeg.Stop, threads: int,
) -> None:  # fmt: skip
    """Writes the silent MP4 of the frames that a page (from 1) owns; see `ports.Animator`.

    Raises Invalid for a page or picture that is not there, Unavailable when the encoder fails.
    """
    _check(script, page, speeches, pictures)
    times, frame_px = film_timeline(speeches), FRAME_SIZE_PX[script.aspect_ratio]
    shots = {
        number: Shot(
            read_planes(pictures[number], frame_px),
            camera_move(script.seed, number, times.on_screen_frames(number - 1)),
        )
        for number in ({page - 1, page} - {0})
    }
    drawn = frames(times, page - 1, shots[page], shots.get(page - 1), frame_px)
    with tempfile.TemporaryDirectory(prefix="clip-") as name:
        folder = Path(name)
        text = page_ass(script, times, page - 1, speeches[page - 1], frame_px)
        lay_out_subtitles(text, script.language, folder)
        counted = _counted(drawn, times.pages[page - 1].frames, progress)
        ffmpeg.run(_arguments(frame_px, threads, file), folder, stop, counted)
    progress(1.0)


def frames(
    times: Timeline, index: int, shot: Shot, previous: Shot | None, frame_px: tuple[int, int]
) -> Iterator[NDArray[np.uint8]]:
    """The frames of page `index` (from 0) as yuv420p bytes, all in one buffer: use each before the next."""
    page = times.pages[index]
    frame, other, dark = Frame(frame_px), Frame(frame_px), black(frame_px)
    for i in range(page.frames):
        frame.show(shot.planes, shot.move.view(i))
        if previous is not None and i < FADE_FRAMES:
            # The picture before goes on moving where its own clip left it.
            other.show(previous.planes, previous.move.view(times.pages[index - 1].frames + i))
            frame.blend(other, 1 - arrival(i))
        frame.blend(dark, 1 - times.light(page.start_frame + i))
        yield frame.data


def _check(script: Script, page: int, speeches: Sequence[PageSpeech], pictures: Mapping[int, Path]) -> None:
    if not 1 <= page <= len(script.pages) or len(speeches) != len(script.pages):
        raise Invalid(f"Page {page} of {len(script.pages)} cannot be rendered with {len(speeches)} narrations")
    missing = [n for n in (page - 1, page) if n and (n not in pictures or not pictures[n].is_file())]
    if missing:
        raise Invalid(f"Page {page} cannot be rendered without the picture of page {missing[0]}")


def _counted(drawn: Iterator[NDArray[np.uint8]], total: int, progress: Progress) -> Iterator[NDArray[np.uint8]]:
    for done, frame in enumerate(drawn):
        if done % REPORT_FRAMES == 0:
            progress(done / total)
        yield frame


def page_ass(script: Script, times: Timeline, index: int, speech: PageSpeech, frame_px: tuple[int, int]) -> str:
    """The ASS script for the clip of page `index` (from 0)."""
    page = times.pages[index]
    start_ms = frames_to_ms(page.start_frame)
    cues = subtitles.page_cues(speech, script.language, frame_px)
    clip_ms = frames_to_ms(page.end_frame) - start_ms
    return subtitles.ass(cues, page.narration_start_ms - start_ms, clip_ms, script.language, frame_px)


def lay_out_subtitles(text: str, language: Language, folder: Path) -> None:
    """Puts an ASS script and its fonts where ffmpeg runs: its filter then needs no path but these plain names."""
    (folder / "subtitles.ass").write_text(text, "utf-8", errors="replace")
    (folder / "fonts").mkdir()
    faces = {fonts.face_for(language)} | {face for face in fonts.FACES if f"\\fn{face.family}" in text}
    for source in {face.file() for face in faces}:
        fonts.place(source, folder / "fonts")


def _arguments(frame_px: tuple[int, int], threads: int, file: Path) -> list[str]:
    colour = "range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    return [
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{frame_px[0]}x{frame_px[1]}", "-r", str(FPS), "-i", "pipe:0",
        "-vf", f"setparams={colour},{BURN}",
        *ENCODE, "-threads", str(threads), "-movflags", "+faststart", "-f", "mp4", str(file.absolute()),
    ]  # fmt: skip
