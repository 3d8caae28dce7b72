"""Puts approved clips together: one encode for pictures and texts, one for the sound, one copy into the film."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from services.media.local.film import ffmpeg, fonts
from services.media.local.film.clip import BURN, ENCODE
from services.media.local.film.timeline import FPS
from services.media.local.session.animate import COLOUR
from services.media.local.session.overlays import overlays_ass
from services.media.local.session.soundtrack import check_sound, write_soundtrack
from services.media.ports import Progress
from shared.contracts.orders import Overlay
from shared.errors import Unavailable


def compose(
    clips: Sequence[Path], overlays: Sequence[Overlay], audio: Path | None, size_px: tuple[int, int],
    file: Path, progress: Progress, stop: ffmpeg.Stop, threads: int,
) -> None:  # fmt: skip
    """Writes the film; see `ports.Editor`. Raises Invalid for sound that cannot be decoded."""
    with tempfile.TemporaryDirectory(prefix="film-") as name:
        folder = Path(name)
        if audio is not None:
            check_sound(audio, folder, stop)
        progress(0.05)
        burn = _lay_out(overlays_ass(overlays, size_px), folder)
        ffmpeg.run(_join_arguments(clips, size_px, burn, threads), folder, stop)
        progress(0.75)
        frames = _count_frames(folder, stop)
        write_soundtrack(audio, frames, FPS, folder / "sound.m4a", folder, stop)
        progress(0.95)
        ffmpeg.run(_film_arguments(file), folder, stop)
    progress(1.0)


def _lay_out(script: str, folder: Path) -> bool:
    """Puts the texts and their fonts where ffmpeg runs; says whether there is any text."""
    if script:
        (folder / "subtitles.ass").write_text(script, "utf-8", errors="replace")
        (folder / "fonts").mkdir()
        for source in {
            face.file() for face in fonts.FACES if f"\\fn{face.family}" in script or f",{face.family},," in script
        }:
            fonts.place(source, folder / "fonts")
    return bool(script)


def _join_arguments(clips: Sequence[Path], size_px: tuple[int, int], burn: bool, threads: int) -> list[str]:
    """Every clip is brought to one size, rate and colour; what has another shape gets bars."""
    width, height = size_px
    fit = (
        f"fps={FPS},scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos,"
        f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,format=yuv420p,settb=1/{FPS},setpts=N"
    )
    inputs = [word for clip in clips for word in ("-threads", "1", "-i", str(clip.absolute()))]
    chains = [f"[{n}:v:0]{fit}[v{n}]" for n in range(len(clips))]
    joined = "".join(f"[v{n}]" for n in range(len(clips)))
    last = f"{joined}concat=n={len(clips)}:v=1:a=0,{COLOUR}{',' + BURN if burn else ''}[film]"
    return [
        *inputs, "-filter_complex", ";".join([*chains, last]), "-map", "[film]", "-r", str(FPS),
        *ENCODE, "-threads", str(threads), "-f", "mp4", "film.mp4",
    ]  # fmt: skip


def _count_frames(folder: Path, stop: ffmpeg.Stop) -> int:
    ffmpeg.run(["-i", "film.mp4", "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "packets.txt"], folder, stop)
    frames = sum(not line.startswith("#") for line in (folder / "packets.txt").read_text("utf-8").splitlines())
    if not frames:
        raise Unavailable("The clips hold no frames.")
    return frames


def _film_arguments(file: Path) -> list[str]:
    return [
        "-i", "film.mp4", "-i", "sound.m4a", "-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-map_metadata", "-1",
        "-video_track_timescale", str(FPS * 512), "-movflags", "+faststart", "-f", "mp4", str(file.absolute()),
    ]  # fmt: skip
