"""What only the JetStream store can get wrong: lost answers, foreign messages, lagging copies, leftovers."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeout

from shared.errors import ConcurrencyConflict, Invalid, Unavailable, Undecodable
from shared.eventstore.api import Refused, ask
from shared.eventstore.jetstream import JetStreamEventStore
from shared.eventstore.tap import tap_of
from talewright.embedded.nats_server import NatsServer
from tests.eventstore.make import asked, failed, fill, gather, meta, positions, put, stream
from tests.fixtures.nats import connect


async def test_a_message_is_a_cloudevent_for_anybody(nc: Client, event_store: JetStreamEventStore):
    heard = await nc.subscribe("tw.events.task.ann.>")
    await event_store.append(stream(), 0, [asked(2)], meta("e-1"))
    message = await heard.next_msg()
    assert message.subject == "tw.events.task.ann.t1.1"
    assert message.data == b'{"segment":2,"run":1}'
    assert message.headers is not None
    assert {name: value for name, value in message.headers.items() if not name.startswith("Nats-")} == {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": "e-1",
        "ce-type": "task.segment-requested",
        "ce-source": "tests",
        "ce-time": "2023-11-14T22:13:20.123Z",
        "ce-subject": "ann.t1",
        "ce-schemaversion": "1",
    }


async def test_several_events_are_a_cloudevents_batch(nc: Client, event_store: JetStreamEventStore):
    heard = await nc.subscribe("tw.events.>")
    await event_store.append(stream(), 0, [asked(1), asked(2)], meta("e-1"))
    message = await heard.next_msg()
    assert message.headers is not None
    assert message.headers["content-type"] == "application/cloudevents-batch+json"
    items = msgspec.json.decode(message.data)
    assert [(item["id"], item["type"], item["data"]["segment"]) for item in items] == [
        ("e-1.1", "task.segment-requested", 1),
        ("e-1.2", "task.segment-requested", 2),
    ]


@pytest.mark.parametrize("lost", [1, 2])
async def test_an_append_whose_answer_got_lost_is_told_its_position(
    nc: Client, event_store: JetStreamEventStore, monkeypatch: pytest.MonkeyPatch, lost: int
):
    await put(event_store, stream("other"), 0)
    request, calls = nc.request, []

    async def losing(subject: str, *args: Any, **kwargs: Any) -> Any:
        answer = await request(subject, *args, **kwargs)
        if subject.startswith("tw.events."):
            calls.append(subject)
            if len(calls) <= lost:
                raise NatsTimeout
        return answer

    monkeypatch.setattr(nc, "request", losing)
    assert await event_store.append(stream(), 0, [asked()], meta()) == 2
    assert len(calls) == lost + 1
    assert positions(await event_store.load(stream())) == [2]
    with pytest.raises(ConcurrencyConflict):
        await put(event_store, stream(), 0)


async def test_an_old_servers_duplicate_is_told_the_first_position(
    nc: Client, event_store: JetStreamEventStore, monkeypatch: pytest.MonkeyPatch
):
    first = await event_store.append(stream(), 0, [asked()], meta("same"))
    request = nc.request

    async def old(subject: str, *args: Any, **kwargs: Any) -> Any:
        answer = await request(subject, *args, **kwargs)
        if subject.startswith("tw.events."):
            answer.data = b'{"stream":"EVENTS","seq":%d,"duplicate":true}' % first
        return answer

    monkeypatch.setattr(nc, "request", old)
    assert await event_store.append(stream(), 0, [asked()], meta("same")) == first


async def test_events_too_big_for_a_message_are_refused(event_store: JetStreamEventStore):
    with pytest.raises(Invalid, match="bytes"):
        await put(event_store, stream(), 0, failed("x" * 5_000_000))
    assert await event_store.load(stream()) == []


async def test_a_body_of_megabytes_is_kept(event_store: JetStreamEventStore):
    for version in range(3):
        await put(event_store, stream(), version, failed("é" * 1_500_000))
    assert [len(commit.events) for commit in await event_store.load(stream())] == [1, 1, 1]
    assert positions(await gather(event_store.follow(0), 3)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (None, b"{}"),
        ({"ce-type": "task.exploded", "ce-schemaversion": "1"}, b"{}"),
        ({"ce-type": "task.segment-requested", "ce-schemaversion": "9"}, b'{"segment":1,"run":1}'),
        ({"ce-type": "task.segment-requested", "ce-schemaversion": "1"}, b'{"segment":"one"}'),
        ({"ce-type": "task.segment-requested", "ce-schemaversion": "1", "ce-time": "noon"}, b'{"segment":1,"run":1}'),
        ({"content-type": "application/cloudevents-batch+json"}, b"[]"),
    ],
)
async def test_what_no_contract_explains_is_named(
    nc: Client, event_store: JetStreamEventStore, headers: dict[str, str] | None, body: bytes
):
    await put(event_store, stream("good"), 0)
    full = None if headers is None else {"ce-id": "x", "ce-source": "x", "ce-time": "2023-11-14T22:13:20Z", **headers}
    await nc.jetstream().publish("tw.events.task.ann.bad.1", body, headers=full)
    await put(event_store, stream("good"), 1)
    for attempt in (event_store.load(stream("bad")), event_store.load_below(stream("bad")), event_store.read(0, 3)):
        with pytest.raises(Undecodable, match="Position 2 "):
            await attempt
    follower = event_store.follow(0)
    assert positions(await anext(follower)) == [1]
    with pytest.raises(Undecodable, match=r"Position 2 \(tw\.events\.task\.ann\.bad\.1\)"):
        await anext(follower)
    assert positions(await gather(event_store.follow(2), 1)) == [3]


async def test_a_stream_with_a_hole_is_not_folded(nc: Client, event_store: JetStreamEventStore):
    await fill(event_store, stream(), 1)
    message = (await nc.jetstream().get_msg("EVENTS", 1)).headers
    assert message is not None
    kept = {name: value for name, value in message.items() if not name.startswith("Nats-")}
    await nc.jetstream().publish("tw.events.task.ann.t1.3", b'{"segment":1,"run":1}', headers=kept)
    with pytest.raises(Undecodable, match="has no version 2"):
        await event_store.load(stream())


async def test_an_answer_older_than_what_was_seen_is_asked_for_again(
    nc: Client, event_store: JetStreamEventStore, monkeypatch: pytest.MonkeyPatch
):
    store = JetStreamEventStore(nc, replicas=3)
    await fill(store, stream(), 3)
    direct = store._reads._direct
    fresh, stale = direct.multi_last, 2

    async def lagging(filters: Any, first: int = 0) -> Any:
        nonlocal stale
        found = await fresh(filters, first)
        stale -= 1
        return found[:-1] if stale >= 0 else found

    monkeypatch.setattr(direct, "multi_last", lagging)
    assert len(await store.load(stream())) == 3
    stale = 2
    assert len(await store.load_below(stream())) == 3
    stale = 2
    assert positions(await store.read(1, 3, ["tw.events.task.>"])) == [2, 3]
    stale = 2
    assert await store.load_below(stream("none")) == []


async def test_followers_and_readers_leave_no_consumers(nc: Client, event_store: JetStreamEventStore):
    await fill(event_store, stream(), 3)
    await gather(event_store.follow(0), 3)
    await event_store.read(0, 3)
    waiting = asyncio.ensure_future(anext(event_store.follow(3)))
    await asyncio.sleep(0.05)
    assert (await ask(nc, "STREAM.INFO.EVENTS"))["state"]["consumer_count"] == 1
    waiting.cancel()
    await asyncio.wait([waiting])
    await asyncio.sleep(0.05)
    assert (await ask(nc, "STREAM.INFO.EVENTS"))["state"]["consumer_count"] == 0


async def test_a_follower_whose_consumer_vanishes_goes_on(nc: Client, event_store: JetStreamEventStore):
    follower = event_store.follow(0)
    await put(event_store, stream(), 0)
    assert positions(await anext(follower)) == [1]
    for name in (await ask(nc, "CONSUMER.NAMES.EVENTS"))["consumers"]:
        await ask(nc, f"CONSUMER.DELETE.EVENTS.{name}")
    await put(event_store, stream(), 1)
    assert positions(await anext(follower)) == [2]
    await follower.aclose()  # type: ignore[attr-defined]


async def test_an_event_reaches_a_follower_at_once(event_store: JetStreamEventStore):
    follower, delays_ms = event_store.follow(0), []
    for version in range(30):
        waiting = asyncio.ensure_future(anext(follower))
        await asyncio.sleep(0.005)
        await put(event_store, stream(), version)
        stored = time.perf_counter()
        await waiting
        delays_ms.append((time.perf_counter() - stored) * 1000)
    assert sorted(delays_ms)[15] < 5
    await follower.aclose()  # type: ignore[attr-defined]


async def test_nothing_can_be_deleted_or_purged(nc: Client, event_store: JetStreamEventStore):
    await fill(event_store, stream(), 2)
    with pytest.raises(Refused, match="delete not permitted"):
        await ask(nc, "STREAM.MSG.DELETE.EVENTS", {"seq": 1})
    with pytest.raises(Refused, match="purge not permitted"):
        await ask(nc, "STREAM.PURGE.EVENTS")
    assert len(await event_store.load(stream())) == 2


async def test_without_its_stream_the_store_is_unavailable(nc: Client):
    store = JetStreamEventStore(nc)
    for attempt in (store.load(stream()), store.last_position(), store.read(0, 1), put(store, stream(), 0)):
        with pytest.raises(Unavailable):
            await attempt


async def test_a_closed_connection_is_unavailable(nats_server: NatsServer, event_store: JetStreamEventStore):
    connection = await connect(nats_server)
    store = JetStreamEventStore(connection)
    await put(store, stream(), 0)
    await connection.close()
    for attempt in (store.load(stream()), put(store, stream(), 1), anext(store.follow(0))):
        with pytest.raises(Unavailable):
            await attempt


async def test_the_tap_leaves_other_subscriptions_alone(nc: Client):
    tap, got = tap_of(nc), []
    assert tap_of(nc) is tap
    tapped = await tap.subscribe("raw", lambda *message: got.append(message))
    plain = await nc.subscribe("plain")
    await nc.publish("raw", b"1", reply="back", headers={"a": "b"})
    await nc.publish("raw", b"2")
    await nc.publish("plain", b"3", headers={"a": "b"})
    message = await plain.next_msg()
    assert (message.data, message.headers) == (b"3", {"a": "b"})
    assert got == [(b"raw", b"back", b"NATS/1.0\r\na: b\r\n\r\n", b"1"), (b"raw", b"", None, b"2")]
    await tap.release(tapped)
    await nc.publish("raw", b"4")
    await nc.flush()
    assert len(got) == 2
