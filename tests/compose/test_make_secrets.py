"""The program that makes the secrets, without containers."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.e2e.stack import ROOT


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    file = ROOT / "deploy/compose/make_secrets.py"
    spec = importlib.util.spec_from_file_location("make_secrets", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "make_secrets", module)
    spec.loader.exec_module(module)
    if os.getuid() != 0:  # only root may give files away
        monkeypatch.setattr(module.os, "chown", lambda *_: None)
    return module


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    given, vault = tmp_path / "given", tmp_path / "vault"
    given.mkdir()
    vault.mkdir()
    return given, vault


def test_what_is_made_once_stays(
    program: ModuleType, folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    first = program.collect(*folders, [])
    assert program.collect(*folders, []) == first
    assert set(first) == set(program.MADE)
    assert len(set(first.values())) == len(first)
    assert all(value[0].isalpha() and len(value) > 40 for value in first.values())
    said = capsys.readouterr().out
    assert said.count("made ") == len(first)
    assert not [value for value in first.values() if value in said]


def test_a_given_file_wins_and_may_go_again(program: ModuleType, folders: tuple[Path, Path]) -> None:
    given, vault = folders
    made = program.collect(given, vault, [])
    (given / "s3_secret_key.txt").write_text("mine, with care\n")
    (given / "replicate_api_token.txt").write_text("r8_token")
    found = program.collect(given, vault, [])
    assert found == made | {"s3_secret_key": "mine, with care", "replicate_api_token": "r8_token"}
    (given / "replicate_api_token.txt").unlink()
    assert "replicate_api_token" not in program.collect(given, vault, [])
    assert not (vault / "replicate_api_token").exists()


def test_only_what_is_named_is_renewed(program: ModuleType, folders: tuple[Path, Path]) -> None:
    before = program.collect(*folders, [])
    after = program.collect(*folders, ["nats_auth_password"])
    assert {name for name in before if before[name] != after[name]} == {"nats_auth_password"}
    with pytest.raises(SystemExit, match="No such secret: nonsense"):
        program.collect(*folders, ["nonsense"])


def test_an_empty_file_is_no_secret(program: ModuleType, folders: tuple[Path, Path]) -> None:
    (folders[0] / "s3_secret_key.txt").write_text("\n")
    with pytest.raises(SystemExit, match=r"s3_secret_key\.txt is empty"):
        program.collect(*folders, [])


def test_a_folder_holds_what_its_service_needs_and_no_more(program: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("of an earlier release")
    program.hand_over(tmp_path, os.getuid(), {"talewright_nats_password": "secret"})
    assert [path.name for path in tmp_path.iterdir()] == ["talewright_nats_password"]
    assert tmp_path.joinpath("talewright_nats_password").stat().st_mode & 0o777 == 0o400
    assert tmp_path.stat().st_mode & 0o777 == 0o500
    tmp_path.chmod(0o700)


def test_every_secret_has_a_reader_and_every_reader_a_secret(program: ModuleType) -> None:
    read = {secret for reader in program.READERS.values() for secret in reader.files.values()}
    assert read == set(program.MADE) | set(program.GIVEN_ONLY)
