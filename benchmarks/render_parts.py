"""The contestants and the yardsticks of `benchmarks.render`."""

from __future__ import annotations

import re
import resource
import subprocess
import time
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import imageio_ffmpeg
import msgspec
import numpy as np
from moviepy import CompositeVideoClip, ImageClip, VideoFileClip, concatenate_videoclips

from benchmarks import render_ideal, sizes
from services.media.local.film import clip, ffmpeg, join
from services.media.local.film.camera import View, camera_move
from services.media.local.film.planes import picture_size, read_planes
from services.media.local.film.timeline import FPS, Timeline
from services.media.model import Hero, Page, PageSpeech, Scene, Script, SpokenPiece, Word
from shared.contracts.values import FRAME_SIZE_PX, AspectRatio

RATIO: AspectRatio = "16:9"
TEXT = "Deep in the quiet valley, an old clockmaker wound up the moon and listened to it tick until the morning."
THREADS = 2
ZOOM_A_SECOND = 0.012


class Story(msgspec.Struct, frozen=True):
    """What all contestants get."""

    script: Script
    speeches: list[PageSpeech]
    pictures: dict[int, Path]
    sound: Path
    folder: Path
    frame_px: tuple[int, int]

    @property
    def times(self) -> Timeline:
        return clip.film_timeline(self.speeches)


class Stopwatch:
    """Wall time, and the CPU time of this process and of its finished children."""

    wall_s = cpu_s = 0.0

    def __enter__(self) -> Self:
        self._wall, self._cpu = time.perf_counter(), cpu_seconds()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wall_s, self.cpu_s = time.perf_counter() - self._wall, cpu_seconds() - self._cpu


def cpu_seconds() -> float:
    """User and system time so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run_ffmpeg(*arguments: str) -> str:
    """Runs ffmpeg and returns what it said."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-y", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stderr.decode("utf-8", "replace")


def film_in(frame_px: tuple[int, int]) -> None:
    """Has the product film in frames of this size, in this process: small ones where only the way is tried."""
    FRAME_SIZE_PX[RATIO] = frame_px


def make_story(folder: Path, size: sizes.Render) -> Story:
    """A story of made-up pictures and words, with a tone for its sound."""
    scene = Scene(place="sea", time="night")
    script = Script(
        title="Benchmark", description="Made up.", language="english", genre="bedtime", style="cinematic",
        voice="nova", aspect_ratio=RATIO, seed=7, hero=Hero(name="Mo", kind="fox"),
        pages=tuple(Page(number=i + 1, text=TEXT, scene=scene) for i in range(size.pages)),
    )  # fmt: skip
    speeches = [_speech(i + 1, size.spoken_ms) for i in range(size.pages)]
    pictures = {i + 1: draw(folder / f"picture{i + 1}.png", i, size.frame_px) for i in range(size.pages)}
    story = Story(script, speeches, pictures, folder / "sound.m4a", folder, size.frame_px)
    length = f"sine=f=220:d={story.times.total_ms / 1000}"
    run_ffmpeg("-f", "lavfi", "-i", length, "-c:a", "aac", str(story.sound))
    return story


