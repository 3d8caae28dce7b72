from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from shared.errors import Unavailable
from talewright.cli import app
from talewright.demo import client, story
from talewright.demo.board import Bar, Board
from talewright.demo.client import StoryClient
from talewright.demo.display import TerminalDisplay
from talewright.demo.run import DemoOptions, run
from talewright.demo.sse import FeedEvent, FeedParser
from talewright.demo.story import Film, slug
from tests.launcher.fake_gateway import FILM, FakeGateway

WISHES: dict[str, Any] = {"topic": "Magnet Mania: the $5 'sequel'", "main_role": "Penny", "aspect_ratio": "16:9"}


async def _make(gateway: FakeGateway, folder: Path) -> Film:
    async with gateway.serving():
        options = DemoOptions(wishes=WISHES, url=gateway.url, data=folder / "data", folder=folder / "stories")
        return await run(options)


async def test_a_film_is_made_saved_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = FakeGateway()
    film = await _make(gateway, tmp_path)
    assert gateway.wishes == WISHES
    assert film.video == tmp_path / "stories" / "42-magnet-mania-the-5-sequel.mp4"
    assert film.video.read_bytes() == FILM
    assert film.subtitles is not None
    assert "Hello" in film.subtitles.read_text()
    assert sorted(one.suffix for one in film.video.parent.iterdir()) == [".mp4", ".srt"]
    said = capsys.readouterr().out
    for expected in ("Image: 1/3", "Image: done in", str(film.video), "Task 42", "Video 0."):
        assert expected in said
    assert "\x1b[" not in said
    assert not (tmp_path / "data").exists()  # it used the running system


async def test_a_feed_that_drops_is_resumed_without_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_RECONNECT_PAUSE_S", 0.02)
    gateway = FakeGateway(drop_after=3)
    film = await _make(gateway, tmp_path)
    assert [bar.status for bar in film.bars] == ["completed"] * 5
    assert len(gateway.resumed_from) >= 8
    assert gateway.resumed_from == sorted(gateway.resumed_from, key=int)


async def test_without_a_feed_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "_LOOK_AGAIN_S", 0.1)
    film = await _make(FakeGateway(mute=True), tmp_path)
    assert [bar.status for bar in film.bars] == ["completed"] * 5


async def test_an_expired_token_is_renewed(tmp_path: Path) -> None:
    gateway = FakeGateway(expire_once=True)
    assert (await _make(gateway, tmp_path)).task == 42
    assert gateway.logins == 2


async def test_a_system_that_is_not_ready_yet_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_RECONNECT_PAUSE_S", 0.02)
    gateway = FakeGateway(busy=3)
    assert (await _make(gateway, tmp_path)).task == 42
    assert len(gateway.keys) == 4
    assert len(set(gateway.keys)) == 1


async def test_a_failed_segment_ends_the_demo_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Split failed: the paint ran out"):
        await _make(FakeGateway(fail=3), tmp_path)


async def test_nobody_there_is_said_plainly() -> None:
    async with StoryClient("http://127.0.0.1:9") as nobody:
        with pytest.raises(Unavailable, match="does not answer"):
            await nobody.sign_up()


def test_sse_lines_become_events() -> None:
    parser = FeedParser()
    lines = ["retry: 1000", "", ": beat", "", "id: 7-1", "event: job.completed", 'data: {"a":', "data: 1}", ""]
    lines += ["event:progress", 'data:{"b": 2}', "", "data: not json", "", "data: [1]", "", "id: 9", ""]
    assert [event for line in lines if (event := parser.line(line))] == [
        FeedEvent("7-1", "job.completed", {"a": 1}),
        FeedEvent("", "progress", {"b": 2}),
    ]


