"""How services start: bad settings are refused, what is away is waited for, and no one ever sees a traceback."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from shared.errors import Unavailable
from shared.settings import S3Settings
from shared.startup import NOBODY, REFUSED, SILENT, Startup, worse
from talewright.embedded.nats_server import NatsServer

SERVICES = ("auth", "tasks", "media", "gateway")


@pytest.fixture
def environment(tmp_path: Path, s3_settings: S3Settings) -> dict[str, str]:
    """Enough for any service but a bus."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("TALEWRIGHT_")}
    return others | {
        "TALEWRIGHT_ACCOUNTS_URL": f"sqlite:///{tmp_path}/accounts.db",
        "TALEWRIGHT_READMODEL_URL": f"sqlite:///{tmp_path}/views.db",
        "TALEWRIGHT_AUTH_KEYS_DIR": str(tmp_path / "keys"),
        "TALEWRIGHT_NATS_URL": "nats://127.0.0.1:1",
        "TALEWRIGHT_S3_ENDPOINT": s3_settings.s3_endpoint,
        "TALEWRIGHT_S3_ACCESS_KEY": s3_settings.s3_access_key,
        "TALEWRIGHT_S3_SECRET_KEY": s3_settings.s3_secret_key.get_secret_value(),
        "TALEWRIGHT_PORT": "0",
    }


async def service(name: str, environment: dict[str, str], *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"services.{name}.main", *arguments, env=environment, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int | None, str, str]:
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_check_config_judges_and_starts_nothing(environment: dict[str, str]) -> None:
    code, out, err = await ended(await service("auth", environment, "--check-config"))
    assert (code, err) == (0, "")
    assert out.startswith("auth: the settings are valid")


async def test_bad_settings_are_refused_with_a_line_each(environment: dict[str, str]) -> None:
    bad = environment | {
        "TALEWRIGHT_STREAM_REPLICAS": "hunter2",
        "TALEWRIGHT_S3_ACCESS_KEY": "",
        "TALEWRIGHT_LOG_LEVLE": "x",
    }
    code, out, err = await ended(await service("tasks", bad))
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "tasks: TALEWRIGHT_STREAM_REPLICAS is 'hunter2'; expected a whole number",
        "tasks: warning: TALEWRIGHT_LOG_LEVLE is read by nobody; did you mean TALEWRIGHT_LOG_LEVEL?",
    ]
    code, _, err = await ended(await service("tasks", environment | {"TALEWRIGHT_S3_ACCESS_KEY": ""}))
    assert code == 2
    assert "TALEWRIGHT_S3_ACCESS_KEY is missing while TALEWRIGHT_S3_SECRET_KEY is set" in err


async def test_without_a_bus_each_gives_up_in_time_with_one_line(environment: dict[str, str]) -> None:
    hasty = environment | {"TALEWRIGHT_STARTUP_WAIT_S": "1"}
    processes = await asyncio.gather(*(service(name, hasty) for name in SERVICES))
    for name, process in zip(SERVICES, processes, strict=True):
        code, _, err = await ended(process)
        assert code == 1, (name, err)
        assert "Traceback" not in err
        last = err.splitlines()[-1]
        assert f"{name} cannot go on: Waited 1 s for the bus at nats://127.0.0.1:1: nobody listens there." in last
        assert err.count("waiting for the bus") == 1


async def test_a_bus_that_comes_later_is_waited_for(environment: dict[str, str], tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats")
    server.start()
    server.stop()
    late = environment | {"TALEWRIGHT_NATS_URL": server.url}
    process = await service("auth", late)
    assert process.stderr is not None
    async with asyncio.timeout(60):
        await read_until(process.stderr, "waiting for the bus")
        server.start()
        await read_until(process.stderr, "auth ready")
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    server.kill()


async def read_until(stream: asyncio.StreamReader, words: str) -> None:
    while words not in (line := (await stream.readline()).decode()):
        assert line, f"it ended before it said {words!r}"


async def test_what_is_away_is_asked_again_until_the_time_is_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "talewright")
    tries = 0

    async def attempt() -> str:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unavailable("It sleeps.")
        return "here"

    assert await Startup(5).until("the cat", attempt) == "here"
    assert [record.getMessage() for record in caplog.records] == ["waiting for the cat: It sleeps", "the cat is there"]
    tries = -100
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"Waited 0.5 s for the cat: It sleeps\."):
        await Startup(0.5).until("the cat", attempt)
    assert time.monotonic() - began < 2


async def test_what_waiting_does_not_heal_comes_through() -> None:
    async def attempt() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await Startup(5).until("the cat", attempt)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (SILENT, NOBODY, NOBODY),
        (NOBODY, REFUSED, REFUSED),
        (REFUSED, NOBODY, REFUSED),
        (REFUSED, "reset by peer", REFUSED),
        ("no such host", NOBODY, "no such host"),
        (NOBODY, "no such host", "no such host"),
    ],
)
def test_the_reason_that_tells_more_is_told(before: str, now: str, told: str) -> None:
    assert worse(before, now) == told
