"""Failure cases of polls and of files. The double's ledger says what was paid."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import msgspec
import pytest

from shared.errors import Rejected, Unavailable
from tests.replicate.checks import fresh, refused, settlements
from tests.replicate.orders import CHARGE, picture, words
from tests.replicate_double import Double, Fate, Fault
from tests.replicate_double.shop import QUICK, TestShop, open_shop

POLL_FAULTS = [
    Fault("get", status=429, headers={"retry-after": "86400"}, body={}),
    Fault("get", status=503, headers={"retry-after": "86400"}, body={}),
    Fault("get", status=504, body=b""),
    Fault("get", status=500, body=b"<html>"),
    Fault("get", status=502, body=[1]),
    Fault("get", status=200, body=b"hello"),
    Fault("get", status=301, headers={"location": "http://127.0.0.1:9/"}),
    Fault("get", status=404, body={"detail": "not yet"}, times=2),
    Fault("get", status=401, body={"detail": "no"}),
    Fault("get", "reset_before"),
    Fault("get", "reset_after"),
    Fault("get", "hang_before"),
    Fault("get", "cut"),
    Fault("get", "mangle", change=lambda document: {**document, "status": "queued"}),
    Fault("get", "mangle", change=lambda document: {"id": 5}),
]


@pytest.mark.parametrize("fault", POLL_FAULTS)
async def test_a_poll_that_fails_is_only_a_poll(shop: TestShop, double: Double, fault: Fault) -> None:
    double.faults.add(fresh(fault))
    double.fates.append(Fate(run_s=0.02))
    assert (await shop.till().buy(picture(deadline_s=0.4))).files
    assert (double.ledger.times(), double.calls["create"]) == (1, 1)


async def test_a_prediction_that_the_provider_forgets_is_lost(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("get", status=404, body={"detail": "not found"}, times=99))
    await refused(shop)
    assert [(one.outcome, one.reason, one.charge) for one in await settlements(shop)] == [("lost", "gone", CHARGE)]


async def test_an_output_that_expires_before_it_is_fetched(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("file", status=404, body=b"gone"))
    double.fates.append(Fate())
    till = shop.till()
    task = asyncio.create_task(till.buy(picture()))
    while not double.calls.get("file"):
        await asyncio.sleep(0.001)
    next(iter(double.orders.values())).life_s = 0.0
    with contextlib.suppress(Rejected):
        await task
    assert [one.reason for one in await settlements(shop)] == ["expired"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("file", "cut"),
        Fault("file", "reset_after"),
        Fault("file", status=500, body=b""),
        Fault("file", status=404, body=b"not yet"),
        Fault("file", status=200, body=b"<html>not a picture</html>"),
        Fault("file", status=302, headers={"location": "http://127.0.0.1:9/"}),
        Fault("file", status=200, body=b"GIF89a" + bytes(100)),
    ],
)
async def test_a_download_that_fails_is_done_again(shop: TestShop, double: Double, fault: Fault) -> None:
    double.faults.add(fresh(fault))
    (file,) = (await shop.till().buy(picture())).files
    assert file.read_bytes().startswith(b"\x89PNG")
    assert not list(file.parent.glob("*.part"))
    assert double.ledger.times() == 1


@pytest.mark.parametrize("fault", [Fault("file", status=200, body=b"<html>", times=9), Fault("file", "cut", times=9)])
async def test_a_file_that_is_never_right_is_lost(shop: TestShop, double: Double, fault: Fault) -> None:
    double.faults.add(fresh(fault))
    await refused(shop)
    assert [(one.outcome, one.reason) for one in await settlements(shop)] == [("lost", "unreadable_output")]
    assert double.calls["file"] == 3


async def test_a_file_that_is_too_large(double: Double, tmp_path: Path) -> None:
    pace = msgspec.structs.replace(QUICK, download_limit_bytes=100)
    async with open_shop(double, tmp_path, pace=pace) as shop:
        await refused(shop)
        assert [one.reason for one in await settlements(shop)] == ["unreadable_output"]


@pytest.mark.parametrize(
    "url", ["http://evil.example/a.png", "https://evil.example/replicate.delivery", "http://replicate.delivery/a.png"]
)
async def test_a_file_at_an_odd_host_is_not_asked_for(shop: TestShop, double: Double, url: str) -> None:
    double.fates.append(Fate(output=[url]))
    await refused(shop)
    assert [one.reason for one in await settlements(shop)] == ["unreadable_output"]


async def test_the_bucket_is_away(shop: TestShop, double: Double) -> None:
    shop.artifacts.down = True
    with pytest.raises(Unavailable):
        await shop.till().buy(words())
    shop.artifacts.down = False
    assert (await shop.till().buy(words())).text
    assert double.ledger.times() == 1


async def test_what_was_bought_and_purged_is_not_bought_again(shop: TestShop, double: Double) -> None:
    await shop.till().buy(picture())
    await shop.artifacts.delete_below("users/7")
    await refused(shop)
    assert double.ledger.times() == 1
