"""Log lines of many processes in one terminal, and each process's own log file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from talewright.embedded.spec import ProcessSpec

OWN_NAME = "talewright"
_COLOURS = (36, 32, 35, 34, 33, 96, 92, 95, 94, 93)
_LOG_LIMIT_BYTES = 5_000_000


class Console:
    """Writes lines as `name | line`, names aligned and each in its colour where the output is a terminal."""

    def __init__(self, out: IO[str] | None = None, *, quiet: bool = False) -> None:
        self._out = out or sys.stdout
        self._quiet = quiet
        self._width = len(OWN_NAME)
        self._colours: dict[str, int] = {}
        self._coloured = self._out.isatty() and "NO_COLOR" not in os.environ

    def expect(self, names: list[str]) -> None:
        """Makes room for these names and settles their colours."""
        self._width = max(self._width, *map(len, names))
        self._colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}

    def line(self, name: str, text: str) -> None:
        """One line of a process."""
        if not self._quiet:
            label = f"{name:<{self._width}} |"
            self._write(
                f"\x1b[{self._colours.get(name, 37)}m{label}\x1b[0m {text}" if self._coloured else f"{label} {text}"
            )

    def say(self, text: str) -> None:
        """One line of our own."""
        if not self._quiet:
            label = f"{OWN_NAME:<{self._width}} |"
            self._write(f"\x1b[1m{label} {text}\x1b[0m" if self._coloured else f"{label} {text}")

    def plain(self, text: str) -> None:
        """Text as it is, such as a banner."""
        if not self._quiet:
            self._write(text)

    def _write(self, text: str) -> None:
        try:
            print(text, file=self._out, flush=True)
        except (BrokenPipeError, ValueError):  # the terminal is gone; the work goes on
            self._quiet = True


class LogFile:
    """A process's log file; at 5 MB it becomes `<name>.log.1` and a new one begins."""

    def __init__(self, file: Path, limit_bytes: int = _LOG_LIMIT_BYTES) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._limit_bytes = limit_bytes
        self._out = file.open("ab", buffering=0)
        self._size_bytes = file.stat().st_size

    def write(self, line: bytes) -> None:
        """Appends a line (without its end)."""
        if self._size_bytes > self._limit_bytes:
            self._turn()
        self._size_bytes += self._out.write(line + b"\n")

    def close(self) -> None:
        """Closes the file."""
        self._out.close()

    def _turn(self) -> None:
        self._out.close()
        self._file.replace(self._file.with_name(f"{self._file.name}.1"))
        self._out = self._file.open("ab", buffering=0)
        self._size_bytes = 0


class LineSplitter:
    """Bytes in, whole lines out; a line without an end is cut at `limit_bytes`."""

    def __init__(self, limit_bytes: int = 16_384) -> None:
        self._rest = b""
        self._limit_bytes = limit_bytes

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that are complete now."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        yield from (line.rstrip(b"\r") for line in lines)
        while len(self._rest) > self._limit_bytes:
            yield self._rest[: self._limit_bytes]
            self._rest = self._rest[self._limit_bytes :]

    def end(self) -> Iterator[bytes]:
        """What came after the last line's end."""
        if self._rest:
            yield self._rest
        self._rest = b""


def worth_showing(spec: ProcessSpec, line: str) -> bool:
    """Whether a line of this process goes to the terminal too."""
    return spec.console is None or bool(spec.console.search(line))
