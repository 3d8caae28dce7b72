from __future__ import annotations

import base64
from pathlib import Path

import pytest

from services.auth import keyring
from services.auth.adapters.key_files import KeyFolder
from services.auth.keyring import KeyAge, KeyTimes
from shared.errors import Unavailable

TIMES = KeyTimes(activation_ms=10, grace_ms=1000)
OLD, MID, NEW = KeyAge(0, "old"), KeyAge(5000, "mid"), KeyAge(9000, "new")


@pytest.mark.parametrize(
    ("now_ms", "kid"), [(0, "old"), (5000, "old"), (5009, "old"), (5010, "mid"), (9009, "mid"), (9010, "new")]
)
def test_a_new_key_signs_once_it_is_ripe(now_ms: int, kid: str) -> None:
    chosen = keyring.signing([NEW, OLD, MID], now_ms, TIMES)
    assert chosen is not None
    assert chosen.kid == kid


def test_without_a_ripe_key_all_replicas_choose_the_same() -> None:
    assert keyring.signing([KeyAge(7, "b"), KeyAge(6, "a")], 8, TIMES) == KeyAge(6, "a")
    assert keyring.signing([], 8, TIMES) is None


@pytest.mark.parametrize(
    ("now_ms", "kids"),
    [
        (0, "old mid new"),
        (6010, "old mid new"),
        (6011, "mid new"),
        (10_010, "mid new"),
        (10_011, "new"),
        (10**9, "new"),
    ],
)
def test_a_replaced_key_verifies_until_its_grace_has_passed(now_ms: int, kids: str) -> None:
    assert [key.kid for key in keyring.verifying([MID, NEW, OLD], now_ms, TIMES)] == kids.split()


def test_thumbprint_of_rfc_8037() -> None:
    public = base64.urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    assert keyring.thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys", TIMES, poll_s=0)


def test_the_first_key_is_made_once_and_only_its_owner_can_read_it(folder: KeyFolder, tmp_path: Path) -> None:
    folder.ensure(1)
    folder.ensure(2)
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert file.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert folder.signing(2).age.kid in file.name


def test_a_key_added_by_another_process_is_noticed(folder: KeyFolder, tmp_path: Path) -> None:
    folder.ensure(1)
    kid = KeyFolder(tmp_path / "keys", TIMES, poll_s=0).add(500)
    assert [key.age.kid for key in folder.verifying(500)][-1] == kid
    assert folder.signing(500).age.kid != kid
    assert folder.signing(510).age.kid == kid


def test_the_folder_is_not_read_more_often_than_asked(tmp_path: Path) -> None:
    patient = KeyFolder(tmp_path, TIMES, poll_s=3600)
    patient.ensure(1)
    assert patient.signing(1)
    KeyFolder(tmp_path, TIMES, poll_s=0).add(500)
    assert len(patient.verifying(500)) == 1


def test_rotation_deletes_keys_past_their_grace(folder: KeyFolder, tmp_path: Path) -> None:
    for now_ms in (1, 2000, 4000):
        folder.add(now_ms)
    assert sorted(path.name.split("-")[0] for path in (tmp_path / "keys").iterdir()) == ["2000", "4000"]


def test_files_that_are_no_keys_are_passed_over(
    folder: KeyFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.ensure(1)
    (tmp_path / "keys" / "2-broken.pem").write_text("not a key")
    (tmp_path / "keys" / "notes.txt").write_text("hello")
    assert len(folder.verifying(3)) == 1
    assert "2-broken.pem" in caplog.text


def test_an_empty_folder_cannot_sign(folder: KeyFolder) -> None:
    with pytest.raises(Unavailable):
        folder.signing(1)
