"""The accounts that the embedded profile starts with. Never used in production."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from services.auth.administration import Administration
from shared.errors import NotFound

ADMIN = "admin"
DEMO_ACCOUNTS = (("demo@example.com", "demo123"), ("user@example.com", "secure_password"))

_ADMIN_PASSWORD_BYTES = 18


def seed(administration: Administration, admin_password_file: Path) -> None:
    """Adds the demo accounts and an administrator where they are missing; existing ones keep their passwords."""
    for username, password in DEMO_ACCOUNTS:
        if not _exists(administration, username):
            administration.add(username, password)
    if not _exists(administration, ADMIN):
        password = secrets.token_urlsafe(_ADMIN_PASSWORD_BYTES)
        write_secret(admin_password_file, f"{password}\n")  # first: an account whose password is lost helps nobody
        administration.add(ADMIN, password, admin=True)


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, replacing one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _exists(administration: Administration, username: str) -> bool:
    try:
        administration.find(username)
    except NotFound:
        return False
    return True
