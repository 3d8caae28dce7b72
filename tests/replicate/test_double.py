"""The double is what it stands for: as the real client and recorded traffic know it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest
from replicate.client import Client
from replicate.exceptions import ReplicateError
from replicate.webhook import InvalidSignatureError, InvalidTimestampError, Webhooks, WebhookSigningSecret

from tests.replicate_double import KOKORO, TOKEN, Double, Fate
from tests.replicate_double.http import Request, Response, Server

FLUX = "black-forest-labs/flux-schnell"


@contextlib.asynccontextmanager
async def client(double: Double, token: str = TOKEN) -> AsyncIterator[Client]:
    one = Client(token, base_url=double.url)
    yield one
    await one._async_client.aclose()


async def test_absent_is_absent_and_not_null(double: Double) -> None:
    double.fates.append(Fate(cold_s=9))
    async with httpx.AsyncClient(base_url=double.url, headers={"Authorization": f"Bearer {TOKEN}"}) as http:
        created = await http.post(f"/v1/models/{FLUX}/predictions", json={"input": {"prompt": "a"}})
    assert created.status_code == 201
    document = created.json()
    assert document["status"] == "starting"
    assert not {"output", "started_at", "completed_at", "metrics"} & set(document)
    assert len(document["created_at"].partition(".")[2]) == 10
    assert len(document["id"]) == 26


@pytest.mark.parametrize(
    ("model", "given", "status"),
    [
        (FLUX, {}, 422),
        (FLUX, {"prompt": 5}, 422),
        (FLUX, {"prompt": "a", "num_outputs": 5}, 422),
        (FLUX, {"prompt": "a", "aspect_ratio": "2:1"}, 422),
        ("runwayml/gen4-turbo", {"prompt": "a"}, 422),
        ("runwayml/gen4-turbo", {"prompt": "a", "image": "https://x", "duration": 7}, 422),
        ("anthropic/claude-4.5-haiku", {"prompt": "a", "max_tokens": 9000}, 422),
        ("jaaari/kokoro-82m", {"text": "a"}, 404),
        ("no/such", {}, 404),
    ],
)
async def test_orders_it_does_not_take(double: Double, model: str, given: dict[str, object], status: int) -> None:
    async with client(double) as one:
        with pytest.raises(ReplicateError) as refusal:
            await one.models.predictions.async_create(model, given)
    assert refusal.value.status == status
    assert double.ledger.times() == 0


async def test_a_community_model_goes_by_its_version(double: Double) -> None:
    async with client(double) as one:
        assert (await one.predictions.async_create(version=KOKORO, input={"text": "a"})).id in double.ledger.ids
        with pytest.raises(ReplicateError):
            await one.predictions.async_create(version="0" * 64, input={"text": "a"})


async def test_strangers_are_kept_out(double: Double) -> None:
    async with client(double, "r8_other") as one:
        with pytest.raises(ReplicateError) as refusal:
            await one.predictions.async_get("x")
    assert refusal.value.title == "Unauthenticated"


async def test_what_is_canceled_before_it_starts_is_free(double: Double) -> None:
    double.fates += [Fate(cold_s=9), Fate(status="stuck"), Fate(run_s=0.0)]
    async with client(double) as one:
        for status in ("aborted", "canceled", "succeeded"):
            made = await one.models.predictions.async_create(FLUX, {"prompt": status})
            with contextlib.suppress(ValueError):  # 1.0.7 does not know "aborted"
                await one.predictions.async_cancel(made.id)
            assert double.orders[made.id].status == status
    assert double.ledger.times() == 2


async def test_webhooks_that_the_client_holds_for_genuine_and_those_it_does_not(double: Double) -> None:
    got: list[Request] = []

    async def receive(request: Request) -> Response:
        got.append(request)
        return Response(500 if len(got) == 1 else 200)

    receiver = Server(receive, lambda method, path: False)
    await receiver.start()
    url = f"http://127.0.0.1:{receiver.port}/hook?nonce=n"
    async with client(double) as one:
        made = await one.models.predictions.async_create(FLUX, {"prompt": "a"}, webhook=url)
    while len(got) < 2:
        await asyncio.sleep(0.01)
    first, again = got[:2]
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert (again.json()["id"], again.json()["status"], again.query) == (made.id, "succeeded", {"nonce": "n"})
    secret = WebhookSigningSecret(key=double.webhook_secret)
    check(again, secret)
    order = double.orders[made.id]
    await double.send_webhook(order, secret="whsec_Zm9yZ2Vk")
    with pytest.raises(InvalidSignatureError):
        check(got[-1], secret)
    await double.send_webhook(order, at_s=1000)
    with pytest.raises(InvalidTimestampError):
        check(got[-1], secret)
    await receiver.stop()


def check(request: Request, secret: WebhookSigningSecret) -> None:
    Webhooks.validate(headers=request.headers, body=request.body.decode(), secret=secret, tolerance=300)
