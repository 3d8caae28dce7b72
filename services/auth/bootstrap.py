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
from services.auth.adapters.sql.engine import open_database
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
from shared.bus.connect import connect
from shared.bus.service import Background
from shared.clock import now_ms
from shared.eventstore.jetstream import JetStreamEventStore

_QUICK_THREADS = 4
_DRAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Service:
    """The service ready to be served."""

    broker: NatsBroker
    background: tuple[Background, ...]
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


def open_passwords(settings: AuthSettings) -> Argon2Passwords:
    """The password hashes."""
    return Argon2Passwords(settings.argon2_memory_kib, settings.argon2_passes, settings.argon2_lanes)


def open_administration(settings: AuthSettings) -> Administration:
    """What the command line works with: the database alone."""
    return _administration(open_database(settings.accounts_url), open_passwords(settings))


async def build(settings: AuthSettings) -> Service:
    """The service on its database, its keys and the bus."""
    engine, auth = await asyncio.to_thread(_open, settings)
    nc = await connect(settings, "auth-audit")
    relay = AuditRelay(SqlOutbox(engine), JetStreamEventStore(nc, settings.stream_replicas))
    sweeper = Sweeper(auth.sessions, auth.attempts, auth.brake, now_ms, settings.auth_sweep_s)
    pools = Pools(
        ThreadPoolExecutor(settings.auth_hash_threads, thread_name_prefix="hash"),
        ThreadPoolExecutor(_QUICK_THREADS, thread_name_prefix="quick"),
    )
    broker = patient_broker(settings, "auth", _DRAIN_S)
    subscribe(broker, auth, pools, relay.wake)
    return Service(broker, (relay.run, sweeper.run), nc, pools, engine)


def _open(settings: AuthSettings) -> tuple[Engine, Auth]:
    engine = open_database(settings.accounts_url)
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
