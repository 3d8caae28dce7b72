"""Register, log in, refresh, log out."""

from __future__ import annotations

from tests.gateway.world import World

PENNY = {"username": "penny", "password": "p1"}


async def test_the_way_of_an_account(world: World) -> None:
    async with world.client() as http:
        assert (await http.post("/api/register", json=PENNY)).json() == {"id": 1, "username": "penny"}
        again = await http.post("/api/register", json=PENNY)
        assert (again.status_code, again.json()) == (400, {"detail": "Username already exists"})
        answer = await http.post("/api/login", json=PENNY)
        assert answer.json() == {"access_token": "access-1", "token_type": "Bearer"}
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"]
        assert cookie == "refresh_token=refresh-1; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800"
        fresh = await http.post("/api/refresh")
        assert fresh.json() == {"access_token": "access-2", "token_type": "Bearer"}
        assert fresh.headers["set-cookie"].startswith("refresh_token=refresh-2; ")
        assert (await http.post("/api/logout")).status_code == 200
        assert not world.accounts.live
        assert "refresh_token" not in http.cookies


async def test_refusals_are_those_of_the_contract(world: World) -> None:
    async with world.client() as http:
        wrong = await http.post("/api/login", json=PENNY)
        assert (wrong.status_code, wrong.json()) == (401, {"detail": "Invalid credentials"})
        without = await http.post("/api/refresh")
        assert (without.status_code, without.json()) == (401, {"detail": "Invalid refresh token"})
        spent = await http.post("/api/refresh", headers={"Cookie": "refresh_token=old"})
        assert (spent.status_code, spent.json()) == (401, {"detail": "Invalid refresh token"})
        assert (await http.post("/api/logout")).status_code == 200


async def test_a_password_never_comes_back(world: World) -> None:
    async with world.client() as http:
        answer = await http.post("/api/register", json={"username": 7, "password": "hunter2"})
        assert answer.status_code == 422
        assert "hunter2" not in answer.text
        assert (await http.post("/api/login", json={"username": "x"})).status_code == 422


async def test_the_cookie_is_secure_on_https(world: World) -> None:
    async with world.client() as http:
        await http.post("/api/register", json=PENNY)
        http.base_url = "https://test"
        assert (await http.post("/api/login", json=PENNY)).headers["set-cookie"].endswith("; Secure")


async def test_without_the_auth_service_accounts_are_unavailable(world: World) -> None:
    world.accounts.down = True
    async with world.client() as http:
        for path in ("register", "login"):
            answer = await http.post(f"/api/{path}", json=PENNY)
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
