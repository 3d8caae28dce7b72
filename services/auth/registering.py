"""How an account comes to be: one way for the public verb, the command line and the seeds."""

from __future__ import annotations

import secrets

from services.auth import names
from services.auth.model import NewAccount, StoredAccount
from services.auth.ports import Accounts, Passwords
from shared.errors import Invalid

TAKEN = "Username already exists"
LARGEST_ID = 2**31 - 1


def draw_id() -> int:
    """A number for a new account, from 1 to `LARGEST_ID`, at random.

    What happened to an account and what it made stand outside of the database, under its number. Numbers that count up
    are given out again by a database that went back (a failover to a standby that was behind, a restored backup), and
    somebody new would find what was another's.
    """
    return 1 + secrets.randbelow(LARGEST_ID)


def register(
    accounts: Accounts, passwords: Passwords, *, username: str, password: str, now_ms: int, admin: bool = False
) -> StoredAccount:
    """Creates an account. Raises `Invalid` if the name is taken or either field is out of range."""
    name = names.username(username)
    names.password(password)
    key = names.key(name)
    if accounts.by_key(key):  # before the hash, which is the dear part; `add` decides races
        raise Invalid(TAKEN)
    new = NewAccount(username=name, key=key, password_hash=passwords.hash(password), created_ms=now_ms, admin=admin)
    return accounts.add(new)
