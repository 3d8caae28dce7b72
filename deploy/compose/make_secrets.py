"""Makes the passwords of an installation once, and hands each service just its own.

    make_secrets.py                 makes what is missing; safe to run at every start
    make_secrets.py renew NAME...   makes these anew; start everything again afterwards

Runs as root in a container of its own, without a network. Three places, all of them folders:

- `/given`    `NAME.txt` of whoever runs the installation: wins over what was made, and may be added later
- `/vault`    every secret by name, seen by nobody else
- `/deliver`  one volume for each service: files that only that service's user can read

Nothing is ever printed but names.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

NATS_USERS = ("gateway", "tasks", "media", "auth", "tools")
MADE = (
    *(f"nats_{user}_password" for user in NATS_USERS),
    "postgres_password",
    "accounts_password",
    "readmodel_password",
    "views_password",
    "s3_access_key",
    "s3_secret_key",
    "grafana_password",
)
GIVEN_ONLY = ("exchange_secret", "replicate_api_token", "replicate_webhook_secret")
"""Nobody can make these up; without them what needs them is off."""


@dataclass(frozen=True)
class Reader:
    """A service: its user, and its files by name, each with the secret it holds."""

    uid: int
    files: Mapping[str, str]


def ours(nats_user: str, same: str = "", **other: str) -> Reader:
    """A service of this project: it finds each setting in a file of the setting's name.

    `same` are settings whose secrets are named like them; `other` are settings with the secrets they hold.
    """
    secret_of = {"nats_password": f"nats_{nats_user}_password", **{name: name for name in same.split()}, **other}
    return Reader(10001, {f"talewright_{setting}": secret for setting, secret in secret_of.items()})


POSTGRES_UID = int(os.environ.get("POSTGRES_UID", "70"))
S3 = "s3_access_key s3_secret_key"
SQL = "accounts_password readmodel_password"
VIEWS = {"readmodel_password": "views_password"}
ROLES = ("postgres_password", "accounts_password", "readmodel_password", "views_password")
READERS = {
    "gateway": ours("gateway", f"{S3} exchange_secret replicate_webhook_secret", **VIEWS),
    "auth": ours("auth", "accounts_password"),
    "tasks": ours("tasks", f"{S3} readmodel_password"),
    "media": ours("media", S3),
    "media-replicate": ours("media", f"{S3} replicate_api_token"),
    "migrate": ours("tools", SQL),
    "tools": ours("tools", f"{S3} {SQL}"),
    "databases": Reader(10001, {role: role for role in ROLES}),
    "postgres": Reader(POSTGRES_UID, {"POSTGRES_PASSWORD": "postgres_password"}),
    "nats": Reader(10001, {f"NATS_{user.upper()}_PASSWORD": f"nats_{user}_password" for user in NATS_USERS}),
    "minio": Reader(10001, {"MINIO_ROOT_USER": "s3_access_key", "MINIO_ROOT_PASSWORD": "s3_secret_key"}),
    "grafana": Reader(472, {"admin_password": "grafana_password"}),
}
DATA = {"nats": 10001, "minio": 10001, "postgres": POSTGRES_UID, "keys": 10001}
"""Volumes of data below `/data`, and who writes to them: their servers do not run as root."""


def new_secret() -> str:
    """Nobody can guess it; a letter first, so that no configuration takes it for a number."""
    return "k" + secrets.token_hex(24)


def collect(given: Path, vault: Path, renew: Iterable[str], make: Callable[[], str] = new_secret) -> dict[str, str]:
    """Every secret by name: given, kept, or made now. Raises `SystemExit` for a given file that is empty."""
    unknown = set(renew) - set(MADE)
    if unknown:
        raise SystemExit(f"No such secret: {', '.join(sorted(unknown))}. There are: {', '.join(MADE)}.")
    found = {}
    for name in (*MADE, *GIVEN_ONLY):
        theirs, kept = given / f"{name}.txt", vault / name
        if theirs.is_file():
            found[name] = theirs.read_text(encoding="utf-8").strip()
            if not found[name]:
                raise SystemExit(f"{name}.txt is empty.")
        elif name in GIVEN_ONLY:
            kept.unlink(missing_ok=True)
            continue
        elif name in renew or not kept.is_file():
            found[name] = make()
            sys.stdout.write(f"made {name}\n")
        else:
            found[name] = kept.read_text(encoding="utf-8")
        write(kept, found[name], 0)
    return found


def write(path: Path, text: str, uid: int) -> None:
    """Replaces a file as a whole, readable by one user only; leaves it alone where it says that already."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        fresh = path.with_name(f".{path.name}")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    path.chmod(0o400)
    os.chown(path, uid, uid)


def hand_over(folder: Path, uid: int, files: Mapping[str, str]) -> None:
    """Makes a service's folder hold these files and no others, given as name and content."""
    for name, text in files.items():
        write(folder / name, text, uid)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    own(folder, uid, 0o500)


def own(folder: Path, uid: int, mode: int) -> None:
    """Gives a volume to the user whose it is."""
    folder.chmod(mode)
    os.chown(folder, uid, uid)


def main(renew: list[str]) -> None:
    """Makes and hands over everything."""
    found = collect(Path("/given"), Path("/vault"), renew)
    for name, reader in READERS.items():
        folder = Path("/deliver", name)
        if folder.is_dir():  # the volume of a profile that is off is not mounted
            files = {file: found[secret] for file, secret in reader.files.items() if secret in found}
            hand_over(folder, reader.uid, files)
    for name, uid in DATA.items():
        own(Path("/data", name), uid, 0o700)


if __name__ == "__main__":
    main(sys.argv[2:] if sys.argv[1:2] == ["renew"] else [])
