"""`/api/auth`: log in, exchange, who am I."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.settings import GatewaySettings
from tests.gateway.world import ALICE, World

REFUSED = {"detail": "Could not validate credentials"}
NAME, PASSWORD = "demo@example.com", "demo123"


@pytest.fixture(autouse=True)
def _known(world: World) -> None:
    world.accounts.passwords[NAME] = PASSWORD


async def test_login_takes_a_form_and_json(world: World) -> None:
    surfaces = []
    login = world.accounts.login

    async def spy(username: str, password: str, surface: str):
        surfaces.append(surface)
        return await login(username, password, surface)

    world.accounts.login = spy  # type: ignore[method-assign]
    right = {"username": NAME, "password": PASSWORD}
    async with world.client() as http:
        answers = [
            await http.post("/api/auth/login", data=right),
            await http.post("/api/auth/login", data={**right, "grant_type": "password", "scope": ""}),
            await http.post("/api/auth/login", files={name: (None, value) for name, value in right.items()}),
            await http.post("/api/auth/login", json=right),
            await http.post("/api/auth/login", json={"email": NAME, "password": PASSWORD}),
        ]
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert list(answer.json()) == ["access_token", "token_type"]
        assert answer.json()["token_type"] == "bearer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    assert set(surfaces) == {"sessions"}


async def test_wrong_pairs_are_401_and_malformed_bodies_422(world: World) -> None:
    async with world.client() as http:
        for wrong in ({"username": NAME, "password": "no"}, {"username": "nobody", "password": PASSWORD}):
            for answer in (
                await http.post("/api/auth/login", data=wrong),
                await http.post("/api/auth/login", json=wrong),
            ):
                assert (answer.status_code, answer.json()) == (401, REFUSED)
        for body in (b"", b"{", b"[]", b"null", b'{"username": 1, "password": "x"}', b'{"username": "x"}', b"[" * 9_000,
                     b'{"username": "\\ud800", "password": "x"}', b"\xff"):  # fmt: skip
            answer = await http.post("/api/auth/login", content=body)
            assert answer.status_code == 422, body[:50]
            assert PASSWORD not in answer.text
        assert (await http.post("/api/auth/login", data={"username": NAME})).status_code == 422
        world.accounts.down = True
        down = await http.post("/api/auth/login", data={"username": NAME, "password": PASSWORD})
        assert down.status_code == 503


async def test_me(world: World) -> None:
    async with world.client(ALICE) as http:
        told = (await http.get("/api/auth/me")).json()
    assert list(told) == ["id", "email", "created_at"]
    assert told["id"] == 1
    async with world.client() as http:
        answer = await http.get("/api/auth/me")
    assert (answer.status_code, answer.json()) == (401, REFUSED)


async def exchanged(world: World, email: str = NAME, **headers: str):
    async with world.client(**headers) as http:
        return await http.post("/api/auth/exchange", json={"email": email})


async def test_without_a_secret_nobody_exchanges(world: World) -> None:
    for headers in ({}, {"X-Exchange-Secret": ""}, {"X-Exchange-Secret": "guess"}):
        answer = await exchanged(world, **headers)
        assert answer.status_code == 403
    assert world.accounts.drawn == 0


async def test_the_secret_opens_known_accounts(tmp_path) -> None:
    async with World(tmp_path, exchange_secret="s3cret").running() as world:
        world.accounts.passwords[NAME] = PASSWORD
        for wrong in ("", "s3cre", "s3cret ", "S3CRET"):
            assert (await exchanged(world, **{"X-Exchange-Secret": wrong})).status_code in (200, 403)
        assert (await exchanged(world, **{"X-Exchange-Secret": "s3cre"})).status_code == 403
        answer = await exchanged(world, **{"X-Exchange-Secret": "s3cret"})
        assert (answer.status_code, answer.json()["token_type"]) == (200, "bearer")
        nobody = await exchanged(world, "nobody@example.com", **{"X-Exchange-Secret": "s3cret"})
        assert (nobody.status_code, nobody.json()) == (401, REFUSED)


async def test_off_is_not_there_and_open_asks_nothing(tmp_path) -> None:
    async with World(tmp_path, exchange_mode="off", exchange_secret="s3cret").running() as world:
        assert (await exchanged(world, **{"X-Exchange-Secret": "s3cret"})).status_code == 404
    (tmp_path / "views.db").unlink()
    async with World(tmp_path, exchange_mode="open").running() as world:
        world.accounts.passwords[NAME] = PASSWORD
        assert (await exchanged(world)).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])
def test_open_refuses_to_start_where_others_can_reach_it(host: str) -> None:
    with pytest.raises(ValidationError, match="exchange_mode=open"):
        GatewaySettings(exchange_mode="open", host=host)
    GatewaySettings(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_open_starts_at_home(host: str) -> None:
    assert GatewaySettings(exchange_mode="open", host=host).host == host
