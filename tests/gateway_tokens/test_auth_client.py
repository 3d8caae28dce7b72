from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.auth.bootstrap import build
from services.auth.settings import AuthSettings
from services.gateway.adapters.auth_client import NatsAuthClient
from services.gateway.tokens import TokenVerifier
from shared.contracts.accounts import Account, AuthReply
from shared.contracts.commands import Problem
from shared.errors import REJECTIONS, Invalid, NotFound, Rejected, Unauthenticated, Unavailable
from talewright.embedded.nats_server import NatsServer


async def answer(nc: Client, reply: bytes | AuthReply | None) -> None:
    """Stands in for the auth service on every verb; None keeps silent."""

    async def respond(message: Msg) -> None:
        if reply is not None:
            await message.respond(reply if isinstance(reply, bytes) else msgspec.json.encode(reply))

    await nc.subscribe("tw.auth.*", cb=respond)


async def test_nobody_there_is_told_at_once(nc: Client) -> None:
    start = time.perf_counter()
    with pytest.raises(Unavailable):
        await NatsAuthClient(nc).login("u1", "p1", "stories")
    assert time.perf_counter() - start < 1


async def test_silence_is_unavailable(nc: Client) -> None:
    await answer(nc, None)
    with pytest.raises(Unavailable):
        await NatsAuthClient(nc, timeout_s=0.1).refresh("token", "stories")


@pytest.mark.parametrize("reply", [b"", b"[1]", b"not json", AuthReply(), AuthReply(done=True)])
async def test_an_answer_that_does_not_fit_is_unavailable(nc: Client, reply: bytes | AuthReply) -> None:
    await answer(nc, reply)
    with pytest.raises(Unavailable):
        await NatsAuthClient(nc).account(1)


@pytest.mark.parametrize("kind", REJECTIONS.values())
async def test_refusals_come_back_as_they_were_raised(nc: Client, kind: type[Rejected]) -> None:
    await answer(nc, AuthReply(problem=Problem(kind.code, "because")))
    with pytest.raises(kind, match="because") as caught:
        await NatsAuthClient(nc).register("u1", "p1")
    assert type(caught.value) is kind


async def test_a_failure_of_the_service_is_unavailable(nc: Client) -> None:
    await answer(nc, AuthReply(problem=Problem("unavailable", "broken")))
    with pytest.raises(Unavailable, match="broken"):
        await NatsAuthClient(nc).logout("token")


class TestWithTheService:
    @pytest.fixture
    async def accounts(
        self, nats_server: NatsServer, nc: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> AsyncIterator[NatsAuthClient]:
        values = {
            "NATS_URL": nats_server.url,
            "ACCOUNTS_URL": f"sqlite:///{tmp_path / 'accounts.db'}",
            "AUTH_KEYS_DIR": str(tmp_path / "keys"),
            "ARGON2_MEMORY_KIB": "8",
            "ARGON2_PASSES": "1",
        }
        for name, value in values.items():
            monkeypatch.setenv(f"TALEWRIGHT_{name}", value)
        service = await build(AuthSettings())
        await service.broker.start()
        yield NatsAuthClient(nc)
        await service.broker.stop()
        await service.close()

    async def test_every_verb(self, accounts: NatsAuthClient) -> None:
        account = await accounts.register("u1", "p1")
        assert account == Account(id=account.id, username="u1", created_at=account.created_at)
        tokens = await accounts.login("u1", "p1", "stories")
        assert tokens.account == account
        with pytest.raises(Unauthenticated, match="Invalid refresh token"):  # it was given out elsewhere
            await accounts.refresh(tokens.refresh_token, "projects")
        newer = await accounts.refresh(tokens.refresh_token, "stories")
        assert tokens.expires_in_s == newer.expires_in_s == 900
        assert (await accounts.reissue(newer.access_token, "videos")).expires_in_s == 1800
        assert (await accounts.exchange("u1", "sessions")).account == account
        assert await accounts.account(account.id) == account
        await accounts.logout(newer.refresh_token)
        with pytest.raises(Unauthenticated, match="Invalid refresh token"):
            await accounts.refresh(newer.refresh_token, "stories")
        with pytest.raises(Unauthenticated, match="Invalid credentials"):
            await accounts.login("u1", "wrong", "stories")
        with pytest.raises(Invalid, match="Username already exists"):
            await accounts.register("U1", "p1")
        with pytest.raises(NotFound):
            await accounts.account(account.id ^ 1)

    async def test_its_tokens_are_verified_by_its_keys(self, accounts: NatsAuthClient) -> None:
        verifier = TokenVerifier(accounts.keys)
        await verifier.start()
        account = await accounts.register("root", "p1", admin=True)
        tokens = await accounts.login("root", "p1", "videos")
        principal = await verifier.verify(tokens.access_token)
        assert (principal.user_id, principal.username, principal.admin) == (account.id, "root", True)
        assert abs(principal.expires_at - time.time() - 1800) < 5
