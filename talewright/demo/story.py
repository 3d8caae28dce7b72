"""Makes one film through the API, segment by segment, and tells a display how it goes."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import Unavailable
from talewright.demo.board import Bar, Board
from talewright.demo.client import StoryClient
from talewright.demo.display import Display, make_display

_LOOK_AGAIN_S = 10.0
_STALLED_S = 300.0
_TICK_S = 0.1
_SLUG_LENGTH = 48


@dataclass(frozen=True, kw_only=True)
class Film:
    """What came out. `subtitles` is None if there were none to fetch."""

    task: int
    video: Path
    subtitles: Path | None
    bars: list[Bar]
    took_s: float


async def make_film(client: StoryClient, wishes: dict[str, Any], folder: Path) -> Film:
    """Creates the story, runs all segments and saves the film below `folder`. Raises `Unavailable` with the reason."""
    began_s = time.monotonic()
    await client.sign_up()
    task = await client.create(wishes)
    board = Board(await client.segment_names())
    display = make_display(list(board.bars.values()))
    try:
        async with _following(client, task, board, display) as changed:
            for segment in board.bars:
                await _run(client, task, segment, board, display, changed)
    finally:
        display.close()
    video, subtitles = await _save(client, task, len(board.bars), folder, f"{task}-{slug(wishes['topic'])}")
    took_s = time.monotonic() - began_s
    return Film(task=task, video=video, subtitles=subtitles, bars=list(board.bars.values()), took_s=took_s)


def slug(text: str) -> str:
    """A short file name from a topic in any script: letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:_SLUG_LENGTH].strip("-") or "story"


async def _run(
    client: StoryClient, task: int, segment: int, board: Board, display: Display, changed: asyncio.Event
) -> None:
    bar = board.bars[segment]
    board.begin(segment, time.monotonic())
    display.show(bar, time.monotonic())
    await client.execute(task, segment)
    moved_s = time.monotonic()
    while not bar.over:
        changed.clear()
        try:
            await asyncio.wait_for(changed.wait(), _LOOK_AGAIN_S)
            moved_s = time.monotonic()
        except TimeoutError:
            # The feed should have told; where a proxy swallows it, asking still helps.
            if await client.completed(task) >= segment:
                board.finish(segment, time.monotonic())
                display.show(bar, time.monotonic())
            elif time.monotonic() - moved_s > _STALLED_S:
                raise Unavailable(
                    f"{bar.name}: nothing has happened for {_STALLED_S:g} s; the log files tell why."
                ) from None
    if bar.status == "failed":
        raise Unavailable(f"{bar.name} failed: {bar.reason}")


@contextlib.asynccontextmanager
async def _following(client: StoryClient, task: int, board: Board, display: Display) -> AsyncIterator[asyncio.Event]:
    """Feeds the board from the event feed; the event given is set at every change."""
    changed = asyncio.Event()

    async def follow() -> None:
        async for event in client.events(task):
            bar = board.take(event.name, event.data, time.monotonic())
            if bar is not None:
                display.show(bar, time.monotonic())
                changed.set()

    async def tick() -> None:
        while True:
            display.tick(list(board.bars.values()), time.monotonic())
            await asyncio.sleep(_TICK_S)

    tasks = [asyncio.create_task(follow()), asyncio.create_task(tick())]
    try:
        yield changed
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _save(client: StoryClient, task: int, last_segment: int, folder: Path, name: str) -> tuple[Path, Path | None]:
    folder.mkdir(parents=True, exist_ok=True)
    saved: dict[str, Path] = {}
    await client.until_shown(task, last_segment)
    for url in await client.urls(task, last_segment):
        kind = url.rpartition(".")[2]
        if kind in ("mp4", "srt") and kind not in saved:
            saved[kind] = folder / f"{name}.{kind}"
            await client.download(url, saved[kind])
    if "mp4" not in saved:
        raise Unavailable(f"Task {task} is complete but lists no film.")
    return saved["mp4"], saved.get("srt")
