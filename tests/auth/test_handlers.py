from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest
from sqlalchemy import select

from services.auth.adapters.argon2 import Argon2Passwords
from services.auth.adapters.sql.tables import AccountsTable
from shared.contracts.accounts import (
    AUDIENCE,
    ISSUER,
    AccountById,
    Exchange,
    Login,
    Logout,
    PublicKeysWanted,
    Refresh,
    Register,
    Reissue,
    Tokens,
)
from shared.errors import Invalid, NotFound, Unauthenticated
from tests.auth.worlds import START_MS, World

WEEK_S = 7 * 24 * 3600


def register(world: World, username: str = "Ann", password: str = "p1") -> int:
    reply = world.auth.register(Register(username=username, password=password))
    assert reply.account is not None
    return reply.account.id


def login(world: World, username: str = "ann", password: str = "p1", surface: str = "stories") -> Tokens:
    tokens = world.auth.login(Login(username=username, password=password, surface=surface)).tokens
    assert tokens is not None
    return tokens


def refresh(world: World, token: str, surface: str = "stories") -> Tokens:
    tokens = world.auth.refresh(Refresh(refresh_token=token, surface=surface)).tokens
    assert tokens is not None
    return tokens


def refused(world: World, username: str = "ann", password: str = "wrong") -> str:
    with pytest.raises(Unauthenticated) as caught:
        login(world, username, password)
    return caught.value.message


def test_registering_tells_the_account(any_world: World) -> None:
    account = any_world.auth.register(Register(username="Ann", password="p1")).account
    assert account is not None
    assert (account.username, account.admin, account.disabled) == ("Ann", False, False)
    assert account.created_at == "2023-11-14T22:13:20.000Z"
    assert any_world.auth.account(AccountById(id=account.id)).account == account


@pytest.mark.parametrize("again", ["Ann", "ANN", "ａｎｎ"])
def test_a_name_is_registered_once(any_world: World, again: str) -> None:
    register(any_world)
    with pytest.raises(Invalid, match=r"^Username already exists$"):
        register(any_world, again, "other")


def test_an_unknown_account_is_not_found(any_world: World) -> None:
    with pytest.raises(NotFound):
        any_world.auth.account(AccountById(id=7))


def test_the_access_token_says_who_and_how_long(any_world: World) -> None:
    register(any_world)
    tokens = login(any_world)
    (key,) = any_world.auth.keys(PublicKeysWanted()).keys or ()
    assert jwt.get_unverified_header(tokens.access_token) == {"alg": "EdDSA", "typ": "JWT", "kid": key.kid}
    claims = jwt.decode(
        tokens.access_token,
        key.pem,
        algorithms=["EdDSA"],
        audience=AUDIENCE,
        issuer=ISSUER,
        options={"verify_exp": False},
    )
    account = any_world.stores.accounts.by_key("ann")
    assert account is not None
    now_s = START_MS // 1000
    assert claims.pop("jti") != jwt.decode(login(any_world).access_token, options={"verify_signature": False})["jti"]
    assert claims == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(account.id),
        "username": "Ann",
        "admin": False,
        "iat": now_s,
        "exp": now_s + 900,
        "auth_time": now_s,
    }


@pytest.mark.parametrize(
    ("surface", "life_s"), [("stories", 900), ("projects", 3600), ("sessions", 1800), ("videos", 1800)]
)
def test_the_surface_picks_the_life(any_world: World, surface: str, life_s: int) -> None:
    register(any_world)
    tokens = login(any_world, surface=surface)
    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
    assert (tokens.expires_in_s, claims["exp"] - claims["iat"], tokens.refresh_expires_in_s) == (life_s, life_s, WEEK_S)


def test_an_unknown_surface_is_invalid(any_world: World) -> None:
    register(any_world)
    with pytest.raises(Invalid, match="surface"):
        login(any_world, surface="moon")


@pytest.mark.parametrize(
    ("username", "password"),
    [("ann", "P1"), ("ann", ""), ("bob", "p1"), ("", "p1"), ("a\nb", "p1"), ("ann", "x" * 2000)],
)
def test_wrong_credentials_are_refused_alike(any_world: World, username: str, password: str) -> None:
    register(any_world)
    assert refused(any_world, username, password) == "Invalid credentials"


def test_who_guesses_too_often_is_refused_even_with_the_right_password(any_world: World) -> None:
    register(any_world)
    assert [refused(any_world) for _ in range(3)] == ["Invalid credentials"] * 3
    assert refused(any_world, password="p1").startswith("Too many failed logins")
    any_world.clock.forward(59)
    assert refused(any_world, password="p1").startswith("Too many failed logins")
    any_world.clock.forward(2)
    assert login(any_world)


def test_the_brake_tells_nothing_about_which_names_exist(any_world: World) -> None:
    register(any_world)
    assert [refused(any_world, "ann") for _ in range(5)] == [refused(any_world, "nobody") for _ in range(5)]


def test_a_right_password_wipes_the_slate(any_world: World) -> None:
    register(any_world)
    for _ in range(3):
        refused(any_world), refused(any_world), login(any_world)


