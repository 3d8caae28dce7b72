"""The demo's default story over HTTP, segment by segment: `python -m benchmarks.film [--quick | --smoke]`.

A stack of its own (`talewright up` on a new folder and a free port) makes the same story several times, one after the
other; medians count. A segment lasts from the request to the event that tells of its end; the whole, from signing up
to the saved film. The first story finds services that have not made anything yet. With `--smoke` the script is cut to
one short page before anything is drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from benchmarks import sizes
from benchmarks.peers.processes import ended
from benchmarks.table import Line, at_most, show
from shared.contracts.script import Script
from talewright.demo.board import Bar, Board
from talewright.demo.client import StoryClient
from talewright.demo.sse import FeedEvent
from talewright.embedded.ports import free_ports
from talewright.embedded.probe import healthy

WISHES = {
    "topic": "Magnet Mania",
    "main_role": "Penny",
    "scene": "",
    "genre": "custom topic",
    "art_style": "pixar-art",
    "language": "english",
    "voice_name": "nova",
    "aspect_ratio": "16:9",
    "duration": "short",
}
WHOLE_TARGET_S = 20.0
SEGMENT_TARGET_S = 4.0
TARGETED_SEGMENTS = (1, 2, 3, 4)
_SCRIPT_SEGMENT = 1
_SHORT_TEXT = "Penny found a magnet."
_PATIENCE_S = 120.0
_LOG = "up.log"


class Took(msgspec.Struct, frozen=True):
    """Seconds of one story."""

    whole_s: float
    segments_s: dict[int, float]
    film_mb: float


@asynccontextmanager
async def stack(folder: Path, workers: int) -> AsyncIterator[str]:
    """A running system's URL."""
    port = free_ports(1)[0]
    begun, url = time.perf_counter(), f"http://127.0.0.1:{port}"
    with ended(_up(folder, port, workers), grace_s=30.0) as process:
        while not await healthy(url):
            if process.poll() is not None or time.perf_counter() - begun > _PATIENCE_S:
                raise RuntimeError(f"The system did not start:\n{(folder / _LOG).read_text()}")
            await asyncio.sleep(0.05)
        print(f"  the system is up after {time.perf_counter() - begun:.1f} s", flush=True)
        yield url


def _up(folder: Path, port: int, workers: int) -> subprocess.Popen[bytes]:
    options = {"--data": folder / "data", "--port": port, "--media": workers}
    told = [str(part) for option in options.items() for part in option]
    command = [sys.executable, "-m", "talewright.cli", "up", *told]
    with (folder / _LOG).open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


class Author(StoryClient):
    """A user who also edits."""

    async def cut(self, task: int, pages: int, folder: Path) -> None:
        """Keeps so many pages of the story, with little to say on each."""
        await self.until_shown(task, _SCRIPT_SEGMENT)
        (told,) = await self.urls(task, _SCRIPT_SEGMENT)
        await self.download(told, folder / "script.json")
        script = msgspec.json.decode((folder / "script.json").read_bytes(), type=Script)
        kept = tuple(replace(page, text=_SHORT_TEXT) for page in script.pages[:pages])
        document = msgspec.json.encode(replace(script, pages=kept))
        await self._ask("PUT", f"/api/task/{task}/myresource/{_SCRIPT_SEGMENT}", content=document)


async def make_film(url: str, file: Path, pages: int) -> tuple[Took, Board]:
    """One story from signing up to the saved film; only the first `pages` of its pages, or all for 0."""
    begun = time.perf_counter()
    async with Author(url) as client:
        await client.sign_up()
        task = await client.create(WISHES)
        board = Board(await client.segment_names())
        events = client.events(task)
        for segment, bar in board.bars.items():
            board.begin(segment, time.perf_counter())
            await client.execute(task, segment)
            await asyncio.wait_for(_until_over(events, board, bar), _PATIENCE_S)
            if pages and segment == _SCRIPT_SEGMENT:
                await client.cut(task, pages, file.parent)
        last = len(board.bars)
        await client.until_shown(task, last)
        film = next(one for one in await client.urls(task, last) if one.endswith(".mp4"))
        await client.download(film, file)
    whole_s = time.perf_counter() - begun
    segments_s = {number: bar.took_s(0) for number, bar in board.bars.items()}
    return Took(whole_s, segments_s, file.stat().st_size / 1e6), board


async def _until_over(events: AsyncIterator[FeedEvent], board: Board, bar: Bar) -> None:
    while not bar.over:
        event = await anext(events)
        board.take(event.name, event.data, time.perf_counter())
    if bar.status == "failed":
        raise RuntimeError(f"{bar.name} failed: {bar.reason}")


async def measure(folder: Path, size: sizes.Film) -> list[Line]:
    """So many stories, medians."""
    took: list[Took] = []
    async with stack(folder, size.workers) as url:
        for number in range(1, size.stories + 1):
            one, board = await make_film(url, folder / f"{number}.mp4", size.pages)
            took.append(one)
            print(f"  story {number} of {size.stories}: {one.whole_s:.1f} s", flush=True)
    return list(_lines(took, board))


def _lines(took: list[Took], board: Board) -> list[Line]:
    whole = [one.whole_s for one in took]
    note = f"each: {', '.join(f'{seconds:.1f}' for seconds in whole)}; {took[-1].film_mb:.1f} MB"
    lines = [at_most("the whole film", statistics.median(whole), "s", WHOLE_TARGET_S, note)]
    for number, bar in board.bars.items():
        seconds = statistics.median(one.segments_s[number] for one in took)
        what = f"segment {number}, {bar.name}"
        targeted = number in TARGETED_SEGMENTS
        lines.append(at_most(what, seconds, "s", SEGMENT_TARGET_S) if targeted else Line(what, seconds, "s"))
    return lines


def main() -> None:
    """Reads the options and runs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sizes.add_options(options)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="film-benchmark-") as name:
        lines = asyncio.run(measure(Path(name), sizes.FILM.chosen(chosen)))
    show(f"A film over HTTP ({WISHES['topic']}), load {os.getloadavg()[0]:.1f}", lines)


if __name__ == "__main__":
    main()
