"""The handlers over real or in-memory parts, with a clock that tests turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from services.auth.adapters.argon2 import Argon2Passwords
from services.auth.adapters.jwt_tokens import JwtAccessTokens
from services.auth.adapters.key_files import KeyFolder
from services.auth.adapters.memory import MemoryAccounts, MemoryAttempts, MemoryOutbox, MemorySessions
from services.auth.adapters.sql.accounts import SqlAccounts
from services.auth.adapters.sql.attempts import SqlAttempts
from services.auth.adapters.sql.engine import MIGRATIONS, adopt, open_database
from services.auth.adapters.sql.outbox import SqlOutbox
from services.auth.adapters.sql.sessions import SqlSessions
from services.auth.administration import Administration
from services.auth.handlers import Auth
from services.auth.keyring import KeyTimes
from services.auth.policy import Brake, Lives
from services.auth.ports import Accounts, Attempts, Outbox, Sessions
from shared.settings import SqlSettings
from shared.sql.migrations import be_ready

START_MS = 1_700_000_000_000
PASSWORDS = Argon2Passwords(memory_kib=8, passes=1, lanes=1)  # the cheapest there is


@dataclass
class Clock:
    now_ms: int = START_MS

    def __call__(self) -> int:
        return self.now_ms

    def forward(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)


@dataclass
class Stores:
    accounts: Accounts
    sessions: Sessions
    attempts: Attempts
    outbox: Outbox
    engine: Engine | None = None


@dataclass
class World:
    auth: Auth
    administration: Administration
    stores: Stores
    keys: KeyFolder
    clock: Clock = field(default_factory=Clock)


def memory_stores() -> Stores:
    outbox = MemoryOutbox()
    accounts = MemoryAccounts(outbox)
    return Stores(accounts, MemorySessions(accounts, outbox), MemoryAttempts(), outbox)


def open_accounts(url: str) -> Engine:
    """The database behind the URL, with its tables."""
    engine = open_database(url, "", SqlSettings())
    be_ready(engine, MIGRATIONS, "always", 0, adopt)
    return engine


def sql_stores(url: str) -> Stores:
    engine = open_accounts(url)
    return Stores(SqlAccounts(engine), SqlSessions(engine), SqlAttempts(engine), SqlOutbox(engine), engine)


def world(stores: Stores, keys: Path) -> World:
    clock = Clock()
    lives = Lives()
    folder = KeyFolder(keys, KeyTimes(activation_ms=15_000, grace_ms=lives.longest_s * 1000), poll_s=0)
    folder.ensure(clock())
    auth = Auth(
        accounts=stores.accounts,
        sessions=stores.sessions,
        attempts=stores.attempts,
        passwords=PASSWORDS,
        access=JwtAccessTokens(folder),
        lives=lives,
        brake=Brake(failures=3, window_ms=60_000),
        clock=clock,
    )
    administration = Administration(stores.accounts, stores.sessions, stores.attempts, PASSWORDS, clock)
    return World(auth, administration, stores, folder, clock)
