"""The whole service on a real server and a real database, asked over the bus."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import nats
import pytest
from nats.aio.client import Client

from services.auth.bootstrap import Service, build
from services.auth.settings import AuthSettings
from services.auth.subscribers import VERBS
from shared.contracts.accounts import AuthReply, Login, PublicKeysWanted, Refresh, Register
from shared.contracts.events import AccountRegistered, RefreshTokenReused
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.port import Commit, StreamName
from shared.eventstore.server import prepare_events_stream
from talewright.embedded.nats_server import NatsServer


@pytest.fixture
def environment(auth_bus: NatsServer, sql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuthSettings:
    values = {
        "NATS_URL": auth_bus.url,
        "NATS_TOKEN": auth_bus.token or "",
        "ACCOUNTS_URL": sql_url,
        "AUTO_MIGRATE": "always",
        "AUTH_KEYS_DIR": str(tmp_path / "state" / "keys"),
        "ARGON2_MEMORY_KIB": "8",
        "ARGON2_PASSES": "1",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"TALEWRIGHT_{name}", value)
    return AuthSettings()


@pytest.fixture
async def nc(auth_bus: NatsServer) -> AsyncIterator[Client]:
    connection = await nats.connect(auth_bus.url, token=auth_bus.token)
    yield connection
    await connection.close()


@pytest.fixture
async def service(environment: AuthSettings) -> AsyncIterator[Service]:
    running = await build(environment)
    background = [asyncio.ensure_future(work()) for work in running.background]
    await running.broker.start()
    yield running
    await running.broker.stop()
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)
    await running.close()


async def ask(nc: Client, verb: str, request: msgspec.Struct | bytes) -> AuthReply:
    body = request if isinstance(request, bytes) else msgspec.json.encode(request)
    message = await nc.request(f"tw.auth.{verb}", body, timeout=20)
    return msgspec.json.decode(message.data, type=AuthReply)


async def test_a_user_registers_logs_in_and_refreshes(service: Service, nc: Client) -> None:
    registered = await ask(nc, "register", Register(username="u1", password="p1"))
    assert registered.account is not None
    tokens = (await ask(nc, "login", Login(username="u1", password="p1"))).tokens
    assert tokens is not None
    assert tokens.account == registered.account
    again = (await ask(nc, "refresh", Refresh(refresh_token=tokens.refresh_token))).tokens
    assert again is not None
    assert again.refresh_token != tokens.refresh_token


async def test_refusals_travel_with_their_code(service: Service, nc: Client) -> None:
    await ask(nc, "register", Register(username="u1", password="p1"))
    taken = await ask(nc, "register", Register(username="U1", password="p1"))
    wrong = await ask(nc, "login", Login(username="u1", password="p2"))
    spent = await ask(nc, "refresh", Refresh(refresh_token="made up"))
    assert [(reply.problem.code, reply.problem.message) for reply in (taken, wrong, spent) if reply.problem] == [
        ("invalid", "Username already exists"),
        ("unauthenticated", "Invalid credentials"),
        ("unauthenticated", "Invalid refresh token"),
    ]


async def test_every_verb_answers_to_anything(service: Service, nc: Client) -> None:
    bodies = (b"", b"123.5", b"[]", b"{}", b"\xff", b'{"username": 1, "password": "hunter2"}')
    for verb in (verb.name for verb in VERBS if verb.name != "keys"):
        for body in bodies:
            reply = await ask(nc, verb, body)
            assert reply.problem is not None
            assert reply.problem.code == "invalid"
            assert "hunter2" not in reply.problem.message


async def test_a_failure_inside_is_logged_without_the_password_and_answered(
    service: Service, nc: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with service.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE accounts" + (" CASCADE" if connection.dialect.name != "sqlite" else ""))
    with caplog.at_level(logging.DEBUG):
        for verb, request in (
            ("login", Login(username="user-x", password="hunter2")),
            ("register", Register(username="user-x", password="hunter2")),
        ):
            reply = await ask(nc, verb, request)
            assert reply.problem is not None
            assert reply.problem.code == "unavailable"
    assert "auth login failed" in caplog.text
    assert "Traceback" in caplog.text
    assert "no such table" in caplog.text or 'relation "accounts" does not exist' in caplog.text
    assert "hunter2" not in caplog.text
    assert "user-x" not in caplog.text


async def test_facts_reach_the_event_store(service: Service, nc: Client) -> None:
    await prepare_events_stream(nc, 1)
    before = len(await JetStreamEventStore(nc).load(StreamName("account", "1", "account")))  # of another database
    account = (await ask(nc, "register", Register(username="u1", password="p1"))).account
    tokens = (await ask(nc, "login", Login(username="u1", password="p1"))).tokens
    assert account is not None
    assert tokens is not None
    for _ in range(2):
        await ask(nc, "refresh", Refresh(refresh_token=tokens.refresh_token))
    commits = await wait_for_commits(nc, account.id, before + 2)
    kinds = [type(event) for commit in commits[before:] for event in commit.events]
    assert kinds == [AccountRegistered, RefreshTokenReused]


async def wait_for_commits(nc: Client, account_id: int, count: int) -> list[Commit]:
    store = JetStreamEventStore(nc)
    async with asyncio.timeout(10):
        while True:
            commits = await store.load(StreamName("account", str(account_id), "account"))
            if len(commits) >= count:
                return commits
            await asyncio.sleep(0.05)


async def test_logins_do_not_queue_behind_each_other_and_quick_verbs_not_behind_logins(
    environment: AuthSettings, nc: Client
) -> None:
    slow = environment.model_copy(update={"argon2_memory_kib": 65_536, "auth_hash_threads": 2})
    service = await build(slow)
    await service.broker.start()
    try:
        await ask(nc, "register", Register(username="u1", password="p1"))
        logins = [asyncio.create_task(ask(nc, "login", Login(username="u1", password="p1"))) for _ in range(8)]
        await asyncio.sleep(0.02)
        start = time.perf_counter()
        assert (await ask(nc, "keys", PublicKeysWanted())).keys
        keys_s = time.perf_counter() - start
        still_at_it = sum(not login.done() for login in logins)
        assert all(reply.tokens for reply in await asyncio.gather(*logins))
        assert still_at_it  # had the question stood in the queue of logins, none would be left
        assert keys_s < 1
    finally:
        await service.broker.stop()
        await service.close()


async def test_the_process_starts_seeds_answers_and_stops_in_peace(
    environment: AuthSettings, nc: Client, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.auth.main",
        env={**os.environ, "TALEWRIGHT_PROFILE": "embedded", "TALEWRIGHT_ARGON2_MEMORY_KIB": "16384"},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        tokens = await patient_login(nc)
        assert tokens.tokens is not None
        admin = (tmp_path / "state" / "admin-password.txt").read_text().strip()
        reply = await ask(nc, "login", Login(username="admin", password=admin))
        assert reply.tokens is not None
        assert reply.tokens.account.admin
        busy = [asyncio.create_task(ask(nc, "login", Login(username="admin", password=admin))) for _ in range(24)]
        await asyncio.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        replies = await asyncio.gather(*busy, return_exceptions=True)
        async with asyncio.timeout(15):
            log = (await process.communicate())[1].decode()
    finally:
        if process.returncode is None:
            process.kill()
    assert [reply for reply in replies if not isinstance(reply, AuthReply) or not reply.tokens] == []
    assert process.returncode == 0
    assert log.count("auth ready") == 1
    assert "Traceback" not in log
    assert "never retrieved" not in log


async def patient_login(nc: Client) -> AuthReply:
    async with asyncio.timeout(20):
        while True:
            try:
                return await ask(nc, "login", Login(username="demo@example.com", password="demo123"))
            except nats.errors.NoRespondersError:
                await asyncio.sleep(0.05)


async def test_production_seeds_nobody(service: Service, nc: Client) -> None:
    for username, password in (("demo@example.com", "demo123"), ("user@example.com", "secure_password")):
        assert (await ask(nc, "login", Login(username=username, password=password))).problem is not None


async def test_a_replica_that_stops_loses_no_request(environment: AuthSettings, nc: Client) -> None:
    staying, leaving = await build(environment), await build(environment)
    await staying.broker.start()
    await leaving.broker.start()
    asked: list[asyncio.Task[AuthReply]] = []
    stopping: asyncio.Task[None] | None = None
    for number in range(600):
        verb, request = ("login", Login(username=f"nobody{number}", password="x"))
        if number % 5:  # a login writes to the disk
            verb, request = ("keys", PublicKeysWanted())
        asked.append(asyncio.create_task(ask(nc, verb, request)))
        if number == 200:
            stopping = asyncio.create_task(leaving.broker.stop())
        await asyncio.sleep(0.0005)
    try:
        assert all(reply.keys or reply.problem for reply in await asyncio.gather(*asked))
        assert stopping is not None
        await stopping
    finally:
        await staying.broker.stop()
        await staying.close()
        await leaving.close()


async def test_what_waits_for_a_free_hand_is_answered_before_a_replica_stops(
    environment: AuthSettings, nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.auth.subscribers._IN_HAND", 2)
    alone = await build(environment)
    await alone.broker.start()
    asked = [asyncio.create_task(ask(nc, "login", Login(username=f"nobody{n}", password="x"))) for n in range(20)]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)  # the others have come with the first
    await alone.broker.stop()
    await alone.close()
    assert all(reply.problem for reply in await asyncio.gather(*asked))
