"""Ends the children of a supervisor that was killed. A script of its own, with nothing but the standard library.

It reads `+<pid>` and `-<pid>` lines from the supervisor, whose death is the end of its input. Then every process that
is still listed, and all that this one started in turn, is asked to end, and after a while made to.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_GRACE_S = 4.0
_POLL_S = 0.05


def main() -> None:
    """Waits for the supervisor's end."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    left = _listen()
    for group in left:
        _send(group, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_S
    while time.monotonic() < deadline and any(_alive(group) for group in left):
        time.sleep(_POLL_S)
    for group in left:
        _send(group, signal.SIGKILL)


def _listen() -> list[int]:
    listed: dict[int, None] = {}
    for line in sys.stdin.buffer:
        pid = int(line[1:])
        if line.startswith(b"+"):
            listed[pid] = None
        else:
            listed.pop(pid, None)
    return list(listed)


def _send(group: int, what: int) -> None:
    try:
        os.killpg(group, what)
    except OSError:
        return


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
