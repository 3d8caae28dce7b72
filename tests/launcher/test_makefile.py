from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRINTS_ITS_ENVIRONMENT = "import json, os\nprint(json.dumps(dict(os.environ)))"


def _make(*arguments: str, venv: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # Not as a part of the `make test` that may run us.
    ours = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    env = {**ours, **environment}
    command = ["make", f"VENV={venv}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Looks installed; its Python prints the environment it is given."""
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f"#!{sys.executable}\n{PRINTS_ITS_ENVIRONMENT}\n")
    python.chmod(0o755)
    for stamp in (".made", ".installed-dev"):
        (folder / stamp).touch()
    return folder


@pytest.mark.parametrize(
    "topic",
    [
        "Magnet Mania",
        'It\'s the $5 "sequel" & `more`; 100 % #1 \\o/',
        "$(shell echo made) $$HOME ${PATH} $(unclosed",
        "磁铁狂热",
    ],
)
def test_a_topic_arrives_as_it_was_typed(venv: Path, topic: str) -> None:
    done = _make("demo", f"TOPIC={topic}", "PORTRAIT=1", venv=venv)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["TALEWRIGHT_DEMO_TOPIC"] == topic
    assert told["TALEWRIGHT_DEMO_PORTRAIT"] == "1"
    assert told["TALEWRIGHT_DEMO_ROLE"] == ""


def test_the_language_of_the_system_is_not_that_of_the_story(venv: Path) -> None:
    told = json.loads(_make("demo", venv=venv, LANGUAGE="en_US:en").stdout)
    assert told["TALEWRIGHT_DEMO_LANGUAGE"] == ""
    told = json.loads(_make("demo", "LANGUAGE=german", venv=venv, LANGUAGE="en_US:en").stdout)
    assert told["TALEWRIGHT_DEMO_LANGUAGE"] == "german"


def test_what_is_installed_is_not_installed_again(venv: Path) -> None:
    done = _make("setup", venv=venv)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout


def test_an_old_python_is_named_with_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    for name in ("python3.11", "python3.12", "python3.13"):
        (old.parent / name).symlink_to(old)
    done = _make("setup", venv=tmp_path / "venv", PATH=f"{old.parent}:/usr/bin:/bin")
    assert done.returncode != 0
    assert "needs Python 3.11, 3.12 or 3.13; found: Python 3.9.2" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_help_names_every_target(tmp_path: Path) -> None:
    shown = _make(venv=tmp_path).stdout
    for target in ("setup", "up", "demo", "test", "lint", "bench", "lock", "clean"):
        assert f"make {target} " in shown
