"""Keys from a folder that somebody else fills, as Kubernetes mounts a Secret: links, read-only, readable by a group."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.auth.adapters.key_files import KeyFolder, new_key
from services.auth.keyring import KeyTimes
from shared.errors import Unavailable
from talewright.users import app

TIMES = KeyTimes(activation_ms=10, grace_ms=1000)
_NOBODY = 65534


class Mount:
    """A volume as the kubelet writes it: files are links into `..data`, itself a link that is replaced at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = 0

    def fill(self, files: dict[str, bytes]) -> None:
        self._number += 1
        os.chmod(self.folder, 0o755)
        version = self.folder / f"..version-{self._number}"
        version.mkdir()
        for name, content in files.items():
            (version / name).write_bytes(content)
            os.chmod(version / name, 0o440)
            if os.geteuid() == 0:
                os.chown(version / name, 0, _NOBODY)  # fsGroup
        for link in self.folder.glob("*.pem"):
            link.unlink()
        os.symlink(version.name, self.folder / "..new")
        os.rename(self.folder / "..new", self.folder / "..data")
        for name in files:
            os.symlink(f"..data/{name}", self.folder / name)
        os.chmod(self.folder, 0o555)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may write everywhere; a service is not root."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(_NOBODY)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def mount() -> Iterator[Mount]:
    folder = Path(tempfile.mkdtemp(prefix="talewright-keys-"))  # below a folder that everybody may enter
    yield Mount(folder)
    os.chmod(folder, 0o755)
    shutil.rmtree(folder)


def test_a_mounted_key_signs_and_nothing_is_written(mount: Mount, caplog: pytest.LogCaptureFixture) -> None:
    key = new_key(1)
    mount.fill({key.name: key.content})
    before = sorted(os.listdir(mount.folder))
    with without_privileges():
        keys = KeyFolder(mount.folder, TIMES, poll_s=0)
        keys.ensure(2)
        assert keys.signing(2).age.kid == key.kid
    assert sorted(os.listdir(mount.folder)) == before
    assert caplog.text == ""


def test_a_key_added_to_the_secret_is_noticed_and_one_taken_away_is_gone(mount: Mount) -> None:
    old, new = new_key(1), new_key(500)
    mount.fill({old.name: old.content})
    with without_privileges():
        keys = KeyFolder(mount.folder, TIMES, poll_s=0)
        keys.ensure(2)
    mount.fill({old.name: old.content, new.name: new.content})
    with without_privileges():
        assert [key.age.kid for key in keys.verifying(500)] == [old.kid, new.kid]
        assert keys.signing(505).age.kid == old.kid
        assert keys.signing(510).age.kid == new.kid
    mount.fill({new.name: new.content})
    with without_privileges():
        assert [key.age.kid for key in keys.verifying(510)] == [new.kid]


def test_a_file_that_becomes_good_is_read_again(mount: Mount) -> None:
    key = new_key(1)
    mount.fill({key.name: b"half a ke"})
    keys = KeyFolder(mount.folder, TIMES, poll_s=0)
    assert keys.verifying(2) == []
    mount.fill({key.name: key.content})
    assert [found.age.kid for found in keys.verifying(2)] == [key.kid]


def test_an_empty_mounted_folder_says_what_to_do(mount: Mount) -> None:
    mount.fill({})
    with without_privileges():
        keys = KeyFolder(mount.folder, TIMES, poll_s=0)
        for attempt in (keys.ensure, keys.add):
            with pytest.raises(Unavailable, match="talewright users make-key"):
                attempt(1)


def test_rotating_a_mounted_key_is_refused_in_a_line(mount: Mount, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key(1)
    mount.fill({key.name: key.content})
    monkeypatch.setenv("TALEWRIGHT_AUTH_KEYS_DIR", str(mount.folder))
    monkeypatch.chdir(mount.folder)
    with without_privileges():
        result = CliRunner().invoke(app, ["rotate-key"])
    assert result.exit_code == 1
    assert "make-key" in result.output
    assert "Traceback" not in result.output


def test_make_key_gives_what_the_folder_expects(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["make-key"])
    (tmp_path / printed.stderr.strip()).write_text(printed.stdout)
    secret = json.loads(CliRunner().invoke(app, ["make-key", "--secret", "talewright-auth-keys"]).stdout)
    assert (secret["kind"], secret["metadata"]) == ("Secret", {"name": "talewright-auth-keys"})
    for name, content in secret["stringData"].items():
        (tmp_path / name).write_text(content)
    written = CliRunner().invoke(app, ["make-key", "--folder", str(tmp_path)]).stdout.strip()
    assert Path(written).stat().st_mode & 0o777 == 0o600
    keys = KeyFolder(tmp_path, TIMES, poll_s=0).verifying(0)
    assert sorted(os.listdir(tmp_path)) == sorted(f"{key.age.created_ms}-{key.age.kid}.pem" for key in keys)
    assert len(keys) == 3


def test_a_made_key_waits_for_others_to_know_it_unless_it_is_the_first(tmp_path: Path) -> None:
    old = new_key(1000)
    (tmp_path / old.name).write_bytes(old.content)
    made = new_key(1000 + 600_000)
    (tmp_path / made.name).write_bytes(made.content)
    keys = KeyFolder(tmp_path, TIMES, poll_s=0)
    assert keys.signing(600_000).age.kid == old.kid
    assert keys.signing(601_010).age.kid == made.kid
    (tmp_path / old.name).unlink()
    assert keys.signing(2000).age.kid == made.kid
