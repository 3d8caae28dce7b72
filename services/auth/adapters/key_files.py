"""Ed25519 signing keys as PEM files in one folder, shared by all replicas: `<created ms>-<key id>.pem`.

The folder is ours to write to (mode 0600), or somebody else fills it and it is read-only: a mounted Kubernetes Secret,
whose files are symbolic links that change all at once and are readable by a group.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.auth import keyring
from services.auth.keyring import KeyAge, KeyTimes
from shared.errors import Unavailable

log = logging.getLogger("talewright.auth")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair and its age."""

    age: KeyAge
    private: Ed25519PrivateKey
    public_pem: str


class KeyFile(NamedTuple):
    """A new key as a file of a key folder: its name and its content. `kid` is the key's id."""

    name: str
    content: bytes
    kid: str


class KeyFolder:
    """The keys in the folder. A file added, changed or removed by anybody is noticed within `poll_s`, without a
    restart."""

    def __init__(self, folder: Path, times: KeyTimes, poll_s: float) -> None:
        self._folder = folder
        self._times = times
        self._poll_s = poll_s
        self._lock = threading.Lock()
        self._keys: dict[str, SigningKey] = {}
        self._seen: frozenset[tuple[str, int, int]] = frozenset()
        self._looked_s = float("-inf")

    def ensure(self, now_ms: int) -> None:
        """Makes the first key if there is none. Raises `Unavailable` if the folder cannot be written to."""
        if not self._current():
            self.add(now_ms)

    def add(self, now_ms: int) -> str:
        """Makes a new key and deletes those that nothing valid needs any more. Returns the new key's id. Raises
        `Unavailable` if the folder cannot be written to."""
        made = new_key(now_ms)
        write_key(self._folder, made)
        self._looked_s = float("-inf")
        for key in self._unneeded(now_ms):
            (self._folder / _name(key.age)).unlink(missing_ok=True)
        return made.kid

    def signing(self, now_ms: int) -> SigningKey:
        """The key to sign with. Raises `Unavailable` if the folder is empty."""
        keys = self._current()
        chosen = keyring.signing((key.age for key in keys.values()), now_ms, self._times)
        if chosen is None:
            raise Unavailable("There is no signing key.")
        return keys[chosen.kid]

    def verifying(self, now_ms: int) -> list[SigningKey]:
        """The keys that verify, oldest first."""
        keys = self._current()
        return [keys[age.kid] for age in keyring.verifying((key.age for key in keys.values()), now_ms, self._times)]

    def _unneeded(self, now_ms: int) -> list[SigningKey]:
        needed = {key.age.kid for key in self.verifying(now_ms)}
        return [key for key in self._current().values() if key.age.kid not in needed]

    def _current(self) -> dict[str, SigningKey]:
        with self._lock:
            if time.monotonic() - self._looked_s >= self._poll_s:
                self._look()
                self._looked_s = time.monotonic()
            return self._keys

    def _look(self) -> None:
        seen = frozenset(filter(None, map(_look_of, self._folder.glob("*.pem"))))
        if seen == self._seen:
            return
        self._keys = {key.age.kid: key for name, *_ in sorted(seen) if (key := _read(self._folder / name))}
        self._seen = seen


def new_key(created_ms: int) -> KeyFile:
    """A key that nobody has seen yet; it signs once `created_ms` is as long ago as a new key has to wait."""
    private = Ed25519PrivateKey.generate()
    age = KeyAge(created_ms, _kid(private.public_key()))
    content = private.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())
    return KeyFile(_name(age), content, age.kid)


def write_key(folder: Path, key: KeyFile) -> None:
    """Writes a new key under its final name at once, so that no reader ever sees half of it. Raises `Unavailable`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{key.kid}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(folder / key.name)
    except OSError as error:
        raise Unavailable(
            f"No signing key can be written to {folder} ({error.strerror}). Where somebody else fills that folder, "
            "make keys with `talewright users make-key`."
        ) from error


def _name(age: KeyAge) -> str:
    return f"{age.created_ms}-{age.kid}.pem"


def _look_of(path: Path) -> tuple[str, int, int] | None:
    """By what a changed file is told from the one before, behind its link; None if it is gone by now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return path.name, found.st_ino, found.st_ctime_ns


def _read(path: Path) -> SigningKey | None:
    """The key in a file; a file that is no key of ours is told and passed over, so that it cannot stop the rest."""
    try:
        private = pem.load_pem_private_key(path.read_bytes(), password=None)
        created_ms = int(path.name.split("-", 1)[0])
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        log.error("key file %s cannot be used: %s", path.name, error)
        return None
    if not isinstance(private, Ed25519PrivateKey):
        log.error("key file %s is not an Ed25519 key", path.name)
        return None
    if path.stat().st_mode & 0o007:
        log.warning("key file %s can be read by everybody on this machine", path.name)
    public = private.public_key()
    text = public.public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo).decode()
    return SigningKey(KeyAge(created_ms, _kid(public)), private, text)


def _kid(public: Ed25519PublicKey) -> str:
    return keyring.thumbprint(public.public_bytes(pem.Encoding.Raw, pem.PublicFormat.Raw))
