"""What became of an order without an answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.media.replicate.hints import Hints
from services.media.replicate.outcomes import Prediction
from services.media.replicate.reconcile import is_faded, matching
from services.media.replicate.sendings import encoded, fingerprint
from services.media.replicate.wording import TryLater
from shared.clock import rfc3339
from shared.errors import Invalid, Rejected
from tests.replicate.checks import told
from tests.replicate.orders import picture
from tests.replicate_double import Double, Fate, Fault
from tests.replicate_double.shop import TestShop, open_shop


async def test_a_webhook_tells_which_prediction_it_was(double: Double, tmp_path: Path) -> None:
    hints = Hints()
    async with open_shop(double, tmp_path, hints=hints, webhook_url="http://127.0.0.1:9/hook") as shop:
        double.faults.add(Fault("create", "reset_after"), Fault("list", status=500, times=99))
        task = asyncio.create_task(shop.till().buy(picture()))
        while not double.orders:
            await asyncio.sleep(0.005)
        (order,) = double.orders.values()
        nonce = (await shop.state()).steps["draw"].nonce
        assert order.webhook == f"http://127.0.0.1:9/hook/{nonce}"
        hints.tell(nonce, order.id)
        assert (await task).files
    assert double.ledger.times() == 1


async def test_two_predictions_that_could_be_it_are_lost_not_guessed(shop: TestShop, double: Double) -> None:
    await shop.counter.api.create("black-forest-labs/flux-schnell", picture().input)  # somebody else's, alike
    double.faults.add(Fault("create", "reset_after"))
    with pytest.raises(Rejected, match="could not be had"):
        await shop.till().buy(picture())
    assert await told(shop) == [("draw", "lost", "several_traces")]


async def test_the_list_is_away(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("create", "reset_after"), Fault("list", status=503, body=b"", times=99))
    with pytest.raises(TryLater):
        await shop.till().buy(picture())
    assert await told(shop) == []
    double.faults.clear()
    assert (await shop.till().buy(picture())).files
    assert double.ledger.times() == 1


async def test_a_long_list_is_read_to_its_end(shop: TestShop, double: Double) -> None:
    double.page_size = 3
    double.faults.add(Fault("create", "reset_after", times=1))
    buying = asyncio.create_task(shop.till().buy(picture()))
    while not double.orders:
        await asyncio.sleep(0.001)
    for n in range(8):
        await shop.counter.api.create("openai/gpt-4.1-mini", {"prompt": str(n)})
    assert (await buying).files
    assert double.ledger.times(picture().input) == 1


def test_an_input_is_known_again(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    ours = encoded({"prompt": "p", "image": file, "more": [file, 1], "seed": None, "deep": {"f": file}}, "nonce")
    assert ours == encoded(
        {"prompt": "p", "image": file, "more": [file, 1], "seed": None, "deep": {"f": file}}, "nonce"
    )
    sha = fingerprint(ours)
    url = "https://replicate.delivery/x"
    same = {**ours, "image": url, "more": [url, 1], "go_fast": True}
    rows = [
        Prediction(id="same", status="succeeded", input=same),
        Prediction(id="exact", status="succeeded", input=dict(reversed(ours.items()))),
        Prediction(id="other", status="succeeded", input={**ours, "prompt": "q"}),
        Prediction(id="shorter", status="succeeded", input={**ours, "more": [url]}),
        Prediction(id="known", status="succeeded", input=ours),
        Prediction(id="faded", status="succeeded"),
    ]
    assert matching(rows, "nonce", ours, sha, frozenset({"known"})) == ["same", "exact"]
    assert matching(rows, "nonce", None, sha, frozenset({"known"})) == ["exact"]
    named = Prediction(id="named", status="starting", webhook="https://us/hook?nonce=nonce")
    assert matching([*rows, named], "nonce", ours, sha, frozenset()) == ["named"]


async def test_a_trace_that_has_faded_is_no_proof_that_nothing_was_sent(shop: TestShop, double: Double) -> None:
    double.faults.add(Fault("create", "reset_after"))
    double.fates.append(Fate(removed=True, run_s=0.0))
    with pytest.raises(Rejected, match="could not be had"):
        await shop.till().buy(picture())
    assert await told(shop) == [("draw", "lost", "faded_traces")]
    assert double.calls["create"] == 1


def test_a_faded_trace() -> None:
    row = Prediction(id="p", status="succeeded", created_at="2026-01-02T03:04:05.123456789Z")
    assert is_faded(row, rfc3339(1767323046000))
    assert not is_faded(row, rfc3339(1767323044000))


def test_a_file_that_is_too_large_to_go_along(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    with file.open("wb") as out:
        out.truncate(9_000_000)
    with pytest.raises(Invalid):
        encoded({"image": file}, "n")
