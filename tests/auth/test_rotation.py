"""Whatever users, thieves and racing clients do with refresh tokens, these stay true."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from services.auth.adapters.sql.tables import AccountsTable
from shared.contracts.accounts import Login, Logout, Refresh, Register
from shared.contracts.events import RefreshTokenReused
from shared.errors import Unauthenticated
from tests.auth.worlds import START_MS, Stores, World, memory_stores, sql_stores, world

WEEK_MS = 7 * 24 * 3600 * 1000


class Rotation(RuleBasedStateMachine):
    """A model beside the service: per family its tokens in order of issue, with expiry; only the last may be valid."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self.stores = self.opened(folder)
        self.world: World = world(self.stores, folder / "keys")
        self.families: list[list[tuple[str, int]]] = []
        self.dead: set[int] = set()
        self.reuses = 0

    def opened(self, folder: Path) -> Stores:
        return memory_stores()

    @initialize()
    def register(self) -> None:
        self.world.auth.register(Register(username="ann", password="p1"))

    @rule(target=tokens)
    def login(self) -> tuple[int, str]:
        reply = self.world.auth.login(Login(username="ann", password="p1")).tokens
        assert reply is not None
        self.families.append([(reply.refresh_token, self.world.clock() + WEEK_MS)])
        return len(self.families) - 1, reply.refresh_token

    @rule(target=tokens, shown=tokens)
    def refresh(self, shown: tuple[int, str]) -> tuple[int, str]:
        number, token = shown
        family = self.families[number]
        newest, expires_ms = family[-1]
        try:
            reply = self.world.auth.refresh(Refresh(refresh_token=token)).tokens
        except Unauthenticated:
            assert number in self.dead or token != newest or expires_ms <= self.world.clock()
            if number not in self.dead and token != newest:
                self.dead.add(number)
                self.reuses += 1
            return shown
        assert number not in self.dead
        assert token == newest
        assert self.world.clock() < expires_ms
        assert reply is not None
        family.append((reply.refresh_token, self.world.clock() + WEEK_MS))
        return number, reply.refresh_token

    @rule(shown=tokens)
    def logout(self, shown: tuple[int, str]) -> None:
        self.world.auth.logout(Logout(refresh_token=shown[1]))
        self.dead.add(shown[0])

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        self.world.clock.forward(days * 24 * 3600)

    @invariant()
    def each_reuse_is_told_once(self) -> None:
        told = [fact for fact in self.world.stores.outbox.owed(1000) if isinstance(fact.event, RefreshTokenReused)]
        assert len(told) == self.reuses
        assert len({fact.event.family for fact in told}) == self.reuses  # type: ignore[attr-defined]

    def teardown(self) -> None:
        """At most one token of each family is valid, and none of a dead one: tried with the older ones last."""
        for number, family in enumerate(self.families):
            valid = 0
            for token, _ in reversed(family):
                try:
                    self.world.auth.refresh(Refresh(refresh_token=token))
                    valid += 1
                except Unauthenticated:
                    continue
            assert valid <= (0 if number in self.dead else 1)
        assert self.world.clock() >= START_MS
        if self.stores.engine is not None:
            self.stores.engine.dispose()
        self._folder.cleanup()


class RotationOnDisk(Rotation):
    def opened(self, folder: Path) -> Stores:
        return sql_stores(f"sqlite:///{folder / 'accounts.db'}")


class RotationOnPostgres(Rotation):
    url: ClassVar[str] = ""

    def opened(self, folder: Path) -> Stores:
        stores = sql_stores(self.url)
        assert stores.engine is not None
        with stores.engine.begin() as connection:
            for table in reversed(AccountsTable.metadata.sorted_tables):
                connection.execute(table.delete())
        return stores


@pytest.fixture(scope="class")
def _rotation_url(migrated_postgres: str) -> None:
    RotationOnPostgres.url = migrated_postgres


_FAST = [HealthCheck.too_slow]
TestRotation = Rotation.TestCase
TestRotation.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=_FAST)
_SLOW = settings(max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=_FAST)
TestRotationOnDisk = pytest.mark.timeout(60)(RotationOnDisk.TestCase)
TestRotationOnDisk.settings = _SLOW
TestRotationOnPostgres = pytest.mark.usefixtures("_rotation_url")(pytest.mark.timeout(60)(RotationOnPostgres.TestCase))
TestRotationOnPostgres.settings = _SLOW