def test_a_burst_of_guesses_gets_no_more_than_the_brake_allows(any_world: World) -> None:
    register(any_world)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: refused(any_world, password=f"guess{n}"), range(40)))
    assert answers.count("Invalid credentials") <= 3


def test_a_signed_in_user_is_not_bothered_by_somebody_who_guesses(any_world: World) -> None:
    register(any_world)
    tokens = login(any_world)
    for _ in range(6):
        refused(any_world)
    assert refresh(any_world, tokens.refresh_token)


def test_a_refresh_gives_a_new_pair(any_world: World) -> None:
    register(any_world)
    first = login(any_world)
    any_world.clock.forward(1000)
    second = refresh(any_world, first.refresh_token)
    assert second.refresh_token != first.refresh_token
    claims = jwt.decode(second.access_token, options={"verify_signature": False})
    assert (claims["iat"], claims["auth_time"]) == (START_MS // 1000 + 1000, START_MS // 1000)


@pytest.mark.parametrize("token", ["", "made up", "x" * 10_000, "\ud800"])
def test_made_up_refresh_tokens_are_refused(any_world: World, token: str) -> None:
    with pytest.raises(Unauthenticated, match=r"^Invalid refresh token$"):
        any_world.auth.refresh(Refresh(refresh_token=token))


def test_a_refresh_token_expires_and_each_refresh_starts_its_life_anew(any_world: World) -> None:
    register(any_world)
    token = login(any_world).refresh_token
    for _ in range(3):
        any_world.clock.forward(WEEK_S - 1)
        token = refresh(any_world, token).refresh_token
    any_world.clock.forward(WEEK_S)
    with pytest.raises(Unauthenticated):
        refresh(any_world, token)


def test_a_projects_client_keeps_its_refresh_token_for_seven_days(any_world: World) -> None:
    register(any_world)
    token = login(any_world, surface="projects").refresh_token
    for _ in range(6):
        any_world.clock.forward(24 * 3600)
        tokens = refresh(any_world, token, "projects")
        assert (tokens.refresh_token, tokens.refresh_expires_in_s, tokens.expires_in_s) == ("", 0, 3600)
        claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
        assert (claims["iat"], claims["auth_time"]) == (any_world.clock() // 1000, START_MS // 1000)
    any_world.clock.forward(24 * 3600 - 1)
    assert refresh(any_world, token, "projects")
    any_world.clock.forward(1)
    with pytest.raises(Unauthenticated, match=r"^Invalid refresh token$"):
        refresh(any_world, token, "projects")


def test_a_refresh_token_is_of_no_use_on_another_surface(any_world: World) -> None:
    register(any_world)
    tokens = {surface: login(any_world, surface=surface).refresh_token for surface in ("stories", "projects")}
    for shown, surface in (("stories", "projects"), ("projects", "stories"), ("stories", "sessions")):
        with pytest.raises(Unauthenticated, match=r"^Invalid refresh token$"):
            refresh(any_world, tokens[shown], surface)
    for surface, token in tokens.items():  # no harm was done to either
        assert refresh(any_world, token, surface)


def test_a_spent_token_shown_on_another_surface_is_reuse(any_world: World) -> None:
    register(any_world)
    spent = login(any_world).refresh_token
    newer = refresh(any_world, spent).refresh_token
    for shown, surface in ((spent, "projects"), (newer, "stories")):  # the spent one takes the family with it
        with pytest.raises(Unauthenticated):
            refresh(any_world, shown, surface)


def test_a_kept_refresh_token_can_be_revoked(any_world: World) -> None:
    register(any_world)
    token = login(any_world, surface="projects").refresh_token
    any_world.auth.logout(Logout(refresh_token=token))
    for bad in (token, "made up", "x" * 10_000):
        with pytest.raises(Unauthenticated, match=r"^Invalid refresh token$"):
            refresh(any_world, bad, "projects")


def test_of_two_racing_refreshes_one_wins_and_the_family_dies(any_world: World) -> None:
    register(any_world)
    token = login(any_world).refresh_token

    def race(_: int) -> str | None:
        try:
            return refresh(any_world, token).refresh_token
        except Unauthenticated:
            return None

    with ThreadPoolExecutor(4) as pool:
        won = [new for new in pool.map(race, range(4)) if new]
    assert len(won) == 1
    with pytest.raises(Unauthenticated):
        refresh(any_world, won[0])


def test_logout_ends_the_family_and_forgives_unknown_tokens(any_world: World) -> None:
    register(any_world)
    token = login(any_world).refresh_token
    assert any_world.auth.logout(Logout(refresh_token=token)).done
    assert any_world.auth.logout(Logout(refresh_token="unknown")).done
    with pytest.raises(Unauthenticated):
        refresh(any_world, token)


def test_a_disabled_account_is_out_and_enabling_asks_for_the_password_again(any_world: World) -> None:
    register(any_world)
    tokens = login(any_world)
    any_world.administration.disable("ANN")
    assert refused(any_world, password="p1") == "Invalid credentials"
    for attempt in (lambda: refresh(any_world, tokens.refresh_token), lambda: reissue(any_world, tokens.access_token)):
        with pytest.raises(Unauthenticated):
            attempt()
    any_world.administration.enable("ann")
    with pytest.raises(Unauthenticated):
        refresh(any_world, tokens.refresh_token)
    assert login(any_world)


def test_a_new_password_signs_out_everywhere(any_world: World) -> None:
    register(any_world)
    tokens = login(any_world)
    any_world.administration.set_password("ann", "p2")
    assert refused(any_world, password="p1") == "Invalid credentials"
    assert login(any_world, password="p2")
    with pytest.raises(Unauthenticated):
        refresh(any_world, tokens.refresh_token)


def test_a_hash_of_old_parameters_is_replaced_at_login(any_world: World) -> None:
    account_id = register(any_world)
    stronger = Argon2Passwords(memory_kib=64, passes=2, lanes=1)
    any_world.stores.accounts.set_password_hash(account_id, stronger.hash("p1"))
    login(any_world)
    kept = any_world.stores.accounts.by_id(account_id)
    assert kept is not None
    assert "m=8,t=1,p=1" in kept.password_hash
    assert login(any_world)


def reissue(world: World, token: str, surface: str = "videos") -> Tokens:
    tokens = world.auth.reissue(Reissue(access_token=token, surface=surface)).tokens
    assert tokens is not None
    return tokens


def test_a_valid_access_token_is_reissued_until_a_refresh_token_would_have_ended(any_world: World) -> None:
    register(any_world)
    token = login(any_world, surface="videos").access_token
    for _ in range(WEEK_S // 1500):
        any_world.clock.forward(1500)
        tokens = reissue(any_world, token)
        token = tokens.access_token
    assert (tokens.refresh_token, tokens.refresh_expires_in_s, tokens.expires_in_s) == ("", 0, 1800)
    any_world.clock.forward(1500)
    with pytest.raises(Unauthenticated, match=r"^Could not validate credentials$"):
        reissue(any_world, token)


def test_an_expired_foreign_or_broken_access_token_is_not_reissued(any_world: World) -> None:
    register(any_world)
    token = login(any_world, surface="videos").access_token
    head, body, signature = token.split(".")
    unsigned = jwt.encode({"sub": "1"}, None, algorithm="none")
    for bad in ("", "a.b.c", f"{head}.{body}.{signature[::-1]}", unsigned):
        with pytest.raises(Unauthenticated):
            reissue(any_world, bad)
    any_world.clock.forward(1800)
    with pytest.raises(Unauthenticated):
        reissue(any_world, token)


def test_a_vouched_for_user_gets_a_token_but_nobody_becomes_an_administrator_that_way(any_world: World) -> None:
    register(any_world)
    any_world.administration.add("root", "p", admin=True)
    tokens = any_world.auth.exchange(Exchange(username="ANN")).tokens
    assert tokens is not None
    assert (tokens.account.username, tokens.expires_in_s, tokens.refresh_token) == ("Ann", 1800, "")
    for name in ("root", "nobody", "", "a\nb"):
        with pytest.raises(Unauthenticated, match=r"^Invalid credentials$"):
            any_world.auth.exchange(Exchange(username=name))


def test_rotated_keys_sign_later_and_verify_long(any_world: World) -> None:
    register(any_world)
    before = login(any_world, surface="videos").access_token
    any_world.clock.forward(1)
    kid = any_world.keys.add(any_world.clock())
    assert [key.kid for key in any_world.auth.keys(PublicKeysWanted()).keys or ()][-1] == kid
    assert jwt.get_unverified_header(login(any_world).access_token)["kid"] != kid
    any_world.clock.forward(15)
    assert jwt.get_unverified_header(login(any_world).access_token)["kid"] == kid
    assert reissue(any_world, before)
    any_world.clock.forward(WEEK_S + 3601)
    assert [key.kid for key in any_world.auth.keys(PublicKeysWanted()).keys or ()] == [kid]


def test_neither_passwords_nor_tokens_lie_in_the_database(sql_world: World, tmp_path: Path) -> None:
    register(sql_world, password="hunter2-hunter2")
    tokens = login(sql_world, password="hunter2-hunter2")
    newer = refresh(sql_world, tokens.refresh_token)
    content = everything_kept(sql_world)
    assert "$argon2id$" in content
    for secret in ("hunter2", tokens.refresh_token, newer.refresh_token, tokens.access_token):
        assert secret not in content
    files = list((tmp_path / "state").glob("accounts.db*"))
    assert all(
        secret.encode() not in file.read_bytes() for file in files for secret in ("hunter2", newer.refresh_token)
    )
    assert {file.stat().st_mode & 0o777 for file in files} <= {0o600}


def everything_kept(world: World) -> str:
    assert world.stores.engine is not None
    with world.stores.engine.connect() as connection:
        tables = AccountsTable.metadata.sorted_tables
        return repr([connection.execute(select(table)).all() for table in tables])
