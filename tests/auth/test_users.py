from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.auth.bootstrap import open_administration
from services.auth.seeding import seed
from services.auth.settings import AuthSettings
from talewright.users import app


@pytest.fixture(autouse=True)
def _settings(sql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALEWRIGHT_ACCOUNTS_URL", sql_url)
    monkeypatch.setenv("TALEWRIGHT_AUTO_MIGRATE", "always")
    monkeypatch.setenv("TALEWRIGHT_AUTH_KEYS_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TALEWRIGHT_ARGON2_MEMORY_KIB", "8")
    monkeypatch.setenv("TALEWRIGHT_ARGON2_PASSES", "1")


def users(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


def test_adding_and_listing() -> None:
    added = users("add", "Ann", "--password-stdin", typed="p1\n").output
    assert "as administrator" in users("add", "root", "--admin", "--password-stdin", typed="p2\n").output
    lines = [line.split("\t") for line in users("list").output.splitlines()]
    assert [line[2:] for line in lines] == [["user", "enabled", "Ann"], ["admin", "enabled", "root"]]
    assert f"Added Ann with id {lines[0][0]}." in added


def test_the_password_is_asked_for_twice_and_not_shown() -> None:
    assert "Added" in (asked := users("add", "ann", typed="secret\nsecret\n")).output
    assert "secret" not in asked.output
    assert users("add", "bob", typed="secret\nother\n").exit_code != 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "ANN", "--password-stdin"], "Username already exists"),
        (["add", " x", "--password-stdin"], "Username must not begin"),
        (["disable", "nobody"], "There is no user nobody."),
        (["set-password", "nobody", "--password-stdin"], "There is no user nobody."),
    ],
)
def test_refusals_are_one_line_and_exit_1(arguments: list[str], message: str) -> None:
    users("add", "ann", "--password-stdin", typed="p1\n")
    result = users(*arguments, typed="p1\n")
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_changing_a_user() -> None:
    users("add", "ann", "--password-stdin", typed="p1\n")
    administration = open_administration(AuthSettings())
    before = administration.find("ann")
    for arguments in (["disable", "ann"], ["make-admin", "Ann"], ["set-password", "ann", "--password-stdin"]):
        assert users(*arguments, typed="p2\n").exit_code == 0
    after = administration.find("ann")
    assert (after.disabled, after.admin) == (True, True)
    assert after.password_hash != before.password_hash
    users("enable", "ann")
    users("make-admin", "ann", "--revoke")
    after = administration.find("ann")
    assert (after.disabled, after.admin) == (False, False)


def test_rotating_the_key_adds_one(tmp_path: Path) -> None:
    first, second = users("rotate-key"), users("rotate-key")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert len(list((tmp_path / "keys").glob("*.pem"))) == 2


def test_seeding_fills_in_what_is_missing_and_changes_nothing_else(tmp_path: Path) -> None:
    users("add", "demo@example.com", "--password-stdin", typed="mine\n")
    administration = open_administration(AuthSettings())
    secret = tmp_path / "state" / "admin-password.txt"
    seed(administration, secret)
    first = list(administration.everyone())
    assert {account.username for account in first} == {"demo@example.com", "user@example.com", "admin"}
    assert [account.username for account in first if account.admin] == ["admin"]
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text().strip()) >= 20
    assert administration.passwords.verify(administration.find("admin").password_hash, secret.read_text().strip())
    assert administration.passwords.verify(administration.find("demo@example.com").password_hash, "mine")
    seed(administration, secret)
    assert list(administration.everyone()) == first
