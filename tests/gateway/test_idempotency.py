"""`Idempotency-Key`: done once, answered twice."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from services.gateway.adapters.memory_idempotency import MemoryIdempotency
from services.gateway.attempts import _RECORD
from services.gateway.idempotency_records import Record
from shared.errors import Unavailable
from tests.gateway.test_tasks import new_task
from tests.gateway.world import ALICE, BOB, World

KEY = {"Idempotency-Key": "key-1"}
BODY = {"topic": "Kites"}


async def test_the_same_request_is_done_once(world: World) -> None:
    async with world.client(ALICE) as http:
        first = await http.post("/api/task/new", json=BODY, headers=KEY)
        again = await http.post("/api/task/new", json=BODY, headers=KEY)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, {"task_id": 1})
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(world.asked) == 1


async def test_another_body_is_422_and_another_user_or_path_is_another_request(world: World) -> None:
    async with world.client(ALICE) as http:
        await http.post("/api/task/new", json=BODY, headers=KEY)
        other = await http.post("/api/task/new", json={"topic": "Boats"}, headers=KEY)
        assert other.status_code == 422
        assert (await http.post("/api/task/1/execute/1", headers=KEY)).status_code == 200
        assert (await http.post("/api/task/1/execute/1?redo=true", headers=KEY)).status_code == 422
    async with world.client(BOB) as http:
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).json() == {"task_id": 2}


async def test_a_cookie_that_changed_meanwhile_makes_no_other_request(world: World) -> None:
    url = f"/api/task/{await new_task(world)}/execute/1"
    async with world.client(ALICE) as http:
        first = await http.post(url, headers={**KEY, "Cookie": "refresh_token=refresh-1"})
        again = await http.post(url, headers={**KEY, "Cookie": "refresh_token=refresh-2"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"


async def test_in_flight_it_is_409(world: World) -> None:
    world.delay_s = 0.3
    task = await new_task(world)
    async with world.client(ALICE) as http:
        url = f"/api/task/{task}/execute/1"
        first = asyncio.create_task(http.post(url, headers=KEY))
        await asyncio.sleep(0.1)
        assert (await http.post(url, headers=KEY)).status_code == 409
        assert (await first).status_code == 200
        assert (await http.post(url, headers=KEY)).headers["idempotency-replayed"] == "true"


async def test_refusals_are_kept_but_outages_are_not(world: World) -> None:
    async with world.client(ALICE) as http:
        for _ in range(2):
            kept = await http.post("/api/task/99/execute/1", headers=KEY)
            assert kept.status_code == 404
        assert kept.headers["idempotency-replayed"] == "true"
        world.down = True
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).status_code == 503
        world.down = False
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).status_code == 200


async def test_a_try_that_died_is_taken_over_with_the_same_number_seed_and_command(tmp_path) -> None:
    async with World(tmp_path, idempotency_lease_s=0.05).running() as world:
        remove = world.idempotency.remove

        async def forget_nothing(key: str) -> None:
            """The gateway died: its record stays."""

        world.idempotency.remove = forget_nothing  # type: ignore[method-assign]
        world.down = True
        async with world.client(ALICE) as http:
            assert (await http.post("/api/task/new", json=BODY, headers=KEY)).status_code == 503
            world.down, world.idempotency.remove = False, remove  # type: ignore[method-assign]
            await asyncio.sleep(0.1)
            await new_task(world)
            answer = await http.post("/api/task/new", json=BODY, headers=KEY)
    assert answer.json() == {"task_id": 1}
    assert world.numbers.last == 2


async def test_a_request_that_takes_longer_than_its_lease_keeps_its_key(tmp_path) -> None:
    async with World(tmp_path, idempotency_lease_s=0.3).running() as world, world.client(ALICE) as http:
        url = f"/api/task/{await new_task(world)}/execute/1"
        world.delay_s = 1.0
        first = asyncio.create_task(http.post(url, headers=KEY))
        await asyncio.sleep(0.7)
        assert (await http.post(url, headers=KEY)).status_code == 409
        assert (await first).status_code == 200
        assert (await http.post(url, headers=KEY)).headers["idempotency-replayed"] == "true"


async def test_a_renewal_that_nobody_acknowledged_does_not_lose_the_answer(tmp_path) -> None:
    async with World(tmp_path, idempotency_lease_s=0.3).running() as world, world.client(ALICE) as http:
        real, written = world.idempotency.replace, list[Record]()

        async def not_told_of_the_first(key: str, value: bytes, revision: int) -> int | None:
            answer = await real(key, value, revision)
            written.append(_RECORD.decode(value))
            if len(written) == 1:
                raise Unavailable("The acknowledgement was lost.")
            return answer

        world.idempotency.replace = not_told_of_the_first  # type: ignore[method-assign]
        url = f"/api/task/{await new_task(world)}/execute/1"
        world.delay_s = 0.15
        first = await http.post(url, headers=KEY)
        again = await http.post(url, headers=KEY)
    assert written[0].until_ms  # the renewal
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("lost", ["create", "replace"])
async def test_a_bus_that_goes_away_in_the_middle_does_not_block_the_next_try(world: World, lost: str) -> None:
    """The record was written, its acknowledgement was lost: 503, and soon after the same request goes through."""
    store, real = world.idempotency, getattr(world.idempotency, lost)
    away = True

    async def written_but_not_told(*arguments: Any) -> int | None:
        if away and lost == "create":
            await real(*arguments)
        if away:
            raise Unavailable("The bus went away.")
        return cast("int | None", await real(*arguments))

    setattr(store, lost, written_but_not_told)
    async with world.client(ALICE) as http:
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).status_code == 503
        away = False
        await asyncio.sleep(0.5)
        answer = await http.post("/api/task/new", json=BODY, headers=KEY)
        assert (answer.status_code, answer.json()) == (200, {"task_id": 1})
        again = await http.post("/api/task/new", json=BODY, headers=KEY)
    assert again.headers["idempotency-replayed"] == "true"


async def test_an_outage_does_not_draw_a_second_number(world: World) -> None:
    """The command may have been done although its answer did not come: the next try must be about the same task."""
    async with world.client(ALICE) as http:
        world.down = True
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).status_code == 503
        world.down = False
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).json() == {"task_id": 1}
    assert world.numbers.last == 1


async def test_a_lost_login_answer_comes_again_and_the_bus_cannot_read_it(world: World) -> None:
    penny = {"username": "penny", "password": "hunter2"}
    async with world.client() as http:
        await http.post("/api/register", json=penny, headers=KEY)
        first = await http.post("/api/login", json=penny, headers=KEY)
        again = await http.post("/api/login", json=penny, headers=KEY)
        assert first.headers["set-cookie"] == again.headers["set-cookie"]
        assert first.json() == again.json()
        cookie = {"Cookie": "refresh_token=refresh-1", **KEY}
        http.cookies.clear()
        spent = await http.post("/api/refresh", headers=cookie)
        assert (await http.post("/api/refresh", headers=cookie)).json() == spent.json()
        other = {"Cookie": "refresh_token=stolen", **KEY}
        assert (await http.post("/api/refresh", headers=other)).status_code == 422
    kept = b"".join(value for value, *_ in world.idempotency._records.values())
    for secret in (b"hunter2", b"access-", b"refresh-", b"penny"):
        assert secret not in kept


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "ä".encode("latin-1")])
async def test_what_is_no_key(world: World, key: str | bytes) -> None:
    async with world.client(ALICE) as http:
        answer = await http.post("/api/task/new", json=BODY, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert not world.asked


async def test_a_bad_token_with_a_key_is_still_401(world: World) -> None:
    async with world.client("wrong") as http:
        assert (await http.post("/api/task/new", json=BODY, headers=KEY)).status_code == 401


async def test_records_expire() -> None:
    now = 0.0
    store = MemoryIdempotency(10, clock=lambda: now)
    assert await store.create("a", b"1") is not None
    assert await store.create("a", b"2") is None
    now = 11.0
    assert await store.get("a") is None
    assert await store.create("a", b"3") is not None


def test_records_have_a_fixed_form() -> None:
    import msgspec

    record = Record(b"f", 5, "7", b"s")
    assert _RECORD.decode(msgspec.msgpack.encode(record)) == record
