"""`talewright check-config` and `talewright migrate`."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from typer.testing import CliRunner

from talewright.cli import app
from talewright.embedded.nats_server import NatsServer

SERVICES = ("auth", "tasks", "media", "gateway")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("TALEWRIGHT_", "REPLICATE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TALEWRIGHT_DATA", str(tmp_path))
    monkeypatch.setenv("TALEWRIGHT_ACCOUNTS_URL", f"sqlite:///{tmp_path}/accounts.db")
    monkeypatch.setenv("TALEWRIGHT_READMODEL_URL", f"sqlite:///{tmp_path}/views.db")


async def migrate(*arguments: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "talewright.cli", "migrate", *arguments, stdout=PIPE, stderr=PIPE
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


def test_all_settings_are_judged_or_those_of_one_service(monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(app, ["check-config"])
    assert result.exit_code == 0
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == list(SERVICES)
    monkeypatch.setenv("TALEWRIGHT_MEDIA_JOBS_AT_ONCE", "0")
    result = CliRunner().invoke(app, ["check-config"])
    assert result.exit_code == 2
    assert "media: TALEWRIGHT_MEDIA_JOBS_AT_ONCE is '0'; expected at least 1" in result.stderr.splitlines()
    assert CliRunner().invoke(app, ["check-config", "auth"]).exit_code == 0
    result = CliRunner().invoke(app, ["check-config", "kitchen"])
    assert result.exit_code == 2
    assert "There is no service kitchen" in result.stderr


async def test_migrate_says_what_it_did_and_then_that_there_is_nothing_to_do(
    nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALEWRIGHT_NATS_URL", nats_server.url)
    code, out, _ = await migrate()
    assert code == 0
    assert out.startswith("accounts: applied 0001")
    assert "read models: applied 0001" in out
    code, out, err = await migrate()
    assert (code, err) == (0, "")
    assert out.splitlines() == ["accounts: already up to date", "read models: already up to date"]


async def test_twice_at_once_on_postgresql(
    nats_server: NatsServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACCOUNTS", "READMODEL"):
        monkeypatch.setenv(f"TALEWRIGHT_{name}_URL", postgres_url)
    monkeypatch.setenv("TALEWRIGHT_NATS_URL", nats_server.url)
    ends = await asyncio.gather(migrate(), migrate())
    assert [code for code, _, _ in ends] == [0, 0], ends
    told = "".join(out for _, out, _ in ends)
    assert told.count("accounts: applied 0001") == 1
    assert told.count("accounts: already up to date") == 1


async def test_a_database_that_is_away_is_told_in_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCOUNTS", "READMODEL"):
        monkeypatch.setenv(f"TALEWRIGHT_{name}_URL", "postgresql://u:hunter2@127.0.0.1:1/x")
    code, out, err = await migrate("--wait", "0.5")
    assert (code, out) == (1, "")
    told = [line for line in err.splitlines() if "not migrated" in line]
    assert [line.partition(":")[0] for line in told] == ["accounts", "read models"]
    assert "Traceback" not in err
    assert "hunter2" not in err
    monkeypatch.setenv("TALEWRIGHT_ACCOUNTS_URL", "oracle://u:hunter2@h/x")
    code, _, err = await migrate("--wait", "0")
    assert code == 2
    assert "accounts: TALEWRIGHT_ACCOUNTS_URL cannot be used; expected sqlite:///" in err
    assert "hunter2" not in err
