"""Webhooks of the provider: what is genuine becomes a hint, and whatever else comes changes nothing."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client

from services.gateway.adapters.nats_hints import NatsHints
from services.gateway.settings import GatewaySettings
from services.gateway.webhooks_body import hint
from services.gateway.webhooks_signature import Forged, keys_of, verified
from services.media.adapters.nats_hints import listen
from services.media.replicate.hints import Hints
from shared.contracts.providers import Hint
from shared.errors import Unavailable
from talewright.embedded.nats_server import NatsServer
from tests.gateway.world import ALICE, World
from tests.replicate_double.webhooks import signature

NONCE, PREDICTION = "0123456789abcdef0123456789abcdef", "hdwst0bb05rgp0cf0p29mzk2am"
PATH = f"/webhooks/replicate/{NONCE}"
BODY = json.dumps({"id": PREDICTION, "status": "succeeded", "webhook": f"https://tales.example{PATH}"}).encode()


def secret(seed: int) -> str:
    return "whsec_" + base64.b64encode(bytes([seed]) * 24).decode()


OURS, OLD, THEIRS = secret(1), secret(2), secret(3)
NOW = 1_700_000_000


def headers(
    body: bytes = BODY, key: str = OURS, webhook_id: str = "msg_1", at_s: float | None = None, **changed: str
) -> dict[str, str]:
    sent = str(int(time.time() if at_s is None else at_s))
    told = {"webhook-id": webhook_id, "webhook-timestamp": sent}
    return {**told, "webhook-signature": signature(key, webhook_id, sent, body), **changed}


# ---- the signature


def test_the_documented_example_is_genuine() -> None:
    """The known answer of the Standard Webhooks documents."""
    told = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    keys = keys_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert verified(told, b'{"test": 2432232314}', keys, 1614265330) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_any_of_several_signatures_with_any_of_several_secrets() -> None:
    mine, old = headers(at_s=NOW)["webhook-signature"], headers(key=OLD, at_s=NOW)["webhook-signature"]
    theirs = headers(key=THEIRS, at_s=NOW)["webhook-signature"]
    both = keys_of(f"{OURS}, {OLD}")
    for given_ in (mine, old, f"{theirs} {mine}", f"v2,abc {old}", f"v1,??? v1 , {mine} junk"):
        told = headers(at_s=NOW, **{"webhook-signature": given_})
        assert verified(told, BODY, both, NOW) == "msg_1"
    with pytest.raises(Forged):
        verified(headers(key=OLD, at_s=NOW), BODY, keys_of(OURS), NOW)  # the old secret has gone


def forgeries() -> dict[str, tuple[dict[str, str], bytes]]:
    good = headers(at_s=NOW)
    sign = good["webhook-signature"]
    return {
        "another body": (good, BODY + b" "),
        "another id": ({**good, "webhook-id": "msg_2"}, BODY),
        "another time": ({**good, "webhook-timestamp": str(NOW + 1)}, BODY),
        "another secret": (headers(key=THEIRS, at_s=NOW), BODY),
        "old": (headers(at_s=NOW - 301), BODY),
        "from the future": (headers(at_s=NOW + 301), BODY),
        "from 1970": (headers(at_s=0), BODY),
        "unknown version": ({**good, "webhook-signature": sign.replace("v1,", "v9,")}, BODY),
        "no version": ({**good, "webhook-signature": sign.removeprefix("v1,")}, BODY),
        "cut": ({**good, "webhook-signature": sign[:-4]}, BODY),
        "no signature": ({**good, "webhook-signature": ""}, BODY),
        "not ASCII": ({**good, "webhook-signature": "v1,ünsigned"}, BODY),
        "no number": ({**good, "webhook-timestamp": "soon"}, BODY),
        "foreign digits": ({**good, "webhook-timestamp": "١٧٠٠٠٠٠٠٠٠"}, BODY),
        "a fraction": ({**good, "webhook-timestamp": f"{NOW}.0"}, BODY),
        "a huge number": ({**good, "webhook-timestamp": "9" * 5_000}, BODY),
        "an id with spaces": (headers(webhook_id="msg 1", at_s=NOW), BODY),
        "hidden behind many": ({**good, "webhook-signature": "v1,AAAA " * 40 + sign}, BODY),
        **{f"no {name}": ({key: one for key, one in good.items() if key != name}, BODY) for name in good},
    }


@pytest.mark.parametrize("kind", forgeries())
def test_forged(kind: str) -> None:
    told, body = forgeries()[kind]
    with pytest.raises(Forged):
        verified(told, body, keys_of(OURS), NOW)


@given(st.binary(max_size=200), st.integers(NOW - 300, NOW + 300))
def test_whatever_is_signed_is_taken_in_its_time(body: bytes, at_s: int) -> None:
    assert verified(headers(body, at_s=at_s), body, keys_of(OURS), NOW) == "msg_1"


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=20))
def test_nonsense_is_forged_and_nothing_else(given_: str, webhook_id: str, sent: str) -> None:
    told = {"webhook-id": webhook_id, "webhook-timestamp": sent, "webhook-signature": given_}
    with pytest.raises(Forged):
        verified(told, BODY, keys_of(OURS), NOW)


@pytest.mark.parametrize("bad", ["whsec_", "nonsense", "whsec_c2hvcnQ=", "whsec_!!!", f"{OURS},nonsense", "whsec_é"])
def test_a_secret_that_is_none_is_refused_at_start_and_not_repeated(bad: str) -> None:
    with pytest.raises(ValueError, match="webhook secret") as caught:
        GatewaySettings(replicate_webhook_secret=bad)
    assert bad.split(",")[-1] not in str(caught.value).replace("whsec_ and", "")


# ---- the body


def test_a_hint_names_the_prediction_of_this_sending_only() -> None:
    assert hint(BODY, NONCE) == Hint(PREDICTION)
    assert hint(b'{"id": "abc", "webhook": null}', NONCE) == Hint("abc")
    assert hint(BODY, "f" * 32) is None  # a genuine body below another sending's path
    for body in (b"", b"[]", b'{"id": 7}', b'{"id": "../x"}', b'{"status": "succeeded"}', b"\xff", b'{"id": "a.b"}'):
        assert hint(body, NONCE) is None, body


# ---- the route


class Told:
    """Implements `Hints`; a bus that a test can take away."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, str, Hint]] = []
        self.down = False

    async def tell(self, provider: str, nonce: str, hint: Hint) -> None:
        if self.down:
            raise Unavailable("The bus is not connected.")
        self.hints.append((provider, nonce, hint))


