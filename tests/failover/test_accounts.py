"""The primary of the accounts dies under the auth service's handlers, and a standby takes its place."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from services.auth.background import AuditRelay
from shared.contracts.accounts import Login, Refresh, Register
from shared.contracts.events import AccountRegistered
from shared.errors import Invalid, Unauthenticated, Unavailable
from shared.eventstore.memory import MemoryEventStore
from tests.auth.worlds import World, sql_stores, world
from tests.failover.silence import silent
from tests.fixtures.postgres_pair import PostgresPair


@pytest.fixture
def accounts(postgres_pair: PostgresPair, tmp_path: Path) -> Iterator[World]:
    stores = sql_stores(f"{postgres_pair.new_database()}?connect_timeout=2")
    yield world(stores, tmp_path / "keys")
    assert stores.engine is not None
    stores.engine.dispose()


def register(accounts: World, username: str) -> int:
    account = accounts.auth.register(Register(username=username, password="p1")).account
    assert account is not None
    return account.id


def login(accounts: World, username: str) -> str:
    tokens = accounts.auth.login(Login(username=username, password="p1")).tokens
    assert tokens is not None
    return tokens.refresh_token


def refresh(accounts: World, token: str) -> str:
    tokens = accounts.auth.refresh(Refresh(refresh_token=token)).tokens
    assert tokens is not None
    return tokens.refresh_token


def verbs(accounts: World, token: str) -> tuple[Callable[[], object], ...]:
    return (
        lambda: login(accounts, "ann"),
        lambda: refresh(accounts, token),
        lambda: register(accounts, "bob"),
        lambda: accounts.stores.outbox.owed(),
    )


def test_every_verb_is_unavailable_and_then_goes_on(accounts: World, postgres_pair: PostgresPair) -> None:
    postgres_pair.synchronous()
    register(accounts, "ann")
    token = login(accounts, "ann")
    postgres_pair.kill_primary()
    for verb in verbs(accounts, token) * 2:
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="Accounts cannot be reached"):
            verb()
        assert time.monotonic() - begun < 2
    postgres_pair.promote()
    assert refresh(accounts, refresh(accounts, token))
    assert login(accounts, "ann")
    assert register(accounts, "bob")


def test_a_machine_that_is_gone_without_a_word_costs_one_wait(accounts: World, postgres_pair: PostgresPair) -> None:
    postgres_pair.synchronous()
    register(accounts, "ann")
    token = login(accounts, "ann")
    gone = postgres_pair.primary.port
    postgres_pair.kill_primary()
    with silent(gone):
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            login(accounts, "ann")
        assert time.monotonic() - begun < 6
        postgres_pair.promote()
        refresh(accounts, token)
        begun = time.monotonic()
        assert login(accounts, "ann")
        assert time.monotonic() - begun < 1


class Crowd:
    """People who register as fast as they can, and remember what they were promised."""

    def __init__(self, accounts: World) -> None:
        self.promised: list[str] = []
        self.away = 0
        self._accounts = accounts
        self._going = threading.Event()

    def come(self, pool: ThreadPoolExecutor, workers: int) -> list[Future[None]]:
        return [pool.submit(self._register, worker) for worker in range(workers)]

    def go(self) -> None:
        self._going.set()

    def _register(self, worker: int) -> None:
        number = 0
        while not self._going.is_set():
            name = f"user-{worker}-{number}"
            try:
                register(self._accounts, name)
            except Unavailable:
                self.away += 1
                time.sleep(0.01)
                continue
            except Invalid:  # it was stored, but the answer did not come through
                pass
            self.promised.append(name)
            number += 1


def test_with_a_synchronous_standby_nobody_who_was_registered_is_lost(
    accounts: World, postgres_pair: PostgresPair
) -> None:
    postgres_pair.synchronous()
    crowd = Crowd(accounts)
    with ThreadPoolExecutor(4) as pool:
        crowding = crowd.come(pool, 4)
        time.sleep(0.5)
        postgres_pair.kill_primary()
        time.sleep(0.2)
        postgres_pair.promote()
        promoted_at = len(crowd.promised)
        time.sleep(0.5)
        crowd.go()
        for one in crowding:
            one.result(20)
    assert crowd.away >= 1
    assert 5 < promoted_at < len(crowd.promised)
    assert all(accounts.stores.accounts.by_key(name) for name in crowd.promised)
    facts = [fact.event for fact in accounts.stores.outbox.owed(100_000)]
    assert sorted(fact.username for fact in facts if isinstance(fact, AccountRegistered)) == sorted(crowd.promised)
    assert len({account.id for account in accounts.stores.accounts.page(0, 100_000)}) == len(crowd.promised)


def test_a_commit_that_no_standby_has_is_not_answered(accounts: World, postgres_pair: PostgresPair) -> None:
    """Nothing is promised meanwhile; who waited hears that accounts cannot be reached, and may try again."""
    postgres_pair.synchronous()
    register(accounts, "ann")
    postgres_pair.cut()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(register, accounts, "bob")
        time.sleep(0.5)
        assert not waiting.done()
        postgres_pair.fail_over()
        with pytest.raises(Unavailable):
            waiting.result(5)
    assert accounts.stores.accounts.by_key("ann")
    assert accounts.stores.accounts.by_key("bob") is None
    assert register(accounts, "bob")


def test_an_asynchronous_standby_loses_the_last_moments(accounts: World, postgres_pair: PostgresPair) -> None:
    """What decides for a synchronous one: registrations are gone, and what was spent or closed is not so any more."""
    register(accounts, "ann")
    spent = login(accounts, "ann")
    postgres_pair.cut()
    kept = refresh(accounts, spent)
    register(accounts, "bob")
    postgres_pair.fail_over()
    with pytest.raises(Unauthenticated):
        login(accounts, "bob")
    with pytest.raises(Unauthenticated):
        refresh(accounts, kept)
    assert refresh(accounts, spent)
    assert register(accounts, "bob")


async def test_numbers_that_were_lost_are_not_given_to_others(accounts: World, postgres_pair: PostgresPair) -> None:
    """The events of a lost account are there under its number, and its tokens are good for a while."""
    relay = AuditRelay(accounts.stores.outbox, MemoryEventStore())
    register(accounts, "ann")
    postgres_pair.cut()
    lost = {register(accounts, f"lost-{number}") for number in range(40)}
    assert await relay.deliver() == 41
    postgres_pair.fail_over()
    assert accounts.stores.accounts.by_key("lost-0") is None
    given = {register(accounts, f"new-{number}") for number in range(40)}
    assert len(given) == 40
    assert not given & lost