def draw(file: Path, seed: int, frame_px: tuple[int, int]) -> Path:
    """Soft light, hard edges, leaves and grain: as much detail as an illustration."""
    width, height = picture_size(frame_px)
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    image = np.stack([110 + 90 * np.sin(x / (220 + 40 * c) + seed) * np.cos(y / 190 - c) for c in range(3)], -1)
    for _ in range(500):
        at = tuple(int(v) for v in rng.integers(0, (width, height)))
        axes = tuple(int(v) for v in rng.integers(2, 42, 2))
        colour = tuple(float(v) for v in rng.integers(10, 245, 3))
        thickness = int(rng.choice([-1, -1, 2]))
        cv2.ellipse(image, at, axes, float(rng.uniform(0, 180)), 0, 360, colour, thickness, cv2.LINE_AA)
    image += cv2.GaussianBlur(rng.normal(0, 9, image.shape).astype(np.float32), (0, 0), 0.9)
    cv2.imwrite(str(file), np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return file


def warm_up(_: int) -> None:
    """Gives a worker time to import everything, as a service's worker has when a job comes."""
    time.sleep(0.2)


def write_ideal(story: Story, file: Path) -> None:
    """The film's frames as they should be, subtitles and all, as raw yuv420p."""
    pictures = render_ideal.load(story.pictures.values())
    for index, speech in enumerate(story.speeches):
        shown = render_ideal.page_frames(pictures, story.script.seed, story.times, index, story.frame_px)
        work = story.folder / f"ideal{index}"
        work.mkdir()
        text = clip.page_ass(story.script, story.times, index, speech, story.frame_px)
        clip.lay_out_subtitles(text, story.script.language, work)
        ffmpeg.run([*_raw(story.frame_px), "-vf", clip.BURN, "-f", "rawvideo", "page.yuv"], work, ffmpeg.Stop(), shown)
        with file.open("ab") as out, (work / "page.yuv").open("rb") as page:
            while block := page.read(1 << 24):
                out.write(block)
        (work / "page.yuv").unlink()


def write_ideal_zoom(story: Story, file: Path) -> None:
    """The frames of MoviePy's linear zoom as they should be: no subtitles, no crossfades."""
    with file.open("wb") as out:
        for picture, page in zip(render_ideal.load(story.pictures.values()), story.times.pages, strict=True):
            for i in range(page.frames):
                out.write(render_ideal.frame(picture, View(_zoom(i / FPS), 0, 0), story.frame_px).data)


def x264_alone(story: Story, ideal: Path) -> tuple[float, Path]:
    """Encodes finished frames."""
    film = story.folder / "x264.mp4"
    run_ffmpeg(*_raw(story.frame_px, str(ideal)), *clip.ENCODE, "-movflags", "+faststart", str(film))
    return 0.0, film


def render_page(story: Story, number: int, file: Path, pictures: dict[int, Path]) -> float:
    """One page's clip; returns the CPU seconds it took, for the case that this is another process."""
    with Stopwatch() as watch:
        clip.render_clip(
            story.script, number, story.speeches, pictures, file, lambda share: None, ffmpeg.Stop(), THREADS
        )
    return watch.cpu_s


def one_worker(story: Story) -> tuple[float, Path]:
    """All pages one after the other, then the join."""
    return _ours(story, map)


def two_workers(story: Story, pool: Pool) -> tuple[float, Path]:
    """Pages go to whichever of two processes is free, then the join."""
    cpu_s, film = _ours(story, partial(pool.imap, chunksize=1))
    return cpu_s, film


def _ours(story: Story, over: Callable[..., Iterable[float]]) -> tuple[float, Path]:
    clips = [story.folder / f"clip{i}.mp4" for i in range(1, len(story.speeches) + 1)]
    here = over is map
    cpu_s = sum(over(_Job(story), list(enumerate(clips, 1))))
    join.join_film(story.script, story.speeches, clips, story.sound, story.folder, ffmpeg.Stop())
    return 0.0 if here else cpu_s, story.folder / join.FILM


class _Job(msgspec.Struct, frozen=True):
    story: Story

    def __call__(self, page: tuple[int, Path]) -> float:
        return render_page(self.story, page[0], page[1], self.story.pictures)


def moviepy_way(story: Story) -> tuple[float, Path]:
    """Zoom every picture with `resized(lambda t)`, encode it, then concatenate the clips and encode again."""
    files = []
    for number, page in enumerate(story.times.pages, 1):
        files.append(story.folder / f"moviepy{number}.mp4")
        moviepy_clip(story.pictures[number], page.frames, story.frame_px, files[-1])
    clips = [VideoFileClip(str(file)) for file in files]
    film = story.folder / "moviepy.mp4"
    with concatenate_videoclips(clips) as whole:
        whole.write_videofile(str(film), fps=FPS, logger=None, audio=False)
    for one in clips:
        one.close()
    run_ffmpeg("-i", str(film), "-i", str(story.sound), "-c", "copy", str(story.folder / "moviepy_sound.mp4"))
    return 0.0, film


def moviepy_clip(picture: Path, frames: int, frame_px: tuple[int, int], file: Path) -> None:
    """One zooming clip as MoviePy makes it."""
    image = cv2.cvtColor(render_ideal.read(picture), cv2.COLOR_BGR2RGB)
    still = ImageClip(cv2.resize(image, frame_px, interpolation=cv2.INTER_AREA)).with_duration(frames / FPS)
    moving = still.resized(lambda t: _zoom(t)).with_position("center")
    with CompositeVideoClip([moving], size=frame_px) as scene:
        scene.write_videofile(str(file), fps=FPS, logger=None, audio=False)


def ssim(film: Path, ideal: Path, frame_px: tuple[int, int]) -> float:
    """ffmpeg's SSIM of a film against raw frames, over all planes."""
    said = run_ffmpeg("-i", str(film), *_raw(frame_px, str(ideal)), "-lavfi", "[0:v][1:v]ssim", "-f", "null", "-")
    found = re.search(r"All:([\d.]+)", said)
    return float(found.group(1)) if found else 0.0


class Jitter(msgspec.Struct, frozen=True):
    """In px a frame: of the frames we make, of our film, of x264's film of ideal frames, and of MoviePy's film."""

    frames: float
    film: float
    x264: float
    moviepy: float


def jitter(story: Story, moves: int, move_s: int) -> Jitter:
    """Films a picture of dots; of so many of our camera moves, the worst counts."""
    dots = story.folder / "dots.png"
    track = partial(
        render_ideal.jitter_px, render_ideal.draw_dots(dots, picture_size(story.frame_px)), frame_px=story.frame_px
    )
    told = [PageSpeech(page=1, pieces=(), duration_ms=move_s * 1000)] * (moves + 1)
    rows = [_dots_page(story, dots, number, told, track) for number in range(1, moves + 1)]
    file, length = story.folder / "moviepy_dots.mp4", move_s * FPS
    moviepy_clip(dots, length, story.frame_px, file)
    moviepy = track(render_ideal.film_luma(file, story.frame_px), [View(_zoom(i / FPS), 0, 0) for i in range(length)])
    frames, film, x264 = (max(column) for column in zip(*rows, strict=True))
    return Jitter(frames, film, x264, moviepy)


def _dots_page(
    story: Story, dots: Path, number: int, told: list[PageSpeech], track: Callable[..., float]
) -> tuple[float, float, float]:
    """Jitter of our frames, of our clip of them, and of x264's clip of ideal frames, for one camera move."""
    script = msgspec.structs.replace(story.script, pages=story.script.pages[:1] * len(told))
    times, both = clip.film_timeline(told), {number: dots, number - 1: dots}
    move = camera_move(script.seed, number, times.on_screen_frames(number - 1))
    views = [move.view(i) for i in range(times.pages[number - 1].frames)]
    shot = clip.Shot(read_planes(dots, story.frame_px), move)
    made = [frame.copy() for frame in clip.frames(times, number - 1, shot, None, story.frame_px)]
    width, height = story.frame_px
    luma = np.array([frame[: width * height].reshape(height, width) for frame in made])
    ours, pure = story.folder / f"dots{number}.mp4", story.folder / f"dots_x264_{number}.mp4"
    clip.render_clip(script, number, told, both, ours, lambda share: None, ffmpeg.Stop(), THREADS)
    (picture,) = render_ideal.load([dots])
    ideal = (render_ideal.frame(picture, view, story.frame_px) for view in views)
    ffmpeg.run([*_raw(story.frame_px), *clip.ENCODE, str(pure)], story.folder, ffmpeg.Stop(), ideal)
    films = [render_ideal.film_luma(file, story.frame_px) for file in (ours, pure)]
    return track(luma, views), track(films[0], views), track(films[1], views)


def _zoom(at_s: float) -> float:
    return 1.0 + ZOOM_A_SECOND * at_s


def _raw(frame_px: tuple[int, int], source: str = "pipe:0") -> list[str]:
    return ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{frame_px[0]}x{frame_px[1]}", "-r", str(FPS), "-i", source]


def _speech(page: int, spoken_ms: int) -> PageSpeech:
    tokens = TEXT.split()
    step = spoken_ms / len(tokens)
    words = tuple(Word(token, round(i * step), round((i + 0.9) * step)) for i, token in enumerate(tokens))
    piece = SpokenPiece(file=f"s{page}_1.wav", text=TEXT, start_ms=0, duration_ms=spoken_ms, words=words)
    return PageSpeech(page=page, pieces=(piece,), duration_ms=spoken_ms)