class Hooked:
    """A world whose gateway takes webhooks."""

    def __init__(self, world: World, told: Told) -> None:
        self.world, self.told = world, told

    async def post(self, content: Any = BODY, path: str = PATH, **given_: Any) -> httpx.Response:
        given_.setdefault("headers", headers(content if isinstance(content, bytes) else BODY))
        async with self.world.client() as http:
            return await http.post(path, content=content, **given_)


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncIterator[Hooked]:
    world, told = World(tmp_path, replicate_webhook_secret=f"{OURS},{OLD}", webhook_limit_bytes=2_000), Told()
    world.deps.hints = told
    async with world.running():
        yield Hooked(world, told)


async def test_a_genuine_webhook_becomes_one_hint(hooked: Hooked) -> None:
    first = await hooked.post()
    assert (first.status_code, first.json()) == (200, {"received": True})
    assert hooked.told.hints == [("replicate", NONCE, Hint(PREDICTION))]


async def test_duplicates_and_late_ones_are_taken_and_change_nothing(hooked: Hooked) -> None:
    for key, at_s in ((OURS, time.time()), (OLD, time.time() - 60), (OURS, time.time() - 250)):
        again = await hooked.post(headers=headers(key=key, at_s=at_s))
        assert again.status_code == 200
    assert len(hooked.told.hints) == 1
    older = json.dumps({"id": PREDICTION, "status": "starting"}).encode()
    assert (await hooked.post(older, headers=headers(older, webhook_id="msg_2"))).status_code == 200
    assert hooked.told.hints[1:] == [("replicate", NONCE, Hint(PREDICTION))]  # a reason to ask, and not a status


async def test_what_is_forged_or_old_is_refused_and_changes_nothing(hooked: Hooked) -> None:
    refused = [
        await hooked.post(headers=headers(key=THEIRS)),
        await hooked.post(headers=headers(at_s=time.time() - 301)),
        await hooked.post(headers={}),
        await hooked.post(BODY + b" ", headers=headers()),
        await hooked.post(headers={"Authorization": f"Bearer {ALICE}"}),
    ]
    for answer in refused:
        assert answer.status_code == 401
        assert "Bearer" not in answer.headers["www-authenticate"]
    assert not hooked.told.hints
    assert (await hooked.post()).status_code == 200  # and nothing of it counts as seen
    assert len(hooked.told.hints) == 1


