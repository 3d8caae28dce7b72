"""Running one benchmark in its smallest size, and reading the table that it prints."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 150.0
_CELLS_RE = re.compile(r"\s*[│]\s*|\s{2,}")
_NUMBER_RE = re.compile(r"-?[\d,]*\.?\d+")

_DELIVERED = ["from disk to client, p50", "from disk to client, p99", "gateway CPU, of one core"]

ROWS: dict[str, list[str]] = {
    "eventstore": [
        "load and fold 50 events, p50",
        "load and fold, p99",
        "replay of 2,000 decoded events",
        "replay, the reader's processor time",
        "bare publish acknowledged, p50",
        "bare publish acknowledged, p99",
        "append, p50",
        "append, p99",
        "append : bare, p50",
        "append, until a follower has the event, p50",
        "server start on this log",
    ],
    "orchestration": [
        "Talewright, every event flushed",
        "Talewright, every event flushed",
        "Talewright, every event flushed: one alone, p50",
    ],
    "projection": [
        "projector on SQLite",
        "a batch of 500, p50",
        "a batch of 500, p99",
        "rebuild of 2,000 events",
        "in all",
    ],
    "databases": [
        "projector: SQLite",
        "projector: PostgreSQL",
        "GET progress: bare FastAPI route",
        "GET progress: SQLite",
        "GET progress: PostgreSQL",
    ],
    "gateway": [
        "bare typed FastAPI route",
        "GET progress: token, SQLite, JSON",
        "of the bare route",
        "latency p50 / p99, 32 connections",
        "500 events/s, each to the client of its task",
        *_DELIVERED,
        "50 events/s, each to all 20 clients",
        *_DELIVERED,
    ],
    "render": [
        "x264 alone",
        "ours, one worker",
        "ours, two workers",
        "MoviePy's way",
        "time against x264 alone",
        "times faster than MoviePy's way",
        "SSIM under x264 alone",
        "jitter of our frames, px a frame",
        "jitter above x264 of ideal frames",
    ],
    "film": [
        "the whole film",
        "segment 1, Story",
        "segment 2, Image",
        "segment 3, Split",
        "segment 4, Speech",
        "segment 5, Video",
    ],
}
"""What each benchmark measures, in the order of its table."""

DIFFERENCES = {*_DELIVERED, "SSIM under x264 alone", "jitter above x264 of ideal frames"}
"""Numbers that are the difference of two others, or counted in ticks of the clock: they may be 0 or less."""


def table_of(name: str, folder: Path, *options: str) -> list[tuple[str, float]]:
    """Runs a benchmark to its end, without peers; the first two columns of its table.

    Nothing may be installed for it.
    """
    command = [sys.executable, "-m", "benchmarks", name, "--smoke", "--no-peers", *options]
    peers = folder / "peers"
    code, printed = _run(command, {**os.environ, "COLUMNS": "200", "BENCH_DIR": str(peers)})
    assert code == 0, printed
    assert not peers.exists(), sorted(peers.iterdir())
    _, found, table = printed.partition(f"== {name}\n")
    assert found, printed
    return [row for line in table.splitlines() if (row := _row(line))]


def _run(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """A session of its own, so that what it started ends with it if it hangs."""
    process = subprocess.Popen(
        command, env=environment, cwd=_ROOT, text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        printed, _ = process.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        printed, _ = process.communicate()
        raise AssertionError(f"{command} does not end:\n{printed}") from None
    return process.returncode, printed


def _row(line: str) -> tuple[str, float] | None:
    what, *more = _CELLS_RE.split(line.strip(" │")) if line.strip() else [""]
    number = _NUMBER_RE.match(more[0]) if more else None
    return (what, float(number[0].replace(",", ""))) if number else None


def runs(name: str, folder: Path, *options: str) -> None:
    """Fails unless a benchmark comes to its end and prints the table it should, with all numbers measured."""
    table = table_of(name, folder, *options)
    assert [what for what, _ in table] == ROWS[name]
    assert [(what, measured) for what, measured in table if measured <= 0 and what not in DIFFERENCES] == []
