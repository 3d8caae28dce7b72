"""One child process: spawn it, pass its lines on, wait for its end, end it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque

from talewright.embedded import watchdog
from talewright.embedded.child import die_with_parent
from talewright.embedded.console import Console, LineSplitter, LogFile, worth_showing
from talewright.embedded.spec import ProcessSpec

_TAIL_LINES = 15
_DRAIN_S = 1.0


class Watchdog:
    """Our side of the process that ends the children if we are killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, pid: int) -> None:
        """This child must not outlive us."""
        self._tell(f"+{pid}\n")

    def remove(self, pid: int) -> None:
        """This child has ended."""
        self._tell(f"-{pid}\n")

    def close(self) -> None:
        """All is in order; it may go."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()


class _Life(asyncio.SubprocessProtocol):
    """What asyncio tells about one run of a process.

    `asyncio.subprocess.Process.wait` will not do: it waits for the pipe too, which a grandchild may hold open.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._splitter = LineSplitter()
        self.exited = asyncio.Event()
        self.drained = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        for line in self._splitter.feed(data):
            self._running.take_line(line)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        for line in self._splitter.end():
            self._running.take_line(line)
        self.drained.set()

    def process_exited(self) -> None:
        self.exited.set()


class Running:
    """A process that was started from its spec. It leads a group of its own, so a Ctrl-C reaches only us."""

    def __init__(self, spec: ProcessSpec, console: Console, log: LogFile, guard: Watchdog) -> None:
        self.spec = spec
        self.tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._console = console
        self._log = log
        self._guard = guard
        self._run: tuple[asyncio.SubprocessTransport, _Life] | None = None
        self._said_ready = asyncio.Event()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._run is not None and not self._run[1].exited.is_set()

    async def start(self, pass_fds: tuple[int, ...] = ()) -> None:
        """Spawns the process. What the spec's command raises, and `OSError`, pass through."""
        self.tail.clear()
        self._said_ready.clear()
        self._run = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Life(self),
            *self.spec.command(),
            env={**os.environ, **self.spec.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
            pass_fds=(*pass_fds, *self.spec.pass_fds()),
        )
        self._guard.add(self._started[0].get_pid())

    async def ready(self, line_within_s: float) -> None:
        """Waits until the process does its work, as its spec tells."""
        await self.spec.ready(self._started[0].get_pid())
        if self.spec.ready_line is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._said_ready.wait(), line_within_s)

    async def ended(self) -> int:
        """Waits for the end of the process and of all it started; the exit code (-9 for killed by signal 9)."""
        transport, life = self._started
        await life.exited.wait()
        # A worker's helpers, such as a film being rendered, are worth nothing without it.
        self._signal_group(signal.SIGKILL)
        self._guard.remove(transport.get_pid())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(life.drained.wait(), _DRAIN_S)
        code = transport.get_returncode()
        transport.close()
        return code or 0

    def ask_to_end(self) -> None:
        """Sends SIGTERM; the process finishes what it has in hand."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                self._started[0].terminate()

    def kill(self) -> None:
        """Ends the process and all it started at once."""
        if self.alive:
            self._signal_group(signal.SIGKILL)

    def take_line(self, line: bytes) -> None:
        """Keeps a line that the process wrote, and shows it if it is worth it."""
        self._log.write(line)
        text = line.decode(errors="replace")
        self.tail.append(text)
        if self.spec.ready_line is not None and self.spec.ready_line.search(text):
            self._said_ready.set()
        if worth_showing(self.spec, text):
            self._console.line(self.spec.name, text)

    @property
    def _started(self) -> tuple[asyncio.SubprocessTransport, _Life]:
        if self._run is None:
            raise RuntimeError(f"{self.spec.name} was never started.")
        return self._run

    def _signal_group(self, what: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._started[0].get_pid(), what)
