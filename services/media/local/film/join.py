"""Joins clips and sound into the film, without another encode, and looks at what came out."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from moviepy import VideoFileClip
from numpy.typing import NDArray
from PIL import Image

from services.media.local.film import ffmpeg, subtitles
from services.media.local.film.clip import film_timeline
from services.media.local.film.timeline import FPS, Timeline
from services.media.model import PageSpeech, Script
from shared.contracts.values import FRAME_SIZE_PX, Language
from shared.errors import Invalid, Unavailable

FILM, SUBTITLES, COVER = "output.mp4", "output.srt", "cover.jpg"
COVER_QUALITY = 90
LANGUAGE_CODES: dict[Language, str] = {
    "english": "eng", "czech": "ces", "danish": "dan", "dutch": "nld", "french": "fra", "german": "deu",
    "greek": "ell", "hindi": "hin", "indonesian": "ind", "italian": "ita", "chinese": "zho", "japanese": "jpn",
    "norwegian": "nor", "polish": "pol", "portuguese": "por", "russian": "rus", "spanish": "spa", "swedish": "swe",
    "turkish": "tur", "ukrainian": "ukr",
}  # fmt: skip
"""ISO 639-2 codes, as MP4 stores a track's language."""

_LENGTH_TOLERANCE_S = 0.1
_TICKS = 512  # of a track's clock in one frame


def join_film(
    script: Script, speeches: Sequence[PageSpeech], clips: Sequence[Path], sound: Path, folder: Path, stop: ffmpeg.Stop
) -> None:
    """Writes the film, its subtitles and its cover into `folder`.

    Raises Invalid when there is not one clip a page, Unavailable when the joined film is not what was planned.
    """
    if not len(clips) == len(speeches) == len(script.pages):
        raise Invalid(f"{len(script.pages)} pages, {len(speeches)} narrations and {len(clips)} clips do not match")
    times, frame_px = film_timeline(speeches), FRAME_SIZE_PX[script.aspect_ratio]
    with tempfile.TemporaryDirectory(prefix="join-") as name:
        work = Path(name)
        (work / "clips.txt").write_text(_list(clips, times), "utf-8")
        ffmpeg.run(_arguments(script, sound, folder / FILM), work, stop)
        _check_packets(work / "packets.txt", times.frames)
    pages = [subtitles.page_cues(speech, script.language, frame_px) for speech in speeches]
    (folder / SUBTITLES).write_text(subtitles.srt(pages, times), "utf-8", errors="replace")
    _write_cover(folder / FILM, folder / COVER, times, frame_px)


def tag(text: str) -> str:
    """A title as it may stand in a file's metadata: one line, no control characters."""
    return "".join(char for char in " ".join(text.split()) if unicodedata.category(char)[0] != "C")[:200]


def _list(clips: Sequence[Path], times: Timeline) -> str:
    """What ffmpeg's concat reads. The durations are ours: exact in frames, whatever the files claim."""
    lines = ["ffconcat version 1.0"]
    for clip, page in zip(clips, times.pages, strict=True):
        quoted = str(clip.absolute()).replace("'", "'\\''")
        lines += [f"file '{quoted}'", f"duration {page.frames / FPS:.6f}"]
    return "\n".join(lines) + "\n"


def _arguments(script: Script, sound: Path, film: Path) -> list[str]:
    language = LANGUAGE_CODES[script.language]
    # Without -xerror ffmpeg leaves a broken clip out and calls it a success.
    return [
        "-xerror", "-f", "concat", "-safe", "0", "-i", "clips.txt", "-i", str(sound.absolute()),
        "-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-movflags", "+faststart", "-map_metadata", "-1",
        "-video_track_timescale", str(FPS * _TICKS),
        "-metadata", f"title={tag(script.title)}", "-metadata", f"comment={tag(script.description)}",
        "-metadata:s:v:0", f"language={language}", "-metadata:s:a:0", f"language={language}",
        "-f", "mp4", str(film.absolute()),
        "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "packets.txt",
    ]  # fmt: skip


def _check_packets(listing: Path, frames: int) -> None:
    """Looks at the film's frames as they were written: all are there, each at its own time, none skipped."""
    rows = [line.split(",") for line in listing.read_text("utf-8").splitlines() if not line.startswith("#")]
    shown = sorted(int(row[2]) for row in rows)
    if [time - shown[0] for time in shown] != [_TICKS * i for i in range(frames)]:
        raise Unavailable(f"The film has {len(shown)} frames or they come unevenly; it should have {frames}")


def _write_cover(film: Path, cover: Path, times: Timeline, frame_px: tuple[int, int]) -> None:
    try:
        picture = _frame_of(film, times, frame_px)
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise Unavailable(f"The film cannot be read back: {error}") from error
    Image.fromarray(picture).save(cover, "JPEG", quality=COVER_QUALITY, optimize=True)


def _frame_of(film: Path, times: Timeline, frame_px: tuple[int, int]) -> NDArray[np.uint8]:
    """Opens the finished film as a player would, compares it with the plan and takes the poster's frame."""
    with VideoFileClip(str(film)) as clip:
        length_s = times.total_ms / 1000
        if tuple(clip.size) != frame_px or abs(clip.duration - length_s) > _LENGTH_TOLERANCE_S or clip.audio is None:
            raise Unavailable(
                f"The film is {clip.size} and {clip.duration} s, with{'' if clip.audio else 'out'} sound; "
                f"it should be {frame_px} and {length_s} s"
            )
        return np.asarray(clip.get_frame((times.cover_frame + 0.5) / FPS), np.uint8)
