"""The rate limit: its laws, its windows in memory and on a real nats-server, and what clients see of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client

from services.gateway.adapters.memory_windows import MemoryWindows
from services.gateway.adapters.nats_windows import NatsWindows
from services.gateway.limits import counted_as, judged, judged_all
from talewright.embedded.nats_server import NatsServer
from tests.fixtures.nats import connect
from tests.gateway.world import ALICE, BOB, World

HEALTH = "/api/v1/health"
LIST = "/api/v1/projects/list"
NOW_MS = 1_700_000_000_000


def replay(steps_ms: list[int], limit: int, window_s: int) -> list[tuple[int, bool, int]]:
    """Requests one after the other: (time, allowed, retry after in seconds)."""
    told, times, now_ms = [], [], NOW_MS
    for step_ms in steps_ms:
        now_ms += step_ms
        verdict, times = judged(times, now_ms, limit, window_s)
        told.append((now_ms, verdict.allowed, verdict.retry_after_s))
    return told


STEPS = st.lists(st.integers(0, 3_000), max_size=80)
LIMIT, WINDOW_S = st.integers(1, 10), st.integers(1, 10)


@given(STEPS, LIMIT, WINDOW_S)
def test_no_window_ever_holds_more_than_the_limit(steps_ms: list[int], limit: int, window_s: int) -> None:
    passed = [now_ms for now_ms, allowed, _ in replay(steps_ms, limit, window_s) if allowed]
    for end_ms in passed:
        assert sum(end_ms - window_s * 1000 < one <= end_ms for one in passed) <= limit


@given(STEPS, LIMIT, WINDOW_S)
def test_who_is_refused_has_used_all_and_who_is_not_had_some_left(
    steps_ms: list[int], limit: int, window_s: int
) -> None:
    told = replay(steps_ms, limit, window_s)
    for index, (now_ms, allowed, _) in enumerate(told):
        before = sum(ok and now_ms - window_s * 1000 < one for one, ok, _ in told[:index])
        assert allowed == (before < limit)


@given(STEPS, LIMIT, WINDOW_S)
def test_to_wait_for_retry_after_is_enough_and_a_second_less_is_not(
    steps_ms: list[int], limit: int, window_s: int
) -> None:
    now_ms, times = NOW_MS, []
    for step_ms in steps_ms:
        now_ms += step_ms
        verdict, times = judged(times, now_ms, limit, window_s)
        if not verdict.allowed:
            wait_ms = verdict.retry_after_s * 1000
            assert 1 <= verdict.retry_after_s <= window_s
            assert judged(times, now_ms + wait_ms, limit, window_s)[0].allowed
            assert not judged(times, now_ms + wait_ms - 1000, limit, window_s)[0].allowed


@given(STEPS, st.integers(1, 30), LIMIT, WINDOW_S)
def test_many_at_once_are_as_one_after_the_other(steps_ms: list[int], count: int, limit: int, window_s: int) -> None:
    times = [NOW_MS + step_ms for step_ms in sorted(steps_ms)][:limit]
    now_ms = NOW_MS + 4_000
    together, kept = judged_all(times, count, now_ms, limit, window_s)
    singly = []
    for _ in range(count):
        verdict, times = judged(times, now_ms, limit, window_s)
        singly.append(verdict)
    assert (together, kept) == (singly, times)


@given(st.lists(st.integers(-100_000, 100_000), max_size=60), LIMIT, WINDOW_S)
def test_a_clock_that_jumps_locks_nobody_out_for_long(jumps_ms: list[int], limit: int, window_s: int) -> None:
    now_ms, times = NOW_MS, []
    for jump_ms in jumps_ms:
        now_ms += jump_ms
        verdict, times = judged(times, now_ms, limit, window_s)
        assert verdict.retry_after_s <= 2 * window_s
        assert times == sorted(times)
        assert len(times) <= limit
        assert judged(times, now_ms + 2 * window_s * 1000, limit, window_s)[0].allowed


def test_headers_warn_from_nine_tenths_on() -> None:
    times: list[int] = []
    for used in range(1, 101):
        verdict, times = judged(times, NOW_MS + used, 100, 60)
        told = verdict.headers
        assert (told["X-RateLimit-Limit"], told["X-RateLimit-Remaining"]) == ("100", str(100 - used))
        assert told["X-RateLimit-Reset"] == str(NOW_MS // 1000 + 61)
        warning = f"Approaching rate limit ({used}/100 requests used)" if used >= 90 else None
        assert told.get("X-RateLimit-Warning") == warning
        assert "Retry-After" not in told
    refused, again = judged(times, NOW_MS + 15_001, 100, 60)
    assert (refused.allowed, refused.headers["Retry-After"], again) == (False, "45", times)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10.0.0.1", "10.0.0.2"),
        ("2001:db8::1", "2001:db8:0:1::1"),
        ("unix:a", "unix:b"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2"),
        ("", "10.0.0.1"),
    ],
)
def test_strangers_have_windows_of_their_own(one: str, other: str) -> None:
    assert counted_as("", one) != counted_as("", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::ffff:1"),
        ("2001:DB8::1", "2001:db8:0:0:5::"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1:5678", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_a_network_has_one_window(one: str, other: str) -> None:
    assert counted_as("", one) == counted_as("", other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_users_window_is_no_addresses_and_every_name_fits_into_a_bucket(user: str, address: str) -> None:
    name = counted_as("", address)
    assert name.startswith("address-")
    assert set(name) <= set("0123456789abcdefghijklmnopqrstuvwxyz.-")
    assert counted_as("7", address) == "user-7"


async def test_memory_forgets_who_was_not_seen_for_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.adapters.memory_windows._KEPT", 2)
    windows = MemoryWindows(1, 60)
    for who, allowed in [("a", True), ("b", True), ("a", False), ("c", True), ("a", False), ("b", True)]:
        assert (await windows.take(who)).allowed is allowed, who


# ---- shared over NATS


class Clock:
    def __init__(self) -> None:
        self.now_ms = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


async def taken(windows: NatsWindows, count: int, who: str = "user-1") -> int:
    """How many of so many at once are let through."""
    return sum(verdict.allowed for verdict in await asyncio.gather(*(windows.take(who) for _ in range(count))))


async def test_two_gateways_share_one_count(nc: Client, nats_server: NatsServer) -> None:
    other = await connect(nats_server)
    clock = Clock()
    gateways = [NatsWindows(one, 100, 60, clock=clock) for one in (nc, other)]
    for turn in range(100):
        verdict = await gateways[turn % 2].take("user-1")
        assert (verdict.allowed, verdict.used) == (True, turn + 1)
    assert [(await one.take("user-1")).allowed for one in gateways] == [False, False]
    assert (await gateways[0].take("user-2")).used == 1
    clock.now_ms += 60_000
    assert [(await one.take("user-1")).used for one in gateways] == [1, 2]
    await other.close()


async def test_at_once_no_more_get_through_than_the_limit(nc: Client, nats_server: NatsServer) -> None:
    other = await connect(nats_server)
    gateways = [NatsWindows(one, 100, 60) for one in (nc, other)]
    begun_s = monotonic()
    assert sum(await asyncio.gather(*(taken(one, 150) for one in gateways))) == 100
    assert monotonic() - begun_s < 5
    await other.close()


async def test_two_gateways_never_both_give_away_the_last_place(nc: Client, nats_server: NatsServer) -> None:
    other = await connect(nats_server)
    gateways = [NatsWindows(one, 1, 60) for one in (nc, other)]
    for number in range(30):
        assert sum(await asyncio.gather(*(taken(one, 2, f"user-{number}") for one in gateways))) == 1
    await other.close()


async def test_a_new_gateway_goes_on_where_the_others_are(nc: Client) -> None:
    assert await taken(NatsWindows(nc, 10, 60), 7) == 7
    assert await taken(NatsWindows(nc, 10, 60), 7) == 3


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.adapters.nats_windows._PATIENCE_S", 0.3)
    monkeypatch.setattr("services.gateway.adapters.nats_windows._PAUSE_S", 0.1)


@pytest.mark.usefixtures("impatient")
async def test_without_the_bus_each_counts_for_itself_and_afterwards_together_again(
    nc: Client, nats_server: NatsServer
) -> None:
    windows = NatsWindows(nc, 10, 60)
    assert await taken(windows, 4) == 4
    nats_server.kill()
    begun_s = monotonic()
    assert await taken(windows, 3) == 3
    assert monotonic() - begun_s < 2
    nats_server.start()
    await until(lambda: nc.is_connected)
    await asyncio.sleep(0.15)
    # What was counted meanwhile is told to the others, though the bucket began anew with the server.
    assert (await windows.take("user-1")).used == 8
    assert await taken(NatsWindows(nc, 10, 60), 10) == 2
    assert not (await windows.take("user-1")).allowed


@pytest.mark.usefixtures("impatient")
async def test_a_bus_that_never_came_does_not_keep_anybody_waiting(nc: Client, nats_server: NatsServer) -> None:
    windows = NatsWindows(nc, 2, 60)
    nats_server.kill()
    assert await taken(windows, 5) == 2


async def test_who_is_refused_costs_the_bus_nothing(nc: Client) -> None:
    windows = NatsWindows(nc, 3, 60)
    await taken(windows, 3)
    sent = nc.stats["out_msgs"]
    assert await taken(windows, 50) == 0
    assert nc.stats["out_msgs"] == sent


async def test_who_leaves_meanwhile_takes_nobody_along(nc: Client) -> None:
    windows = NatsWindows(nc, 10, 60)
    await windows.take("user-1")
    asking = [asyncio.create_task(windows.take("user-1")) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()  # the one who counts for the others
    verdicts = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one).__name__ for one in verdicts] == ["CancelledError"] + ["Verdict"] * 4
    assert (await windows.take("user-1")).used <= 7


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


# ---- what clients see


async def test_every_answer_tells_the_limit(world: World) -> None:
    async with world.client(ALICE, **{"Content-Type": "application/json"}) as http:
        answers = [
            await http.get(LIST),
            await http.get("/api/v1/nowhere"),
            await http.get("/api/v1"),
            await http.put(LIST),
            await http.post("/api/v1/generate/project", content=b"{"),
            await http.post("/api/v1/generate/project", content=b" " * 1_000_001),
            await http.post("/api/v1/generate/project", content=b"{}", headers={"Idempotency-Key": "a b"}),
            await http.get("/api/v1/projects/none"),
        ]
    assert [one.status_code for one in answers] == [200, 404, 404, 405, 400, 413, 400, 404]
    assert [one.headers["x-ratelimit-remaining"] for one in answers] == [str(99 - n) for n in range(8)]
    for one in answers:
        assert one.headers["x-ratelimit-limit"] == "100"
        assert 0 < int(one.headers["x-ratelimit-reset"]) - time() <= 61
        assert "x-ratelimit-warning" not in one.headers
        assert one.headers["x-request-id"]


async def test_a_bug_tells_the_limit_too(world: World) -> None:
    async def burst() -> None:
        raise ZeroDivisionError("secret")

    world.app.get("/api/v1/burst", include_in_schema=False)(burst)
    async with world.client() as http:
        answer = await http.get("/api/v1/burst")
    assert answer.status_code == 500
    assert answer.headers["x-ratelimit-remaining"] == "99"
    assert answer.json()["error"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in answer.text


async def test_the_hundred_and_first_request_is_refused_in_the_contracts_words(world: World) -> None:
    async with world.client(ALICE) as http:
        for used in range(1, 101):
            answer = await http.get(LIST)
            assert answer.status_code == 200
            warning = f"Approaching rate limit ({used}/100 requests used)" if used >= 90 else None
            assert answer.headers.get("x-ratelimit-warning") == warning
        refused = await http.get(LIST)
        assert refused.status_code == 429
        retry_after = refused.json()["error"]["details"]["retry_after"]
        assert refused.json() == {
            "error": {
                "code": "RATE_LIMIT_EXCEEDED",
                "message": "Rate limit exceeded: 100 requests per 60 seconds",
                "details": {"limit": 100, "window_seconds": 60, "retry_after": retry_after},
            }
        }
        assert 50 <= retry_after <= 60
        assert refused.headers["retry-after"] == str(retry_after)
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert len(refused.headers["x-request-id"]) == 16
        assert (await http.get("/api/task/mytasks")).status_code == 200  # other surfaces have no limit
    async with world.client(BOB) as http:
        assert (await http.get(LIST)).status_code == 200


async def test_who_waits_gets_through(tmp_path: Path) -> None:
    async with World(tmp_path, rate_limit=3, rate_window_s=1).running() as world, world.client(ALICE) as http:
        assert [(await http.get(LIST)).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = await http.get(LIST)
        await asyncio.sleep(int(refused.headers["retry-after"]))
        assert (await http.get(LIST)).status_code == 200


async def test_strangers_count_by_address_and_a_bad_token_is_no_user(tmp_path: Path) -> None:
    async with World(tmp_path, rate_limit=4).running() as world:
        async with world.client() as http, world.client("forged") as forger:
            assert (await http.get(HEALTH)).status_code == 200
            assert (await http.post("/api/v1/auth/login", json={"username": "a", "password": "b"})).status_code == 401
            unknown = await forger.get(LIST)
            assert (unknown.status_code, unknown.headers["x-ratelimit-remaining"]) == (401, "1")
            assert (await http.get(LIST)).status_code == 401
            assert (await http.get(HEALTH)).status_code == 429
            assert (await forger.get(HEALTH)).status_code == 429
        async with world.client(ALICE) as http:
            assert (await http.get(HEALTH)).headers["x-ratelimit-remaining"] == "3"


async def test_browsers_may_read_the_limit(tmp_path: Path) -> None:
    origin = "https://app.example"
    world = World(tmp_path, rate_limit=1, cors_origins=(origin,))
    async with world.running(), world.client(ALICE, Origin=origin) as http:
        answers = [await http.get(LIST), await http.get(LIST)]
        preflight = await http.options(LIST, headers={"Access-Control-Request-Method": "GET"})
    assert [one.status_code for one in answers] == [200, 429]
    for one in answers:
        assert one.headers["access-control-allow-origin"] == origin
        exposed = one.headers["access-control-expose-headers"]
        assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After"} <= set(exposed.split(", "))
    assert preflight.status_code == 200


async def test_without_a_verdict_on_tokens_requests_count_by_address(world: World) -> None:
    world.tokens.down = True
    async with world.client(ALICE) as http:
        answer = await http.get(LIST)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (503, "99")
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