async def test_a_genuine_body_for_another_sending_is_no_hint(hooked: Hooked) -> None:
    assert (await hooked.post(path=f"/webhooks/replicate/{'f' * 32}")).status_code == 200
    assert not hooked.told.hints
    assert (await hooked.post()).status_code == 200
    assert len(hooked.told.hints) == 1


async def test_a_large_body_is_refused_whether_it_says_so_or_not(hooked: Hooked) -> None:
    large = json.dumps({"id": PREDICTION, "logs": "x" * 2_000}).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield large[:1_000]
        yield large[1_000:]

    assert (await hooked.post(large)).status_code == 413
    assert (await hooked.post(pieces(), headers=headers(large))).status_code == 413
    assert not hooked.told.hints


async def test_strangers_are_refused_before_they_have_sent_a_body(hooked: Hooked) -> None:
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"x"

    assert (await hooked.post(pieces(), headers=headers(at_s=0))).status_code == 401
    assert read == 0


async def test_while_the_bus_is_away_the_provider_is_to_try_again(hooked: Hooked) -> None:
    hooked.told.down = True
    assert (await hooked.post()).status_code == 503
    hooked.told.down = False
    assert (await hooked.post()).status_code == 200
    assert len(hooked.told.hints) == 1


@pytest.mark.parametrize(
    "path", ["/webhooks/replicate/a.b", "/webhooks/replicate/*", f"/webhooks/replicate/{'a' * 65}"]
)
async def test_a_path_that_is_no_subject_does_not_exist(hooked: Hooked, path: str) -> None:
    assert (await hooked.post(path=path)).status_code == 404
    assert not hooked.told.hints


async def test_without_a_secret_there_are_no_webhooks(world: World) -> None:
    world.deps.hints = told = Told()
    async with world.client() as http:
        for path in (PATH, "/webhooks/replicate/", "/webhooks/other/x"):
            assert (await http.post(path, content=BODY, headers=headers())).status_code == 404
    assert not told.hints


def test_the_document_has_it_as_a_part_of_the_system_that_needs_no_account(world_app: Any) -> None:
    operation = world_app.openapi()["paths"]["/webhooks/replicate/{nonce}"]["post"]
    assert operation["tags"] == ["system"]
    assert "security" not in operation
    assert {"200", "401", "404", "413", "503"} <= operation["responses"].keys()


@pytest.fixture
def world_app(tmp_path: Path) -> Any:
    return World(tmp_path).app


# ---- from the provider to whoever waits


async def test_a_webhook_ends_the_wait_for_a_prediction(tmp_path: Path, nc: Client) -> None:
    hints = Hints()
    await listen(nc, hints.tell)
    world = World(tmp_path, replicate_webhook_secret=OURS)
    world.deps.hints = NatsHints(nc)
    async with world.running(), world.client() as http:
        begun_s = time.monotonic()
        waiting = hints.pause(NONCE)(5.0)
        posted = http.post(PATH, content=BODY, headers=headers())
        _, answer = await asyncio.gather(waiting, posted)
    assert answer.status_code == 200
    assert time.monotonic() - begun_s < 2
    assert hints.prediction_id(NONCE) == PREDICTION


async def test_hints_that_make_no_sense_are_passed_over(nc: Client) -> None:
    heard: list[tuple[str, str]] = []
    await listen(nc, lambda nonce, prediction_id: heard.append((nonce, prediction_id)))
    await nc.publish("tw.hints.replicate.one", b"nonsense")
    await nc.publish("tw.hints.replicate.two", b'{"prediction_id": "p"}')
    await nc.flush()
    await asyncio.sleep(0.05)
    assert heard == [("two", "p")]


async def test_a_bus_that_is_away_is_told_of(nc: Client, nats_server: NatsServer) -> None:
    nats_server.kill()
    for _ in range(100):
        if not nc.is_connected:
            break
        await asyncio.sleep(0.02)
    with pytest.raises(Unavailable):
        await NatsHints(nc).tell("replicate", NONCE, Hint(PREDICTION))
