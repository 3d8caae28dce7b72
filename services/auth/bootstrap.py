"""Puts the auth service together: the only place here that picks adapters."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from faststream.nats import NatsBroker
from nats.aio.client import Client
from sqlalchemy import Engine

from services.auth.adapters.argon2 import Argon2Passwords
from services.auth.adapters.jwt_tokens import JwtAccessTokens
from services.auth.adapters.key_files import KeyFolder
from services.auth.adapters.sql.accounts import SqlAccounts
from services.auth.adapters.sql.attempts import SqlAttempts
from services.auth.adapters.sql.engine import MIGRATIONS, adopt, open_database
from services.auth.adapters.sql.outbox import SqlOutbox
from services.auth.adapters.sql.sessions import SqlSessions
from services.auth.administration import Administration
from services.auth.background import AuditRelay, Sweeper
from services.auth.broker import patient_broker
from services.auth.handlers import Auth
from services.auth.keyring import KeyTimes
from services.auth.seeding import seed
from services.auth.settings import AuthSettings
from services.auth.subscribers import Pools, subscribe
from shared.bus.service import Background
from shared.clock import now_ms
from shared.errors import Unavailable
from shared.eventstore.jetstream import JetStreamEventStore
from shared.ops.checks import in_thread, on_bus, subscribed
from shared.ops.readiness import Check
from shared.ops.server import Ops
from shared.sql.migrations import be_ready
from shared.startup import Startup

_QUICK_THREADS = 4
_DRAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Service:
    """The service ready to be served."""

    broker: NatsBroker
    background: tuple[Background, ...]
    ops: Ops
    nc: Client
    pools: Pools
    engine: Engine

    async def close(self) -> None:
        """Lets go of everything, after the broker has stopped."""
        await asyncio.to_thread(self.pools.close)
        await self.nc.close()
        self.engine.dispose()


def open_keys(settings: AuthSettings) -> KeyFolder:
    """The signing keys."""
    times = KeyTimes(activation_ms=settings.auth_key_activation_s * 1000, grace_ms=settings.lives.longest_s * 1000)
    return KeyFolder(settings.auth_keys_dir, times, settings.auth_keys_poll_s)


def open_accounts(settings: AuthSettings, wait_s: float) -> Engine:
    """The accounts database with the tables of this release. Blocks for up to `wait_s`, then raises `Unavailable`."""
    engine = open_database(settings.accounts_url, settings.accounts_password.get_secret_value(), settings)
    be_ready(engine, MIGRATIONS, settings.auto_migrate, wait_s, adopt)
    return engine


def open_passwords(settings: AuthSettings) -> Argon2Passwords:
    """The password hashes."""
    return Argon2Passwords(settings.argon2_memory_kib, settings.argon2_passes, settings.argon2_lanes)


def open_administration(settings: AuthSettings) -> Administration:
    """What the command line works with: the database alone. Raises `Unavailable`."""
    return _administration(open_accounts(settings, wait_s=0), open_passwords(settings))


async def build(settings: AuthSettings) -> Service:
    """The service on its database, its keys and the bus."""
    startup = Startup(settings.startup_wait_s)
    engine, auth = await asyncio.to_thread(_open, settings)
    nc = await startup.bus(settings, "auth-audit")
    relay = AuditRelay(SqlOutbox(engine), JetStreamEventStore(nc, settings.stream_replicas))
    sweeper = Sweeper(auth.sessions, auth.attempts, auth.brake, now_ms, settings.auth_sweep_s)
    pools = Pools(
        ThreadPoolExecutor(settings.auth_hash_threads, thread_name_prefix="hash"),
        ThreadPoolExecutor(_QUICK_THREADS, thread_name_prefix="quick"),
    )
    broker = patient_broker(settings, "auth", _DRAIN_S)
    subscribe(broker, auth, pools, relay.wake)
    ops = Ops("auth", settings, _checks(nc, broker, engine, auth))
    return Service(broker, (relay.run, sweeper.run, ops.run), ops, nc, pools, engine)


def _checks(nc: Client, broker: NatsBroker, engine: Engine, auth: Auth) -> dict[str, Check]:
    def keys() -> None:
        if not auth.access.public_keys(now_ms()):
            raise Unavailable("There is no signing key.")

    return {
        "bus": on_bus(nc),
        "requests": subscribed(broker),
        "database": in_thread(lambda: MIGRATIONS.check(engine)),
        "keys": in_thread(keys),
    }


def _open(settings: AuthSettings) -> tuple[Engine, Auth]:
    engine = open_accounts(settings, settings.startup_wait_s)
    keys = open_keys(settings)
    keys.ensure(now_ms())
    passwords = open_passwords(settings)
    if settings.profile == "embedded":
        seed(_administration(engine, passwords), settings.admin_password_file)
    auth = Auth(
        accounts=SqlAccounts(engine),
        sessions=SqlSessions(engine),
        attempts=SqlAttempts(engine),
        passwords=passwords,
        access=JwtAccessTokens(keys),
        lives=settings.lives,
        brake=settings.brake,
        clock=now_ms,
    )
    return engine, auth


def _administration(engine: Engine, passwords: Argon2Passwords) -> Administration:
    return Administration(SqlAccounts(engine), SqlSessions(engine), SqlAttempts(engine), passwords, now_ms)
