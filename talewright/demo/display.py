"""Shows a board: bars that move in a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
from typing import Protocol

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.spinner import Spinner
from rich.text import Text

from talewright.demo.board import Bar

_BAR_WIDTH = 36
_STEPS = 1000
_SIGNS = {"waiting": "[dim]·[/]", "completed": "[green]✓[/]", "failed": "[bold red]✗[/]"}
_STATUS_STYLE = {"waiting": "dim", "running": "bold cyan", "completed": "green", "failed": "bold red"}


class Display(Protocol):
    """Told of every change; asked to tick now and then, so that clocks move."""

    def show(self, bar: Bar, now_s: float) -> None:
        """A bar has changed."""
        ...

    def tick(self, bars: list[Bar], now_s: float) -> None:
        """Time has passed."""
        ...

    def close(self) -> None:
        """Nothing more will change."""
        ...


def make_display(bars: list[Bar]) -> Display:
    """The display that fits where the output goes."""
    return TerminalDisplay(bars) if sys.stdout.isatty() else PlainDisplay()


class _Sign(ProgressColumn):
    """Waiting, at work, done or failed at a glance."""

    def __init__(self) -> None:
        super().__init__()
        self._spinner = Spinner("dots", style="cyan")

    def render(self, task: Task) -> RenderableType:
        status = task.fields["status"]
        if status == "running":
            return self._spinner.render(task.get_time())
        return Text.from_markup(_SIGNS[status])


class _Share(ProgressColumn):
    """How much is done; nothing where nothing was begun."""

    def render(self, task: Task) -> Text:
        return Text("" if task.fields["status"] == "waiting" else f"{task.percentage:>3.0f} %", style="cyan")


class _Took(ProgressColumn):
    """How long the segment took, or has taken so far."""

    max_refresh = 0.1

    def render(self, task: Task) -> Text:
        took_s = float(task.fields["took_s"])
        return Text(f"{took_s:6.1f} s" if took_s else "", style="dim")


class TerminalDisplay:
    """One bar a segment."""

    def __init__(self, bars: list[Bar], console: Console | None = None) -> None:
        self._progress = Progress(
            _Sign(),
            TextColumn("{task.description}"),
            BarColumn(_BAR_WIDTH, complete_style="cyan", finished_style="green", pulse_style="cyan"),
            _Share(),
            _Took(),
            console=console,
        )
        self._ids: dict[int, TaskID] = {bar.number: self._add(bar) for bar in bars}
        self._progress.start()

    def _add(self, bar: Bar) -> TaskID:
        return self._progress.add_task(_label(bar), total=_STEPS, took_s=0.0, status=bar.status)

    def show(self, bar: Bar, now_s: float) -> None:
        """Moves the segment's bar."""
        task = self._ids[bar.number]
        self._progress.update(
            task,
            description=_label(bar),
            completed=_STEPS if bar.status == "completed" else min(_STEPS - 1, int(bar.fraction * _STEPS)),
            took_s=bar.took_s(now_s),
            status=bar.status,
        )

    def tick(self, bars: list[Bar], now_s: float) -> None:
        """Moves the clocks."""
        for bar in bars:
            if bar.status == "running":
                self._progress.update(self._ids[bar.number], took_s=bar.took_s(now_s))

    def close(self) -> None:
        """Leaves the bars as they are."""
        self._progress.stop()


class PlainDisplay:
    """A line whenever a segment begins, has done another item, or ends."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[str, int]] = {}

    def show(self, bar: Bar, now_s: float) -> None:
        """Prints the segment's state if it differs from what was printed last."""
        state = (bar.status, bar.done if bar.total > 1 else 0)
        if bar.status == "waiting" or self._said.get(bar.number) == state:
            return
        self._said[bar.number] = state
        print(self._line(bar, now_s), flush=True)

    def tick(self, bars: list[Bar], now_s: float) -> None:
        """Nothing moves here."""

    def close(self) -> None:
        """Nothing to end."""

    @staticmethod
    def _line(bar: Bar, now_s: float) -> str:
        if bar.status == "completed":
            return f"  {bar.name}: done in {bar.took_s(now_s):.1f} s"
        if bar.status == "failed":
            return f"  {bar.name}: failed: {bar.reason}"
        return f"  {bar.name}: {bar.done}/{bar.total}" if bar.total > 1 else f"  {bar.name} ..."


def _label(bar: Bar) -> str:
    return f"[{_STATUS_STYLE[bar.status]}]{bar.label:<14}[/]"
