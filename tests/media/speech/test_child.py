"""What the narrator does when its engine misbehaves. The bad engines are small scripts in the worker's place."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from services.media.adapters.local_narrator import LocalNarrator
from services.media.local.speech.engine import Engine
from shared.errors import Unavailable
from tests.media.speech.material import ignore, script_of

SCRIPT = script_of(("Hello there.",))


def narrator(tmp_path: Path, code: str, patience_s: float = 20.0) -> LocalNarrator:
    worker = tmp_path / "worker.py"
    worker.write_text(code)
    return LocalNarrator(Engine(worker=worker, patience_s=patience_s))


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit('no voice')",
        "print('nonsense')",
        "print(22050); print('{\"bytes\": 4000, \"words\": []}'); print('short')",
        "print(22050); print('{\"bytes\": 3, \"words\": []}'); print('odd')",
        "",
    ],
)
async def test_a_broken_engine_is_worth_another_try(code: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await narrator(tmp_path, code).speak(SCRIPT, 1, tmp_path, ignore)
    assert not list(tmp_path.glob("*.wav"))


async def test_a_hanging_engine_is_ended(tmp_path: Path) -> None:
    code = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="longer than"):
        await narrator(tmp_path, code, patience_s=0.8).speak(SCRIPT, 1, tmp_path, ignore)
    assert time.monotonic() - begun < 5
    assert not _alive(int((tmp_path / "pid").read_text()))


async def test_a_cancelled_call_leaves_no_process(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    call = asyncio.create_task(narrator(tmp_path, code).speak(SCRIPT, 1, tmp_path, ignore))
    async with asyncio.timeout(10):
        while not note.exists() or not note.read_text():
            await asyncio.sleep(0.02)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not _alive(int(note.read_text()))


async def test_the_engine_sees_no_secrets_and_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_TOKEN", "secret")
    code = (
        "import os, sys; bad = 'SOME_API_TOKEN' in os.environ or not sys.flags.isolated\n"
        "raise SystemExit('it can see' if bad else 'it is blind')"
    )
    with pytest.raises(Unavailable, match="it is blind"):
        await narrator(tmp_path, code).speak(SCRIPT, 1, tmp_path, ignore)


async def test_another_build_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await LocalNarrator(Engine(library="/nowhere/libespeak.so")).speak(SCRIPT, 1, tmp_path, ignore)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
