"""A server program as a child process on a data directory of its own: what nats-server and weed have in common."""

from __future__ import annotations

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from shared.errors import Unavailable
from talewright.embedded.child import DirectoryLock, die_with_parent

_LOG_TAIL_LINES = 12


class ChildServer(ABC):
    """Spawns, watches and ends one server; its directory is locked for as long as the server lives."""

    program: ClassVar[str]
    start_timeout_s: ClassVar[float] = 10.0
    stop_timeout_s: ClassVar[float] = 10.0

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.log_file = self.data_dir / f"{self.program}.log"
        self._lock = DirectoryLock(self.data_dir)
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """Takes the directory's lock, writes what the server needs and returns the arguments to spawn."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The child's environment."""

    @abstractmethod
    def _await(self, pid: int, timeout_s: float) -> None:
        """Blocks until the server serves. Raises `Unavailable`."""

    @property
    def pid(self) -> int:
        """Process id of a server that `start()` started. Raises `Unavailable` if there is none."""
        if self._process is None:
            raise Unavailable(f"{self.program} is not running.")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the server that `start()` started is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pass_fds(self) -> tuple[int, ...]:
        """Descriptors the child must inherit: the lock, so that it is held as long as the server lives."""
        return () if os.name == "nt" else (self._lock.fileno,)

    def start(self, timeout_s: float | None = None) -> None:
        """Starts the server and returns when it serves; raises `Unavailable` with the log's end."""
        if self.running:
            return
        command = self.command()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.pass_fds,
                preexec_fn=die_with_parent if os.name != "nt" else None,  # noqa: PLW1509 - it only calls prctl
            )
        try:
            self._await(self._process.pid, self.start_timeout_s if timeout_s is None else timeout_s)
        except BaseException:
            self.kill()
            raise

    def stop(self, timeout_s: float | None = None) -> None:
        """Ends the server in order (SIGTERM), by force after the timeout; harmless if it is not running."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(self.stop_timeout_s if timeout_s is None else timeout_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._forget()

    def kill(self) -> None:
        """Ends the server at once (SIGKILL), as a crash would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        self._forget()

    def restart(self) -> None:
        """Stops and starts again on the same port and directory."""
        self.stop()
        self.start()

    def release(self) -> None:
        """Lets go of the directory's lock, for a supervisor whose process has ended."""
        self._lock.release()

    def _check_alive(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            raise Unavailable(f"{self.program} ended with code {self._process.returncode}:\n{self._log_tail()}")

    def _forget(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None
        self._lock.release()

    def _log_tail(self) -> str:
        if not self.log_file.exists():
            return "(no log)"
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])
