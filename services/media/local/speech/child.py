"""Runs one of our worker files in a fresh, isolated Python process."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from shared.errors import Unavailable

# The workers read strangers' text with a C library: they are given none of the service's secrets.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


async def run_worker(worker: Path, request: bytes, timeout_s: float) -> bytes:
    """What the worker writes for `request`. Raises Unavailable if it crashes or takes longer than `timeout_s`.

    However this ends - an answer, a time-out, a cancelled task - the process is gone afterwards.
    """
    child = await _start(worker)
    try:
        async with asyncio.timeout(timeout_s):
            answer, complaint = await child.communicate(request)
    except TimeoutError as error:
        raise Unavailable(f"The narrator's {worker.stem} took longer than {timeout_s:.0f} s") from error
    finally:
        await _end(child)
    if child.returncode:
        raise Unavailable(f"The narrator's {worker.stem} failed ({child.returncode}): {_last_line(complaint)}")
    return answer


async def _start(worker: Path) -> asyncio.subprocess.Process:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(worker), stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )
    except OSError as error:
        raise Unavailable(f"The narrator's {worker.stem} does not start: {error}") from error


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
        await asyncio.shield(child.wait())


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"
