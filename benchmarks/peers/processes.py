"""Servers as child processes: waiting for them, and ending them."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ended(process: subprocess.Popen[bytes], grace_s: float = 15.0) -> Iterator[subprocess.Popen[bytes]]:
    """Ends the process after the block: in order, and by force if that takes too long."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int, process: subprocess.Popen[bytes], patience_s: float = 30.0) -> None:
    """Returns once the process takes connections on this port. Raises `RuntimeError`."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen on port {port} (ended with {process.poll()}).")
