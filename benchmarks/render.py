"""How fast and how well the film is rendered: `python -m benchmarks.render [--quick | --smoke] [--runs N]`.

One run, one machine, the same pictures, medians. The contestants:

* x264 alone: the encoder reads finished frames from a file. Nothing that encodes these frames can be faster.
* ours, one worker: page after page with `LocalAnimator`'s renderer, then the join.
* ours, two workers: the pages as jobs for two processes, then the join.
* MoviePy's way: `resized(lambda t: ...)` a picture, encode every clip, concatenate, encode again, as
  MoneyPrinterTurbo does (its default preset, and to its advantage without subtitles and crossfades).

SSIM is ffmpeg's, against frames computed in float32 with exact sub-pixel sampling. Jitter is how far dots stray from
their ideal way from one frame to the next, in the encoded film; the encoder has some of its own, which x264 alone
shows, so our frames are also tracked before they are encoded.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks import render_parts as parts
from benchmarks import sizes

X264, ONE, TWO, MOVIEPY = "x264 alone", "ours, one worker", "ours, two workers", "MoviePy's way"


class Row(msgspec.Struct):
    """What was measured of one contestant; seconds are medians."""

    name: str
    wall_s: float
    cpu_s: float
    size_mb: float
    ssim: float
    jitter_px: float = 0.0


def median_run(name: str, runs: int, work: Callable[[], tuple[float, Path]]) -> tuple[Row, Path]:
    """Times `work`, which returns the CPU seconds that it knows of and the file that it made."""
    times, film = [], Path()
    for i in range(runs):
        print(f"  {name}: run {i + 1} of {runs}", flush=True)
        with parts.Stopwatch() as watch:
            extra_cpu_s, film = work()
        times.append((watch.wall_s, watch.cpu_s + extra_cpu_s))
    wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
    return Row(name, wall, cpu, film.stat().st_size / 1e6, 0.0), film


def measure(story: parts.Story, size: sizes.Render) -> tuple[list[Row], float]:
    """Runs all contestants on one story; also returns the jitter of our frames before they are encoded."""
    print("  computing ideal frames", flush=True)
    ideal, plain = story.folder / "ideal.yuv", story.folder / "zoom.yuv"
    parts.write_ideal(story, ideal)
    rows = []
    with multiprocessing.get_context("spawn").Pool(2, parts.film_in, (story.frame_px,)) as workers:
        workers.map(parts.warm_up, range(4))
        for name, work in {
            X264: lambda: parts.x264_alone(story, ideal),
            ONE: lambda: parts.one_worker(story),
            TWO: lambda: parts.two_workers(story, workers),
        }.items():
            row, film = median_run(name, size.runs, work)
            row.ssim = parts.ssim(film, ideal, story.frame_px)
            rows.append(row)
    ideal.unlink()
    row, film = median_run(MOVIEPY, size.runs, lambda: parts.moviepy_way(story))
    parts.write_ideal_zoom(story, plain)
    row.ssim = parts.ssim(film, plain, story.frame_px)
    plain.unlink()
    rows.append(row)
    print("  tracking dots", flush=True)
    shake = parts.jitter(story, size.moves, size.move_s)
    for row, value in zip(rows, (shake.x264, shake.film, shake.film, shake.moviepy), strict=True):
        row.jitter_px = value
    return rows, shake.frames


def report(rows: list[Row], camera_jitter_px: float, frames: int) -> None:
    """Prints the table and the targets."""
    print(f"\n{'':20}{'wall s':>8}{'fps':>7}{'CPU s':>8}{'MB':>7}{'SSIM':>8}{'jitter px/frame':>17}")
    for row in rows:
        print(
            f"{row.name:20}{row.wall_s:8.2f}{frames / row.wall_s:7.0f}{row.cpu_s:8.2f}{row.size_mb:7.1f}"
            f"{row.ssim:8.4f}{row.jitter_px:17.4f}"
        )
    pure, one, two, moviepy = rows
    best = min(one.wall_s, two.wall_s)
    targets = [
        ("time against x264 alone", best / pure.wall_s, "<=", 1.2),
        ("times faster than MoviePy's way", moviepy.wall_s / best, ">=", 8.0),
        ("SSIM under x264 alone", pure.ssim - min(one.ssim, two.ssim), "<=", 0.005),
        ("jitter of our frames, px a frame", camera_jitter_px, "<=", 0.02),
        ("jitter above x264 of ideal frames", one.jitter_px - pure.jitter_px, "<=", 0.02),
    ]
    print(f"\n{'target':36}{'measured':>10}{'wanted':>12}  met")
    for name, value, sign, limit in targets:
        met = value <= limit if sign == "<=" else value >= limit
        print(f"{name:36}{value:10.3f}{sign + ' ' + str(limit):>12}  {'yes' if met else 'no'}")


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sizes.add_options(options)
    options.add_argument(
        "--runs", type=int, default=0, help="runs a contestant, of which the median counts (by size: 3)"
    )
    chosen = options.parse_args()
    size = sizes.RENDER.chosen(chosen)
    if chosen.runs:
        size = msgspec.structs.replace(size, runs=chosen.runs)
    parts.film_in(size.frame_px)
    with tempfile.TemporaryDirectory(prefix="render-benchmark-") as name:
        story = parts.make_story(Path(name), size)
        frames, length_s, pixels = story.times.frames, story.times.total_ms / 1000, "x".join(map(str, size.frame_px))
        print(f"{frames} frames, {length_s:.1f} s at {pixels}, {len(story.speeches)} pages")
        rows, camera_jitter_px = measure(story, size)
        report(rows, camera_jitter_px, frames)


if __name__ == "__main__":
    main()
