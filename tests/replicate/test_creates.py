"""Failure cases of an order: refused, throttled, or without an answer. The double's ledger says what was paid."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from services.media.replicate.wording import TryLater
from shared.errors import Rejected, Unavailable
from tests.replicate.checks import VENDOR, fresh, settlements
from tests.replicate.orders import picture
from tests.replicate_double import Double, Fault
from tests.replicate_double.shop import QUICK, TestShop, open_shop


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"title": "Unauthenticated", "detail": "You did not pass a valid authentication token"}, "credentials"),
        (403, {"detail": "no"}, "credentials"),
        (402, {"title": "Insufficient credit", "detail": "Go to https://replicate.com/account/billing"}, "credit"),
        (400, {"detail": "Monthly spend limit reached"}, "credit"),
    ],
)
async def test_no_credit_or_credentials(
    shop: TestShop, double: Double, status: int, body: dict[str, str], reason: str
) -> None:
    double.faults.add(Fault("create", status=status, body=body))
    with pytest.raises(Unavailable) as failed:
        await shop.till().buy(picture())
    assert not [word for word in VENDOR if word in failed.value.message.lower()]
    assert [(one.outcome, one.reason) for one in await settlements(shop)] == [("unsent", reason)]
    assert (await shop.till().buy(picture())).files  # when that is put right
    double.ledger.assert_once_each()


async def test_a_wrong_token(double: Double, tmp_path: Path) -> None:
    async with open_shop(double, tmp_path, token="r8_wrong") as shop:
        with pytest.raises(Unavailable):
            await shop.till().buy(picture())
        assert (await settlements(shop))[0].reason == "credentials"


async def test_an_input_that_the_model_does_not_take(shop: TestShop, double: Double) -> None:
    for _ in range(2):
        with pytest.raises(Rejected, match="does not accept"):
            await shop.till().buy(picture(num_outputs=9))
    assert double.calls["create"] == 1
    assert [(one.outcome, one.charge) for one in await settlements(shop)] == [("failed", None)]


async def test_a_model_that_is_not_there(shop: TestShop, double: Double) -> None:
    with pytest.raises(Rejected):
        await shop.till().buy(msgspec.structs.replace(picture(), model="jaaari/kokoro-82m"))
    assert (await settlements(shop))[0].reason == "model_missing"
    assert double.ledger.times() == 0


LOW_CREDIT = "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("create", status=429, headers={"retry-after": "0.05"}, body={"detail": "Request was throttled."}),
        Fault("create", status=429, body={"detail": LOW_CREDIT, "status": 429, "retry_after": 0.05}),
        Fault("create", status=429, body={"detail": f"{LOW_CREDIT}. Your rate limit resets in ~0.05s."}),
    ],
)
async def test_throttled_for_a_moment(shop: TestShop, double: Double, fault: Fault) -> None:
    double.faults.add(fresh(fault))
    begun = time.monotonic()
    assert (await shop.till().buy(picture())).files
    assert time.monotonic() - begun > 0.05
    assert [one.outcome for one in await settlements(shop)] == ["unsent", "succeeded"]


async def test_throttled_for_long_is_for_another_delivery(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("create", status=429, headers={"retry-after": "86400"}, body={"detail": "no"}))
    with pytest.raises(TryLater) as later:
        await shop.till().buy(picture())
    assert later.value.delay_s == 86400


async def test_throttled_again_and_again(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("create", status=429, body={"retry_after": 0.01}, times=99))
    with pytest.raises(TryLater):
        await shop.till().buy(picture())
    assert double.calls["create"] == QUICK.sendings_most


AMBIGUOUS_TAKEN = [
    Fault("create", "reset_after"),
    Fault("create", "hang_after"),
    Fault("create", "cut"),
    Fault("create", "mangle", change=lambda document: {**document, "id": None}),
    Fault("create", "mangle", change=lambda document: [document]),
]
AMBIGUOUS_NOT_TAKEN = [
    Fault("create", "reset_before"),
    Fault("create", "hang_before"),
    Fault("create", status=500, body={"detail": "Internal server error"}),
    Fault("create", status=502, body=b"<html>bad gateway</html>"),
    Fault("create", status=503, body=[1, 2]),
    Fault("create", status=200, body=b"hello"),
]


@pytest.mark.parametrize("fault", AMBIGUOUS_TAKEN)
async def test_an_answer_that_is_lost_is_found_again_and_paid_once(
    shop: TestShop, double: Double, fault: Fault
) -> None:
    double.faults.add(fresh(fault))
    assert (await shop.till().buy(picture())).files
    assert (double.ledger.times(), double.calls["create"]) == (1, 1)


@pytest.mark.parametrize("fault", AMBIGUOUS_NOT_TAKEN)
async def test_what_certainly_never_arrived_is_sent_again(shop: TestShop, double: Double, fault: Fault) -> None:
    double.faults.add(fresh(fault))
    begun = time.monotonic()
    assert (await shop.till().buy(picture())).files
    assert time.monotonic() - begun >= QUICK.unsent_after_s
    assert double.ledger.times() == 1
    assert double.calls["list"] >= 2
    assert [(one.outcome, one.reason) for one in await settlements(shop)] == [("unsent", "no_trace"), ("succeeded", "")]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: {**document, "status": "aborted"},
        lambda document: {**document, "status": "queued"},
        lambda document: {key: value for key, value in document.items() if key not in ("version", "model", "urls")},
        lambda document: {**document, "error": {"code": 1}, "urls": {"stream": None}},
    ],
)
async def test_a_create_that_the_client_cannot_parse_is_no_loss(shop: TestShop, double: Double, change: object) -> None:
    double.faults.add(Fault("create", "mangle", change=change))  # type: ignore[arg-type]
    assert (await shop.till().buy(picture())).files
    assert (double.ledger.times(), double.calls.get("list", 0)) == (1, 0)


async def test_nobody_listens(double: Double, tmp_path: Path) -> None:
    async with open_shop(double, tmp_path, base_url="http://127.0.0.1:9") as shop:
        with pytest.raises(TryLater):
            await shop.till().buy(picture())
        assert {one.reason for one in await settlements(shop)} == {"not_reached"}


async def test_files_whose_host_is_away_are_fetched_at_the_next_delivery(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("file", status=503, body=b"", times=3))
    with pytest.raises(TryLater):
        await shop.till().buy(picture())
    assert not await settlements(shop)
    assert (await shop.till().buy(picture())).files
    assert double.calls["create"] == 1
