"""The folder where a stack keeps everything, and who has it in use."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import time
from pathlib import Path

import msgspec

from shared.errors import Unavailable
from talewright.embedded.child import DirectoryLock

_ENDING_S = 12.0


class Secrets(msgspec.Struct, frozen=True):
    """What the parts of one stack know each other by; made at the first start, kept in `secrets.json`."""

    nats_token: str
    s3_access_key: str
    s3_secret_key: str


class RunningStack(msgspec.Struct, frozen=True):
    """The stack that has the folder in use."""

    pid: int
    url: str


class DataDir:
    """A stack's folder. `acquire` it first; every child inherits `lock_fd` and so keeps others out while it lives."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self._lock = DirectoryLock(self.path)
        self._run = self.path / "run"
        self._own_lock = DirectoryLock(self._run)  # held by the supervisor alone, no child inherits it
        self._note = self._run / "stack.json"

    @property
    def lock_fd(self) -> int:
        """The descriptor of the lock."""
        return self._lock.fileno

    def acquire(self, url: str, ending_s: float = _ENDING_S) -> None:
        """Takes the folder for a stack that will serve `url`. Raises `Unavailable` if another one runs on it.

        A stack that was killed leaves children which end within seconds; those are waited for.
        """
        if not _try_to_lock(self._own_lock):
            raise Unavailable(_in_use(self.path, self._told()))
        deadline = time.monotonic() + ending_s
        while not _try_to_lock(self._lock):
            if time.monotonic() > deadline:
                self._own_lock.release()
                raise Unavailable(f"Processes of an earlier run still use {self.path}. End them, then try again.")
            time.sleep(0.1)
        self.path.chmod(0o700)
        self._note.write_bytes(msgspec.json.encode(RunningStack(os.getpid(), url)))

    def release(self) -> None:
        """Lets go of the folder."""
        self._note.unlink(missing_ok=True)
        self._lock.release()
        self._own_lock.release()

    def running(self) -> RunningStack | None:
        """The stack that runs on this folder now, if one does."""
        if not self._run.is_dir():
            return None
        if _try_to_lock(self._own_lock):
            self._own_lock.release()
            return None
        return self._told()

    def secrets(self) -> Secrets:
        """The stack's secrets, made up at the first call. The file is for its owner's eyes only."""
        file = self.path / "secrets.json"
        with contextlib.suppress(FileNotFoundError):
            return msgspec.json.decode(file.read_bytes(), type=Secrets)
        made = Secrets(secrets.token_urlsafe(32), secrets.token_hex(10), secrets.token_urlsafe(32))
        part = file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(msgspec.to_builtins(made), indent=2) + "\n", encoding="utf-8")
        part.replace(file)
        return made

    def _told(self) -> RunningStack | None:
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=RunningStack)
        except (OSError, msgspec.MsgspecError):
            return None


def _try_to_lock(lock: DirectoryLock) -> bool:
    try:
        lock.acquire()
    except Unavailable:
        return False
    return True


def _in_use(path: Path, other: RunningStack | None) -> str:
    if other is None:
        return f"Talewright already runs on {path}. Stop it, or choose another folder with --data."
    return (
        f"Talewright already runs on {path} (process {other.pid}, {other.url}).\n"
        f"Stop that one with Ctrl-C or `kill {other.pid}`, or choose another folder with --data."
    )