def test_a_bar_never_falls_and_ignores_what_comes_late() -> None:
    board = Board()
    board.begin(2, 10.0)
    half = {"segment_id": 2, "items_done": 0, "items_total": 6, "kind": "draw_image", "fraction": 0.5}
    for item in (1, 2):
        board.take("progress", {**half, "item": item}, 11.0)
    assert (board.bars[2].label, round(board.bars[2].fraction, 3)) == ("Image 0/6", 0.167)
    board.take("progress", {**half, "item": 1, "fraction": 0.2}, 12.0)
    assert round(board.bars[2].fraction, 3) == 0.167
    for item in (1, 1, 2, 3):
        board.take("job.completed", {"segment": 2, "kind": "draw_image", "item": item}, 13.0)
    assert (board.bars[2].label, board.bars[2].fraction) == ("Image 3/6", 0.5)
    board.take("task.segment-completed", {"segment": 2}, 14.0)
    assert board.take("progress", {"segment": 2, "fraction": 0.5}, 15.0) is None
    assert board.take("task.created", {"workflow": {}}, 15.0) is None
    assert board.take("progress", {"segment": 99, "fraction": 0.5}, 15.0) is None
    assert (board.bars[2].status, board.bars[2].fraction, board.bars[2].took_s(99.0)) == ("completed", 1.0, 4.0)


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("Magnet Mania", "magnet-mania"),
        ("磁铁 狂热!", "磁铁-狂热"),
        ("../../etc/passwd", "etc-passwd"),
        ("😀", "story"),
        ("a" * 99, "a" * 48),
    ],
)
def test_a_topic_becomes_a_file_name(topic: str, expected: str) -> None:
    assert slug(topic) == expected


def test_a_terminal_sees_bars() -> None:
    out = io.StringIO()
    bars = [Bar(1, "Story"), Bar(2, "Image")]
    display = TerminalDisplay(bars, Console(file=out, force_terminal=True, width=100))
    bars[0].status, bars[0].ended_s, bars[0].fraction = "completed", 2.5, 1.0
    bars[1].status, bars[1].done, bars[1].total, bars[1].fraction = "running", 3, 6, 0.5
    for bar in bars:
        display.show(bar, 4.0)
    display.close()
    said = out.getvalue()
    assert "Image 3/6" in said
    assert "50 %" in said
    assert "2.5 s" in said
    assert "✓" in said


def _asked_for(monkeypatch: pytest.MonkeyPatch, *arguments: str, **environment: str) -> DemoOptions:
    """What the command line makes of arguments and environment."""
    seen: list[DemoOptions] = []

    async def take(options: DemoOptions) -> None:
        seen.append(options)

    monkeypatch.setattr("talewright.demo.run.run", take)
    names = ("TOPIC", "ROLE", "SCENE", "STYLE", "GENRE", "LANGUAGE", "VOICE", "PORTRAIT", "OUT", "URL")
    told = {f"TALEWRIGHT_DEMO_{name}": environment.get(name, "") for name in names}
    done = CliRunner().invoke(app, ["demo", *arguments], env=told)
    assert done.exit_code == 0, done.output
    return seen[0]


def test_an_empty_environment_leaves_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    options = _asked_for(monkeypatch)
    assert (options.wishes["topic"], options.wishes["main_role"]) == ("Magnet Mania", "Penny")
    assert (options.wishes["aspect_ratio"], options.wishes["duration"]) == ("16:9", "short")
    assert (options.url, options.folder) == ("http://127.0.0.1:8000", Path("stories"))


def test_wishes_come_from_environment_and_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    options = _asked_for(monkeypatch, "--role", "O'Neill", TOPIC='the "$5" $(thing)', PORTRAIT="1", STYLE="anime")
    assert options.wishes["topic"] == 'the "$5" $(thing)'
    assert options.wishes["main_role"] == "O'Neill"
    assert (options.wishes["aspect_ratio"], options.wishes["art_style"]) == ("9:16", "anime")


async def test_a_story_that_stands_still_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "_LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(story, "_STALLED_S", 0.2)
    with pytest.raises(Unavailable, match=r"Image: nothing has happened for 0\.2 s"):
        await _make(FakeGateway(stall=2), tmp_path)
